/**
 * Events that the rules do not allow, written by somebody who knows the format: the chain is right, the metadata is that
 * of the fold, every text stands where it belongs. Only who knows the rules can tell.
 */

import { pathOfText } from '../../src/app/records.ts'
import { type Document, textInHand } from '../../src/documents/document.ts'
import type { DocumentEvent, Group, NewEvent, NewSystemEvent } from '../../src/documents/event.ts'
import type { Evidence } from '../../src/documents/evidence.ts'
import { fold } from '../../src/documents/evolve.ts'
import { parseId } from '../../src/documents/id.ts'
import { metadataFile } from '../../src/documents/metadata-file.ts'
import { foldPolicy, type Policy, typesOf } from '../../src/documents/policy.ts'
import { foldRegistry, isQuality, type Registry } from '../../src/documents/registry.ts'
import { appendEvents, readDocumentTrail, readSystemTrail, splitLines } from '../../src/documents/trail.ts'
import { rowNamed } from '../../src/execution/item.ts'
import { outlineOf } from '../../src/execution/outline.ts'
import { writtenInto } from '../../src/execution/recording.ts'
import { readTables } from '../../src/execution/table.ts'
import type { Command, ItemEntry, Recording } from '../../src/lifecycle/command.ts'
import { type Frame, holds } from '../../src/lifecycle/conditions.ts'
import { decide } from '../../src/lifecycle/decide.ts'
import { emit } from '../../src/lifecycle/emit.ts'
import { rowsFor } from '../../src/lifecycle/tables.ts'
import { auditPath, metaPath, placeOf, type SystemRecord, systemPath } from '../../src/store/layout.ts'
import { sha256 } from './given.ts'
import { altered, type Files, type Tampered } from './tampering.ts'

/** What a forger knows: everything that the files say. */
export interface World {
  readonly files: Files
  readonly registry: Registry
  readonly policy: Policy
  readonly documents: readonly Document[]
  /** A time after every event. */
  readonly now: string
}

const stampsOf = (files: Files): string[] =>
  [...files]
    .filter(([path]) => path.startsWith('QMS/.audit/'))
    .flatMap(([, bytes]) => [...new TextDecoder().decode(bytes).matchAll(/^\{"ts":"([^"]*)"/gm)])
    .map((match) => match[1] ?? '')

export const worldOf = (files: Files): World => {
  const system = (record: SystemRecord) => {
    const bytes = files.get(systemPath(record))
    return bytes ? readSystemTrail(systemPath(record), bytes, sha256) : []
  }
  const policy = foldPolicy(system('policy'))
  const documents = [...files].flatMap(([path, bytes]) => {
    const id = parseId(/([^/]+)\.jsonl$/.exec(path)?.[1] ?? '', typesOf(policy))
    return id && auditPath(placeOf(id)) === path ? [fold(id, readDocumentTrail(path, bytes, sha256))] : []
  })
  const last = stampsOf(files).sort().at(-1) ?? ''
  const now = new Date(Date.parse(last) + 1000).toISOString()
  return { files, registry: foldRegistry(system('registry')), policy, documents, now }
}

const find = (w: World, id: string | null): Document | null => w.documents.find((d) => d.id.id === id) ?? null

/** Everything that a decision depends on, with every text as it should be. */
const frameOf = (w: World, d: Document, user: string, command: Command): Frame => {
  const actor = w.registry.get(user)
  if (!actor) throw new Error(`${user} is not registered`)
  const text = {
    digest: textInHand(d)?.content ?? '',
    problem: null,
    title: d.title,
    empty: false,
    blanks: [],
  }
  const c = {
    actor,
    now: w.now,
    registry: w.registry,
    policy: w.policy,
    parent: find(w, d.id.parent),
    children: w.documents.filter((x) => x.id.parent === d.id.id),
    complete: new Set<string>(),
    linked: w.documents.filter((x) => x.source === d.id.id),
    text,
    shortfalls: null,
    shown: null,
  }
  return { d, command, c }
}

/** The events that the program itself would write now, for this actor and command. */
export const legal = (w: World, d: Document, user: string, command: Command): readonly NewEvent[] => {
  const { c } = frameOf(w, d, user, command)
  return decide(d, command, c).events
}

/** The events of the row that fits, without asking who may do it, and whether its gates hold. */
export const forced = (w: World, d: Document, user: string, command: Command): readonly NewEvent[] => {
  const frame = frameOf(w, d, user, command)
  const row = rowsFor(d.id.type.machine, d.status, command.action).find((r) =>
    (r.when ?? []).every((name) => holds(name, frame)),
  )
  if (!row) throw new Error(`no row of ${d.id.id}, ${d.status}, for ${command.action}`)
  return emit(row, frame)
}

/**
 * Appends events to a document's trail as the program would: chained, folded, every text at its place.
 * @param texts that the events bring
 */
export const append = (
  w: World,
  d: Document,
  events: readonly NewEvent[],
  texts: readonly Uint8Array[] = [],
): Files => {
  const place = placeOf(d.id)
  const trail = auditPath(place)
  const { bytes } = appendEvents(w.files.get(trail) ?? null, events, sha256)
  const after = foldable(d, events)
  return altered(w.files, {
    ...textsMoved(w, d, after, texts),
    [metaPath(place)]: metadataFile(after),
    [trail]: bytes,
  })
}

/** What is changed of a document's past: texts by their digests, and events, one after the other. */
export interface Retelling {
  readonly texts?: ReadonlyMap<string, Uint8Array>
  readonly event?: (e: NewEvent) => NewEvent
}

/** A document's trail told anew, with everything made again that follows from it: digests, chain, metadata, places. */
export const retold = (w: World, d: Document, { texts = new Map(), event = (e) => e }: Retelling): Files => {
  const renamed = (json: string): string =>
    [...texts].reduce((now, [digest, bytes]) => now.replaceAll(digest, sha256(bytes)), json)
  const events = trailOf(w, d).map(({ seq: _, prev: __, ...e }) =>
    event(JSON.parse(renamed(JSON.stringify(e))) as NewEvent),
  )
  const after = fold(d.id, events)
  return altered(w.files, {
    ...textsMoved(w, d, after, [...texts.values()]),
    [metaPath(placeOf(d.id))]: metadataFile(after),
    [auditPath(placeOf(d.id))]: appendEvents(null, events, sha256).bytes,
  })
}

/** What cannot be folded at all is left at the state before it. */
const foldable = (d: Document, events: readonly NewEvent[]): Document => {
  try {
    return fold(d.id, events, d)
  } catch {
    return d
  }
}

const textsMoved = (
  w: World,
  before: Document,
  after: Document,
  texts: readonly Uint8Array[],
): Record<string, Uint8Array | null> => {
  const paths = (d: Document) =>
    [d.draft, d.live, ...d.archive].flatMap((t) => (t ? [[pathOfText(d, t), t.content] as const] : []))
  const bytes = new Map([
    ...paths(before).map(([path, content]) => [content, w.files.get(path) ?? null] as const),
    ...texts.map((text) => [sha256(text), text] as const),
  ])
  const gone = paths(before).map(([path]) => [path, null] as const)
  return Object.fromEntries([
    ...gone,
    ...paths(after).map(([path, content]) => [path, bytes.get(content) ?? null]),
  ])
}

/** One forgery: on a document for which it has a meaning, with these events, one of which must be named. */
interface Forgery {
  readonly done: string
  readonly on: (d: Document, w: World) => boolean
  readonly events: (d: Document, w: World) => readonly object[]
  /** Texts that the events bring. */
  readonly texts?: (d: Document, w: World) => readonly Uint8Array[]
  /** Nothing is wrong: the control without which finding everything would prove nothing. */
  readonly legal?: true
  /** Instead of ILLEGAL_EVENT, any of these. */
  readonly codes?: readonly string[]
}

const pending = (d: Document): string => d.round?.pending[0] ?? ''
const able = (w: World, name: string): boolean => w.registry.get(name)?.enabled === true
const free = (d: Document): boolean => d.checkout === null
const owner = (d: Document): string => d.owner ?? 'nobody'
const agreed = (d: Document): boolean =>
  d.status === 'REVIEWED' &&
  !d.round?.void &&
  (d.round?.reviews ?? []).every((r) => r.outcome === 'RECOMMEND')
const whoIs = (w: World, group: Group, besides: string | null = null): string =>
  [...w.registry.values()].find((a) => a.enabled && a.group === group && a.name !== besides)?.name ?? 'nobody'

const reviewing = (d: Document, w: World): boolean =>
  /^IN_(?:PRE_|POST_)?REVIEW$/.test(d.status) && able(w, pending(d))

export const trailOf = (w: World, d: Document): DocumentEvent[] => {
  const path = auditPath(placeOf(d.id))
  return readDocumentTrail(path, w.files.get(path) ?? new Uint8Array(), sha256)
}

/** What a forgery needs to find. */
const ON = {
  /** A first draft, checked in, of a procedure or a plan. */
  ready: (d: Document) =>
    d.status === 'DRAFT' && free(d) && !d.fresh && d.live === null && /^(?:SOP|CR)$/.test(d.id.type.name),
  reviewing,
  /** One approval is missing, and nobody minds who gives it. */
  approving: (d: Document, w: World) =>
    d.status === 'IN_APPROVAL' &&
    d.round?.pending.length === 1 &&
    able(w, pending(d)) &&
    pending(d) !== d.owner,
  stranded: (d: Document, w: World) =>
    d.status === 'IN_APPROVAL' && (d.round?.pending ?? []).some((name) => !able(w, name)),
  self: (d: Document) => d.status === 'IN_APPROVAL' && (d.round?.pending ?? []).includes(owner(d)),
  agreed: (d: Document, w: World) =>
    agreed(d) && (d.round?.reviews ?? []).some((r) => isQuality(w.registry, r.user)),
  unreviewed: (d: Document, w: World) =>
    agreed(d) && !(d.round?.reviews ?? []).some((r) => isQuality(w.registry, r.user)),
  rejected: (d: Document) => d.status === 'REVIEWED' && d.round?.void === true,
  unready: (d: Document) => d.status === 'REVIEWED' && !d.round?.void && !agreed(d),
  unwritten: (d: Document) => d.status === 'DRAFT' && free(d) && d.fresh && d.live === null,
  held: (d: Document) => d.status === 'DRAFT' && !free(d) && !d.fresh,
  /** Somebody else is asked, too. */
  shared: (d: Document, w: World) => reviewing(d, w) && (d.round?.pending.length ?? 0) > 1,
  /** The last verdict is missing. */
  last: (d: Document, w: World) => reviewing(d, w) && d.round?.pending.length === 1,
  revised: (d: Document) => d.status === 'DRAFT' && d.live !== null && free(d),
  effective: (d: Document) => d.status === 'EFFECTIVE' && d.id.type.name === 'SOP',
  approved: (d: Document) => d.status === 'PRE_APPROVED' && free(d),
  parent: (d: Document, w: World) =>
    d.status === 'DRAFT' && free(d) && w.documents.some((x) => x.id.parent === d.id.id),
  busy: (d: Document, w: World) =>
    d.status === 'IN_EXECUTION' && w.documents.some((x) => x.id.parent === d.id.id && x.status === 'DRAFT'),
  answered: (d: Document, w: World) =>
    d.status === 'IN_EXECUTION' && w.documents.some((x) => x.source === d.id.id && x.status !== 'CLOSED'),
  /** In execution, an item passed by command. */
  recorded: (d: Document, w: World) =>
    d.status === 'IN_EXECUTION' && free(d) && trailOf(w, d).some((e) => e.event === 'EI'),
  verification: (d: Document, w: World) =>
    d.id.type.machine === 'covered' && find(w, d.id.parent)?.status === 'IN_POST_REVIEW',
} satisfies Record<string, Forgery['on']>

const by = (user: string, events: readonly object[]): object[] => events.map((e) => ({ ...e, user }))
const first = (own: object, events: readonly object[]): object[] =>
  events.map((e, i) => (i === 0 ? { ...e, ...own } : e))
/** Changes of what follows from the first event. */
const then = (own: object, events: readonly object[]): object[] =>
  events.map((e, i) => (i === 0 ? e : { ...e, ...own }))

const approval = (d: Document, w: World) => forced(w, d, pending(d), { action: 'approve' })
const judged = (d: Document, w: World, comment = 'Read it.') =>
  forced(w, d, pending(d), { action: 'review', outcome: 'RECOMMEND', comment })
const routed = (d: Document, w: World) => forced(w, d, owner(d), { action: 'route review' })
const approvalRouted = (d: Document, w: World) => forced(w, d, owner(d), { action: 'route approval' })
const cancelled = (reason: string) => (d: Document, w: World) =>
  forced(w, d, owner(d), { action: 'cancel', reason, confirmed: true })
const assigned = (command: Omit<Command, 'action'>) => (d: Document, w: World) =>
  forced(w, d, whoIs(w, 'administrator'), { action: 'assign', ...command })

const head = (d: Document, w: World, user: string) => ({ ts: w.now, user, version: d.version })
const jump = (d: Document, w: World, to: string, version = d.version) => ({
  ...head(d, w, owner(d)),
  version,
  event: 'STATUS_CHANGE',
  from_status: d.status,
  to_status: to,
  edition: 1,
})
const text = (d: Document) => textInHand(d)?.content ?? ''

const ofEdition = (edition: number, events: readonly NewEvent[]): object[] =>
  events.map((e) => (e.event === 'STATUS_CHANGE' ? { ...e, edition } : e))

const ITEM = { item: 'EI-2', action: 'record', outcome: 'Pass', summary: 'Done.' } as const

/** The text in hand with an outcome, as the program would write it there. */
const executedText = (
  d: Document,
  w: World,
  item: Partial<ItemEntry> = {},
  more: Recording = {},
): Uint8Array => {
  const now = new TextDecoder().decode(w.files.get(pathOfText(d, textInHand(d)!)))
  const { outcome, summary, item: name } = { ...ITEM, ...item }
  const place = rowNamed(readTables(outlineOf(now)).tables, name)
  const written = place && {
    summary: summary ?? null,
    outcome: outcome ?? null,
    carried: (more.carried ?? []).map((c) => c.id),
    cited: [],
    reason: more.reason ?? null,
    actor: owner(d),
    at: w.now,
  }
  return new TextEncoder().encode(place && written ? (writtenInto(now, place, written) ?? now) : `${now}\n`)
}

/** One entry of an item, with the text that it would bring; `own` changes what the event says. */
export const entry = (
  item: Partial<ItemEntry>,
  more: (d: Document, w: World) => Recording = () => ({}),
  own: object = {},
): Pick<Forgery, 'events' | 'texts'> => ({
  events: (d, w) => {
    const recording = { item: { ...ITEM, ...item }, ...more(d, w) }
    const digest = sha256(executedText(d, w, item, recording))
    const given = { digest, problem: null, title: d.title, empty: false, blanks: [] }
    return first(own, forced(w, d, owner(d), { action: 'ei', recording, text: given }))
  },
  texts: (d, w) => [executedText(d, w, item, more(d, w))],
})

export const failedRun = (w: World): Evidence => ({
  kind: 'run',
  command: ['npm', 'test'],
  exit: 1,
  started: w.now,
  duration: 1,
  commit: null,
  clean: true,
  output: sha256(''),
  bytes: 0,
})

const childOf = (type: string) => (d: Document, w: World) => {
  const document = w.documents.find((x) => x.id.parent === d.id.id && x.id.type.name === type) ?? null
  return { id: document?.id.id ?? 'none', document }
}
const handedTo = (id: string) => () => ({ carried: [{ id, document: null }] })

/** An outcome of which the text says nothing. */
const unwritten = (d: Document, w: World): readonly object[] => [
  { ...head(d, w, owner(d)), event: 'EI', ...ITEM, content: text(d), base: text(d) },
]

const forgery = (done: string, on: keyof typeof ON, events: Forgery['events']): Forgery => ({
  done,
  on: ON[on],
  events,
})
const control = (done: string, on: keyof typeof ON, events: Forgery['events']): Forgery => ({
  ...forgery(done, on, events),
  legal: true,
})

export const FORGERIES: readonly Forgery[] = [
  control('an approval as it should be', 'approving', (d, w) =>
    legal(w, d, pending(d), { action: 'approve' }),
  ),
  control('a review as it should be', 'reviewing', (d, w) =>
    legal(w, d, pending(d), { action: 'review', outcome: 'RECOMMEND', comment: 'Read it.' }),
  ),
  control('a routing as it should be', 'ready', (d, w) => legal(w, d, owner(d), { action: 'route review' })),
  control('a release as it should be', 'approved', (d, w) => legal(w, d, owner(d), { action: 'release' })),

  forgery('approval by a stranger', 'approving', (d, w) => by('mallory', approval(d, w))),
  forgery('approval by the author, who is not asked', 'approving', (d, w) => by(owner(d), approval(d, w))),
  forgery('approval by the author, who is asked', 'self', (d, w) =>
    forced(w, d, owner(d), { action: 'approve' }),
  ),
  forgery('approval by a disabled user', 'stranded', (d, w) =>
    forced(w, d, d.round?.pending.find((n) => !able(w, n)) ?? '', { action: 'approve' }),
  ),
  forgery('approval of another text', 'approving', (d, w) => first({ content: sha256('x') }, approval(d, w))),
  forgery('approval in another round', 'approving', (d, w) => first({ round: 7 }, approval(d, w))),
  forgery('a version too many', 'approving', (d, w) => then({ version: '7.0' }, approval(d, w))),
  forgery('an edition that there was never', 'approving', (d, w) => ofEdition(0, approval(d, w))),
  {
    ...forgery('an edition that is still to come', 'approving', (d, w) => ofEdition(99, approval(d, w))),
    codes: ['NEWER_FORMAT'],
  },
  forgery('another status than the row says', 'approving', (d, w) =>
    approval(d, w).map((e) => (e.event === 'STATUS_CHANGE' ? { ...e, to_status: 'RETIRED' } : e)),
  ),
  forgery('approval while the review is open', 'reviewing', (d, w) => [
    { ...head(d, w, pending(d)), event: 'APPROVE', content: text(d), round: d.rounds },
  ]),
  forgery('a status that jumps into force', 'ready', (d, w) => [jump(d, w, 'EFFECTIVE', '1.0')]),
  forgery('a status that jumps to approval', 'ready', (d, w) => [jump(d, w, 'IN_APPROVAL')]),

  forgery('a team without quality', 'ready', (d, w) =>
    first({ assignees: [whoIs(w, 'reviewer')] }, routed(d, w)),
  ),
  forgery('a team with the author on it', 'ready', (d, w) =>
    first({ assignees: [owner(d), 'qa'] }, routed(d, w)),
  ),
  forgery('a team with a stranger on it', 'ready', (d, w) =>
    first({ assignees: ['mallory', 'qa'] }, routed(d, w)),
  ),
  forgery('a round with another number', 'ready', (d, w) => first({ round: d.rounds + 2 }, routed(d, w))),
  forgery('routed by another than the owner', 'ready', (d, w) =>
    by(whoIs(w, 'initiator', d.owner), routed(d, w)),
  ),
  forgery('routed while it is checked out', 'held', routed),
  forgery('routed before a text was checked in', 'unwritten', routed),
  forgery('a second round of a review that stands', 'agreed', routed),
  forgery('a review without comment', 'reviewing', (d, w) => judged(d, w, ' ')),
  forgery('a review by somebody who is not asked', 'reviewing', (d, w) =>
    by(whoIs(w, 'initiator', d.owner), judged(d, w)),
  ),
  forgery('a round closed while somebody is still asked', 'shared', (d, w) => [
    ...judged(d, w),
    { ...jump(d, w, 'REVIEWED'), user: pending(d) },
  ]),
  forgery('a round that stays open when all have answered', 'last', (d, w) => judged(d, w).slice(0, 1)),
  forgery('approval routed although updates were asked for', 'unready', approvalRouted),
  forgery('approval routed on a round that is void', 'rejected', approvalRouted),
  forgery('approval routed without a review by quality', 'unreviewed', approvalRouted),
  forgery('approval routed to others than the reviewers', 'agreed', (d, w) =>
    first({ assignees: [...d.team, whoIs(w, 'reviewer')] }, approvalRouted(d, w)),
  ),
  forgery('the retirement of what was never in force', 'agreed', (d, w) =>
    forced(w, d, owner(d), { action: 'route approval', purpose: 'retire', reason: 'Old' }),
  ),

  forgery('an author added to the team', 'reviewing', (d, w) => assigned({ assign: [owner(d)] })(d, w)),
  forgery('quality taken off the team', 'reviewing', (d, w) =>
    assigned({ remove: (d.round?.pending ?? []).filter((name) => isQuality(w.registry, name)) })(d, w),
  ),
  forgery('reviewers added where no round is open', 'ready', assigned({ assign: ['qa'], owner: 'ann' })),
  forgery('an owner who may own nothing', 'ready', assigned({ owner: 'qa' })),
  forgery('assigned by an initiator', 'ready', (d, w) => by('ann', assigned({ owner: 'ann' })(d, w))),

  forgery('a second INSTALL', 'effective', (d, w) => [
    { ...head(d, w, 'lead'), event: 'INSTALL', title: 'Again', type: 'SOP', content: sha256('again') },
  ]),
  forgery('a second CREATE', 'ready', (d, w) => [
    {
      ...head(d, w, owner(d)),
      event: 'CREATE',
      title: 'Again',
      type: d.id.pathType,
      status: 'DRAFT',
      content: sha256('x'),
    },
  ]),
  forgery('a check-in of what nobody checked out', 'ready', (d, w) => [
    { ...head(d, w, owner(d)), event: 'CHECKIN', content: text(d), base: text(d), changed: false },
  ]),
  forgery('a check-in by another than the holder', 'held', (d, w) =>
    by(whoIs(w, 'administrator'), forced(w, d, owner(d), { action: 'discard' })),
  ),
  forgery('a check-in of a copy of another text', 'held', (d, w) => [
    { ...head(d, w, owner(d)), event: 'CHECKIN', content: text(d), base: sha256('x'), changed: false },
  ]),
  forgery('a checkout in review', 'reviewing', (d, w) => [{ ...head(d, w, owner(d)), event: 'CHECKOUT' }]),
  forgery('a revision without a change record', 'effective', (d, w) =>
    forced(w, d, whoIs(w, 'initiator'), { action: 'checkout' }),
  ),
  forgery('fixed by another than an administrator', 'effective', (d, w) => [
    {
      ...head(d, w, 'claude'),
      version: '1.1',
      event: 'FIX',
      reason: 'Words',
      content: text(d),
      base: text(d),
      diff: '',
    },
  ]),
  forgery('released by another than the owner', 'approved', (d, w) =>
    by(whoIs(w, 'initiator', d.owner), forced(w, d, owner(d), { action: 'release' })),
  ),
  forgery('to review although a child is open', 'busy', routed),
  forgery('to review although a change that answers it is open', 'answered', routed),
  forgery('a verification cancelled after execution', 'verification', cancelled('Why')),
  forgery('a verification closed, and its parent is not', 'verification', (d, w) => [
    { ...head(d, w, owner(d)), event: 'CLOSE', with: d.id.parent },
    jump(d, w, 'CLOSED'),
  ]),
  forgery('cancelled without a reason', 'ready', cancelled(' ')),
  forgery('cancelled by somebody else', 'ready', (d, w) => by('ann', cancelled('Why')(d, w))),
  forgery('a revision cancelled', 'revised', cancelled('Why')),
  forgery('cancelled although a child is open', 'parent', cancelled('Why')),
  forgery('a revision given up without a reason', 'revised', (d, w) =>
    forced(w, d, owner(d), { action: 'withdraw' }),
  ),
  { ...control('an outcome as it should be', 'recorded', () => []), ...entry({}) },
  {
    ...control('an outcome amended with a reason', 'recorded', () => []),
    ...entry({ item: 'EI-1' }, () => ({ reason: 'A typo' })),
  },
  {
    ...control('a failure taken over by a variance', 'recorded', () => []),
    ...entry({ outcome: 'Fail' }, (d, w) => ({ carried: [childOf('VAR')(d, w)] })),
  },
  {
    ...forgery('an outcome by a stranger', 'recorded', () => []),
    ...entry({}, undefined, { user: 'mallory' }),
  },
  {
    ...forgery('an outcome by a disabled user', 'recorded', () => []),
    ...entry({}, undefined, { user: 'gone' }),
  },
  {
    ...forgery('an outcome in another version', 'recorded', () => []),
    ...entry({}, undefined, { version: '1.9' }),
  },
  {
    ...forgery('an outcome written into another text', 'recorded', () => []),
    ...entry({}, undefined, { base: sha256('x') }),
  },
  { ...forgery('an outcome that leaves the text', 'recorded', (d, w) => unwritten(d, w)) },
  { ...forgery('an outcome amended without a reason', 'recorded', () => []), ...entry({ item: 'EI-1' }) },
  {
    ...forgery('a pass on a run that failed', 'recorded', (d, w) =>
      entry({ evidence: [failedRun(w)] }).events(d, w),
    ),
    texts: (d, w) => [executedText(d, w)],
  },
  { ...forgery('a failure that nothing takes over', 'recorded', () => []), ...entry({ outcome: 'Fail' }) },
  {
    ...forgery('a failure taken over by no variance', 'recorded', () => []),
    ...entry({ outcome: 'Fail' }, handedTo('CR-001')),
  },
  {
    ...forgery('a failure taken over by a variance that there is not', 'recorded', () => []),
    events: (d, w) => entry({ outcome: 'Fail' }, handedTo(`${d.id.id}-VAR-099`)).events(d, w),
    texts: (d, w) => entry({ outcome: 'Fail' }, handedTo(`${d.id.id}-VAR-099`)).texts?.(d, w) ?? [],
    codes: ['ILLEGAL_EVENT', 'FAMILY_GATE'],
  },
  {
    ...forgery('evidence set aside that there is not', 'recorded', () => []),
    ...entry({ aside: [7] }, () => ({ reason: 'Old' })),
  },
  {
    ...forgery('evidence set aside without a reason', 'recorded', () => []),
    ...entry({ item: 'EI-1', aside: [1] }),
  },
  {
    ...forgery('a start that writes', 'recorded', () => []),
    ...entry({ action: 'start', outcome: undefined }),
  },
  { ...forgery('a note that gives an outcome', 'recorded', () => []), ...entry({ action: 'note' }) },
  {
    ...forgery('an item added without a task', 'recorded', () => []),
    ...entry({ action: 'add', outcome: undefined }),
  },
  forgery('an outcome of a draft', 'ready', (d, w) => [
    { ...head(d, w, owner(d)), event: 'EI', ...ITEM, content: text(d), base: text(d) },
  ]),
  forgery('a remark by another than the owner', 'recorded', (d, w) => [
    { ...head(d, w, 'ann'), event: 'NOTE', text: 'So.', content: text(d), base: text(d) },
  ]),
  forgery('a summary by another than the owner', 'recorded', (d, w) => [
    { ...head(d, w, 'tu'), event: 'SUMMARY', content: text(d), base: text(d) },
  ]),
  forgery('resolved, and nothing was escalated', 'ready', (d, w) => [
    { ...head(d, w, 'lead'), event: 'RESOLVE', decision: 'So be it.' },
  ]),
  forgery('escalated by a stranger', 'ready', (d, w) => [
    { ...head(d, w, 'mallory'), event: 'ESCALATE', reason: 'Because.' },
  ]),
]

const linesIn = (files: Files, path: string): number => splitLines(files.get(path) ?? new Uint8Array()).length

/** Each forgery on the first document that it fits; one that fits none is named by `unfit`. */
export const forged = (files: Files): { tampered: Tampered[]; unfit: string[] } => {
  const w = worldOf(files)
  const tampered: Tampered[] = []
  const unfit: string[] = []
  for (const forgery of FORGERIES) {
    const d = w.documents.find((x) => forgery.on(x, w))
    if (!d) {
      unfit.push(forgery.done)
      continue
    }
    const path = auditPath(placeOf(d.id))
    const events = forgery.events(d, w) as readonly NewEvent[]
    const lines = events.map((_, i) => linesIn(files, path) + i + 1)
    tampered.push({
      done: `${path}: ${forgery.done}`,
      files: append(w, d, events, forgery.texts?.(d, w)),
      expected: forgery.legal ? [] : [{ codes: forgery.codes ?? ['ILLEGAL_EVENT'], path, lines }],
    })
  }
  return { tampered, unfit }
}

const SYSTEM_FORGERIES: readonly { done: string; record: SystemRecord; events: readonly object[] }[] = [
  {
    done: 'a user added by an agent',
    record: 'registry',
    events: [{ user: 'claude', event: 'USER_ADD', name: 'zoe', group: 'quality', kind: 'agent' }],
  },
  {
    done: 'a user added by a stranger',
    record: 'registry',
    events: [{ user: 'mallory', event: 'USER_ADD', name: 'zoe', group: 'quality', kind: 'agent' }],
  },
  {
    done: 'a user added twice',
    record: 'registry',
    events: [{ user: 'lead', event: 'USER_ADD', name: 'qa', group: 'administrator', kind: 'human' }],
  },
  {
    done: 'the last administrator disabled',
    record: 'registry',
    events: [{ user: 'lead', event: 'USER_DISABLE', name: 'lead' }],
  },
  {
    done: 'a policy set by an agent',
    record: 'policy',
    events: [
      { user: 'claude', event: 'POLICY_SET', key: 'selfApproval', value: 'allowed', previous: 'forbidden' },
    ],
  },
  {
    done: 'a policy that names another value before it',
    record: 'policy',
    events: [
      { user: 'lead', event: 'POLICY_SET', key: 'selfApproval', value: 'forbidden', previous: 'maybe' },
    ],
  },
  {
    done: 'a namespace added by a reviewer',
    record: 'namespaces',
    events: [{ user: 'qa', event: 'NAMESPACE_ADD', name: 'ZZZ' }],
  },
]

/** Events of the system records that nobody was allowed to write. */
export const governedBadly = (files: Files): Tampered[] => {
  const w = worldOf(files)
  return SYSTEM_FORGERIES.map(({ done, record, events }) => {
    const path = systemPath(record)
    const before = linesIn(files, path)
    const whole = events.map((e, i) => ({ ts: w.now, version: `${before + i + 1}.0`, ...e }))
    const { bytes } = appendEvents(files.get(path) ?? null, whole as unknown as NewSystemEvent[], sha256)
    return {
      done: `${path}: ${done}`,
      files: altered(files, { [path]: bytes }),
      expected: [{ codes: ['ILLEGAL_EVENT'], path, lines: [before + 1] }],
    }
  })
}

/** A new document as somebody would forge it: born as no document is. */
const BIRTHS: readonly { done: string; id: string; event: Record<string, unknown> }[] = [
  {
    done: 'created by a member of quality',
    id: 'SOP-900',
    event: { user: 'qa', event: 'CREATE', version: '0.1', title: 'New', type: 'SOP', status: 'DRAFT' },
  },
  {
    done: 'created in force',
    id: 'SOP-900',
    event: {
      user: 'claude',
      event: 'CREATE',
      version: '1.0',
      title: 'New',
      type: 'SOP',
      status: 'EFFECTIVE',
    },
  },
  {
    done: 'installed long after the set-up',
    id: 'SOP-900',
    event: { user: 'lead', event: 'INSTALL', version: '1.0', title: 'New', type: 'SOP' },
  },
  {
    done: 'a child of nobody',
    id: 'CR-900-TP-001',
    event: {
      user: 'claude',
      event: 'CREATE',
      version: '0.1',
      title: 'New',
      type: 'TP',
      parent: 'CR-900',
      status: 'DRAFT',
    },
  },
  {
    done: 'requirements in a namespace that there is not',
    id: 'SDLC-NONE-RS',
    event: {
      user: 'claude',
      event: 'CREATE',
      version: '0.1',
      title: 'New',
      type: 'NONE-RS',
      status: 'DRAFT',
    },
  },
]

export const bornBadly = (files: Files): Tampered[] => {
  const w = worldOf(files)
  return BIRTHS.map(({ done, id, event }) => {
    const parsed = parseId(id)
    if (!parsed) throw new Error(`${id} is no id`)
    const words = new TextEncoder().encode(`# ${id}\n`)
    const born = { ts: w.now, ...event, content: sha256(words) } as unknown as NewEvent
    const d = fold(parsed, [born])
    const path = auditPath(placeOf(parsed))
    const stands = d.draft ?? d.live
    return {
      done: `${path}: ${done}`,
      files: altered(files, {
        [path]: appendEvents(null, [born], sha256).bytes,
        [metaPath(placeOf(parsed))]: metadataFile(d),
        ...(stands ? { [pathOfText(d, stands)]: words } : {}),
      }),
      expected: [{ codes: ['ILLEGAL_EVENT'], path, lines: [1] }],
    }
  })
}
