/** What agents are called for, and when there is such a task. Source: SOP-007 section 5.2. */
import { type Document, isApproving, isReviewing } from '../documents/document.ts'
import type { AgentTask } from '../documents/event.ts'

/** What the document asks of those who are pending on it now; null where it asks nothing of anybody. */
export const taskOf = (d: Document): AgentTask | null =>
  isReviewing(d.status) ? 'review' : isApproving(d.status) ? 'approval' : null

/** Whether the document asks this of that actor now. */
export const isAsked = (d: Document, agent: string, task: AgentTask): boolean =>
  taskOf(d) === task && d.round !== null && d.round.pending.includes(agent)

/** Verbs by which the task is answered. */
export const VERDICTS: Readonly<Record<AgentTask, readonly string[]>> = {
  review: ['review'],
  approval: ['approve', 'reject'],
}
