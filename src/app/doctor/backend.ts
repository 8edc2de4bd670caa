/** `doctor --backend`: whether what runs agents can be called, and what keeps it from it. Nothing is started but to ask its version. */
import type { Backend } from '../../agents/backend.ts'
import { JUDGING } from '../../agents/comparison.ts'
import type { Actor } from '../../documents/registry.ts'
import type { Digest } from '../../documents/trail.ts'
import { QmsError } from '../../errors.ts'
import { type AgentTools, backendNamed } from '../agents/backends.ts'
import { conformance, type Ground, type Tried } from '../agents/conformance.ts'
import { toolOf } from '../agents/run-agent.ts'
import { type BackendSettings, BUILT_IN_BACKENDS, backendNameFor } from '../backend-settings.ts'
import { type Configuration, DEFAULTS } from '../configuration.ts'
import { count, type Finding, ofFault, warning, worst } from './check.ts'
import type { Checked } from './diagnose.ts'
import type { Patient } from './patient.ts'

export interface BackendTrial {
  readonly tools: AgentTools
  readonly digest: Digest
  /** Tries it in earnest: this calls the service behind the tool. */
  readonly live: {
    readonly ground: Ground
    readonly template: string
    readonly newName: () => string
    readonly show: (line: string) => void
  } | null
}

/** @throws BAD_VALUE where there is no such backend */
export const diagnoseBackend = async (
  patient: Patient,
  name: string,
  { tools, live, digest }: BackendTrial,
): Promise<readonly Checked[]> => {
  const settings = (await configured(patient)).backends
  const { checked, backend } = trusted(settings, name, tools, digest)
  if (backend === null) return [checked]
  const program = await programOf(backend, tools)
  const base = [checked, program, await definitions(patient, settings, name)]
  if (live === null || program.state === 'problem') return base
  const { timeout, idle } = settings
  const limits = { time: timeout * 1000, idle: idle * 1000 }
  const tried = await conformance({ ...live, runs: tools.runs, backend, limits })
  return [...base, ...tried.map(checkedOf)]
}

/** Of the project; outside of one, or where its configuration cannot be read, as it is without one. */
const configured = (patient: Patient): Promise<Configuration> =>
  patient.configuration().then(
    ({ settings }) => settings,
    () => DEFAULTS,
  )

const checkedOf = (tried: Tried): Checked => ({
  group: 'agents',
  mend: null,
  ...tried,
  state: worst(tried.findings.map((f) => f.state)),
})

const check = (name: string, about: string, summary: string, findings: readonly Finding[]): Checked =>
  checkedOf({ name, about, summary, findings })

const trusted = (
  settings: BackendSettings,
  name: string,
  tools: AgentTools,
  digest: Digest,
): { checked: Checked; backend: Backend | null } => {
  const about = 'the backend is built in, or its words are trusted'
  try {
    const backend = backendNamed(settings, name, tools, digest)
    return { checked: check('backend-trust', about, backend.program, []), backend }
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'UNTRUSTED_COMMAND') throw error
    return { checked: check('backend-trust', about, '', [ofFault('problem', error)]), backend: null }
  }
}

const programOf = async (backend: Backend, { runs, folder }: AgentTools): Promise<Checked> => {
  const about = 'its program is on PATH, outside of the project, and tells its version'
  const done = (summary: string, findings: readonly Finding[]) =>
    check('backend-program', about, summary, findings)
  try {
    const file = runs.find(backend.program, folder)
    const asked = { ...backend, versionWords: backend.versionWords ?? ['--version'] }
    const isOwn = !(BUILT_IN_BACKENDS as readonly string[]).includes(backend.name)
    const tool = isOwn ? null : await toolOf(runs, { backend: asked, folder })
    if (tool !== null || isOwn) return done(`${tool ?? backend.name}, ${file}`, [])
    return done('', [
      warning(file, { found: 'it does not tell its version', expected: 'a version, such as 1.2.3' }),
    ])
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'NOT_STARTED') throw error
    return done('', [ofFault('problem', error)])
  }
}

/** Those who are called to judge; whoever calls them needs no file. */
const isJudging = ({ kind, group }: Actor): boolean => kind === 'agent' && JUDGING.has(group)

/** Of the agents that it runs. Outside of a project there are none. */
const definitions = async (patient: Patient, settings: BackendSettings, name: string): Promise<Checked> => {
  const about = 'the agents that judge by it have a definition file'
  const registry = await patient.records().then(
    (records) => records.system.registry,
    () => null,
  )
  const { agents: folder } = await configured(patient)
  const files = registry === null ? null : await patient.repository.agents(folder)
  const all = [...(registry?.values() ?? [])].filter(
    (a) => a.enabled && isJudging(a) && backendNameFor(settings, a.name) === name,
  )
  const without = all.filter((a) => !files?.get(`${folder}/${a.name}.md`))
  const findings = without.map((a) =>
    warning(a.name, {
      found: `no ${folder}/${a.name}.md in this work tree`,
      expected: 'a definition file: without one the agent knows of itself what its packet says',
      next: [['qms', 'agent', 'check']],
    }),
  )
  return check('backend-definitions', about, count(all.length, 'agent'), findings)
}
