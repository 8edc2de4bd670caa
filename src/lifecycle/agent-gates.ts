/** What the project asks of verdicts of agents. Both gates hold where the policy asks for nothing. Source: SOP-007 section 6.1. */
import { isApproving } from '../documents/document.ts'
import type { Frame } from './conditions.ts'

const taskOf = (action: string): 'review' | 'approval' => (action === 'review' ? 'review' : 'approval')

const mustBeCalled = ({ c }: Frame): boolean => c.policy.identity === 'verified' && c.actor.kind === 'agent'

/** A dispatch is for one task on one document: it makes nobody a judge of anything else. */
export const dispatchFound = (f: Frame): string | null => {
  const { d, command, c } = f
  if (!c.dispatch) return mustBeCalled(f) ? `${c.actor.name} was not called for it` : null
  const { id, document, task } = c.dispatch
  const fits = document === d.id.id && task === taskOf(command.action)
  return fits ? null : `${id} is for the ${task} of ${document}`
}

export const dispatchApplies = (f: Frame): boolean => f.c.dispatch !== undefined || mustBeCalled(f)

export const personApplies = ({ d, c }: Frame): boolean => c.policy.humanApproval.includes(d.id.type.name)

/** Asked when a round of approval comes to its end: by the last approval, or because nobody is asked any more. */
export const personFound = (f: Frame): string | null => {
  const { d, command, c } = f
  if (!personApplies(f) || !isApproving(d.status)) return null
  const approvers = [...(d.round?.approvals ?? []), ...(command.action === 'approve' ? [c.actor.name] : [])]
  if (approvers.some((name) => c.registry.get(name)?.kind === 'human')) return null
  return approvers.length > 0 ? `approved by agents alone: ${approvers.join(', ')}` : 'approved by nobody'
}
