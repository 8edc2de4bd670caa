/** Users and the agents among them, by the registry and by their definition files together. */
import {
  type AgentAccount,
  type Backends,
  backendOf,
  compareAgents,
  type Described,
  definitionTold,
  JUDGING,
} from '../../agents/comparison.ts'
import type { Actor } from '../../documents/registry.ts'
import { refuse } from '../../errors.ts'
import { conflictsIn } from '../../lint/agent-definition.ts'
import { CONFIG_FILE } from '../../store/layout.ts'
import { DEFAULTS, isAdopted, parseConfiguration } from '../configuration.ts'
import { type UserAccount, userAccount } from '../govern.ts'
import type { Qms } from '../qms.ts'
import { openRecords, type Records } from '../records.ts'
import { type AgentFiles, definitionFiles } from './definitions.ts'

export type { AgentAccount }

export interface AgentsChecked {
  readonly agents: readonly AgentAccount[]
  readonly errors: number
  readonly warnings: number
}

/** Compares definition files with the registry; of one agent where it is named. @throws NO_USER */
export const checkAgents = async (qms: Qms, here: AgentFiles, name?: string): Promise<AgentsChecked> => {
  const all = await agentAccounts(await openRecords(qms), here)
  const agents = all.filter((a) => name === undefined || a.name === name)
  if (name !== undefined && agents.length === 0)
    throw refuse('NO_USER', { name, users: all.map((a) => a.name) })
  const weights = agents.flatMap(({ findings }) => findings.map(({ weight }) => weight))
  const count = (weight: string): number => weights.filter((w) => w === weight).length
  return { agents, errors: count('error'), warnings: count('warning') }
}

export const agentAccounts = async (records: Records, here: AgentFiles): Promise<readonly AgentAccount[]> => {
  const [files, settings] = await Promise.all([described(records, here), records.snapshot.read(CONFIG_FILE)])
  return compareAgents({
    registry: records.system.registry,
    files,
    backends: backendsIn(settings),
    folder: here.folder,
    adopted: isAdopted(settings),
  })
}

/** Whoever is registered is known to judge or not; of others the file itself must tell. */
const described = async (
  { snapshot, system }: Records,
  here: AgentFiles,
): Promise<ReadonlyMap<string, Described>> => {
  const judges = (name: string): boolean | undefined => {
    const actor = system.registry.get(name)
    return actor && JUDGING.has(actor.group)
  }
  const files = await definitionFiles(snapshot, here)
  return new Map(
    [...files].map(([name, file]) => {
      const conflicts = file.definition ? conflictsIn(file.path, file.text ?? '', judges(name)) : []
      return [name, { ...file, conflicts }]
    }),
  )
}

/** As the configuration says; others say what is wrong with it where it cannot be read. */
const backendsIn = (settings: Uint8Array | null): Backends => {
  try {
    return parseConfiguration(settings).settings.backends
  } catch {
    return DEFAULTS.backends
  }
}

/** What a definition file adds to a user. */
export interface Description {
  /** Path of the file; null where there is none. */
  readonly definition: string | null
  readonly description: string | null
  readonly domain: readonly string[]
  readonly backend: string | null
}

export const listAccounts = async (qms: Qms, here: AgentFiles): Promise<readonly (Actor & Description)[]> => {
  const records = await openRecords(qms)
  const add = await describing(records, here)
  return [...records.system.registry.values()].map((actor) => ({ ...actor, ...add(actor) }))
}

/** One user, with what was decided about them. @throws NO_USER */
export const showAccount = async (
  qms: Qms,
  here: AgentFiles,
  name: string,
): Promise<UserAccount & Description> => {
  const records = await openRecords(qms)
  const account = userAccount(records, name)
  return { ...account, ...(await describing(records, here))(account) }
}

const describing = async (records: Records, here: AgentFiles): Promise<(actor: Actor) => Description> => {
  const [files, settings] = await Promise.all([described(records, here), records.snapshot.read(CONFIG_FILE)])
  const backends = backendsIn(settings)
  return (actor) => {
    const file = files.get(actor.name)
    const { path, description, domain } = file ? definitionTold(file) : NOTHING
    return { definition: path, description, domain, backend: backendOf(actor, backends) }
  }
}

const NOTHING = { path: null, description: null, domain: [] } as const
