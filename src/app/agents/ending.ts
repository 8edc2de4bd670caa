/** How a call ended: what the trail says comes first. */
import type { Ending } from '../../agents/dispatching.ts'
import { isInstance } from '../../agents/sessions.ts'
import type { DispatchOutcome, DocumentEvent } from '../../documents/event.ts'
import type { AgentRan } from './ports.ts'

/** What an agent said of a document, in the words of its event. */
export type Verdict = 'RECOMMEND' | 'UPDATES_REQUIRED' | 'APPROVE' | 'REJECT'

/** Characters of a problem that go on record. */
const PROBLEM = 500

/** The verdict that came of a dispatch. */
export const verdictOf = (events: readonly DocumentEvent[], dispatch: string): Verdict | null => {
  const found = events.findLast((e) => 'dispatch' in e && e.dispatch === dispatch)
  if (found?.event === 'REVIEW') return found.outcome
  return found?.event === 'APPROVE' || found?.event === 'REJECT' ? found.event : null
}

/** What the trail says comes first; what the program said only explains it. */
export const endingOf = (hasVerdict: boolean, ran: AgentRan): Ending => {
  const { end, exit, duration } = ran
  const { trouble, denied } = end
  const outcome = hasVerdict ? 'verdict' : outcomeWithout(ran)
  const problem = trouble
    ? `${trouble.code}: ${trouble.words}`
    : hasVerdict
      ? undefined
      : denied.length > 0
        ? `it was denied ${denied.join(', ')}, and gave no verdict`
        : 'it came to its end without a verdict'
  return {
    outcome,
    ...(problem ? { problem: problem.slice(0, PROBLEM) } : {}),
    ...(isInstance(end.instance) ? { instance: end.instance } : {}),
    ...(end.tool ? { tool: end.tool.slice(0, NAME) } : {}),
    duration: Math.round(duration),
    ...(isWhole(end.turns) ? { turns: end.turns } : {}),
    ...(isWhole(end.tokens) ? { tokens: end.tokens } : {}),
    ...(end.cost === null || !Number.isFinite(end.cost) || end.cost < 0 ? {} : { cost: end.cost }),
    exit,
    ...(denied.length > 0 ? { denied: denied.slice(0, 20).map((tool) => tool.slice(0, NAME)) } : {}),
  }
}

/** Characters of a name on record. */
const NAME = 64

/** What a program tells of itself and the record does not take is not known: no program damages the record. */
const isWhole = (n: number | null): n is number => n !== null && Number.isSafeInteger(n) && n >= 0

const outcomeWithout = ({ end: { trouble, denied }, interrupted }: AgentRan): DispatchOutcome => {
  if (interrupted) return 'interrupted'
  if (trouble?.code === 'TIMEOUT' || trouble?.code === 'SILENT') return 'timed_out'
  if (trouble?.code === 'KILLED') return 'interrupted'
  if (trouble?.code === 'DENIED' || (!trouble && denied.length > 0)) return 'denied'
  return trouble ? 'failed' : 'no_verdict'
}
