/** The only place that starts git. Every child gets an absolute program, an argument list and a closed environment. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { SimpleGit } from 'simple-git'
import { refuse } from '../errors.ts'
import { closedEnvironment, gitBinary, HARDENING, HARDENING_ARGS } from './git-environment.ts'
import { errno, type Finished, gitFault, ioFault } from './git-faults.ts'

export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  /** More `-c` settings; they win over the hardening. */
  readonly config?: readonly string[]
}

/** A git bound to one repository (or, before discovery, to a folder alone). */
export class Git {
  readonly cwd: string
  readonly gitDir: string | null
  readonly #env: Record<string, string>

  constructor(cwd: string, gitDir: string | null = null, env = closedEnvironment()) {
    this.cwd = cwd
    this.gitDir = gitDir
    this.#env = env
  }

  /** The same git seen from another git folder (a linked worktree's has its own HEAD and index). */
  at(cwd: string, gitDir: string): Git {
    return new Git(cwd, gitDir, this.#env)
  }

  /** Starts a child for streaming; the caller reads its output and its end. @throws IO, GIT_MISSING */
  start(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
    const where = this.gitDir === null ? [] : [`--git-dir=${this.gitDir}`]
    const more = (options.config ?? []).flatMap((setting) => ['-c', setting])
    const env = options.env ? { ...this.#env, ...options.env } : this.#env
    const child = spawn(gitBinary(), [...where, ...HARDENING_ARGS, ...more, ...args], {
      cwd: this.cwd,
      env,
      windowsHide: true,
    })
    // Without descriptors left for its pipes there is no child, and the error comes when nobody can wait for it.
    if (!child.stdout) {
      child.on('error', () => undefined)
      const reason = 'no pipe to it could be made: too many open files'
      throw refuse('IO', { operation: `start of git ${args[0]}`, reason })
    }
    return child
  }

  /** Starts a child that nobody hears or waits for, and that outlives this program. */
  startDetached(args: readonly string[]): ChildProcess {
    return spawn(gitBinary(), [`--git-dir=${this.gitDir ?? this.cwd}`, ...HARDENING_ARGS, ...args], {
      cwd: this.cwd,
      env: this.#env,
      detached: true,
      stdio: 'ignore',
      windowsHide: true,
    })
  }

  /** Runs a child to its end, whatever its exit code. @throws IO, GIT_MISSING when it cannot be started. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
    const child = this.start(args, options)
    const finished = ending(child, `git ${args[0]}`)
    child.stdin.end(options.input ?? '')
    return finished
  }

  /** Output of a child that must succeed. @throws IO, GIT. */
  async bytes(args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
    const finished = await this.run(args, options)
    if (finished.code !== 0) throw gitFault(`git ${args[0]}`, finished)
    return finished.stdout
  }

  /** As `bytes`, decoded, with the last line break taken off. */
  async text(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return (await this.bytes(args, options)).toString('utf8').replace(/\n$/, '')
  }

  /** Whether the commit `older` is in the history of `newer`. @throws IO, GIT where git cannot tell. */
  async isAncestor(older: string, newer: string): Promise<boolean> {
    const finished = await this.run(['merge-base', '--is-ancestor', older, newer])
    if (finished.code === 0 || finished.code === 1) return finished.code === 0
    throw gitFault('git merge-base', finished)
  }

  /** simple-git in the same closed environment, loaded only when somebody asks: importing it costs 40 ms. */
  async porcelain(): Promise<SimpleGit> {
    const { simpleGit } = await import('simple-git')
    const guardedNames = Object.keys(this.#env).filter((name) => /^GIT_/i.test(name))
    return simpleGit({
      baseDir: this.cwd,
      binary: gitBinary(),
      config: [...HARDENING],
      allowEnvironment: guardedNames,
      unsafe: {
        allowUnsafeCustomBinary: true,
        allowUnsafeFsMonitor: true,
        allowUnsafeHooksPath: true,
        allowUnsafePager: true,
        allowUnsafeProtocolOverride: true,
      },
    }).env(this.#env)
  }
}

/** Collects a child's output and waits for its end; a parent that stops reading early is no fault of the child. */
export function ending(child: ChildProcessWithoutNullStreams, command: string): Promise<Finished> {
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined)
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(startFault(command, error)))
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') }),
    )
  })
}

const startFault = (command: string, error: Error): Error =>
  errno(error) === 'ENOENT'
    ? refuse('GIT_MISSING', { reason: `${command} could not be started: ${error.message}` }, error)
    : ioFault(command, command, error)
