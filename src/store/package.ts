/** The port to a package: files by path, written one after the other or read back, in a folder or in a tar. */

/** A file that is written piece by piece, because it may be larger than what should be in memory. */
export interface Growing {
  write(text: string): Promise<void>
  end(): Promise<void>
}

/** What was written of one file. */
export interface Packed {
  readonly path: string
  /** SHA-256, lower-case hex. */
  readonly digest: string
  readonly bytes: number
}

/** Where a package is written to. It appears under its name when it is finished, or not at all. */
export interface PackageSink {
  /** @throws BAD_PACKAGE where the path leads out of the package or stands in it already; IO */
  add(path: string, bytes: Uint8Array | string): Promise<void>
  /** As `add`, piece by piece. Several may grow at the same time. */
  grow(path: string): Promise<Growing>
  /** Every file so far, in the order in which they were written. */
  readonly packed: readonly Packed[]
  /** @throws IO */
  finish(): Promise<void>
  /** Takes away what was written. For after a failure; after `finish` it does nothing. */
  abandon(): Promise<void>
}

/** What a package holds under one name. */
export interface Held {
  readonly digest: string
  readonly size: number
}

export interface PackageSource {
  /** Every file by its path, each read once from beginning to end. @throws BAD_PACKAGE, IO */
  index(): Promise<ReadonlyMap<string, Held>>
  /** The bytes that `index` has seen under this path; null for none. @throws BAD_PACKAGE where they changed since; IO */
  read(path: string): Promise<Uint8Array | null>
}

/** What a package that came from elsewhere may be at the most; above it, it is refused and not read on. */
export const PACKAGE_LIMITS = {
  /** Files. */
  entries: 2_000_000,
  /** Bytes of one file. */
  entry: 1_073_741_824,
  /** Bytes of all files. */
  total: 68_719_476_736,
  /** Characters of a path. */
  path: 1024,
} as const
