/** `config trust`: which programs that the project names this user agrees to, on this machine. Nothing of it is recorded. */
import type { CommandWords } from '../../agents/backend.ts'
import { refuse } from '../../errors.ts'
import type { Trust } from '../../store/local.ts'
import { readConfiguration } from '../configuration.ts'
import { type Ask, type Qms, timestamp } from '../qms.ts'
import { openRecords } from '../records.ts'
import { commandOf, digestOfWords } from './backends.ts'

export interface TrustedBackend {
  readonly name: string
  /** Null where the project names no such command any more. */
  readonly start: readonly string[] | null
  readonly resume: readonly string[] | null
  /** SHA-256 of the words as they are now; null as above. */
  readonly digest: string | null
  /** `changed`: other words of this name were trusted. */
  readonly state: 'trusted' | 'untrusted' | 'changed' | 'gone'
  /** When it was agreed to. */
  readonly since: string | null
}

export interface Trusting {
  readonly commands: readonly TrustedBackend[]
  /** The one that is trusted now, or no longer. */
  readonly changed: string | null
  readonly dryRun: boolean
}

export const listTrust = async (qms: Qms, trust: Trust): Promise<Trusting> => ({
  commands: await backendsOf(qms, trust),
  changed: null,
  dryRun: false,
})

const backendsOf = async (qms: Qms, trust: Trust): Promise<TrustedBackend[]> => {
  const { backends } = await readConfiguration(await qms.store.snapshot())
  const named = Object.entries(backends.commands).map(([name, words]) => told(qms, trust, name, words))
  const gone = trust.list().filter(({ name }) => !Object.hasOwn(backends.commands, name))
  return [
    ...named,
    ...gone.map(({ name, at }) => ({
      name,
      start: null,
      resume: null,
      digest: null,
      state: 'gone' as const,
      since: at,
    })),
  ]
}

const told = (qms: Qms, trust: Trust, name: string, words: CommandWords): TrustedBackend => {
  const digest = digestOfWords(words, qms.digest)
  const known = trust.list().find((t) => t.name === name)
  const state = known === undefined ? 'untrusted' : known.digest === digest ? 'trusted' : 'changed'
  return { name, start: words.start, resume: words.resume ?? null, digest, state, since: known?.at ?? null }
}

/** Shows exactly what would be run, and says whether it may be. */
export type Agree = (command: TrustedBackend) => Promise<boolean>

/** @throws BAD_VALUE, NOT_ALLOWED, USAGE where nobody agreed, IO */
export const trustCommand = async (
  qms: Qms,
  ask: Ask,
  trust: Trust,
  name: string,
  agree: Agree,
): Promise<Trusting> => {
  await byPerson(qms, ask)
  const { backends } = await readConfiguration(await qms.store.snapshot())
  const words = commandOf(backends, name)
  const command = told(qms, trust, name, words)
  if (ask.dryRun) return { commands: [command], changed: null, dryRun: true }
  if (!(await agree(command))) throw notAgreed(name)
  const digest = digestOfWords(words, qms.digest)
  await trust.trust({ name, digest, command: JSON.stringify(words), at: timestamp(qms) })
  return { commands: [told(qms, trust, name, words)], changed: name, dryRun: false }
}

/** @throws BAD_VALUE where it is not trusted, NOT_ALLOWED, IO */
export const distrustCommand = async (qms: Qms, ask: Ask, trust: Trust, name: string): Promise<Trusting> => {
  await byPerson(qms, ask)
  const known = trust.list().map((t) => t.name)
  if (!known.includes(name))
    throw refuse('BAD_VALUE', {
      name: 'trusted command',
      found: name,
      expected: known.join(', ') || 'none is trusted',
    })
  if (!ask.dryRun) await trust.remove(name)
  const commands = (await backendsOf(qms, trust)).filter((c) => c.name === name)
  return { commands, changed: ask.dryRun ? null : name, dryRun: ask.dryRun ?? false }
}

const notAgreed = (name: string) =>
  refuse('USAGE', {
    problem: 'nobody agreed to the command, so it is not trusted',
    usage: 'qms config trust NAME --yes',
    instead: `qms config trust ${name} --dry-run`,
  })

/** An agent that may choose its own program is bound by nothing. */
const byPerson = async (qms: Qms, { caller, user: named }: Ask): Promise<void> => {
  const user = caller?.actor ?? named
  if (user === undefined) return
  const { registry } = (await openRecords(qms)).system
  if (registry.get(user)?.kind === 'human') return
  const who = [...registry.values()].filter((a) => a.enabled && a.kind === 'human').map((a) => a.name)
  throw refuse('NOT_ALLOWED', { user, action: 'config trust', needs: 'a person', who })
}
