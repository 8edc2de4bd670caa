/**
 * Any program that takes a prompt on standard input and answers with one JSON object in its last line. How it is called
 * is for the configuration to say; docs/backends.md describes the answer.
 */
import * as z from 'zod/mini'
import {
  type AgentEnd,
  type Backend,
  type BackendAsk,
  type CommandWords,
  type Listener,
  type ProgramEnd,
  TROUBLES,
  type Trouble,
} from '../agents/backend.ts'
import { cutShort, objectIn, shortened, Tail, trouble, troubleIn } from './words.ts'

const count = z.number().check(z.nonnegative())
const words = z.string().check(z.minLength(1), z.maxLength(200))

const answer = z.object({
  instance: z.optional(words),
  tool: z.optional(words),
  turns: z.optional(z.int().check(z.nonnegative())),
  tokens: z.optional(z.int().check(z.nonnegative())),
  cost: z.optional(count),
  said: z.optional(z.string()),
  denied: z.optional(z.array(words).check(z.maxLength(20))),
  error: z.optional(
    z.object({ code: z.optional(z.enum(TROUBLES)), words: z.string(), transient: z.optional(z.boolean()) }),
  ),
})
type Answer = z.infer<typeof answer>

export const commandBackend = (name: string, call: CommandWords): Backend => ({
  name,
  program: call.start[0],
  versionWords: null,
  invocation: (ask) => ({ command: filled(templateOf(call, ask), ask), input: ask.prompt, env: {} }),
  listener: (ask) => new CommandListener(ask, templateOf(call, ask)),
})

const templateOf = ({ start, resume }: CommandWords, { instance }: BackendAsk): CommandWords['start'] =>
  instance === null ? start : (resume ?? start)

const filled = ([program, ...rest]: CommandWords['start'], ask: BackendAsk): CommandWords['start'] => {
  const { agent, fresh, folder } = ask
  const values: Readonly<Record<string, string>> = { agent, fresh, folder, instance: ask.instance ?? fresh }
  return [program, ...rest.map((word) => values[/^\{(\w+)\}$/.exec(word)?.[1] ?? ''] ?? word)]
}

class CommandListener implements Listener {
  readonly #named: string | null
  readonly #errors = new Tail()
  #last = ''
  #heard = false

  constructor(ask: BackendAsk, template: CommandWords['start']) {
    const given = template.includes('{fresh}') || template.includes('{instance}')
    this.#named = ask.instance ?? (given ? ask.fresh : null)
  }

  /** Of one that has not said a word it is not known whether it has begun; its own name for itself comes last of all. */
  get instance(): string | null {
    return this.#heard ? this.#named : null
  }

  hear(from: 'stdout' | 'stderr', line: string): string | null {
    this.#heard = true
    if (from === 'stderr') this.#errors.add(line)
    else if (line.trim() !== '') this.#last = line
    return line.trim() === '' || (from === 'stdout' && objectIn(line)) ? null : shortened(line)
  }

  waits(): boolean {
    return false
  }

  end(ended: ProgramEnd): AgentEnd {
    const read = answer.safeParse(objectIn(this.#last))
    const told: Answer = read.success ? read.data : {}
    return {
      trouble: this.#trouble(ended, read.success ? read.data : null),
      instance: told.instance ?? this.#named,
      tool: told.tool ?? null,
      turns: told.turns ?? null,
      tokens: told.tokens ?? null,
      cost: told.cost ?? null,
      denied: told.denied ?? [],
      said: told.said ? shortened(told.said) : null,
    }
  }

  #trouble(ended: ProgramEnd, told: Answer | null): Trouble | null {
    const early = cutShort(ended, null)
    if (early) return early
    if (told?.error)
      return trouble(told.error.code ?? 'UNKNOWN', told.error.words, told.error.transient ?? false)
    if (ended.exit !== 0) return troubleIn(this.#errors.words || `it ended with ${ended.exit}`)
    if (told === null && this.#last !== '') return trouble('UNREADABLE_ANSWER', this.#last)
    if (told === null) return trouble('NO_ANSWER', this.#errors.words || 'it wrote nothing')
    return told.denied?.length ? trouble('DENIED', told.denied.join(', ')) : null
  }
}
