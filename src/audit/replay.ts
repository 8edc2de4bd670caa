/**
 * Every event was legal: the decision that led to it is taken again, by the same tables, and must give the very events
 * that are on record. Source: store design, "What `qms audit` proves", 2.
 *
 * What the records cannot tell is taken as fulfilled: what a text said when it was routed, what an actor was shown, that
 * a cancellation was confirmed. What other documents were like is judged in `families.ts`.
 */
import type { Document } from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { fold } from '../documents/evolve.ts'
import type { DocId } from '../documents/id.ts'
import type { Actor } from '../documents/registry.ts'
import { isExecutable } from '../documents/types.ts'
import { QmsError } from '../errors.ts'
import type { Action, Circumstances } from '../lifecycle/command.ts'
import { checkMayCreate, checkTitle } from '../lifecycle/create.ts'
import { decide } from '../lifecycle/decide.ts'
import { FIRST_EDITION } from '../lifecycle/editions.ts'
import { closeWith, EDITION } from '../lifecycle/emit.ts'
import { decideEscalate, decideResolve } from '../lifecycle/escalation.ts'
import { actionOf, circumstancesOf, commandOf } from './asked.ts'
import { compared, illegal, type Objection, refused } from './objection.ts'
import type { Position, World } from './positions.ts'
import { isRecorded, misrecorded } from './recordings.ts'

/** One transition: its events by index, the state before and after, when, and what was asked. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly before: Document | null
  readonly after: Document
  readonly at: Position
  readonly action: Action | 'create' | 'close with parent' | null
  readonly under: string | null
  /** Documents that were named to take a failure over. */
  readonly carried: readonly string[]
  /** Of the tables by which it was decided. */
  readonly edition: number
}

export interface Replayed {
  readonly steps: readonly Step[]
  readonly objections: readonly Objection[]
}

/** Events that never begin a transition. */
const FOLLOWING: ReadonlySet<string> = new Set(['STATUS_CHANGE', 'EFFECTIVE', 'RETIRE'])

/** Index after the last event of the transition that begins at `from`. */
export const endOfStep = (events: readonly DocumentEvent[], from: number): number => {
  let to = from + 1
  while (to < events.length && FOLLOWING.has(events[to]!.event)) to++
  return to
}

/** @param from events before this index were judged before: they are folded only */
export const replay = (
  id: DocId,
  events: readonly DocumentEvent[],
  at: (index: number) => Position,
  world: World,
  from = 0,
): Replayed => {
  const steps: Step[] = []
  const objections: Objection[] = []
  let state: Document | null = null
  let latest = 0
  for (let i = 0; i < events.length; ) {
    const to = endOfStep(events, i)
    const group = events.slice(i, to)
    const past = isRecorded(group[0]!) ? events.slice(0, i) : []
    const judged =
      i < from ? [] : [...judge(id, state, group, past, at(i), world), ...earlierRules(group, latest)]
    objections.push(...judged.map((o) => ({ ...o, at: i + o.at })))
    latest = Math.max(latest, editionOf(group) ?? (isRecorded(group[0]!) ? RECORDINGS_SINCE : 0))
    const after = followed(id, state, group)
    if (typeof after === 'string') {
      objections.push({
        at: i,
        code: 'ILLEGAL_EVENT',
        expected: 'an event that may stand here',
        found: after,
      })
      break
    }
    steps.push({ from: i, to, before: state, after, at: at(i), ...askedBy(group) })
    state = after
    i = to
  }
  return { steps, objections }
}

/** The state after these events, or why they cannot be followed. */
const followed = (id: DocId, state: Document | null, group: readonly DocumentEvent[]): Document | string => {
  try {
    return fold(id, group, state)
  } catch (error) {
    return (error as Error).message
  }
}

type Asked = Pick<Step, 'action' | 'under' | 'carried' | 'edition'>

const askedBy = (group: readonly DocumentEvent[]): Asked => {
  const first = group[0]!
  const carried = ('carried' in first ? first.carried : undefined) ?? NONE
  return { ...deedOf(first), carried, edition: editionOf(group) ?? EDITION }
}

/** One for all that are empty. */
const NONE: readonly never[] = []

const deedOf = (first: DocumentEvent): Pick<Step, 'action' | 'under'> => {
  if (first.event === 'CREATE') return { action: 'create', under: null }
  if (first.event === 'CLOSE' && first.with) return { action: 'close with parent', under: null }
  return {
    action: actionOf(first),
    under: first.event === 'CHECKOUT' ? (first.under ?? null) : null,
  }
}

const judge = (
  id: DocId,
  d: Document | null,
  group: readonly DocumentEvent[],
  past: readonly DocumentEvent[],
  at: Position,
  world: World,
): Objection[] => {
  const first = group[0]!
  const together = oneDeed(group)
  if (together) return [together]
  const unknown = group.findIndex((e) => e.event === 'STATUS_CHANGE' && !isEdition(e.edition))
  if (unknown >= 0) return [unknownEdition(group, unknown)]
  const actor = world.registryAt(at, first.ts).get(first.user)
  if (!actor) return [illegal('an actor of the registry', `${first.user}, who was not registered then`)]
  try {
    return d === null ? beginning(id, group, actor, at, world) : later(d, group, past, actor, at, world)
  } catch (error) {
    if (error instanceof QmsError) return [refused(error, first)]
    throw error
  }
}

const isEdition = (edition: number): boolean => edition >= FIRST_EDITION && edition <= EDITION

const unknownEdition = (group: readonly DocumentEvent[], at: number): Objection => {
  const { edition } = group[at] as { edition: number }
  const found = `edition ${edition}`
  if (edition < FIRST_EDITION) return illegal('an edition of the tables', found, at)
  return { at, code: 'NEWER_FORMAT', expected: `edition ${EDITION} of the tables, or an earlier one`, found }
}

/** Execution is recorded by commands since this edition of the tables. */
const RECORDINGS_SINCE = 2

/** Later rules were in use already in this trail: what they ask was not asked here. */
const earlierRules = (group: readonly DocumentEvent[], latest: number): Objection[] => {
  const edition = editionOf(group)
  if (edition === undefined || edition < FIRST_EDITION || edition >= latest) return []
  const at = group.findIndex((e) => e.event === 'STATUS_CHANGE')
  return [
    { at, code: 'EARLIER_RULES', expected: `edition ${latest}, as before`, found: `edition ${edition}` },
  ]
}

/** One transition is one deed: all its events have one time, one actor and one request. */
const oneDeed = (group: readonly DocumentEvent[]): Objection | null => {
  const first = group[0]!
  if (FOLLOWING.has(first.event)) return illegal('an event that leads to it', `${first.event} alone`)
  const odd = group.findIndex(
    (e) => e.ts !== first.ts || e.user !== first.user || e.request !== first.request,
  )
  if (odd < 0) return null
  const e = group[odd]!
  return illegal(`the time and actor of ${first.event}`, `${e.event} by ${e.user} at ${e.ts}`, odd)
}

const beginning = (
  id: DocId,
  group: readonly DocumentEvent[],
  actor: Actor,
  at: Position,
  world: World,
): Objection[] => {
  const e = group[0]!
  if (group.length > 1) return [illegal(`${e.event} alone`, `${group[1]!.event} after it`, 1)]
  if (e.event === 'CREATE') return created(id, e, actor, world.namespacesAt(at, e.ts))
  if (e.event !== 'INSTALL' && e.event !== 'ADOPT')
    return [illegal('CREATE, INSTALL or ADOPT first', e.event)]
  const { founded } = world
  const atStart = founded?.ts === e.ts && founded.user === e.user && founded.at === at
  if (!atStart) return [illegal(`${e.event} when the store was founded`, `by ${e.user} at ${e.ts}`)]
  if (e.event === 'ADOPT') return []
  if (isExecutable(id.type)) return [illegal('a type that is not executable', id.type.name)]
  return same('type', id.pathType, e.type, 'version', '1.0', e.version)
}

const created = (
  id: DocId,
  e: Extract<DocumentEvent, { event: 'CREATE' }>,
  actor: Actor,
  namespaces: readonly string[],
): Objection[] => {
  checkMayCreate(actor, id.type.name, [])
  checkTitle(e.title)
  const covered = id.type.machine === 'covered'
  const parent = id.parent ?? 'none'
  const status = covered ? 'IN_EXECUTION' : 'DRAFT'
  const fields = same('type', id.pathType, e.type, 'parent', parent, e.parent ?? 'none')
  const more = same('status', status, e.status, 'version', covered ? '1.0' : '0.1', e.version)
  const variance = id.type.name === 'VAR'
  const kind =
    (e.kind !== undefined) === variance
      ? []
      : [illegal('a kind of each variance, and of nothing else', `kind ${e.kind ?? 'absent'}`)]
  const known = id.namespace === null || namespaces.includes(id.namespace)
  const space = known ? [] : [illegal(`the namespace ${id.namespace} registered`, 'none of that name')]
  return [...fields, ...more, ...kind, ...space]
}

/** Pairs of values that must be equal: name, expected, found. */
const same = (...triples: string[]): Objection[] => {
  const all: Objection[] = []
  for (let i = 0; i < triples.length; i += 3) {
    const [name, expected, found] = triples.slice(i, i + 3)
    if (expected !== found) all.push(illegal(`${name} ${expected}`, `${name} ${found}`))
  }
  return all
}

const later = (
  d: Document,
  group: readonly DocumentEvent[],
  past: readonly DocumentEvent[],
  actor: Actor,
  at: Position,
  world: World,
): Objection[] => {
  const e = group[0]!
  const c = { ...circumstancesOf(d, e, actor, at, world), edition: editionOf(group) }
  if (e.event === 'ESCALATE') return compared(group, [decideEscalate(d, e.reason, c)])
  if (e.event === 'RESOLVE') return compared(group, [decideResolve(d, e.decision, c)])
  if (e.event === 'CLOSE' && e.with) return closedWithParent(d, e.with, group, c)
  const action = actionOf(e)
  if (action === null) return [illegal('an event that may follow', e.event)]
  const decision = decide(d, commandOf(d, action, e, past, world), c)
  return [
    ...compared(group, decision.events),
    ...misrecorded(e, past),
    ...remarkable(d, e, decision.warnings),
  ]
}

/** Of the tables by which a transition was decided; none where it did not change the status. */
const editionOf = (group: readonly DocumentEvent[]): number | undefined =>
  group.flatMap((e) => (e.event === 'STATUS_CHANGE' ? [e.edition] : []))[0]

const remarkable = (d: Document, e: DocumentEvent, warnings: readonly string[]): Objection[] => {
  const said: Objection[] = []
  if (warnings.includes('SELF_APPROVAL'))
    said.push({
      at: 0,
      code: 'SELF_APPROVAL',
      expected: 'a judge who is not an author',
      found: `${e.event} by ${e.user}, as the policy of that time allowed`,
    })
  const waived = ('waived' in e ? e.waived : undefined) ?? []
  const beyond = waived.filter((gate) => !d.adopted?.waived.includes(gate))
  if (beyond.length > 0) said.push(illegal('waivers of its adoption only', beyond.join(', ')))
  else if (waived.length > 0)
    said.push({
      at: 0,
      code: 'GATE_WAIVED',
      expected: 'the gate holds',
      found: `waived: ${waived.join(', ')}`,
    })
  return said
}

const closedWithParent = (
  d: Document,
  parent: string,
  group: readonly DocumentEvent[],
  c: Circumstances,
): Objection[] => {
  if (d.id.type.machine !== 'covered' || d.status !== 'IN_EXECUTION' || parent !== d.parent)
    return [
      illegal('a verification record in execution, closed with its parent', `${d.status}, with ${parent}`),
    ]
  return compared(group, closeWith(parent, d, { d, command: { action: 'close' }, c }))
}
