/** What was tried past the rules of agents, on record under the name of who is known to have tried. */
import type { AttemptKind, NewSystemEvent } from '../../../documents/event.ts'
import { QmsError } from '../../../errors.ts'
import { systemHead } from '../../../lifecycle/govern.ts'
import type { AgentRecord } from '../../../store/layout.ts'
import { timestamp } from '../../qms.ts'
import type { AgentRecords, Records } from '../../records.ts'
import { transact } from '../../transact.ts'
import type { HookPorts } from './ports.ts'
import type { Standing } from './standing.ts'

export interface Attempt {
  readonly kind: AttemptKind
  readonly done: 'refused' | 'replaced'
  readonly tool: string
  readonly agent?: string | undefined
  readonly document?: string | undefined
  /** What was to be said or run: only its digest is kept. */
  readonly text?: string | undefined
  readonly path?: string | undefined
}

type Own = Omit<Extract<NewSystemEvent, { event: 'ATTEMPT' }>, 'ts' | 'user' | 'version' | 'request'>

const attemptOf = async (p: HookPorts, s: Standing, a: Attempt): Promise<Own> => ({
  event: 'ATTEMPT',
  kind: a.kind,
  done: a.done,
  tool: a.tool.slice(0, 64),
  ...(a.agent ? { agent: a.agent } : {}),
  ...(a.document ? { document: a.document } : {}),
  ...(s.session ? { session: s.session.id } : {}),
  ...(a.text === undefined ? {} : { digest: p.qms.digest(new TextEncoder().encode(a.text)) }),
  ...(await classesOf(a, s)),
  ...(a.path === undefined ? {} : { path: a.path.slice(0, 1000) }),
})

/** Of a prompt: what was in it that may not be. */
const classesOf = async ({ kind, text }: Attempt, { records }: Standing): Promise<{ classes?: string[] }> => {
  if (kind !== 'prompt' && kind !== 'second_agent') return {}
  const { judgePrompt } = await import('../../../agents/prompt-lint.ts')
  const agents = [...records.system.registry.values()].filter((a) => a.kind === 'agent').map((a) => a.name)
  const classes = [...new Set(judgePrompt(text ?? '', { agents }).violations.map((v) => v.class))]
  return classes.length > 0 ? { classes: classes.slice(0, 10) } : {}
}

interface Recording {
  readonly user: string
  readonly subject: string
  /** Made anew where somebody else was faster. */
  decide(records: Records, agents: AgentRecords): Promise<Partial<Record<AgentRecord, NewSystemEvent[]>>>
}

/** Events of the records about agents, all in one commit. @throws what `decide` throws; CONFLICT, LOCKED, IO, HAND_EDIT */
export const recorded = async (p: HookPorts, { user, subject, decide }: Recording): Promise<void> => {
  await transact(p.qms, { user }, async (records) => {
    const events = await decide(records, await records.agents())
    const system = Object.entries(events).map(([record, own]) => ({
      record: record as AgentRecord,
      events: own,
    }))
    return { moves: [], system, subject, actor: user }
  })
}

/** The event of an attempt, as the next one of its record. */
export const attemptEvent = async (
  p: HookPorts,
  standing: Standing,
  agents: AgentRecords,
  attempt: Attempt,
): Promise<NewSystemEvent[]> => {
  if (standing.actor === null) return []
  const c = {
    actor: { name: standing.actor },
    now: timestamp(p.qms),
    recorded: agents.events.incidents.length,
  }
  return [systemHead(c, await attemptOf(p, standing, attempt))]
}

/** What is refused stays so whether it can be recorded or not: where nobody is known, or the store is busy, it cannot. */
export const note = async (p: HookPorts, standing: Standing, attempt: Attempt): Promise<void> => {
  const { actor } = standing
  if (actor === null) return
  const subject = `incidents: attempt, ${attempt.kind} ${attempt.done}`
  const decide = async (_: Records, agents: AgentRecords) => ({
    incidents: await attemptEvent(p, standing, agents, attempt),
  })
  await recorded(p, { user: actor, subject, decide }).catch((error: unknown) => {
    if (!(error instanceof QmsError)) throw error
  })
}
