/**
 * Claude Code without a terminal: one JSON object a line. Observed with 2.1.329: a denied tool ends with 0, a session
 * that is not known with 1 and nothing on standard output; what a session that goes on has cost counts from its beginning.
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

/** An agent reads, and runs this program; it starts nobody, and nothing asks a person. */
const TOOLS = ['Read', 'Grep', 'Glob', 'Bash']
const ALLOWED = ['Read', 'Grep', 'Glob', 'Bash(qms:*)']

/** Where the tool looks for definitions itself. */
const DEFINITIONS = '.claude/agents/'

const ENV = {
  CLAUDE_CODE_MAX_SUBAGENT_SPAWN_DEPTH: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  // It refuses to start inside of itself, which is where an orchestrator often is.
  CLAUDECODE: null,
  CLAUDE_CODE_ENTRYPOINT: null,
}

const wordsFor = ({ agent, instance, fresh, definition }: BackendAsk): string[] => [
  '-p',
  ...['--output-format', 'stream-json', '--verbose'],
  ...(instance === null ? ['--session-id', fresh] : ['--resume', instance]),
  ...(definition === `${DEFINITIONS}${agent}.md` ? ['--agent', agent] : []),
  ...['--permission-mode', 'dontAsk'],
  ...['--tools', TOOLS.join(',')],
  ...['--allowedTools', ALLOWED.join(',')],
]

export const claude: Backend = {
  name: 'claude',
  program: 'claude',
  versionWords: null,
  invocation: (ask) => ({ command: ['claude', ...wordsFor(ask)], input: ask.prompt, env: ENV }),
  listener: (ask) => new ClaudeListener(ask),
}

class ClaudeListener extends JsonLines {
  readonly #ask: BackendAsk
  readonly #messages = new Set<string>()
  #session: string | null = null
  #tool: string | null = null
  #result: Fields | null = null

  constructor(ask: BackendAsk) {
    super()
    this.#ask = ask
  }

  override get instance(): string | null {
    return this.#session
  }

  override waits(_: 'stdout' | 'stderr', line: string): boolean {
    const event = objectIn(line)
    return event?.type === 'system' && event.subtype === 'api_retry'
  }

  protected override event(event: Fields): string | null {
    this.#session = textOf(event.session_id) ?? this.#session
    if (event.type === 'result') this.#result = event
    if (event.type === 'system') this.#system(event)
    if (event.type !== 'assistant') return null
    this.waited = null
    const message = asObject(event.message)
    const id = textOf(message?.id)
    if (id !== null && !event.parent_tool_use_id) this.#messages.add(id)
    return shownOf(message?.content)
  }

  #system(event: Fields): void {
    const version = textOf(event.claude_code_version)
    if (version !== null) this.#tool = `claude ${version}`
    if (event.subtype === 'api_retry')
      this.waited = `${textOf(event.error) ?? 'the service does not answer'} ${countOf(event.error_status) ?? ''}`
  }

  override end(ended: ProgramEnd): AgentEnd {
    const denied = deniedIn(this.#result)
    const isNew = this.#ask.instance === null
    const before = isNew ? { tokens: 0, cost: 0 } : this.#ask.before
    const told = countOf(this.#result?.num_turns)
    return {
      trouble: this.#trouble(ended, denied),
      instance: this.#session,
      tool: this.#tool,
      turns: isNew ? told : this.#result && this.#messages.size,
      tokens: since(tokensIn(this.#result), before?.tokens),
      cost: since(countOf(this.#result?.total_cost_usd), before?.cost),
      denied,
      said: this.#result ? saidBy(this.#result) : null,
    }
  }

  #trouble(ended: ProgramEnd, denied: readonly string[]): Trouble | null {
    const result = this.#result
    if (result === null) return cutShort(ended, this.waited) ?? this.#silent(ended)
    const { subtype } = result
    if (typeof subtype !== 'string' || typeof result.is_error !== 'boolean')
      return trouble('UNREADABLE_ANSWER', JSON.stringify(result))
    if (/^error_max_/.test(subtype)) return trouble('LIMIT', subtype)
    if (result.is_error || subtype !== 'success') return troubleIn(complaintOf(result))
    if (denied.length > 0) return trouble('DENIED', denied.join(', '))
    return cutShort(ended, null) ?? this.#unlike(ended)
  }

  /** A result that says one thing, and an exit code that says another. */
  #unlike({ exit }: ProgramEnd): Trouble | null {
    return exit === 0 ? null : troubleIn(this.errors.words || `it ended with ${exit}`)
  }

  /** Without a result nothing is known to have been done, whatever the exit code is. */
  #silent({ exit }: ProgramEnd): Trouble {
    if (this.unreadable !== null) return trouble('UNREADABLE_ANSWER', this.unreadable)
    const words = this.errors.words
    if (exit !== 0 && words !== '') return troubleIn(words)
    return trouble('NO_ANSWER', words || `it ended with ${exit}, without a result`)
  }
}

/** Words of the agent, and the names of the tools that it uses. */
const shownOf = (content: unknown): string | null => {
  const parts = (Array.isArray(content) ? content : []).map((part: unknown) => {
    const { type, text, name, input } = asObject(part) ?? {}
    if (type === 'text') return textOf(text) ?? ''
    if (type !== 'tool_use') return ''
    const { command, file_path: file, pattern } = asObject(input) ?? {}
    return `${textOf(name) ?? '?'}: ${textOf(command) ?? textOf(file) ?? textOf(pattern) ?? ''}`
  })
  return shortened(parts.join(' ')) || null
}

const deniedIn = (result: Fields | null): string[] => {
  const all = Array.isArray(result?.permission_denials) ? result.permission_denials : []
  const names = all.flatMap((denial: unknown) => textOf(asObject(denial)?.tool_name) ?? [])
  return [...new Set(names)].slice(0, 20)
}

const saidBy = (result: Fields): string | null => {
  const said = textOf(result.result)
  return said === null ? null : shortened(said)
}

const complaintOf = (result: Fields): string => {
  const errors = Array.isArray(result.errors) ? result.errors : []
  const status = countOf(result.api_error_status)
  const parts = [
    ...(status === null ? [] : [`API error ${status}`]),
    ...[result.result, ...errors].flatMap((part) => textOf(part) ?? []),
  ]
  return parts.join(' ') || `${result.terminal_reason ?? result.subtype}`
}

/** All models together, what came out of a cache included: `usage` counts the main conversation alone. */
const tokensIn = (result: Fields | null): number | null => {
  const models = asObject(result?.modelUsage)
  if (models === null) return null
  const counts = Object.values(models).flatMap((model) => {
    const used = asObject(model) ?? {}
    const kinds = [
      used.inputTokens,
      used.outputTokens,
      used.cacheReadInputTokens,
      used.cacheCreationInputTokens,
    ]
    return kinds.map((kind) => countOf(kind) ?? 0)
  })
  return counts.reduce((a, b) => a + b, 0)
}
