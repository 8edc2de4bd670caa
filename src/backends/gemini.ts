/**
 * Gemini CLI without a terminal: one JSON object a line. Observed with 0.61.0: 55 is a folder that is not trusted, 42 a
 * session or input that is none; where the service is gone it tries again for minutes. 53, too many turns, is documented.
 */
import type { AgentEnd, Backend, BackendAsk, ProgramEnd, Trouble } from '../agents/backend.ts'
import { type Fields, JsonLines } from './json-lines.ts'
import { asObject, countOf, cutShort, shortened, textOf, trouble, troubleIn } from './words.ts'

const RETRYING = /attempt \d+ failed|retrying/i
const DENIED = /denied|not allowed|not permitted|requires (?:user )?(?:approval|confirmation)/i

/** The prompt is an argument: it holds no secret. The folder is the user's own choice, so its trust is not asked again. */
const wordsFor = ({ prompt, instance, fresh }: BackendAsk): string[] => [
  ...['-p', prompt, '-o', 'stream-json'],
  ...(instance === null ? ['--session-id', fresh] : ['-r', instance]),
  ...['--skip-trust', '--approval-mode', 'default'],
  ...['--allowed-tools', 'run_shell_command(qms)'],
]

export const gemini: Backend = {
  name: 'gemini',
  program: 'gemini',
  versionWords: ['--version'],
  invocation: (ask) => ({ command: ['gemini', ...wordsFor(ask)], input: '', env: {} }),
  listener: () => new GeminiListener(),
}

const EXITS: Readonly<Record<number, readonly [Trouble['code'], string]>> = {
  53: ['LIMIT', 'too many turns'],
  55: ['UNTRUSTED_FOLDER', 'the folder is not trusted'],
}

class GeminiListener extends JsonLines {
  readonly #denied = new Set<string>()
  readonly #tools = new Map<string, string>()
  #session: string | null = null
  #said = ''
  #result: Fields | null = null

  override get instance(): string | null {
    return this.#session
  }

  override waits(from: 'stdout' | 'stderr', line: string): boolean {
    return from === 'stderr' && RETRYING.test(line)
  }

  protected override complaint(line: string): void {
    if (RETRYING.test(line)) this.waited = line
    super.complaint(line)
  }

  protected override event(event: Fields): string | null {
    const { type } = event
    if (type === 'init') this.#session = textOf(event.session_id)
    if (type === 'result') this.#result = event
    if (type === 'error') this.errors.add(textOf(event.message) ?? '')
    if (type === 'message') return this.#message(event)
    if (type === 'tool_use') return this.#use(event)
    if (type === 'tool_result') this.#used(event)
    return null
  }

  #message({ role, content, delta }: Fields): string | null {
    if (role !== 'assistant') return null
    this.waited = null
    this.#said = `${delta === true ? this.#said : ''}${textOf(content) ?? ''}`
    return shortened(textOf(content) ?? '') || null
  }

  #use({ tool_name: name, tool_id: id, parameters }: Fields): string {
    this.#said = ''
    this.#tools.set(`${id}`, textOf(name) ?? '?')
    const { command, file_path: file } = asObject(parameters) ?? {}
    return shortened(`${textOf(name) ?? '?'}: ${textOf(command) ?? textOf(file) ?? ''}`)
  }

  #used({ tool_id: id, status, error, output }: Fields): void {
    const words = `${textOf(asObject(error)?.message) ?? ''} ${textOf(output) ?? ''}`
    if (status === 'error' && DENIED.test(words)) this.#denied.add(this.#tools.get(`${id}`) ?? 'tool')
  }

  override end(ended: ProgramEnd): AgentEnd {
    return {
      trouble: this.#trouble(ended),
      instance: this.#session,
      tool: null,
      turns: null,
      tokens: countOf(asObject(this.#result?.stats)?.total_tokens),
      cost: null,
      denied: [...this.#denied].slice(0, 20),
      said: shortened(this.#said) || null,
    }
  }

  #trouble(ended: ProgramEnd): Trouble | null {
    const early = cutShort(ended, this.waited)
    if (early) return early
    const failed = this.#result?.status === 'error' ? textOf(asObject(this.#result.error)?.message) : null
    const words = failed ?? this.errors.words
    const known = EXITS[ended.exit ?? 0]
    if (known) return trouble(known[0], words || known[1])
    if (ended.exit === 42) return troubleIn(words || 'input refused', 'USAGE')
    if (ended.exit !== 0 || failed !== null) return troubleIn(words || `it ended with ${ended.exit}`)
    return this.#answered()
  }

  #answered(): Trouble | null {
    if (this.#result?.status === 'success')
      return this.#denied.size > 0 ? trouble('DENIED', [...this.#denied].join(', ')) : null
    if (this.#result !== null) return trouble('UNREADABLE_ANSWER', JSON.stringify(this.#result))
    if (this.unreadable !== null) return trouble('UNREADABLE_ANSWER', this.unreadable)
    return trouble('NO_ANSWER', this.errors.words || 'it ended without a result')
  }
}
