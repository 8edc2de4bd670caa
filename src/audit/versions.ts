/**
 * The versions of one trail that git history holds, told by git's own names for them: every sound version is a beginning
 * of the trail as it is now, so its name can be computed, and nothing needs to be read. What cannot be told so was
 * changed by hand, taken back, or belongs to a history that was dropped.
 */
import { type Digest, type Scanned, splitLines } from '../documents/trail.ts'

/** Git's name for these bytes as a blob, in hexadecimal. */
export type BlobId = (bytes: Uint8Array) => string

/** One version of a trail, as one commit holds it. */
export interface Version {
  /** Number of events that it holds; 0 where there is no trail, or only the lines from before an adoption. */
  readonly events: number
  /** `current`: a beginning of the trail as it is now. `other`: sound, but it went another way. `unsound`: damaged. */
  readonly kind: 'none' | 'former' | 'current' | 'other' | 'unsound'
  /** Lines (all of them, those before an adoption included), for comparing; only where the bytes had to be read. */
  readonly lines?: readonly string[]
}

const NONE: Version = { events: 0, kind: 'none' }

type Scan = (bytes: Uint8Array, digest: Digest) => Scanned<unknown>

/** @param ends numbers of events at which a transition ends: only there may a commit stop */
export class Versions {
  readonly #known = new Map<string, Version>()
  readonly #trail: Uint8Array
  readonly #offsets: readonly number[]
  readonly #before: number
  readonly #scan: Scan
  readonly #digest: Digest

  constructor(
    trail: Uint8Array,
    ends: readonly number[],
    before: number,
    hashes: { readonly blobId: BlobId; readonly digest: Digest; readonly scan: Scan },
  ) {
    this.#trail = trail
    this.#before = before
    this.#scan = hashes.scan
    this.#digest = hashes.digest
    this.#offsets = offsetsOf(trail)
    for (const n of ends) {
      const bytes = trail.subarray(0, this.#offsets[before + n])
      this.#known.set(hashes.blobId(bytes), { events: n, kind: 'current' })
    }
  }

  /** Whether the version of this name must be read before it can be told. */
  isUnknown(oid: string): boolean {
    return !this.#known.has(oid)
  }

  /** Tells a version by its bytes; null where they cannot be read. */
  learn(oid: string, bytes: Uint8Array | null): void {
    this.#known.set(oid, bytes === null ? { events: 0, kind: 'unsound' } : this.#judge(bytes))
  }

  of(oid: string | null): Version {
    return oid === null ? NONE : (this.#known.get(oid) ?? { events: 0, kind: 'unsound' })
  }

  #judge(bytes: Uint8Array): Version {
    const lines = splitLines(bytes).map(textOf)
    if (this.#isFormer(bytes)) return { events: 0, kind: 'former', lines }
    const { events, problem } = this.#scan(bytes, this.#digest)
    return problem
      ? { events: events.length, kind: 'unsound', lines }
      : { events: events.length, kind: 'other', lines }
  }

  /** What an adopted trail was before: its beginning, with or without the line feed that was added. */
  #isFormer(bytes: Uint8Array): boolean {
    const end = this.#offsets[this.#before] ?? 0
    if (this.#before === 0 || bytes.length > end) return false
    return bytes.every((byte, i) => byte === this.#trail[i])
  }

  /** How many events two versions have in common, from the first on. */
  common(a: Version, b: Version): number {
    if (a.kind === 'current' && b.kind === 'current') return Math.min(a.events, b.events)
    const [one, two] = [this.#linesOf(a), this.#linesOf(b)]
    let shared = 0
    while (shared < one.length && shared < two.length && one[shared] === two[shared]) shared++
    return Math.max(0, shared - this.#before)
  }

  #linesOf(v: Version): readonly string[] {
    if (v.lines) return v.lines
    if (v.kind !== 'current') return []
    return splitLines(this.#trail.subarray(0, this.#offsets[this.#before + v.events])).map(textOf)
  }
}

const decoder = new TextDecoder('latin1')
const textOf = (line: Uint8Array): string => decoder.decode(line)

/** Offset after each line feed, the first being 0: `offsets[n]` is the length of n lines. */
const offsetsOf = (bytes: Uint8Array): number[] => {
  const offsets = [0]
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) offsets.push(at + 1)
  return offsets
}
