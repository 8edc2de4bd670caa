/**
 * Procedures as tests: given what happened, when somebody asks, then these events, or this refusal. Every step is a real
 * decision; what is said in the past tense is a step after `given` and an expectation after `then`.
 */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { type Document, textInHand } from '../../src/documents/document.ts'
import { documentEvent, type NewEvent } from '../../src/documents/event.ts'
import { evolve, fold } from '../../src/documents/evolve.ts'
import { requireId } from '../../src/documents/id.ts'
import { blanksLeft } from '../../src/documents/markdown.ts'
import { placement } from '../../src/documents/placement.ts'
import { DEFAULT_POLICY, type Policy, typesOf } from '../../src/documents/policy.ts'
import { type Actor, foldRegistry, type Registry } from '../../src/documents/registry.ts'
import { blanksOf, isEmptyBody, textProblem, titleOf } from '../../src/documents/text.ts'
import type { FaultCode, Faults } from '../../src/errors.ts'
import { QmsError } from '../../src/errors.ts'
import type {
  Called,
  Circumstances,
  Command,
  Recording,
  Shortfalls,
  Shown,
  TextFacts,
} from '../../src/lifecycle/command.ts'
import { decideCreate } from '../../src/lifecycle/create.ts'
import { type Decision, decide, type Warning } from '../../src/lifecycle/decide.ts'
import { EDITION } from '../../src/lifecycle/emit.ts'
import { decideEscalate, decideResolve } from '../../src/lifecycle/escalation.ts'

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** The clock of the tests: one second an event, from a Monday morning. */
export const at = (tick: number): string =>
  new Date(Date.parse('2026-01-05T09:00:00.000Z') + tick * 1000).toISOString()

const person = (name: string, group: Actor['group'], kind: Actor['kind'] = 'agent') => ({
  ts: at(0),
  user: 'lead',
  version: '1.0',
  event: 'USER_ADD' as const,
  name,
  group,
  kind,
})

/** `gone` was registered and is disabled. `ty` is a second reviewer, whom nobody asks. */
export const REGISTRY: Registry = foldRegistry([
  person('lead', 'administrator', 'human'),
  person('ann', 'initiator'),
  person('ben', 'initiator'),
  person('qa', 'quality'),
  person('qb', 'quality'),
  person('tu', 'reviewer'),
  person('ty', 'reviewer'),
  person('gone', 'initiator'),
  { ts: at(0), user: 'lead', version: '9.0', event: 'USER_DISABLE', name: 'gone' },
])

/** The same people, with some put in, changed or (null) taken out. */
export const people = (
  changes: Record<string, Partial<Actor> | null>,
  base: Registry = REGISTRY,
): Registry => {
  const all = new Map(base)
  for (const [name, change] of Object.entries(changes)) {
    const fresh: Actor = { name, group: 'reviewer', kind: 'agent', enabled: true, since: at(0) }
    if (change === null) all.delete(name)
    else all.set(name, { ...(all.get(name) ?? fresh), ...change })
  }
  return all
}

/** A whole text around a body; what begins with frontmatter is a text already. */
export const text = (body: string, title = 'A title'): string =>
  body === '' || body.startsWith('---') ? body : `---\ntitle: '${title}'\n---\n\n# Heading\n\n${body}\n`

export const digestOf = (body: string): string => sha256(text(body))

/** What `create` hands out: a form with one blank. */
export const FORM = text('{{PURPOSE - why}}')

const READ = new Map<string, TextFacts>()

/** What reading a text tells; the same text is read once. */
export const factsOf = (whole: string): TextFacts => {
  const known = READ.get(whole)
  if (known) return known
  const facts = reading(whole)
  READ.set(whole, facts)
  return facts
}

const reading = (whole: string): TextFacts => {
  const trouble = textProblem(new TextEncoder().encode(whole))
  const digest = sha256(whole)
  if (trouble) return { digest, problem: trouble.problem, title: null, empty: false, blanks: [] }
  const blanks = blanksLeft(whole, blanksOf(FORM))
  return { digest, problem: null, title: titleOf(whole), empty: isEmptyBody(whole), blanks }
}

interface World {
  readonly d: Document | null
  readonly events: readonly NewEvent[]
  readonly texts: ReadonlyMap<string, string>
  readonly registry: Registry
  readonly policy: Policy
  readonly parent: Document | null
  readonly children: readonly Document[]
  readonly complete: ReadonlySet<string>
  readonly linked: readonly Document[]
  readonly shortfalls: Shortfalls | null
}

export interface Setting {
  readonly registry?: Registry
  readonly policy?: Partial<Policy>
  readonly parent?: Document | null
  readonly children?: readonly Document[]
  readonly complete?: readonly string[]
  readonly linked?: readonly Document[]
  readonly shortfalls?: Shortfalls | null
}

/** What an actor asks for. `shown` undefined: they read the text as it is. `null`: they never did. */
export interface Deed {
  readonly as: string
  readonly command: (d: Document) => Command
  readonly whole?: string | undefined
  readonly shown?: Shown | null | undefined
  readonly request?: string | undefined
  readonly dispatch?: Called | undefined
  /** Of which text the packet was, and its digest. */
  readonly given?: Shown | null | undefined
  readonly packet?: string | undefined
}

type Expected = { readonly event: string; readonly [key: string]: unknown }

/** Something in the past tense: a step to take, and the event that it is. */
export interface Told {
  readonly step: (w: World) => World
  readonly expected: Expected
}

const NOTHING: World = {
  d: null,
  events: [],
  texts: new Map(),
  registry: REGISTRY,
  policy: DEFAULT_POLICY,
  parent: null,
  children: [],
  complete: new Set(),
  linked: [],
  shortfalls: null,
}

const need = (w: World): Document => {
  if (!w.d) throw new Error('given: begin with created(...) or installed(...)')
  return w.d
}

const known = (w: World, name: string): Actor => {
  const actor = w.registry.get(name)
  if (!actor) throw new Error(`given: ${name} is not registered`)
  return actor
}

const settled = (w: World, setting: Setting): World => ({
  ...w,
  ...setting,
  policy: { ...w.policy, ...setting.policy },
  complete: setting.complete ? new Set(setting.complete) : w.complete,
})

export const circumstancesOf = (w: World, deed: Deed): Circumstances => {
  const d = need(w)
  const ref = textInHand(d)
  const whole = ref ? w.texts.get(ref.content) : undefined
  const current = d.round ? { content: d.round.content, round: d.round.number } : null
  return {
    actor: known(w, deed.as),
    now: at(w.events.length + 1),
    registry: w.registry,
    policy: w.policy,
    request: deed.request,
    parent: w.parent,
    children: w.children,
    complete: w.complete,
    linked: w.linked,
    text: whole === undefined ? null : factsOf(whole),
    shortfalls: w.shortfalls,
    shown: deed.shown === undefined ? current : deed.shown,
    dispatch: deed.dispatch,
    given: deed.given,
    packet: deed.packet,
  }
}

/** What must be true of every decision, whatever it is about. */
export const checkDecision = (before: Document, { events, after }: Decision): void => {
  expect(fold(before.id, events, before)).toEqual(after)
  let status = before.status
  for (const e of events) {
    const parsed = documentEvent.safeParse({ ...e, seq: 1, prev: '0'.repeat(64) })
    expect(parsed.error?.issues ?? []).toEqual([])
    if (e.event !== 'STATUS_CHANGE') continue
    expect(e.from_status).toBe(status)
    status = e.to_status
  }
  expect(after.status).toBe(status)
}

const perform = (w: World, deed: Deed): { world: World; decision: Decision } => {
  const d = need(w)
  const decision = decide(d, deed.command(d), circumstancesOf(w, deed))
  checkDecision(d, decision)
  const texts = deed.whole === undefined ? w.texts : new Map([...w.texts, [sha256(deed.whole), deed.whole]])
  return { world: { ...w, d: decision.after, events: [...w.events, ...decision.events], texts }, decision }
}

type Deep<T> = T extends object ? { readonly [K in keyof T]?: Deep<T[K]> } : T

/** A document with its past, to which something may now be asked. */
export class Story {
  readonly world: World
  constructor(world: World) {
    this.world = world
  }

  get doc(): Document {
    return need(this.world)
  }

  get events(): readonly NewEvent[] {
    return this.world.events
  }

  when(deed: Deed): Attempt {
    return new Attempt(this.world, deed)
  }

  /** More of the past. */
  and(...steps: readonly (Told | Setting)[]): Story {
    return new Story(steps.reduce(stepped, this.world))
  }

  /** Fields of the document as they must be. */
  is(fields: Deep<Document>): Story {
    expect(this.doc).toMatchObject(fields)
    return this
  }

  /** Which body stands in which file; all of them. */
  files(wanted: { draft?: string; live?: string; archive?: Record<string, string> }): Story {
    const found = placement(this.doc)
    const archive = Object.entries(wanted.archive ?? {}).map(([v, body]) => [v, digestOf(body)] as const)
    expect({ ...found, archive: Object.fromEntries(found.archive) }).toEqual({
      draft: wanted.draft === undefined ? null : digestOf(wanted.draft),
      live: wanted.live === undefined ? null : digestOf(wanted.live),
      archive: Object.fromEntries(archive),
    })
    return this
  }
}

const stepped = (w: World, step: Told | Setting): World => ('step' in step ? step.step(w) : settled(w, step))

/** Asked, and not yet judged by the test. */
export class Attempt {
  readonly #before: World
  readonly #after: World | null = null
  readonly #decision: Decision | null = null
  readonly #refusal: unknown = null

  constructor(before: World, deed: Deed) {
    this.#before = before
    try {
      const { world, decision } = perform(before, deed)
      this.#after = world
      this.#decision = decision
    } catch (error) {
      if (!(error instanceof QmsError)) throw error
      this.#refusal = error
    }
  }

  get decision(): Decision {
    if (!this.#decision) throw this.#refusal
    return this.#decision
  }

  /** Exactly these events, in this order. */
  // biome-ignore lint/suspicious/noThenProperty: the third word of given, when, then
  then(...expected: readonly (Told | Expected)[]): Story {
    const wanted = expected.map((e) => ('expected' in e ? (e as Told).expected : e))
    const found = this.decision.events
    expect(found.map((e) => e.event)).toEqual(wanted.map((e) => e.event))
    found.forEach((e, i) => void expect(e).toMatchObject(wanted[i] as object))
    return this.passes()
  }

  /** Allowed; which events is not the matter here. */
  passes(): Story {
    if (!this.#after) throw this.#refusal
    return new Story(this.#after)
  }

  warned(...warnings: readonly Warning[]): Attempt {
    expect(this.decision.warnings).toEqual(warnings)
    return this
  }

  /** With this code, these facts and (GATE) exactly these conditions unmet; nothing has changed. */
  refused<C extends FaultCode>(code: C, facts: Refusal<C> = {}): Story {
    if (this.#decision)
      throw new Error(`not refused: ${this.#decision.events.map((e) => e.event).join(', ')}`)
    const error = this.#refusal as QmsError
    expect(error.code, JSON.stringify(error.facts)).toBe(code)
    const { gate, found, ...rest } = facts as { gate?: string | string[]; found?: string | RegExp }
    expect(error.facts).toMatchObject(rest)
    const { unmet = [], ...others } = error.facts as Partial<Faults['GATE']> & { found?: string }
    if (gate !== undefined) expect(unmet.map((u) => u.gate)).toEqual([gate].flat())
    if (found !== undefined) expect(unmet[0]?.found ?? others.found).toMatch(found)
    return new Story(this.#before)
  }
}

type Refusal<C extends FaultCode> = Partial<Omit<Faults[C], 'found'>> & {
  gate?: string | string[]
  found?: string | RegExp
}

export const given = (...steps: readonly (Told | Setting)[]): Story =>
  new Story(steps.reduce(stepped, NOTHING))

// What may be asked.

export const checkout = (q: { as: string; under?: Document }): Deed => ({
  as: q.as,
  command: () => ({ action: 'checkout', under: q.under }),
})

export const checkin = (q: { as: string; text: string; title?: string; base?: string }): Deed => {
  const whole = text(q.text, q.title)
  return {
    as: q.as,
    whole,
    command: (d) => ({ action: 'checkin', text: factsOf(whole), base: q.base ?? d.checkout?.base }),
  }
}

export const discard = (q: { as: string }): Deed => ({ as: q.as, command: () => ({ action: 'discard' }) })

interface RouteAsk {
  as: string
  assign?: readonly string[]
  purpose?: 'retire' | 'abandon'
  reason?: string
}

export const route = (to: 'review' | 'approval', { as, ...rest }: RouteAsk): Deed => ({
  as,
  command: () => ({ action: to === 'review' ? 'route review' : 'route approval', ...rest }),
})

interface AssignAsk {
  as: string
  add?: readonly string[]
  remove?: readonly string[]
  owner?: string
}

export const assign = (q: AssignAsk): Deed => ({
  as: q.as,
  command: () => ({ action: 'assign', assign: q.add, remove: q.remove, owner: q.owner }),
})

type Verdict = 'recommend' | 'updates'
const OUTCOME = { recommend: 'RECOMMEND', updates: 'UPDATES_REQUIRED' } as const

interface Judging {
  as: string
  comment?: string
  shown?: Shown | null
}

export const review = ({
  as,
  verdict,
  shown,
  comment = 'read it',
}: Judging & { verdict: Verdict }): Deed => ({
  as,
  shown,
  command: () => ({ action: 'review', outcome: OUTCOME[verdict], comment }),
})

export const approve = ({ as, shown, comment }: Judging): Deed => ({
  as,
  shown,
  command: () => ({ action: 'approve', comment }),
})

export const reject = ({ as, shown, comment = 'not so' }: Judging): Deed => ({
  as,
  shown,
  command: () => ({ action: 'reject', comment }),
})

const plain =
  (action: 'withdraw' | 'release' | 'revert' | 'close') =>
  ({ as, reason, request }: { as: string; reason?: string; request?: string }): Deed => ({
    as,
    request,
    command: () => ({ action, reason }),
  })

export const withdraw = plain('withdraw')
export const release = plain('release')
export const revert = plain('revert')
export const close = plain('close')

export const cancel = (q: { as: string; reason?: string; confirmed?: boolean }): Deed => ({
  as: q.as,
  command: () => ({ action: 'cancel', reason: q.reason, confirmed: q.confirmed ?? true }),
})

export const fix = (q: {
  as: string
  reason?: string
  text: string
  tooLarge?: string
  diff?: string
}): Deed => {
  const whole = text(q.text)
  return {
    as: q.as,
    whole,
    command: () => ({
      action: 'fix',
      reason: q.reason ?? 'spelling',
      text: factsOf(whole),
      diff: q.diff ?? '-teh\n+the\n',
      tooLarge: q.tooLarge ?? null,
    }),
  }
}

/** What goes beside the new text of a recording: an item that passed, unless the test says otherwise. */
type Recorded = Omit<Recording, 'item'> & { as: string; text: string; item?: Partial<Recording['item']> }

export const PASSED = { item: 'EI-1', action: 'record', outcome: 'Pass', summary: 'Done' } as const

const recording =
  (action: 'ei' | 'note' | 'summarise') =>
  ({ as, text: body, item, ...rest }: Recorded): Deed => {
    const whole = text(body)
    const own = action === 'ei' ? { item: { ...PASSED, ...item } } : { text: 'as seen' }
    return {
      as,
      whole,
      command: () => ({ action, text: factsOf(whole), recording: { ...own, ...rest } }),
    }
  }

export const ei = recording('ei')
export const note = recording('note')
export const summarise = recording('summarise')

// What happened.

const told = (expected: Expected, deed: (d: Document) => Deed): Told => ({
  expected,
  step: (w) => perform(w, deed(need(w))).world,
})

const byOwner = (d: Document): string => d.owner ?? 'nobody'

interface Creation {
  owner: string
  id?: string
  title?: string
  parent?: Document
  source?: Document
  kind?: 1 | 2
}

export const created = ({ owner, id = 'SOP-001', title = 'A title', ...birth }: Creation): Told => ({
  expected: { event: 'CREATE', user: owner, title },
  step: (w) => {
    const parsed = requireId(id, typesOf(w.policy))
    const [parent, source, kind] = [birth.parent ?? null, birth.source ?? null, birth.kind ?? null]
    const c = { actor: known(w, owner), now: at(1), initiators: ['lead', 'ann', 'ben'] }
    const event = decideCreate({ id: parsed, title, parent, source, kind, content: sha256(FORM) }, c)
    const texts = new Map([...w.texts, [sha256(FORM), FORM]])
    return { ...w, d: evolve(parsed, null, event), events: [event], texts, parent }
  },
})

/** As `init` ships it: EFFECTIVE 1.0. */
export const installed = (id = 'SOP-001', body = 'as shipped'): Told => ({
  expected: { event: 'INSTALL' },
  step: (w) => {
    const parsed = requireId(id, typesOf(w.policy))
    const head = { ts: at(1), event: 'INSTALL' as const, user: 'lead', version: '1.0' }
    const event = { ...head, title: 'A title', type: parsed.pathType, content: digestOf(body) }
    const texts = new Map([...w.texts, [digestOf(body), text(body)]])
    return { ...w, d: evolve(parsed, null, event), events: [event], texts }
  },
})

export const checkedOut = (user: string): Told =>
  told({ event: 'CHECKOUT', user }, () => checkout({ as: user }))

export const checkedIn = (user: string, body: string, version?: string): Told =>
  told({ event: 'CHECKIN', user, content: digestOf(body), ...(version ? { version } : {}) }, () =>
    checkin({ as: user, text: body }),
  )

export const discarded = (user: string): Told =>
  told({ event: 'CHECKIN', user, changed: false, discarded: true }, () => discard({ as: user }))

/** By the owner. As a step, the team is named, unless it is empty; as an expectation, it is exactly this. */
export const routed = (
  to: 'review' | 'approval',
  team: readonly string[],
  special: { purpose?: 'retire' | 'abandon'; reason?: string; as?: string } = {},
): Told =>
  told({ event: to === 'review' ? 'ROUTE_REVIEW' : 'ROUTE_APPROVAL', assignees: team }, (d) =>
    route(to, {
      as: byOwner(d),
      ...special,
      ...(to === 'review' && team.length > 0 ? { assign: team } : {}),
    }),
  )

export const reassigned = (by: string, change: Omit<AssignAsk, 'as'>): Told =>
  told(
    {
      event: 'ASSIGN',
      user: by,
      assignees: change.add ?? [],
      ...(change.remove ? { removed: change.remove } : {}),
      ...(change.owner ? { owner: change.owner } : {}),
    },
    () => assign({ as: by, ...change }),
  )

export const reviewed = (user: string, verdict: Verdict): Told =>
  told({ event: 'REVIEW', user, outcome: OUTCOME[verdict] }, () => review({ as: user, verdict }))

export const approved = (user: string): Told => told({ event: 'APPROVE', user }, () => approve({ as: user }))
export const rejected = (user: string): Told => told({ event: 'REJECT', user }, () => reject({ as: user }))
export const withdrawn = (user: string, reason?: string): Told =>
  told({ event: 'WITHDRAW', user, ...(reason ? { reason } : {}) }, () =>
    withdraw({ as: user, ...(reason ? { reason } : {}) }),
  )
export const released = (): Told => told({ event: 'RELEASE' }, (d) => release({ as: byOwner(d) }))
export const closed = (): Told => told({ event: 'CLOSE' }, (d) => close({ as: byOwner(d) }))
export const cancelled = (reason: string): Told =>
  told({ event: 'CANCEL', reason }, (d) => cancel({ as: byOwner(d), reason }))
export const fixed = (user: string, body: string, version: string): Told =>
  told({ event: 'FIX', user, version, content: digestOf(body) }, () => fix({ as: user, text: body }))

/** As a step it only insists that this is where the document stands now. */
export const moved = (from: string, to: string, version?: string): Told => ({
  expected: {
    event: 'STATUS_CHANGE',
    from_status: from,
    to_status: to,
    edition: EDITION,
    ...(version ? { version } : {}),
  },
  step: (w) => {
    expect(need(w).status).toBe(to)
    return w
  },
})

const follows = (expected: Expected): Told => ({
  expected,
  step: () => {
    throw new Error(`given: ${expected.event} follows from a verdict and is no step of its own`)
  },
})

export const becameEffective = (from: string): Told => follows({ event: 'EFFECTIVE', from_version: from })
export const retired = (from: string): Told => follows({ event: 'RETIRE', from_version: from })

/** Asks the Lead. Written by anyone registered; changes no verdict. */
export const escalated = (user: string, reason: string): Told => ({
  expected: { event: 'ESCALATE', user, reason },
  step: (w) => {
    const c = { actor: known(w, user), now: at(w.events.length + 1), registry: w.registry }
    return spoken(w, decideEscalate(need(w), reason, c))
  },
})

export const resolved = (user: string, decision: string): Told => ({
  expected: { event: 'RESOLVE', user, decision },
  step: (w) => {
    const c = { actor: known(w, user), now: at(w.events.length + 1), registry: w.registry }
    return spoken(w, decideResolve(need(w), decision, c))
  },
})

const spoken = (w: World, event: NewEvent): World => ({
  ...w,
  d: evolve(need(w).id, need(w), event),
  events: [...w.events, event],
})

// Whole stretches of the way, for tests about what comes after.

/** From a checked-out draft to a text that everyone recommends. */
export const recommended = (body = 'text', team: readonly string[] = ['qa']): Told[] => [
  checkedIn('ann', body),
  routed('review', team),
  ...team.map((name) => reviewed(name, 'recommend')),
]

/** From a checked-out draft to EFFECTIVE, or to PRE_APPROVED. */
export const approvedBy = (body = 'text', team: readonly string[] = ['qa']): Told[] => [
  ...recommended(body, team),
  routed('approval', team),
  ...team.map((name) => approved(name)),
]

/** A change record of ann's in execution, 1.0. */
export const executing = (id = 'CR-001', birth: Partial<Creation> = {}): Told[] => [
  created({ owner: 'ann', id, ...birth }),
  ...approvedBy('plan'),
  released(),
]

/** From IN_EXECUTION to POST_APPROVED. */
export const postApproved = (team: readonly string[] = ['qa']): Told[] => [
  routed('review', []),
  ...team.map((name) => reviewed(name, 'recommend')),
  routed('approval', []),
  ...team.map((name) => approved(name)),
]

/** A document that has come this far, to be another one's parent or child. */
export const documentOf = (...steps: readonly (Told | Setting)[]): Document => given(...steps).doc
