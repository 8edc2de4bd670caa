import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { LARGEST_FILE } from './disk.ts'
import { type GitObject, ObjectMemory } from './object-memory.ts'
import type { Git } from './plumbing.ts'
import { Tree } from './tree.ts'

interface Waiting {
  readonly resolve: (object: GitObject | null) => void
  readonly reject: (fault: Error) => void
}

const TREE_CACHE_BYTES = 64 * 1024 * 1024

/** One long-lived `git cat-file --batch`: started at the first question, keeping no process alive while idle. */
export class ObjectReader {
  readonly #git: Git
  readonly #trees = new Map<string, Tree>()
  /** Trees that are being read: whoever asks meanwhile waits for the same answer. */
  readonly #coming = new Map<string, Promise<Tree>>()
  #treeBytes = 0
  readonly #memory = new ObjectMemory()
  #batch: Batch | undefined

  constructor(git: Git) {
    this.#git = git
  }

  /** The same reader bound to another git: what runs already goes on, what is started later is that git's. */
  boundTo(git: Git): ObjectReader {
    const reader = new ObjectReader(git)
    reader.#batch = this.#batch
    return reader
  }

  /** Starts the process before the first question, which then need not wait for it. */
  start(): this {
    if (this.#batch === undefined || this.#batch.ended)
      this.#batch = new Batch(this.#git.start(['cat-file', '--batch']))
    return this
  }

  /**
   * The object a revision expression names, or null where there is none.
   * @throws GIT when git fails; IO where it says that there is none and the file is there.
   */
  async read(name: string): Promise<GitObject | null> {
    if (name.includes('\n')) return null
    const known = this.#memory.get(name)
    if (known) return known
    this.start()
    const object = await this.#batch!.ask(name)
    const found = object === null && this.#isThere(name) ? await this.#readAgain(name) : object
    if (found?.oid === name && found.type !== 'tree') this.#memory.keep(found)
    return found
  }

  /** Of what was written and flushed here nothing need be read again; a commit is, to see that it is there. */
  written(object: GitObject): void {
    if (object.type === 'tree') this.#keep(object.oid, new Tree(object.bytes, object.oid.length / 2))
    else if (object.type === 'blob') this.#memory.keep(object)
  }

  /** Git says of what it could not open, for want of descriptors or on a broken disk, that it is missing. */
  #isThere(name: string): boolean {
    const file = fileOf(name)
    return file !== null && this.#git.gitDir !== null && existsSync(join(this.#git.gitDir, file))
  }

  /** Another process may have written it meanwhile. */
  async #readAgain(name: string): Promise<GitObject | null> {
    this.start()
    const object = await this.#batch!.ask(name)
    if (object !== null || !this.#isThere(name)) return object
    throw refuse('IO', { operation: 'read', path: name, reason: 'git could not read it, though it is there' })
  }

  /** The tree object `oid`. @throws DAMAGED where it is missing. */
  async tree(oid: string): Promise<Tree> {
    const known = this.#trees.get(oid) ?? this.#coming.get(oid)
    if (known) return known
    const coming = this.#readTree(oid).finally(() => this.#coming.delete(oid))
    this.#coming.set(oid, coming)
    return coming
  }

  async #readTree(oid: string): Promise<Tree> {
    const object = await this.read(oid)
    if (object?.type !== 'tree') throw missing(oid, 'tree', object?.type)
    return this.#keep(oid, new Tree(object.bytes, oid.length / 2))
  }

  /** Asks for trees that will be wanted, in one go; what is missing, or is no tree, is not complained of. */
  expect(names: readonly string[]): void {
    for (const name of names) this.#expect(name).catch(() => undefined)
  }

  async #expect(name: string): Promise<void> {
    const object = await this.read(name)
    if (object?.type === 'tree') this.#keep(object.oid, new Tree(object.bytes, object.oid.length / 2))
  }

  /** The bytes of the blob `oid`. @throws DAMAGED where it is missing. */
  async blob(oid: string): Promise<Buffer> {
    const object = await this.read(oid)
    if (object?.type !== 'blob') throw missing(oid, 'blob', object?.type)
    return object.bytes
  }

  /** The commit a revision names and the tree it holds, or null where there is none. */
  async commit(name: string): Promise<{ readonly oid: string; readonly tree: string } | null> {
    const object = await this.read(name)
    if (object === null) return null
    const tree = /^tree ([0-9a-f]+)\n/.exec(object.bytes.toString('latin1', 0, 80))?.[1]
    if (object.type !== 'commit' || tree === undefined) throw missing(name, 'commit', object.type)
    return { oid: object.oid, tree }
  }

  /** When the commit that a revision names was committed, in seconds; null where there is none. */
  async commitTime(name: string): Promise<number | null> {
    const object = await this.read(name)
    const time = /\ncommitter [^\n]*> (\d+) [-+]\d{4}\n/.exec(object?.bytes.toString('latin1') ?? '')?.[1]
    return time === undefined ? null : Number(time)
  }

  close(): void {
    this.#batch?.end()
    this.#batch = undefined
  }

  #keep(oid: string, tree: Tree): Tree {
    const known = this.#trees.get(oid)
    if (known) return known
    if (this.#treeBytes + tree.size > TREE_CACHE_BYTES) {
      this.#trees.clear()
      this.#treeBytes = 0
    }
    this.#trees.set(oid, tree)
    this.#treeBytes += tree.size
    return tree
  }
}

/** The file of a branch, or of an object that is in no pack, from git's folder; null for any other expression. */
const fileOf = (name: string): string | null => {
  if (/^[0-9a-f]{40,64}$/.test(name)) return join('objects', name.slice(0, 2), name.slice(2))
  return /^refs\/[^:^~@]+$/.test(name) ? name : null
}

const missing = (name: string, expected: string, found: string | undefined) =>
  refuse('DAMAGED', {
    path: `git object ${name}`,
    problem: 'missing or of the wrong kind',
    expected,
    found: found ?? 'nothing',
  })

/** So many who were answered are forgotten together: each holds the bytes of its answer, and somebody may always wait. */
const ANSWERED = 64

/** Its bytes pass by unread. */
const tooLarge = (oid: string, size: number) =>
  refuse('DAMAGED', {
    path: `git object ${oid}`,
    problem: 'larger than any file of a store',
    expected: `${LARGEST_FILE} bytes at the most`,
    found: `${size} bytes`,
  })

/** The running process and the protocol: a line out, a header line and as many bytes as it says back, in order. */
class Batch {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: Waiting[] = []
  #next = 0
  #header: Buffer[] = []
  #body: { oid: string; type: string; size: number; left: number; parts: Buffer[] } | undefined
  #unsent = ''
  #stderr = ''
  ended = false

  constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => this.#feed(chunk))
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-2000)
    })
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => this.#fail(error.message))
    child.on('close', () => this.#fail(this.#stderr.trim() || 'ended early'))
    this.#idle()
  }

  ask(name: string): Promise<GitObject | null> {
    if (this.#next === this.#waiting.length) this.#busy()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#send(`${name}\n`)
    })
  }

  /** Questions asked in one go are written in one go: ten thousand writes cost more than their answers. */
  #send(line: string): void {
    if (this.#unsent === '') queueMicrotask(() => this.#flush())
    this.#unsent += line
  }

  #flush(): void {
    if (this.#unsent !== '') this.#child.stdin.write(this.#unsent)
    this.#unsent = ''
  }

  /** Nobody waits for its end: it holds nothing, and sees that nothing more is asked. */
  end(): void {
    this.#flush()
    this.ended = true
    this.#child.stdin.end()
    this.#idle()
  }

  #feed(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; )
      at = this.#body ? this.#feedBody(chunk, at) : this.#feedHeader(chunk, at)
  }

  #feedHeader(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(10, at)
    this.#header.push(chunk.subarray(at, end < 0 ? chunk.length : end))
    if (end < 0) return chunk.length
    const line = Buffer.concat(this.#header).toString('utf8')
    this.#header = []
    const said = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(line)
    const size = Number(said?.[3])
    if (said) this.#body = { oid: said[1]!, type: said[2]!, size, left: size + 1, parts: [] }
    else this.#answer(null)
    return end + 1
  }

  #feedBody(chunk: Buffer, at: number): number {
    const body = this.#body!
    const part = chunk.subarray(at, at + body.left)
    if (body.size <= LARGEST_FILE) body.parts.push(part)
    body.left -= part.length
    if (body.left === 0) this.#finishBody()
    return at + part.length
  }

  #finishBody(): void {
    const { oid, type, size, parts } = this.#body!
    this.#body = undefined
    const whole = size <= LARGEST_FILE
    this.#answer(whole ? { oid, type, bytes: Buffer.concat(parts).subarray(0, size) } : tooLarge(oid, size))
  }

  #answer(object: GitObject | Error | null): void {
    const asker = this.#waiting[this.#next++]
    if (object instanceof Error) asker?.reject(object)
    else asker?.resolve(object)
    const idle = this.#next === this.#waiting.length
    if (idle || this.#next === ANSWERED) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
    if (idle) this.#idle()
  }

  #fail(reason: string): void {
    this.ended = true
    const left = this.#waiting.splice(this.#next)
    for (const waiting of left) waiting.reject(refuse('GIT', { command: 'git cat-file', reason }))
  }

  /** While nobody waits, neither the process nor its pipes keep the program running. */
  #idle(): void {
    for (const handle of this.#handles()) handle.unref?.()
  }

  #busy(): void {
    for (const handle of this.#handles()) handle.ref?.()
  }

  #handles(): { ref?: () => void; unref?: () => void }[] {
    return [this.#child, this.#child.stdin, this.#child.stdout, this.#child.stderr] as {
      ref?: () => void
      unref?: () => void
    }[]
  }
}
