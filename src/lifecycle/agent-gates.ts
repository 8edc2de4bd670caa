/** What is asked of verdicts of agents. Source: SOP-007 sections 5.4 and 6.1. */
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

/** Asked of whoever was called: nobody else is known to be given anything. */
export const packetApplies = ({ c }: Frame): boolean => c.given !== undefined

export const packetFound = ({ d, c: { given, dispatch, actor } }: Frame): string | null => {
  if (given === undefined) return null
  const who = dispatch?.id ?? actor.name
  if (given === null) return `${who} has read none`
  if (given.content === d.round?.content && given.round === d.round.number) return null
  return `${who} was given that of ${given.content.slice(0, 8)} in round ${given.round}`
}

export const personApplies = ({ d, c }: Frame): boolean => c.policy.humanApproval.includes(d.id.type.name)

/** Asked when a round of approval comes to its end: by the last approval, or because nobody is asked any more. */
export const personFound = (f: Frame): string | null => {
  const { d, command, c } = f
  if (!personApplies(f)) return null
  const approvers = [...(d.round?.approvals ?? []), ...(command.action === 'approve' ? [c.actor.name] : [])]
  if (approvers.some((name) => c.registry.get(name)?.kind === 'human')) return null
  return approvers.length > 0 ? `approved by agents alone: ${approvers.join(', ')}` : 'approved by nobody'
}
