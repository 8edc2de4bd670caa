/** What every command shares: who acts, where, and one shape of answer for people and for programs. */
import { resolve } from 'node:path'
import { Command, type Config, Flags } from '@oclif/core'
import { type Ask, timestamp } from '../../app/qms.ts'
import { type Opened, openQms, peekQms } from '../../compose.ts'
import { refuse } from '../../errors.ts'
import { agentTool } from '../agent-tool.ts'
import { callOf } from '../call.ts'
import { present } from '../present.ts'
import { encodeAnswer, type Failure, failure, type Success, success } from './answer.ts'
import { isVerbose } from './display.ts'
import { readInput } from './input.ts'
import { chosen, type Listed, type ListingFlags } from './listing.ts'
import { noticeLines, print, printError, refusalLines, show } from './screen.ts'
import { traced } from './trace.ts'
import { asUsage } from './usage.ts'

/** Flags of every command that writes. */
export const writing = {
  'dry-run': Flags.boolean({
    char: 'n',
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

/** What runs commands in place of a command line, one after another in one process: a server. */
export interface Host {
  /** The project that holds the folder. @throws as `openQms` */
  open(folder: string): Promise<Opened>
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
    quiet: Flags.boolean({
      char: 'q',
      description: 'only the answer: no next steps, no notes',
      helpGroup: 'GLOBAL',
    }),
    verbose: Flags.boolean({
      char: 'v',
      description: 'say which project and branch, on standard error',
      helpGroup: 'GLOBAL',
    }),
    'no-color': Flags.boolean({ description: 'without colours', helpGroup: 'GLOBAL' }),
    'no-pager': Flags.boolean({
      description: 'print long answers without a pager',
      helpGroup: 'GLOBAL',
    }),
  }

  #user: string | undefined
  #notices: Opened['notices'] = []
  #host: Host | undefined
  #answer: Success | Failure | undefined

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

  /** Runs for a host: the answer is given and not printed, and says nothing of how this process will end. */
  async answered(host: Host): Promise<Success | Failure> {
    const { exitCode } = process
    this.#host = host
    try {
      await this._run()
    } finally {
      process.exitCode = exitCode
    }
    if (this.#answer === undefined) throw new Error(`${this.id} gave no answer`)
    return this.#answer
  }

  /** Opens the project, works, and closes it again whatever happens. */
  protected async using<T>(flags: CommonFlags, work: (opened: Opened, ask: Ask) => Promise<T>): Promise<T> {
    this.#user = flags.user
    const folder = this.folder(flags)
    const opened = await (this.#host?.open(folder) ?? openQms(folder))
    this.#notice(opened.notices)
    try {
      const ask = await this.#asked(opened, flags)
      this.#user = ask.user
      if (isVerbose()) printError([`qms: ${opened.root}, branch ${opened.branch}, ${actorOf(ask)}`])
      return await work(opened, ask)
    } finally {
      await opened.close()
    }
  }

  /** Who really calls is asked only where somebody was given something to call with. @throws as `identified` */
  async #asked({ qms, grants }: Opened, flags: CommonFlags): Promise<Ask> {
    const verb = (this.id ?? '').replaceAll(':', ' ')
    const ask = { ...askOf(flags), verb, tool: agentTool() }
    const token = process.env.QMS_TOKEN || undefined
    if (token === undefined && (await grants.ofProcess(timestamp(qms))) === null) return ask
    const { identified } = await import('../../app/agents/identity.ts')
    return identified(qms, grants, ask, { token, action: verb, words: this.argv })
  }

  /** The same where nothing of the store is believed, its configuration included: it may be what is damaged. */
  protected async inspecting<T>(flags: CommonFlags, work: (opened: Opened) => Promise<T>): Promise<T> {
    this.#user = flags.user
    const opened = await peekQms(this.folder(flags))
    try {
      this.#notice(await opened.look())
      return await work(opened)
    } finally {
      await opened.close()
    }
  }

  /** For people at once, for programs with the answer. */
  #notice(notices: Opened['notices']): void {
    this.#notices = notices
    if (!this.jsonEnabled()) printError(noticeLines(notices))
  }

  protected folder(flags: CommonFlags): string {
    return resolve(flags.project ?? '.')
  }

  /** For people: standard output, not in `--json`. */
  protected say(lines: readonly string[]): void {
    if (!this.jsonEnabled()) show(lines)
  }

  /** An answer that is a list, as the flags of lists want it. @throws BAD_VALUE */
  protected listed<A extends object>(flags: ListingFlags, list: Listed<A>): object {
    const { answer, lines } = chosen(flags, list)
    this.say(lines)
    return answer
  }

  /** The first example of this command. */
  protected example(): string | undefined {
    return [this.ctor.examples ?? []].flat().map((e) => String(e).replaceAll('<%= config.bin %>', 'qms'))[0]
  }

  override jsonEnabled(): boolean {
    return this.#host !== undefined || super.jsonEnabled()
  }

  override toSuccessJson(result: unknown): unknown {
    return success(this.id ?? '', result as object, this.#notices)
  }

  override logJson(json: unknown): void {
    const answer = json as Success | Failure
    if (this.#host) this.#answer = answer
    else print([encodeAnswer(answer)])
  }

  override async catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    this.parsed = true // or oclif warns about it where NODE_ENV is development or test
    if (error.oclif?.exit === 0) return
    const id = this.id ?? ''
    const refused = asUsage(error, id, this.argv, this.example())
    const refusal = traced(
      present(refused, this.#user, callOf(id.replaceAll(':', ' '), this.argv)),
      error,
      id,
    )
    process.exitCode = refusal.exit
    if (process.env.QMS_DEBUG) printError([String(error.stack)])
    if (this.jsonEnabled()) this.logJson(failure(this.id ?? '', refusal, this.#notices))
    else printError(refusalLines(refusal))
  }
}

const actorOf = ({ user }: Ask): string => (user ? `acting as ${user}` : 'acting as nobody')

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
