/** Runs an agent on its backend to the end, once more where its trouble is likely to pass. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentEnd, Backend, BackendAsk, Listener, Spent } from '../../agents/backend.ts'
import { DELAYS, retryAfter } from '../../agents/retry.ts'
import type { AgentRan, AgentRunAsk, AgentRuns } from '../../project/agent-runs.ts'

export interface AgentCall extends Pick<AgentRunAsk, 'secrets' | 'log' | 'started'> {
  readonly backend: Backend
  readonly ask: BackendAsk
  readonly limits: {
    /** Milliseconds, all calls and the time between them together. */
    readonly time: number
    /** Milliseconds that it may be silent. */
    readonly idle: number
  }
  /** Shown as it comes: not safe for a terminal as it is. */
  readonly show?: ((line: string) => void) | undefined
  /** Told what the agent is resumed by, as soon as its program has said so. */
  readonly met?: ((instance: string) => void) | undefined
  /** Whether what the agent was called for has been done: then it is not called again. */
  readonly isDone?: (() => Promise<boolean>) | undefined
  /** Another UUID for an agent that has to begin anew. */
  readonly newName: () => string
  /** Milliseconds before each further call; none: it is called once. */
  readonly delays?: readonly number[] | undefined
}

export interface AgentCalled {
  readonly end: AgentEnd
  /** Of the last call. */
  readonly program: AgentRan
  readonly attempts: number
  /** Milliseconds, all calls and the time between them together. */
  readonly duration: number
}

/** @throws NOT_STARTED, IO; what `started` and `isDone` throw */
export const runAgent = async (runs: AgentRuns, call: AgentCall): Promise<AgentCalled> => {
  const began = performance.now()
  const spent = (): number => Math.round(performance.now() - began)
  let { ask } = call
  let used: Used = NOTHING
  for (let attempt = 1; ; attempt++) {
    const time = Math.max(1, call.limits.time - spent())
    const { end, program } = await runOnce(runs, { ...call, ask }, time)
    used = together(used, end)
    const wait = program.interrupted ? null : retryAfter(end.trouble, attempt, call.delays ?? DELAYS)
    const isOver = wait === null || spent() + wait >= call.limits.time || (await call.isDone?.())
    if (isOver) {
      const tool =
        end.tool ??
        (program.interrupted ? null : await toolOf(runs, { backend: call.backend, folder: ask.folder }))
      return { end: { ...end, ...used, tool }, program, attempts: attempt, duration: spent() }
    }
    await sleep(wait)
    ask = goingOn(ask, end, call.newName)
  }
}

type Used = Pick<AgentEnd, 'turns' | 'tokens' | 'cost'>
const NOTHING: Used = { turns: 0, tokens: 0, cost: 0 }

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b)

/** What is not known of one is not known of both. */
const together = (a: Used, b: Used): Used => ({
  turns: sum(a.turns, b.turns),
  tokens: sum(a.tokens, b.tokens),
  cost: sum(a.cost, b.cost),
})

/** The agent that has begun goes on; a name that may be taken is not given again. */
const goingOn = (ask: BackendAsk, end: AgentEnd, newName: () => string): BackendAsk => ({
  ...ask,
  instance: end.instance ?? ask.instance,
  fresh: newName(),
  before: {
    tokens: sum(startOf(ask).tokens, end.tokens),
    cost: sum(startOf(ask).cost, end.cost),
  },
})

/** Of a new agent nothing was used yet. */
const startOf = (ask: BackendAsk): Spent =>
  ask.before ?? (ask.instance === null ? { tokens: 0, cost: 0 } : { tokens: null, cost: null })

const runOnce = async (
  runs: AgentRuns,
  { backend, ask, limits, secrets, log, started, show, met }: AgentCall,
  time: number,
): Promise<{ end: AgentEnd; program: AgentRan }> => {
  const { command, input, env } = backend.invocation(ask)
  const listener = backend.listener(ask)
  const hear = hearing(listener, { show, met })
  const idle = Math.min(limits.idle, time)
  const { folder } = ask
  const program = await runs.run({ command, input, env, secrets, folder, time, idle, log, started, hear })
  return { end: listener.end(program), program }
}

const hearing = (listener: Listener, { show, met }: Pick<AgentCall, 'show' | 'met'>): AgentRunAsk['hear'] => {
  let known = listener.instance
  if (known !== null) met?.(known)
  return (from, line) => {
    const shown = listener.hear(from, line)
    if (shown !== null) show?.(shown)
    if (listener.instance !== null && listener.instance !== known) met?.(listener.instance)
    known = listener.instance
    return !listener.waits(from, line)
  }
}

/** Milliseconds to tell a version in. */
const TELLING = 10_000

/** `codex 0.169.0`, by asking the program; null where it does not say. */
export const toolOf = async (
  runs: AgentRuns,
  { backend, folder }: Pick<AgentCall, 'backend'> & Pick<BackendAsk, 'folder'>,
): Promise<string | null> => {
  if (backend.versionWords === null) return null
  const lines: string[] = []
  const hear: AgentRunAsk['hear'] = (from, line) => from === 'stdout' && lines.push(line) > 0
  const ran = await runs.run({
    command: [backend.program, ...backend.versionWords],
    folder,
    input: '',
    env: {},
    secrets: {},
    time: TELLING,
    idle: TELLING,
    log: null,
    hear,
  })
  const version = /\d+\.\d+\.\d+\S*/.exec(lines.join(' '))?.[0]
  return ran.exit === 0 && version ? `${backend.name} ${version}` : null
}
