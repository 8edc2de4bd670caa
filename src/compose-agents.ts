/** Puts together what calling agents needs, apart from `compose.ts`: no other command starts with it. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { AgentTools } from './app/agents/backends.ts'
import type { AgentPorts, AgentRan, AgentRun } from './app/agents/ports.ts'
import type { BackendSettings } from './app/backend-settings.ts'
import { readConfiguration } from './app/configuration.ts'
import { digest, type Opened, program, shipped } from './compose.ts'
import { type FaultCode, QmsError, refuse } from './errors.ts'
import { leftBehind } from './project/children.ts'
import { agentFilesIn } from './store/agent-files.ts'

export { inForeground } from './project/children.ts'

export interface CallingPorts extends AgentPorts {
  /** Agents that may be at work at once. */
  readonly parallel: number
}

/** @param timeout seconds that an agent may take; else as configured */
export const agentPorts = async (
  opened: Opened,
  { timeout }: { readonly timeout?: number | undefined },
): Promise<CallingPorts> => {
  const [tools, { backends, agents }, { backendNamed }, { backendNameFor }] = await Promise.all([
    opened.agentTools(),
    opened.qms.store.snapshot().then(readConfiguration),
    import('./app/agents/backends.ts'),
    import('./app/backend-settings.ts'),
  ])
  return {
    grants: opened.grants,
    calls: opened.calls,
    folder: tools.folder,
    writes: tools.writes,
    parallel: backends.parallel,
    backendOf: async (agent) => backendNameFor(backends, agent),
    backend: async (name) => backendNamed(backends, name, tools, digest),
    limit: async () => (timeout ?? backends.timeout) * 1000,
    template: templateOf,
    definition: async (agent) => definitionOf(tools.folder, agents, agent),
    uuid: randomUUID,
    run: (what) => runOn(tools, backends, what),
  }
}

/** The template of a task, as the package ships it. @throws IO */
export const templateOf: AgentPorts['template'] = async (task) => {
  const file = (await shipped.files('prompts')).find(({ name }) => name === `${task}.md`)
  if (!file) throw refuse('IO', { operation: 'read', path: `templates/prompts/${task}.md`, reason: 'ENOENT' })
  return { text: new TextDecoder().decode(file.bytes), digest: digest(file.bytes) }
}

/** In the work tree that the agent will stand in. */
const definitionOf = async (root: string, folder: string, agent: string): Promise<string | null> => {
  const path = `${folder}/${agent}.md`
  return (await agentFilesIn(root, folder)).get(path) ? path : null
}

const runOn = async (tools: AgentTools, settings: BackendSettings, what: AgentRun): Promise<AgentRan> => {
  const { runAgent } = await import('./app/agents/run-agent.ts')
  const { backend, ask, token, limit } = what
  const log = tools.logOf(what.name)
  const { end, program, duration } = await runAgent(tools.runs, {
    backend,
    ask,
    secrets: { QMS_TOKEN: token },
    limits: { time: limit, idle: settings.idle * 1000 },
    log,
    started: (pid) => what.started(pid),
    met: (instance) => what.met(instance),
    show: (line) => what.tell(line),
    isDone: () => what.isDone(),
    newName: randomUUID,
  })
  return { end, exit: program.exit, interrupted: program.interrupted, duration, log }
}

/**
 * The same command once more, left behind to wait for its agent. Gives the dispatch as soon as it is on record.
 * @throws what the command was refused with; NOT_STARTED
 */
export const spawnBehind = async (
  opened: Opened,
  words: readonly string[],
  folder: string,
): Promise<{ dispatch: string; log: string | null }> => {
  const { logOf } = await opened.agentTools()
  const log = logOf(`spawn-${randomUUID()}`) ?? join(opened.root, '.qms', 'spawn.log')
  const said = await leftBehind([program.node, program.file, ...words], folder, log)
  const { dispatch, refused } = ('message' in said ? said.message : {}) as {
    dispatch?: string
    refused?: { code: FaultCode; facts: never }
  }
  if (refused) throw new QmsError(refused.code, refused.facts)
  if (dispatch) return { dispatch, log: logOf(dispatch) }
  throw refuse('IO', { operation: 'start', path: log, reason: 'it ended before the agent was called' })
}
