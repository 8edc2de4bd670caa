/**
 * One reference, moved from an expected value, in two steps: after `prepare` git holds its locks and has compared;
 * only `commit` moves. When this program dies in between, git sees the end of its input and lets go.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { type Finished, gitFault, isOfTheWorld } from './git-faults.ts'
import { ending, type Git } from './plumbing.ts'

/** `lost`: the reference is not where it was expected. `busy`: another git holds its lock. */
export type Prepared = 'ready' | 'lost' | 'busy'

const LOST = /but expected|reference already exists|unable to resolve reference|reference is missing/
const BUSY = /Unable to create '(.*\.lock)': File exists/

export class RefTransaction {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #finished: Promise<Finished>
  readonly #said: string[] = []
  #wake: () => void = () => undefined

  /** Starts git at once, so that it is ready by the time the new commit is known. */
  constructor(git: Git, reason: string, committer: { readonly name: string; readonly email: string }) {
    const env = { GIT_COMMITTER_NAME: committer.name, GIT_COMMITTER_EMAIL: committer.email }
    this.#child = git.start(['update-ref', '-m', reason, '--stdin'], { env })
    this.#finished = ending(this.#child, 'git update-ref')
    this.#finished.catch(() => undefined)
    this.#child.stdout.on('data', (chunk: Buffer) => this.#hear(chunk.toString('utf8')))
    this.#child.once('close', () => this.#wake())
    this.#child.once('error', () => this.#wake())
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Locks and compares. @param old all zeros when the reference must not exist. @throws IO, GIT. */
  async prepare(ref: string, next: string, old: string): Promise<Prepared> {
    this.#child.stdin.write(`start\nupdate ${ref} ${next} ${old}\nprepare\n`)
    if (await this.#hears('prepare: ok')) return 'ready'
    const finished = await this.#finished
    if (BUSY.test(finished.stderr)) return 'busy'
    if (LOST.test(finished.stderr) && !isOfTheWorld(finished.stderr)) return 'lost'
    throw gitFault('git update-ref', finished)
  }

  /** Moves the reference. Gives whether git took its locks away, too. @throws IO, GIT: then whether it moved must be read. */
  async commit(): Promise<{ readonly tidy: boolean }> {
    this.#child.stdin.end('commit\n')
    const finished = await this.#finished
    if (finished.code !== 0 || !finished.stdout.includes('commit: ok'))
      throw gitFault('git update-ref', finished)
    return { tidy: !finished.stderr.includes('unable to unlink') }
  }

  /** Lets go without moving anything; harmless after the end. */
  async abandon(): Promise<void> {
    this.#child.stdin.end()
    await this.#finished.catch(() => undefined)
  }

  #hear(text: string): void {
    this.#said.push(text)
    this.#wake()
  }

  async #hears(words: string): Promise<boolean> {
    while (!this.#said.join('').includes(words)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        return this.#said.join('').includes(words)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return true
  }
}
