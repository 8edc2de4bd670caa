/** Which program runs which agent, and what the project allows it: the key `backends` of `qms.config.json`. */
import * as z from 'zod/mini'
import type { CommandWords } from '../agents/backend.ts'

/** Backends that need no words of the project. */
export const BUILT_IN_BACKENDS = ['claude', 'codex', 'gemini'] as const

export interface BackendSettings {
  /** Of agents that `roles` does not name. */
  readonly default: string
  /** Backends by name of the agent. */
  readonly roles: Readonly<Record<string, string>>
  /** Backends of the project's own. */
  readonly commands: Readonly<Record<string, CommandWords>>
  /** Seconds that one agent may take. */
  readonly timeout: number
  /** Seconds that it may be silent. */
  readonly idle: number
  /** Agents that may be at work side by side. */
  readonly parallel: number
}

export const BACKEND_DEFAULTS: BackendSettings = {
  default: 'claude',
  roles: {},
  commands: {},
  timeout: 1800,
  idle: 300,
  parallel: 4,
}

export const BACKENDS_EXPECTED =
  'JSON with some of default, roles {"qa": "codex"}, commands {"NAME": {"start": ["program", "word"], "resume": [...]}}, timeout and idle (seconds), parallel'

const DAY = 86_400
const NAME = /^[a-z][a-z0-9_-]{0,31}$/

const isBuiltIn = (name: string): boolean => (BUILT_IN_BACKENDS as readonly string[]).includes(name)

/** Words of one call. */
const MOST_WORDS = 64

/** As it stands in the file; absent keys are as they are by default. Made where it is needed: most files have no such key. */
export const makeBackendsSchema = () => {
  const name = z.string().check(z.regex(NAME, 'a name such as claude'))
  const word = z.string().check(
    z.maxLength(1000),
    z.refine((w) => !w.includes('\0'), 'a word without NUL'),
  )
  const words = z.tuple([word.check(z.minLength(1))], word).check(z.maxLength(MOST_WORDS))
  const own = name.check(z.refine((n) => !isBuiltIn(n), 'a name that no built-in backend has'))
  return z
    .strictObject({
      default: z.optional(name),
      roles: z.optional(z.record(z.string().check(z.minLength(1), z.maxLength(64)), name)),
      commands: z.optional(z.record(own, z.strictObject({ start: words, resume: z.optional(words) }))),
      timeout: z.optional(z.int().check(z.minimum(1), z.maximum(DAY))),
      idle: z.optional(z.int().check(z.minimum(1), z.maximum(DAY))),
      parallel: z.optional(z.int().check(z.minimum(1), z.maximum(64))),
    })
    .check(
      z.refine(({ default: named = 'claude', roles = {}, commands = {} }) => {
        const known = (n: string): boolean => isBuiltIn(n) || Object.hasOwn(commands, n)
        return [named, ...Object.values(roles)].every(known)
      }, 'backends that are built in, or named in commands'),
    )
}

export const backendSettings = (
  given: z.infer<ReturnType<typeof makeBackendsSchema>> = {},
): BackendSettings => ({
  ...BACKEND_DEFAULTS,
  ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object),
})

/** Which backend runs an agent. */
export const backendNameFor = (settings: BackendSettings, agent: string): string =>
  (Object.hasOwn(settings.roles, agent) ? settings.roles[agent] : undefined) ?? settings.default
