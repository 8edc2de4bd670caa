// One `git fast-import`: blobs, and commits that name them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const BLOCK = 1 << 20

const data = (bytes) => [Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')]

export class Import {
  constructor(folder, env) {
    this.child = spawn(
      'git',
      ['-c', 'fastimport.unpackLimit=0', 'fast-import', '--quiet', '--date-format=raw'],
      {
        cwd: folder,
        env,
        stdio: ['pipe', 'inherit', 'inherit'],
      },
    )
    this.ended = once(this.child, 'close')
    this.marks = 0
    this.waiting = []
    this.size = 0
  }

  async #write(...parts) {
    this.waiting.push(...parts)
    for (const part of parts) this.size += part.length
    if (this.size > BLOCK) await this.#flush()
  }

  async #flush() {
    const block = Buffer.concat(this.waiting)
    this.waiting = []
    this.size = 0
    if (!this.child.stdin.write(block)) await Promise.race([once(this.child.stdin, 'drain'), this.ended])
  }

  /** The mark by which commits name these bytes. Git stores each as what differs from the blob before it. */
  async blob(bytes) {
    this.marks += 1
    await this.#write(Buffer.from(`blob\nmark :${this.marks}\n`), ...data(bytes))
    return this.marks
  }

  /**
   * A commit on top of `branch`, or of `from`.
   * @param at seconds
   * @param files pairs of a path and a mark, bytes, or null for a file that goes
   */
  async commit({ branch, author, at, message, from, files }) {
    const parts = [
      Buffer.from(
        `commit refs/heads/${branch}\nauthor ${author} <${author}@qms.invalid> ${at} +0000\ncommitter Bench <bench@example.invalid> ${at} +0000\n`,
      ),
      ...data(Buffer.from(message)),
      Buffer.from(from ? `from ${from}\n` : ''),
    ]
    for (const [path, what] of files) parts.push(...fileCommand(path, what))
    await this.#write(...parts)
  }

  /** @throws Error where git refuses anything */
  async end() {
    await this.#flush()
    this.child.stdin.end()
    const [code] = await this.ended
    if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
  }
}

const fileCommand = (path, what) => {
  if (what === null) return [Buffer.from(`D ${path}\n`)]
  if (typeof what === 'number') return [Buffer.from(`M 100644 :${what} ${path}\n`)]
  return [Buffer.from(`M 100644 inline ${path}\n`), ...data(what)]
}
