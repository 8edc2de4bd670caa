import { refuse } from '../errors.ts'
import { gitFault } from './git-faults.ts'
import type { ObjectReader } from './object-reader.ts'
import { checkPath, searchText } from './paths.ts'
import type { Git } from './plumbing.ts'
import type { Entry, Found, Snapshot, Tip } from './store.ts'
import { byBytes, isFile, isFolder, kindName, kindOf, type TreeEntry } from './tree.ts'

type GrepOptions = Parameters<Snapshot['grep']>[1]
type GrepHit = Awaited<ReturnType<Snapshot['grep']>>[number]

/** The store as one commit shows it. Every read goes down the trees, so that links are seen as links. */
export class GitSnapshot implements Snapshot {
  readonly tip: Tip
  readonly #tree: string | null
  readonly #objects: ObjectReader
  readonly #git: Git

  /** @param commit null for the store before its first commit. */
  constructor(
    commit: { readonly oid: string; readonly tree: string } | null,
    objects: ObjectReader,
    git: Git,
  ) {
    this.tip = commit?.oid ?? null
    this.#tree = commit?.tree ?? null
    this.#objects = objects
    this.#git = git
  }

  async read(path: string): Promise<Buffer | null> {
    const oid = await this.oidOf(path)
    return oid === null ? null : this.#objects.blob(oid)
  }

  /** Content address of the file at `path`, or null. @throws LINK_IN_STORE. */
  async oidOf(path: string): Promise<string | null> {
    checkPath(path)
    const entry = await this.#find(path)
    if (entry === null) return null
    if (!isFile(entry.mode)) throw refuse('LINK_IN_STORE', { path, kind: kindName(entry.mode) })
    return entry.oid
  }

  readAll(paths: readonly string[]): Promise<(Buffer | null)[]> {
    return Promise.all(paths.map((path) => this.read(path)))
  }

  async list(folder: string, prefix = ''): Promise<readonly Entry[]> {
    const oid = await this.#folder(folder)
    if (oid === null) return []
    const entries = (await this.#objects.tree(oid)).entries(prefix)
    return entries
      .map(({ name, mode, oid }): Entry => ({ name, kind: kindOf(mode), oid }))
      .sort((a, b) => byBytes(a.name, b.name))
  }

  async walk(folder: string): Promise<readonly Found[]> {
    const oid = await this.#folder(folder)
    return oid === null ? [] : this.#below(oid, folder === '' ? '' : `${folder}/`)
  }

  contents(files: readonly Found[]): Promise<Buffer[]> {
    return Promise.all(files.map(({ oid }) => this.#objects.blob(oid)))
  }

  /** Id of the tree of everything; null before the first commit. */
  get tree(): string | null {
    return this.#tree
  }

  /** Names at the root; the ignored view exists only where these are the store's own. */
  async rootNames(): Promise<readonly string[]> {
    return (await this.list('')).map((entry) => entry.name)
  }

  async grep(text: string, options: GrepOptions): Promise<readonly GrepHit[]> {
    searchText(text)
    const folders = await this.#present([options.folder].flat())
    if (this.tip === null || folders.length === 0) return []
    const ignoreCase = options.ignoreCase ? ['-i'] : []
    const below = folders.includes('') ? [] : folders
    const args = [
      'grep',
      '-z',
      '-n',
      '-a', // whatever attributes call a binary: the store holds text
      '-F',
      '--no-color',
      '--full-name',
      '--no-recurse-submodules',
      ...ignoreCase,
    ]
    const finished = await this.#git.run([...args, '-e', text, this.tip, '--', ...below], {
      config: ['grep.column=false'],
    })
    if (finished.code === 1 && finished.stderr === '') return []
    if (finished.code !== 0) throw gitFault('git grep', finished)
    return parseHits(finished.stdout.toString('utf8'), this.tip)
  }

  async #present(folders: readonly string[]): Promise<string[]> {
    const found = await Promise.all(folders.map((folder) => this.#folder(folder)))
    return folders.filter((_, i) => found[i] !== null)
  }

  async #below(oid: string, prefix: string): Promise<Found[]> {
    const entries = (await this.#objects.tree(oid)).entries()
    const folders = entries.filter(({ mode }) => isFolder(mode))
    const inside = await Promise.all(folders.map(({ name, oid }) => this.#below(oid, `${prefix}${name}/`)))
    const parts = inside.values()
    return entries.flatMap(({ name, mode, oid }): Found[] => {
      if (isFolder(mode)) return parts.next().value ?? []
      return isFile(mode) ? [{ path: prefix + name, oid }] : []
    })
  }

  async #folder(folder: string): Promise<string | null> {
    if (folder === '') return this.#tree
    checkPath(folder)
    const entry = await this.#find(folder)
    return entry !== null && isFolder(entry.mode) ? entry.oid : null
  }

  async #find(path: string): Promise<TreeEntry | null> {
    let entry: TreeEntry | undefined
    let tree = this.#tree
    for (const name of path.split('/')) {
      if (tree === null) return entry && isFile(entry.mode) ? null : this.#linkOnTheWay(path, entry)
      entry = (await this.#objects.tree(tree)).find(name)
      if (entry === undefined) return null
      tree = isFolder(entry.mode) ? entry.oid : null
    }
    return entry ?? null
  }

  #linkOnTheWay(path: string, entry: TreeEntry | undefined): null {
    if (entry === undefined) return null
    throw refuse('LINK_IN_STORE', { path: `${path} (at ${entry.name})`, kind: kindName(entry.mode) })
  }
}

/** `<tip>:<path> NUL <line> NUL <text> LF`, per hit. */
function parseHits(output: string, tip: string): GrepHit[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', number = '', ...text] = line.split('\0')
      return { path: path.slice(tip.length + 1), line: Number(number), text: text.join('\0') }
    })
}
