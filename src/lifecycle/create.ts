/** How a document begins. Source: lifecycle design, "Types and ids". */

import type { Document } from '../documents/document.ts'
import type { NewEvent } from '../documents/event.ts'
import { hidesSomething } from '../documents/hidden.ts'
import type { DocId } from '../documents/id.ts'
import type { Actor } from '../documents/registry.ts'
import { FINAL, isExecutable } from '../documents/types.ts'
import { refuse, type UnmetGate } from '../errors.ts'
import { INITIATING } from './roles.ts'
import { BORN } from './tables.ts'

export interface Birth {
  readonly id: DocId
  readonly title: string
  readonly parent: Document | null
  /** The investigation that a change record answers. */
  readonly source: Document | null
  /** Variances only: 1 must be CLOSED before its parent closes, 2 must be approved. */
  readonly kind: 1 | 2 | null
  /** Digest of the form, or of the text that was given. */
  readonly content: string
  /** Digest of the record of answers, where its text is compiled from one. */
  readonly record?: string | undefined
}

/** @throws NOT_ALLOWED, USER_DISABLED, BAD_TITLE, GATE */
export const decideCreate = (
  birth: Birth,
  c: {
    readonly actor: Actor
    readonly now: string
    readonly request?: string | undefined
    readonly initiators: string[]
  },
): NewEvent => {
  checkMayCreate(c.actor, birth.id.type.name, c.initiators)
  checkTitle(birth.title)
  const unmet = parentGates(birth)
  if (unmet.length > 0)
    throw refuse('GATE', { id: birth.id.id, action: 'create', status: birth.parent?.status ?? '-', unmet })
  const covered = birth.id.type.machine === 'covered'
  return {
    ts: c.now,
    event: 'CREATE',
    user: c.actor.name,
    version: covered ? '1.0' : '0.1',
    title: birth.title,
    type: birth.id.pathType,
    ...(birth.parent ? { parent: birth.parent.id.id } : {}),
    ...(birth.source ? { source: birth.source.id.id } : {}),
    ...(birth.kind ? { kind: birth.kind } : {}),
    status: BORN[birth.id.type.machine],
    content: birth.content,
    ...(birth.record === undefined ? {} : { record: birth.record }),
    ...(c.request ? { request: c.request } : {}),
  }
}

export const checkMayCreate = (actor: Actor, what: string, initiators: readonly string[]): void => {
  if (!actor.enabled) throw refuse('USER_DISABLED', { name: actor.name })
  if (!INITIATING.has(actor.group))
    throw refuse('NOT_ALLOWED', {
      user: actor.name,
      action: `create ${what}`,
      needs: 'initiator',
      who: initiators,
    })
}

/** What ends a line or moves on in it, and half characters. */
const UNPRINTABLE = /[\n\t\ud800-\udfff]/u

/** One printable line of at most 200 characters. @throws BAD_TITLE */
export const checkTitle = (title: string): void => {
  const problem =
    title.trim() === ''
      ? 'it is empty'
      : title !== title.trim()
        ? 'it begins or ends with a space'
        : title.length > 200
          ? `it has ${title.length} characters`
          : hidesSomething(title) || UNPRINTABLE.test(title)
            ? 'it holds a line break, control or hidden character'
            : null
  if (problem) throw refuse('BAD_TITLE', { title: title.slice(0, 80), problem })
}

const parentGates = ({ id, parent, source }: Birth): UnmetGate[] => {
  const unmet: UnmetGate[] = []
  if (parent && !parentFits(id.type.parentMust, parent))
    unmet.push({
      gate: 'parent',
      expected: `a parent that must ${id.type.parentMust}`,
      found: `${parent.id.id} is ${parent.status}`,
    })
  if (source && FINAL.has(source.status))
    unmet.push({
      gate: 'source',
      expected: 'an open investigation',
      found: `${source.id.id} is ${source.status}`,
    })
  return unmet
}

const parentFits = (must: string | null, parent: Document): boolean => {
  if (must === 'be closed') return parent.status === 'CLOSED' && isExecutable(parent.id.type)
  if (must === 'be in execution') return parent.status === 'IN_EXECUTION'
  return must === null || !FINAL.has(parent.status)
}
