/**
 * Documents and what depends on others: parents were in the state that a child asks for, and nothing was closed over an
 * open child. Judged once the trails of all of them have been replayed. Source: store design, 6; lifecycle design, gates.
 */
import type { Document } from '../documents/document.ts'
import type { DocId } from '../documents/id.ts'
import { FINAL, type Status } from '../documents/types.ts'
import { QmsError } from '../errors.ts'
import type { Command } from '../lifecycle/command.ts'
import { decideCreate } from '../lifecycle/create.ts'
import { FIRST_EDITION, rowsOf } from '../lifecycle/editions.ts'
import { EDITION } from '../lifecycle/emit.ts'
import { GATES, type GateName } from '../lifecycle/gates.ts'
import { trailPathOf } from './files.ts'
import { type Finding, finding } from './finding.ts'
import type { Position, World } from './positions.ts'
import type { Step } from './replay.ts'

/** Gates that ask about other documents. */
const ABOUT_OTHERS: ReadonlySet<GateName> = new Set([
  'childrenDone',
  'noOpenChildren',
  'linkedClosed',
  'parentExecutes',
])

/** A moment in the life of a document: what others may depend on, and what it depended on itself. */
interface Moment {
  readonly at: Position
  readonly ts: string
  readonly line: number
  readonly status: Status
  readonly checkedOut: boolean
  readonly complete: boolean
  /** Gates that this transition had to pass and that were not waived. */
  readonly gates: readonly GateName[]
  readonly step: Step['action']
  readonly under: string | null
  /** Documents that were named to take a failure over. */
  readonly carried: readonly string[]
}

/** The life of a document, small enough to keep of all of them. */
export interface Life {
  readonly id: DocId
  readonly last: Document
  readonly parent: string | null
  readonly source: string | null
  readonly born: 'created' | 'shipped' | 'adopted'
  readonly moments: readonly Moment[]
  /** Those that were not judged in an earlier audit. */
  readonly unjudged: readonly Moment[]
}

/** @param before lines above the chain; @param from events before this index were judged in an earlier audit */
export const lifeOf = (
  id: DocId,
  steps: readonly Step[],
  before: number,
  waivedAt: (step: Step) => readonly string[],
  from = 0,
): Life | null => {
  const [first, last] = [steps[0], steps.at(-1)]
  if (!first || !last) return null
  const { action } = first
  const moments = steps.filter((s) => matters(s) || s === last).map((s) => momentOf(s, before, waivedAt(s)))
  return {
    id,
    last: slim(last.after),
    parent: last.after.parent,
    source: last.after.source,
    born: action === 'create' ? 'created' : last.after.adopted ? 'adopted' : 'shipped',
    moments,
    unjudged: from === 0 ? moments : moments.filter((m) => m.line > before + from),
  }
}

const NOTHING: readonly never[] = []

/** Without what nobody asks of a document that is only looked at from another: those of all are kept. */
const slim = (d: Document): Document => ({
  ...d,
  archive: NOTHING,
  remarks: NOTHING,
  versions: NOTHING,
  escalations: NOTHING,
  authors: NOTHING,
  lastApprovers: NOTHING,
  team: NOTHING,
  round: null,
})

const matters = ({ before, after, action, under, carried, edition }: Step): boolean =>
  before === null ||
  under !== null ||
  carried.length > 0 ||
  before.status !== after.status ||
  before.checkout !== after.checkout ||
  gatesOf(before, after.status, action, edition).length > 0

const gatesOf = (
  before: Document | null,
  to: Status,
  action: Step['action'],
  edition: number,
): GateName[] => {
  if (before === null || action === null || action === 'create' || action === 'close with parent') return []
  const known = Math.min(Math.max(edition, FIRST_EDITION), EDITION)
  const rows = rowsOf(known, before.id.type.machine, before.status, action).filter(
    (row) => row.to === to || row.to === 'home',
  )
  return [...new Set(rows.flatMap((row) => row.gates))].filter((gate) => ABOUT_OTHERS.has(gate))
}

/** One for all that are empty. */
const orNothing = <T>(list: readonly T[]): readonly T[] => (list.length === 0 ? NOTHING : list)

const momentOf = (step: Step, lines: number, waived: readonly string[]): Moment => {
  const { after } = step
  return {
    at: step.at,
    ts: after.changedAt,
    line: lines + step.from + 1,
    status: after.status,
    checkedOut: after.checkout !== null,
    complete: !after.checkout && !after.fresh && after.draft !== null,
    gates: orNothing(
      gatesOf(step.before, after.status, step.action, step.edition).filter((gate) => !waived.includes(gate)),
    ),
    step: step.action,
    under: step.under,
    carried: step.carried,
  }
}

export class Families {
  readonly #lives = new Map<string, Life>()
  readonly #children = new Map<string, Life[]>()
  readonly #answers = new Map<string, Life[]>()
  readonly #world: World

  constructor(lives: Iterable<Life>, world: World) {
    this.#world = world
    for (const life of lives) {
      this.#lives.set(life.id.id, life)
      if (life.parent) entry(this.#children, life.parent).push(life)
      if (life.source) entry(this.#answers, life.source).push(life)
    }
  }

  /** Everything but gaps in numbers, of one document. */
  judge(life: Life): Finding[] {
    return life.unjudged.flatMap((moment) => [
      ...moment.gates.flatMap((gate) => this.#gate(life, moment, gate)),
      ...this.#under(life, moment),
      ...this.#carried(life, moment),
      ...(moment.step === 'create' ? this.#birth(life, moment) : []),
      ...(moment.step === 'close with parent' ? this.#closedWith(life, moment) : []),
    ])
  }

  #gate(life: Life, moment: Moment, name: GateName): Finding[] {
    const others = (list: readonly Life[] | undefined) =>
      (list ?? []).flatMap((other) => asAt(other, moment) ?? [])
    const children = others(this.#children.get(life.id.id))
    const parent = this.#lives.get(life.parent ?? '')
    const found = GATES[name].found({
      d: { ...life.last, status: moment.status },
      command: { action: 'close' } as Command,
      c: {
        children: children.map((c) => c.d),
        complete: new Set(children.filter((c) => c.complete).map((c) => c.d.id.id)),
        linked: others(this.#answers.get(life.id.id)).map((c) => c.d),
        parent: (parent && asAt(parent, moment)?.d) ?? null,
      } as never,
    })
    return found === null ? [] : [this.#finding(life, moment, `${name}: ${GATES[name].expected}`, found)]
  }

  #under(life: Life, moment: Moment): Finding[] {
    if (moment.under === null) return []
    const record = this.#lives.get(moment.under)
    const status = record && asAt(record, moment)?.d.status
    if (status === 'IN_EXECUTION') return []
    const found = `${moment.under} was ${status ?? 'not there'}`
    return [this.#finding(life, moment, 'changeControl: a change record in execution', found)]
  }

  #carried(life: Life, moment: Moment): Finding[] {
    const odd = moment.carried.flatMap((id) => {
      const carrier = this.#lives.get(id)
      const status = carrier && asAt(carrier, moment)?.d.status
      return status && status !== 'CANCELLED' ? [] : [`${id} was ${status ?? 'not there'}`]
    })
    if (odd.length === 0) return []
    return [this.#finding(life, moment, `failureCarried: ${GATES.failureCarried.expected}`, odd.join('; '))]
  }

  #birth(life: Life, moment: Moment): Finding[] {
    const parent = life.parent ? this.#lives.get(life.parent) : undefined
    const above = parent && asAt(parent, moment)
    if (life.parent && !above) {
      const where = { document: life.id.id, path: trailPathOf(life.id), line: moment.line }
      return [finding('PARENT_UNKNOWN', where, life.parent, 'no such document at that time')]
    }
    const source = life.source ? this.#lives.get(life.source) : undefined
    const answered = source && asAt(source, moment)
    const closed = life.source === null ? null : sourceProblem(life, answered?.d ?? null)
    const fits = above ? parentProblem(life, above.d, this.#world.registryAt(moment.at, moment.ts)) : null
    return [
      ...(closed
        ? [this.#finding(life, moment, 'source: an open document of the type that it may answer', closed)]
        : []),
      ...(fits ? [this.#finding(life, moment, fits.expected, fits.found)] : []),
    ]
  }

  #closedWith(life: Life, moment: Moment): Finding[] {
    const parent = this.#lives.get(life.parent ?? '')
    const together = parent?.moments.some(
      (m) => m.step === 'close' && m.at === moment.at && m.ts === moment.ts,
    )
    if (together) return []
    return [this.#finding(life, moment, `${life.parent} closes with it`, `${life.parent} did not close then`)]
  }

  #finding(life: Life, moment: Moment, expected: string, found: string): Finding {
    const where = { document: life.id.id, path: trailPathOf(life.id), line: moment.line }
    return finding('FAMILY_GATE', where, expected, found)
  }

  /** Children that were open when their closed parent was taken over, and still are: only what a kind asks for counts. */
  openChildren(): Finding[] {
    return [...this.#lives.values()].flatMap((life) => {
      const parent = this.#lives.get(life.parent ?? '')
      const [then, above] = [life.moments[0], parent?.moments[0]]
      if (life.born !== 'adopted' || parent?.born !== 'adopted' || !then || !above) return []
      const left = FINAL.has(above.status) && !FINAL.has(then.status)
      const asked = {
        d: { ...life.last, status: above.status },
        c: { children: [life.last], complete: new Set() },
      }
      const needs = left ? GATES.childrenDone.found(asked as never) : null
      const where = { document: life.id.id, path: trailPathOf(life.id), line: then.line }
      return needs === null
        ? []
        : [finding('ADOPTED_OPEN_CHILD', where, `${life.parent} is ${above.status}`, needs)]
    })
  }

  /** Numbers are given in order: one that is missing above those that were shipped or taken over was taken away. */
  numberGaps(): Finding[] {
    const series = new Map<string, Life[]>()
    for (const life of this.#lives.values())
      if (life.id.number !== null) entry(series, life.id.id.slice(0, life.id.id.lastIndexOf('-'))).push(life)
    return [...series].flatMap(([name, lives]) => gapsIn(name, lives))
  }
}

const entry = <V>(map: Map<string, V[]>, key: string): V[] => {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

const sourceProblem = ({ id, source }: Life, is: Document | null): string | null => {
  if (is === null) return `${source} was not there`
  if (!id.type.parents.includes(is.id.type.name)) return `${source} is no ${id.type.parents.join(' or ')}`
  return FINAL.has(is.status) ? `${source} was ${is.status}` : null
}

/** What `create` asks of a parent, asked of the parent as it was. */
const parentProblem = (
  life: Life,
  parent: Document,
  registry: ReturnType<World['registryAt']>,
): { expected: string; found: string } | null => {
  const actor = registry.get(life.last.createdBy)
  if (!actor) return null
  try {
    const { id, title, kind } = life.last
    decideCreate({ id, title, parent, source: null, kind, content: '' }, { actor, now: '', initiators: [] })
    return null
  } catch (error) {
    const unmet =
      error instanceof QmsError
        ? (error.facts as { unmet?: { expected: string; found: string }[] }).unmet
        : []
    return unmet?.[0] ?? null
  }
}

/** A life as it was at a moment of another; null where it had not begun. */
const asAt = (life: Life, { at, ts }: Moment): { d: Document; complete: boolean } | null => {
  const then = life.moments.findLast((m) => m.at < at || (m.at === at && m.ts <= ts))
  if (!then) return null
  const checkout = then.checkedOut ? (life.last.checkout ?? { by: '?', at: then.ts, base: '' }) : null
  return { d: { ...life.last, status: then.status, checkout }, complete: then.complete }
}

const gapsIn = (name: string, lives: readonly Life[]): Finding[] => {
  const numbers = new Set(lives.map((l) => l.id.number))
  const found = lives.filter((l) => l.born !== 'created').map((l) => l.id.number ?? 0)
  const highest = Math.max(0, ...found)
  return lives.flatMap(({ id, born }) => {
    const before = (id.number ?? 1) - 1
    if (born !== 'created' || before <= highest || numbers.has(before)) return []
    const missing = `${name}-${String(before).padStart(3, '0')}`
    return [
      finding('NUMBER_GAP', { document: missing }, `${missing}, given before ${id.id}`, 'no trail of it'),
    ]
  })
}
