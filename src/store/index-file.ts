/**
 * Git's index as bytes, versions 2 and 3: what it says at named paths, and the same with those paths changed. Whatever
 * else an index may be (version 4, split, sparse, a file where a folder comes) is left to git itself.
 * Source: gitformat-index(5).
 */
import { createHash } from 'node:crypto'

/** One line of the index. */
export interface Staged {
  readonly path: string
  readonly oid: string
  readonly stage: number
  /** Sparse checkouts: the file is meant to be absent. */
  readonly skipped: boolean
}

/** What a path shall have in the index: a blob, or nothing. */
export type IndexUpdates = ReadonlyMap<string, string | null>

const HEADER = 12
/** Times, device, inode, mode, owner and size come before the object id. */
const STAT = 40
const MODE_AT = 24
const EXTENDED = 0x4000
const SKIP_WORKTREE = 0x4000
const LONG_NAME = 0xfff
const REGULAR = 0o100644

/** The entries from one up to another make way for one, or for none. */
interface Edit {
  readonly from: number
  readonly to: number
  readonly entry: Buffer | null
}

interface Extension {
  readonly name: string
  readonly bytes: Buffer
}

export class IndexFile {
  readonly #bytes: Buffer
  readonly #oidBytes: number
  /** Where each entry begins, and where the last one ends. */
  readonly #starts: Uint32Array
  readonly #extensions: readonly Extension[]

  private constructor(
    bytes: Buffer,
    oidBytes: number,
    starts: Uint32Array,
    extensions: readonly Extension[],
  ) {
    this.#bytes = bytes
    this.#oidBytes = oidBytes
    this.#starts = starts
    this.#extensions = extensions
  }

  /** Null for anything that is not understood in every byte that matters. */
  static read(bytes: Buffer, oidBytes: number): IndexFile | null {
    if (bytes.length < HEADER + oidBytes || bytes.toString('latin1', 0, 4) !== 'DIRC') return null
    if (![2, 3].includes(bytes.readUInt32BE(4))) return null
    const starts = startsIn(bytes, oidBytes)
    const extensions = starts && extensionsIn(bytes, starts.at(-1)!, bytes.length - oidBytes)
    return starts && extensions && new IndexFile(bytes, oidBytes, starts, extensions)
  }

  /** Every stage of every path that is there. */
  entries(paths: readonly string[]): Staged[] {
    return paths.flatMap((path) => {
      const [from, to] = this.#range(Buffer.from(path))
      return Array.from({ length: to - from }, (_, i) => this.#staged(path, from + i))
    })
  }

  /** The index with these paths changed; null where a file would take the place of a folder, or stand in its way. */
  with(updates: IndexUpdates): Buffer | null {
    const edits: Edit[] = []
    const inOrder = [...updates].map(([path, oid]) => ({ path, oid, name: Buffer.from(path) }))
    for (const { path, oid, name } of inOrder.sort((a, b) => Buffer.compare(a.name, b.name))) {
      const [from, to] = this.#range(name)
      if (oid !== null && (this.#inTheWay(path) || above(path).some((folder) => updates.get(folder))))
        return null
      if (oid === null) edits.push({ from, to, entry: null })
      else if (!this.#says(from, to, oid)) edits.push({ from, to, entry: entryFor(name, oid) })
    }
    return this.#written(edits, [...updates.keys()])
  }

  #written(edits: readonly Edit[], paths: readonly string[]): Buffer {
    const parts: Buffer[] = [Buffer.from(this.#bytes.subarray(0, HEADER))]
    let at = 0
    let count = this.#starts.length - 1
    for (const { from, to, entry } of edits) {
      parts.push(this.#slice(at, from))
      if (entry !== null) parts.push(entry)
      count += (entry === null ? 0 : 1) - (to - from)
      at = to
    }
    parts.push(this.#slice(at, this.#starts.length - 1))
    parts[0]!.writeUInt32BE(count, 8)
    for (const extension of this.#extensions) parts.push(...this.#kept(extension, paths))
    const body = Buffer.concat(parts)
    const sum = createHash(this.#oidBytes === 32 ? 'sha256' : 'sha1')
      .update(body)
      .digest()
    return Buffer.concat([body, sum])
  }

  #slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#starts[from], this.#starts[to])
  }

  /** Cached trees without those that changed, and conflicts that were resolved; the rest describes the old index. */
  #kept({ name, bytes }: Extension, paths: readonly string[]): Buffer[] {
    if (name !== 'TREE' && name !== 'REUC') return []
    const body = name === 'TREE' ? withoutTrees(bytes, paths, this.#oidBytes) : bytes
    const head = Buffer.alloc(8)
    head.write(name, 'latin1')
    head.writeUInt32BE(body.length, 4)
    return [head, body]
  }

  /** From the first entry with this name, or where it would stand, to the first after it. */
  #range(name: Buffer): [number, number] {
    const from = this.#firstNotBelow(name)
    let to = from
    while (to < this.#starts.length - 1 && this.#name(to).equals(name)) to += 1
    return [from, to]
  }

  #firstNotBelow(name: Buffer): number {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Buffer.compare(this.#name(middle), name) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A file where a folder above `path` would be, or files below it. */
  #inTheWay(path: string): boolean {
    const taken = above(path).map((folder) => this.#range(Buffer.from(folder)))
    if (taken.some(([from, to]) => to > from)) return true
    const inside = Buffer.from(`${path}/`)
    const first = this.#firstNotBelow(inside)
    return first < this.#starts.length - 1 && this.#name(first).subarray(0, inside.length).equals(inside)
  }

  #says(from: number, to: number, oid: string): boolean {
    if (to - from !== 1) return false
    const at = this.#starts[from]!
    return (
      this.#oid(at) === oid && this.#stage(at) === 0 && this.#bytes.readUInt32BE(at + MODE_AT) === REGULAR
    )
  }

  #staged(path: string, entry: number): Staged {
    const at = this.#starts[entry]!
    const more = this.#flags(at) & EXTENDED ? this.#bytes.readUInt16BE(at + STAT + this.#oidBytes + 2) : 0
    return { path, oid: this.#oid(at), stage: this.#stage(at), skipped: (more & SKIP_WORKTREE) !== 0 }
  }

  #name(entry: number): Buffer {
    return nameAt(this.#bytes, this.#starts[entry]!, this.#oidBytes)
  }

  #oid(at: number): string {
    return this.#bytes.toString('hex', at + STAT, at + STAT + this.#oidBytes)
  }

  #flags(at: number): number {
    return this.#bytes.readUInt16BE(at + STAT + this.#oidBytes)
  }

  #stage(at: number): number {
    return (this.#flags(at) >> 12) & 3
  }
}

function nameAt(bytes: Buffer, at: number, oidBytes: number): Buffer {
  const flags = bytes.readUInt16BE(at + STAT + oidBytes)
  const start = at + STAT + oidBytes + (flags & EXTENDED ? 4 : 2)
  const length = flags & LONG_NAME
  return bytes.subarray(start, length < LONG_NAME ? start + length : bytes.indexOf(0, start))
}

/** Null where the entries do not end before the check sum. */
function startsIn(bytes: Buffer, oidBytes: number): Uint32Array | null {
  const count = bytes.readUInt32BE(8)
  const last = bytes.length - oidBytes
  if (count > last / (STAT + oidBytes)) return null
  const starts = new Uint32Array(count + 1)
  let at = HEADER
  for (let n = 0; n < count; n++) {
    starts[n] = at
    if (at + STAT + oidBytes + 4 > last) return null
    const flags = bytes.readUInt16BE(at + STAT + oidBytes)
    const start = at + STAT + oidBytes + (flags & EXTENDED ? 4 : 2)
    const length = flags & LONG_NAME
    const end = length < LONG_NAME ? start + length : bytes.indexOf(0, start)
    at += (end - at + 8) & ~7
  }
  starts[count] = at
  return at <= last ? starts : null
}

/** Null where one is there that must be understood: their names begin with a small letter. */
function extensionsIn(bytes: Buffer, from: number, to: number): Extension[] | null {
  const found: Extension[] = []
  for (let at = from; at < to; ) {
    const name = bytes.toString('latin1', at, at + 4)
    const end = at + 8 + (at + 8 <= to ? bytes.readUInt32BE(at + 4) : to)
    if (end > to || !/^[A-Z]/.test(name)) return null
    found.push({ name, bytes: bytes.subarray(at + 8, end) })
    at = end
  }
  return found
}

/** The folders that a path is in, the outermost first. */
const above = (path: string): string[] => {
  const names = path.split('/')
  return names.slice(1).map((_, n) => names.slice(0, n + 1).join('/'))
}

/** Without times or size, so that git looks at the file itself. */
function entryFor(name: Buffer, oid: string): Buffer {
  const id = Buffer.from(oid, 'hex')
  const start = STAT + id.length + 2
  const entry = Buffer.alloc((start + name.length + 8) & ~7)
  entry.writeUInt32BE(REGULAR, MODE_AT)
  id.copy(entry, STAT)
  entry.writeUInt16BE(Math.min(name.length, LONG_NAME), start - 2)
  name.copy(entry, start)
  return entry
}

/** Cached trees: `<name> NUL <entries> SP <subtrees> LF [<oid>]`, each followed by its subtrees; -1 entries: unknown. */
function withoutTrees(bytes: Buffer, paths: readonly string[], oidBytes: number): Buffer {
  const changed = new Set(['', ...paths.flatMap(above)])
  const parts: Buffer[] = []
  let done = 0
  /** Follows the tree at `at` and gives where the next one begins. */
  const follow = (at: number, parent: string): number => {
    const { name, subtrees, end } = treeAt(bytes, at, oidBytes)
    const path = parent === '' ? name.toString('utf8') : `${parent}/${name}`
    if (!changed.has(path)) return afterTrees(bytes, end, subtrees, oidBytes)
    parts.push(bytes.subarray(done, at), name, Buffer.from(`\0-1 ${subtrees}\n`))
    done = end
    let next = end
    for (let n = 0; n < subtrees; n++) next = follow(next, path)
    return next
  }
  if (bytes.length > 0) follow(0, '')
  return Buffer.concat([...parts, bytes.subarray(done)])
}

/** Passes over as many trees with all that is below them. */
function afterTrees(bytes: Buffer, from: number, trees: number, oidBytes: number): number {
  let at = from
  for (let left = trees; left > 0; left--) {
    const { subtrees, end } = treeAt(bytes, at, oidBytes)
    left += subtrees
    at = end
  }
  return at
}

function treeAt(
  bytes: Buffer,
  at: number,
  oidBytes: number,
): { name: Buffer; subtrees: number; end: number } {
  const nul = bytes.indexOf(0, at)
  const space = bytes.indexOf(0x20, nul)
  const feed = bytes.indexOf(0x0a, space)
  const unknown = bytes[nul + 1] === 0x2d
  return {
    name: bytes.subarray(at, nul),
    subtrees: Number(bytes.toString('latin1', space + 1, feed)),
    end: feed + 1 + (unknown ? 0 : oidBytes),
  }
}
