/** A disagreement goes to the Lead. It changes no verdict. Source: SOP-007 section 7. */

import type { Document } from '../documents/document.ts'
import type { NewEvent } from '../documents/event.ts'
import type { Actor, Registry } from '../documents/registry.ts'
import { refuse } from '../errors.ts'
import { checkLength } from './command.ts'

interface Asked {
  readonly actor: Actor
  readonly now: string
  readonly request?: string | undefined
  readonly registry: Registry
}

const head = (d: Document, c: Asked) => ({
  ts: c.now,
  user: c.actor.name,
  version: d.version,
  ...(c.request ? { request: c.request } : {}),
})

const needs = (d: Document, action: string, gate: string, expected: string, found: string) =>
  refuse('GATE', { id: d.id.id, action, status: d.status, unmet: [{ gate, expected, found }] })

/** Anyone registered may escalate. @throws USER_DISABLED, GATE */
export const decideEscalate = (d: Document, reason: string, c: Asked): NewEvent => {
  if (!c.actor.enabled) throw refuse('USER_DISABLED', { name: c.actor.name })
  checkLength('reason', reason)
  if (reason.trim() === '') throw needs(d, 'escalate', 'reasoned', 'a reason (--reason)', 'none')
  return { ...head(d, c), event: 'ESCALATE', reason }
}

/** Those who answer for everything: human administrators. */
export const leads = (registry: Registry): string[] =>
  [...registry.values()]
    .filter((a) => a.enabled && a.kind === 'human' && a.group === 'administrator')
    .map((a) => a.name)

/** Only a human administrator resolves. @throws NOT_ALLOWED, GATE */
export const decideResolve = (d: Document, decision: string, c: Asked): NewEvent => {
  const who = leads(c.registry)
  if (!who.includes(c.actor.name))
    throw refuse('NOT_ALLOWED', {
      user: c.actor.name,
      action: 'resolve',
      id: d.id.id,
      needs: 'human administrator',
      who,
    })
  checkLength('decision', decision)
  if (decision.trim() === '') throw needs(d, 'resolve', 'decided', 'a decision (--decision)', 'none')
  if (!d.escalations.some((e) => e.decision === null))
    throw needs(d, 'resolve', 'escalated', 'an open escalation', 'none')
  return { ...head(d, c), event: 'RESOLVE', decision }
}
