import { refuse } from '../errors.ts'
import type { Entry } from './store.ts'

/** One line of a git tree object. */
export interface TreeEntry {
  readonly name: string
  readonly mode: string
  readonly oid: string
}

const LINEAR_LOOKUPS = 4

/** A raw tree object. A few names are found by scanning its bytes; many by an index made on the way. */
export class Tree {
  readonly #raw: Buffer
  readonly #oidBytes: number
  #lookups = 0
  #byName: Map<string, TreeEntry> | undefined

  /** @param oidBytes 20 for SHA-1 repositories, 32 for SHA-256. */
  constructor(raw: Buffer, oidBytes: number) {
    this.#raw = raw
    this.#oidBytes = oidBytes
  }

  get size(): number {
    return this.#raw.length
  }

  find(name: string): TreeEntry | undefined {
    this.#lookups += 1
    if (this.#byName === undefined && this.#lookups <= LINEAR_LOOKUPS) return this.#scan(Buffer.from(name))
    this.#byName ??= new Map(this.entries().map((entry) => [entry.name, entry]))
    return this.#byName.get(name)
  }

  /** In git's order: by bytes, folders as if their name ended in a slash. @param prefix of the names that are wanted */
  entries(prefix = ''): TreeEntry[] {
    const wanted = Buffer.from(prefix)
    const all: TreeEntry[] = []
    for (let at = 0; at < this.#raw.length; ) {
      const { space, nul, next } = this.#line(at)
      const end = Math.min(space + 1 + wanted.length, nul)
      if (this.#raw.compare(wanted, 0, wanted.length, space + 1, end) === 0)
        all.push(this.#entry(at, space, nul))
      at = next
    }
    return all
  }

  /** The bytes of a tree in which these names are what they are said to be. */
  with(changes: ReadonlyMap<string, TreeChange>): Buffer {
    const edits = [...changes].flatMap(([name, next]) => this.#edits(name, next))
    edits.sort((a, b) => Buffer.compare(a.order, b.order))
    const parts: Buffer[] = []
    let [at, done] = [0, 0]
    for (const { order, line } of edits) {
      while (at < this.#raw.length && this.#compare(at, order) < 0) at = this.#line(at).next
      parts.push(this.#raw.subarray(done, at))
      if (at < this.#raw.length && this.#compare(at, order) === 0) at = this.#line(at).next
      if (line !== null) parts.push(line)
      done = at
    }
    return Buffer.concat([...parts, this.#raw.subarray(done)])
  }

  /** What stands under the name goes, unless what comes takes its very place. */
  #edits(name: string, next: TreeChange): { order: Buffer; line: Buffer | null }[] {
    const before = this.find(name)
    const gone = before && { order: orderOf(before), line: null }
    if (next === null) return gone ? [gone] : []
    const put = { order: orderOf({ name, ...next }), line: lineOf({ name, ...next }) }
    return gone && !gone.order.equals(put.order) ? [gone, put] : [put]
  }

  /** Order of the line at `at` to another, as git sorts them. */
  #compare(at: number, order: Buffer): number {
    const { space, nul } = this.#line(at)
    if (!FOLDER_BYTES.has(this.#raw[at]!)) return this.#raw.compare(order, 0, order.length, space + 1, nul)
    return Buffer.compare(Buffer.concat([this.#raw.subarray(space + 1, nul), SLASH]), order)
  }

  #scan(wanted: Buffer): TreeEntry | undefined {
    for (let at = 0; at < this.#raw.length; ) {
      const { space, nul, next } = this.#line(at)
      const sameLength = nul - space - 1 === wanted.length
      if (sameLength && this.#raw.compare(wanted, 0, wanted.length, space + 1, nul) === 0)
        return this.#entry(at, space, nul)
      at = next
    }
    return undefined
  }

  #line(at: number): { space: number; nul: number; next: number } {
    const space = this.#raw.indexOf(0x20, at)
    const nul = this.#raw.indexOf(0, space)
    const next = nul + 1 + this.#oidBytes
    if (space < 0 || nul < 0 || next > this.#raw.length)
      throw refuse('GIT', { command: 'git cat-file', reason: 'a tree object is cut short' })
    return { space, nul, next }
  }

  #entry(at: number, space: number, nul: number): TreeEntry {
    return {
      mode: this.#raw.toString('latin1', at, space),
      name: this.#raw.toString('utf8', space + 1, nul),
      oid: this.#raw.toString('hex', nul + 1, nul + 1 + this.#oidBytes),
    }
  }
}

export const FOLDER_MODE = '40000'
/** No other mode begins with a 4, or with the 0 of old trees. */
const FOLDER_BYTES: ReadonlySet<number> = new Set(Buffer.from('40'))
const SLASH = Buffer.from('/')

/** What a name shall be; null for nothing. */
export type TreeChange = Pick<TreeEntry, 'mode' | 'oid'> | null

/** Folders stand as if their name ended in a slash. */
const orderOf = ({ name, mode }: TreeEntry): Buffer => Buffer.from(isFolder(mode) ? `${name}/` : name)

const lineOf = ({ name, mode, oid }: TreeEntry): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')])

export const isFolder = (mode: string): boolean => mode === '40000' || mode === '040000'
export const isFile = (mode: string): boolean => mode.startsWith('100')

export function kindOf(mode: string): Entry['kind'] {
  if (isFolder(mode)) return 'folder'
  return isFile(mode) ? 'file' : 'other'
}

export const kindName = (mode: string): string =>
  mode === '120000'
    ? 'symbolic link'
    : mode === '160000'
      ? 'submodule'
      : isFolder(mode)
        ? 'folder'
        : `mode ${mode}`

/** Order of names and paths in git: by their bytes, not by UTF-16 units, which differ beyond the surrogates only. */
export function byBytes(a: string, b: string): number {
  if (WIDE.test(a) && WIDE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : a > b ? 1 : 0
}

const WIDE = /[\ud800-\uffff]/
