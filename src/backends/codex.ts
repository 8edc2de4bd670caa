/**
 * Codex without a terminal: one JSON object a line. Observed with 0.169.0: what concerns every call stands before
 * `resume`; usage counts from the beginning of a thread; where the service is gone it reconnects for ever; a folder that
 * is not trusted, and a thread that is not known, end with 1 and without JSON.
 */
import type { AgentEnd, Backend, BackendAsk, ProgramEnd, Trouble } from '../agents/backend.ts'
import { type Fields, JsonLines } from './json-lines.ts'
import {
  asObject,
  countOf,
  cutShort,
  objectIn,
  shortened,
  since,
  textOf,
  trouble,
  troubleIn,
} from './words.ts'

const RECONNECTING = /reconnecting/i

/** The sandbox keeps git's folder closed, which `qms` must write in, unless it is named. */
const writable = (folders: readonly string[]): string[] =>
  folders.length === 0 ? [] : ['-c', `sandbox_workspace_write.writable_roots=${JSON.stringify(folders)}`]

const wordsFor = ({ folder, instance, writes }: BackendAsk): string[] => [
  'exec',
  ...['-s', 'workspace-write', '--json', '-C', folder],
  ...writable(writes),
  ...(instance === null ? [] : ['resume', instance]),
  '-',
]

export const codex: Backend = {
  name: 'codex',
  program: 'codex',
  versionWords: ['--version'],
  invocation: (ask) => ({ command: ['codex', ...wordsFor(ask)], input: ask.prompt, env: {} }),
  listener: (ask) => new CodexListener(ask),
}

class CodexListener extends JsonLines {
  readonly #ask: BackendAsk
  readonly #denied = new Set<string>()
  #thread: string | null = null
  #said: string | null = null
  #usage: Fields | null = null
  #turns = 0
  #failed: string | null = null

  constructor(ask: BackendAsk) {
    super()
    this.#ask = ask
  }

  override get instance(): string | null {
    return this.#thread
  }

  override waits(from: 'stdout' | 'stderr', line: string): boolean {
    if (from === 'stderr') return RECONNECTING.test(line)
    const event = objectIn(line)
    return event?.type === 'error' && RECONNECTING.test(`${event.message}`)
  }

  protected override event(event: Fields): string | null {
    const { type } = event
    if (type === 'thread.started') this.#thread = textOf(event.thread_id)
    if (type === 'turn.completed') this.#completed(event)
    if (type === 'turn.failed') this.#failed = textOf(asObject(event.error)?.message) ?? 'the turn failed'
    if (type === 'error') return this.#error(textOf(event.message) ?? 'an error')
    const item = asObject(event.item)
    if (item === null) return null
    this.waited = null
    return this.#item(item, type === 'item.completed')
  }

  protected override complaint(line: string): void {
    if (RECONNECTING.test(line)) this.waited = line
    else super.complaint(line)
  }

  #completed(event: Fields): void {
    this.#turns += 1
    this.#usage = asObject(event.usage)
    this.#failed = null
  }

  /** It may yet go on: only a turn that failed, or no turn at all, is an end. */
  #error(message: string): string {
    if (RECONNECTING.test(message)) this.waited = message
    else this.errors.add(message)
    return shortened(message)
  }

  #item(item: Fields, done: boolean): string | null {
    const { type, status, command } = item
    if (status === 'declined') this.#denied.add(textOf(type) ?? 'tool')
    if (type === 'agent_message' && done) this.#said = textOf(item.text)
    if (type === 'agent_message') return done && this.#said !== null ? shortened(this.#said) : null
    return type === 'command_execution' && !done ? shortened(`${textOf(command) ?? ''}`) || null : null
  }

  override end(ended: ProgramEnd): AgentEnd {
    const before = this.#ask.instance === null ? 0 : this.#ask.before?.tokens
    return {
      trouble: this.#trouble(ended),
      instance: this.#thread ?? (this.#turns > 0 ? this.#ask.instance : null),
      tool: null,
      turns: this.#usage === null ? null : this.#turns,
      tokens: since(tokensIn(this.#usage), before),
      cost: null,
      denied: [...this.#denied].slice(0, 20),
      said: this.#said === null ? null : shortened(this.#said),
    }
  }

  #trouble(ended: ProgramEnd): Trouble | null {
    const early = cutShort(ended, this.waited)
    if (early) return early
    if (this.#failed !== null) return troubleIn(this.#failed)
    if (ended.exit !== 0)
      return troubleIn(this.errors.words || this.unreadable || `it ended with ${ended.exit}`)
    if (this.#turns > 0) return this.#denied.size > 0 ? trouble('DENIED', [...this.#denied].join(', ')) : null
    if (this.unreadable !== null) return trouble('UNREADABLE_ANSWER', this.unreadable)
    return trouble('NO_ANSWER', this.errors.words || 'it ended without a completed turn')
  }
}

/** Those that came out of a cache are among those that went in. */
const tokensIn = (usage: Fields | null): number | null => {
  const [into, out] = [countOf(usage?.input_tokens), countOf(usage?.output_tokens)]
  return into === null || out === null ? null : into + out
}
