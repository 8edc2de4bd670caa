/** A package as the store that is in it: read through the ports of the store and of the audit. */
import type { Digest } from '../documents/trail.ts'
import type { Evidence, TreeFile } from '../store/evidence.ts'
import type { Held, PackageSource } from '../store/package.ts'
import type { Entry, Found, Snapshot } from '../store/store.ts'

type Index = ReadonlyMap<string, Held>

/** The files of the store in a package, by their path in the repository. @param root where the store stands in it */
const storeFiles = (held: Index, root: string): Map<string, Held> =>
  new Map(
    [...held]
      .filter(([path]) => path.startsWith(root))
      .map(([path, file]) => [path.slice(root.length), file] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

const isBelow = (path: string, folder: string): boolean =>
  folder === '' || path === folder || path.startsWith(`${folder}/`)

/** The names in it are content addresses: SHA-256 of the bytes. */
export class PackageSnapshot implements Snapshot {
  readonly tip: string
  readonly #files: ReadonlyMap<string, Held>
  readonly #source: PackageSource
  readonly #root: string

  constructor(tip: string, held: Index, source: PackageSource, root: string) {
    this.tip = tip
    this.#files = storeFiles(held, root)
    this.#source = source
    this.#root = root
  }

  async read(path: string): Promise<Uint8Array | null> {
    return this.#files.has(path) ? this.#source.read(`${this.#root}${path}`) : null
  }

  readAll(paths: readonly string[]): Promise<(Uint8Array | null)[]> {
    return Promise.all(paths.map((path) => this.read(path)))
  }

  async walk(folder: string): Promise<readonly Found[]> {
    return [...this.#files].flatMap(([path, { digest }]) =>
      isBelow(path, folder) ? [{ path, oid: digest }] : [],
    )
  }

  async contents(files: readonly Found[]): Promise<Uint8Array[]> {
    const all = await this.readAll(files.map(({ path }) => path))
    return all.map((bytes) => bytes ?? new Uint8Array())
  }

  async list(folder: string, prefix = ''): Promise<readonly Entry[]> {
    const start = folder === '' ? '' : `${folder}/`
    const names = new Map<string, Entry>()
    for (const { path, oid } of await this.walk(folder)) {
      const [name = '', ...below] = path.slice(start.length).split('/')
      if (name.startsWith(prefix)) names.set(name, { name, kind: below.length > 0 ? 'folder' : 'file', oid })
    }
    return [...names.values()]
  }

  async grep(
    text: string,
    { folder, ignoreCase = false }: Parameters<Snapshot['grep']>[1],
  ): ReturnType<Snapshot['grep']> {
    const plain = (words: string): string => (ignoreCase ? words.toLowerCase() : words)
    const hits: { path: string; line: number; text: string }[] = []
    for (const { path } of (await Promise.all([folder].flat().map((f) => this.walk(f)))).flat()) {
      const lines = new TextDecoder().decode((await this.read(path)) ?? undefined).split('\n')
      for (const [i, line] of lines.entries())
        if (plain(line).includes(plain(text))) hits.push({ path, line: i + 1, text: line })
    }
    return hits
  }
}

/** Why a package proves less than its repository. */
export const NO_HISTORY = 'a package holds no history'

/** What an audit can look at without a repository: the files as they are. */
export class PackageEvidence implements Evidence {
  readonly tip: string
  readonly commits = 0
  readonly #snapshot: PackageSnapshot
  readonly #digest: Digest
  readonly #paths = new Map<string, string>()

  constructor(snapshot: PackageSnapshot, digest: Digest) {
    this.tip = snapshot.tip
    this.#snapshot = snapshot
    this.#digest = digest
  }

  incomplete(): string {
    return NO_HISTORY
  }

  blobId(bytes: Uint8Array): string {
    return this.#digest(bytes)
  }

  /** An archive bears no modes that count: each file is an ordinary one. */
  async tree(paths: readonly string[]): Promise<readonly TreeFile[]> {
    const files = (await this.#snapshot.walk('')).filter(({ path }) =>
      paths.some((below) => isBelow(path, below)),
    )
    for (const { path, oid } of files) this.#paths.set(oid, path)
    return files.map(({ path, oid }) => ({ path, mode: '100644', oid }))
  }

  async blob(oid: string): Promise<Uint8Array | null> {
    const path = this.#paths.get(oid)
    return path === undefined ? null : this.#snapshot.read(path)
  }

  async *edges(): AsyncGenerator<never> {}

  async holds(): Promise<boolean> {
    return false
  }

  async surroundings() {
    return { replaced: [], grafts: false, alternates: [] }
  }

  async deviations(): Promise<[]> {
    return []
  }

  async recall(): Promise<null> {
    return null
  }

  async keep(): Promise<void> {}
}
