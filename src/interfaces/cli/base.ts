/** What every command shares: who acts, where, and one shape of answer for people and for programs. */
import { resolve } from 'node:path'
import { Command, type Config, Flags } from '@oclif/core'
import type { Ask } from '../../app/qms.ts'
import { type Opened, openQms } from '../../compose.ts'
import { QmsError, refuse } from '../../errors.ts'
import { present } from '../present.ts'
import { encodeAnswer, type Failure, failure, type Success, success } from './answer.ts'
import { readInput } from './input.ts'
import { noticeLines, print, printError, refusalLines } from './screen.ts'

/** Flags of every command that writes. */
export const writing = {
  'dry-run': Flags.boolean({
    description: 'print the exact events that would be written, and write nothing',
  }),
  'request-id': Flags.string({
    description: 'name this request: repeating it returns the first result and writes nothing',
    helpValue: 'ID',
  }),
}

export interface CommonFlags {
  readonly user?: string | undefined
  readonly project?: string | undefined
  readonly 'dry-run'?: boolean
  readonly 'request-id'?: string | undefined
}

export abstract class QmsCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    user: Flags.string({
      char: 'u',
      description: 'who acts',
      env: 'QMS_USER',
      helpValue: 'NAME',
      helpGroup: 'GLOBAL',
    }),
    project: Flags.string({
      char: 'C',
      description: 'run as if started in this folder',
      helpValue: 'DIR',
      helpGroup: 'GLOBAL',
    }),
  }

  #user: string | undefined

  /** With the configuration that is loaded already: oclif's own would load another. */
  static override async run<T extends Command>(
    this: new (
      argv: string[],
      config: Config,
    ) => T,
    argv?: string[],
    config?: unknown,
  ): Promise<ReturnType<T['run']>> {
    return (new this(argv ?? [], config as Config) as unknown as QmsCommand)._run()
  }

  /** Opens the project, works, and closes it again whatever happens. */
  protected async using<T>(flags: CommonFlags, work: (opened: Opened, ask: Ask) => Promise<T>): Promise<T> {
    this.#user = flags.user
    const opened = await openQms(this.folder(flags))
    if (!this.jsonEnabled()) printError(noticeLines(opened.notices))
    try {
      return await work(opened, askOf(flags))
    } finally {
      await opened.close()
    }
  }

  protected folder(flags: CommonFlags): string {
    return resolve(flags.project ?? '.')
  }

  /** For people: standard output, not in `--json`. */
  protected say(lines: readonly string[]): void {
    if (!this.jsonEnabled()) print(lines)
  }

  override toSuccessJson(result: unknown): unknown {
    return success(this.id ?? '', result as object)
  }

  override logJson(json: unknown): void {
    print([encodeAnswer(json as Success | Failure)])
  }

  override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    this.parsed = true // or oclif warns about it where NODE_ENV is development or test
    if (error.oclif?.exit === 0) return
    const refused = asUsage(error, this.id ?? '')
    const refusal = present(refused, this.#user)
    process.exitCode = refusal.exit
    if (process.env.QMS_DEBUG) printError([String(error.stack)])
    if (this.jsonEnabled()) this.logJson(failure(this.id ?? '', refusal))
    else printError(refusalLines(refusal))
  }
}

const askOf = (flags: CommonFlags): Ask => {
  const request = flags['request-id']
  if (request !== undefined && !/^[\x21-\x7e]{1,200}$/.test(request))
    throw refuse('BAD_VALUE', {
      name: '--request-id',
      found: request,
      expected: '1 to 200 printable ASCII characters without spaces',
    })
  return { user: flags.user, dryRun: flags['dry-run'] ?? false, request }
}

/** What the argument parser says, as a refusal of ours. Anything else stays what it is. */
export const asUsage = (error: Error & { oclif?: { exit?: number } }, command: string): Error => {
  if (error instanceof QmsError || error.oclif === undefined) return error
  const problem = error.message
    .replace(/\nSee more help with --help$/, '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
  return refuse('USAGE', { problem, usage: `qms ${command.replaceAll(':', ' ')} --help` }, error)
}

/** Bytes of a comment in a file: more than an event may hold is refused later, by its characters. */
const MOST_WORDS = 1_000_000

/** Words given as a flag, or in a file: `--comment` and `--comment-file`. */
export const wordsOf = async (
  given: string | undefined,
  file: string | undefined,
): Promise<string | undefined> => {
  if (file === undefined) return given
  if (given !== undefined)
    throw refuse('USAGE', { problem: 'give the words in the flag or in the file, not in both' })
  const { bytes, from } = await readInput(file, MOST_WORDS)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trimEnd()
  } catch (error) {
    throw refuse('TEXT_UNREADABLE', { file: from, problem: 'it is not valid UTF-8' }, error)
  }
}
