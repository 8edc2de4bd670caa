/** What may be recorded of an item now, as commands that can be pasted: in place of the list of items, which leads to it. */
import type { NextStep } from './next.ts'

interface Open {
  readonly item: string
  /** Whom the plan names to do it. */
  readonly assignee?: string | null
}

/** @param user who asks: an item that names this one is offered to this one first */
export const withItems = (
  next: readonly NextStep[],
  id: string,
  open: readonly Open[],
  user?: string,
): NextStep[] => {
  const step = next.find(({ action }) => action === 'ei')
  if (!step) return [...next]
  const own = open.find((item) => item.assignee && item.assignee === user)
  const item = own ?? open[0]
  // Where an item is open, so is the execution: a review would be refused.
  const others = next.filter((other) => other !== step && !(item && isReview(other)))
  if (!item) return others
  return [...recorded(step, id, item.item, own ? user : undefined), ...others]
}

/** A review of the result, which is refused while something is left to do. */
const isReview = ({ action, command }: NextStep): boolean =>
  action === 'route review' && !command.includes('--abandon')

const recorded = (step: NextStep, id: string, item: string, named: string | undefined): NextStep[] => {
  const name = named ?? / -u (\S+)$/.exec(step.command)?.[1] ?? step.who[0]
  const who = named ? [named, ...step.who.filter((other) => other !== named)] : step.who
  return [
    `qms ei run ${id} ${item} -u ${name} -- COMMAND`,
    `qms ei pass ${id} ${item} --summary "TEXT" -u ${name}`,
    `qms ei fail ${id} ${item} --summary "TEXT" --create-var "TITLE" -u ${name}`,
  ].map((command) => ({ command, who, action: step.action }))
}

/** What was recorded of an item may be added to, or amended for a reason. */
export const withRecorded = (next: readonly NextStep[], id: string, item: string): NextStep[] =>
  next.map((step) => {
    if (step.action !== 'ei') return step
    const name = / -u (\S+)$/.exec(step.command)?.[1] ?? step.who[0]
    return { ...step, command: `qms ei note ${id} ${item} --summary "TEXT" -u ${name}` }
  })
