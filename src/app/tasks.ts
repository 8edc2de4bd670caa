import type { Metadata } from '../documents/placement.ts'
import type { Actor } from '../documents/registry.ts'
import { leads } from '../lifecycle/escalation.ts'
import { nextOf } from './act.ts'
import { listing } from './listing.ts'
import type { NextStep } from './next.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import { markSeen } from './read.ts'
import { openRecords, type Records } from './records.ts'
import { byId, isOpenWork } from './survey.ts'

export interface Task {
  /** Its id; `incidents`, the record of them, where the task is of no document. */
  readonly document: string
  readonly title: string
  readonly kind: 'review' | 'approval' | 'escalation' | 'incidents'
  /** Null where the task is of no document, as the version is. */
  readonly status: string | null
  readonly purpose: string
  readonly version: string | null
  readonly round: number | null
  readonly since: string
  readonly owner: string | null
  /** Digest of the text that the verdict will be for. */
  readonly content: string | null
  readonly commands: readonly string[]
}

export interface Inbox {
  readonly user: string
  readonly tasks: readonly Task[]
}

/** What is asked of one actor. Reading it counts as having been shown those texts and rounds. */
export const inbox = async (qms: Qms, ask: Ask): Promise<Inbox> => {
  const records = await openRecords(qms)
  const actor = records.actor(ask.user, 'inbox')
  return inboxOf(qms, records, actor, await listing(qms, records))
}

const inboxOf = async (
  qms: Qms,
  records: Records,
  actor: Actor,
  all: readonly Metadata[],
): Promise<Inbox> => {
  const mine = all.filter((m) => m.pending_assignees.includes(actor.name)).sort(order)
  await Promise.all(
    mine.map((m) => m.content && markSeen(qms, actor.name, m.doc_id, m.content, m.round ?? 0)),
  )
  return {
    user: actor.name,
    tasks: [
      ...escalations(all, actor, records),
      ...(await incidents(qms, actor, records)),
      ...mine.map((m) => taskOf(m, actor)),
    ],
  }
}

/** Times are of one form, so that their text has their order. */
const order = (a: Metadata, b: Metadata): number => {
  const [one, other] = [a.round_opened ?? '', b.round_opened ?? '']
  return one < other ? -1 : one > other ? 1 : byId(a, b)
}

/** What was escalated comes first, to those who answer for everything. */
const escalations = (all: readonly Metadata[], actor: Actor, records: Records): Task[] => {
  if (!leads(records.system.registry).includes(actor.name)) return []
  return all
    .filter((m) => m.open_escalations > 0)
    .sort(byId)
    .map((m) => ({
      ...common(m),
      kind: 'escalation',
      since: m.changed,
      commands: [`qms status ${m.doc_id}`, `qms resolve ${m.doc_id} --decision "TEXT" -u ${actor.name}`],
    }))
}

/** What was tried past the rules of orchestration: one entry, read by nobody else. */
const incidents = async (qms: Qms, actor: Actor, records: Records): Promise<Task[]> => {
  if (!leads(records.system.registry).includes(actor.name)) return []
  if ((await records.trailOf('incidents')) === null) return []
  const { recentIncidents } = await import('./agents/incidents.ts')
  const found = recentIncidents(await records.agents(), timestamp(qms))
  if (found === null) return []
  const { count, since, mismatches } = found
  const title = `${count} incidents of agents, ${mismatches} of them under another name`
  return [{ ...OF_NO_DOCUMENT, title, since, kind: 'incidents', commands: ['qms audit --sop SOP-007'] }]
}

const OF_NO_DOCUMENT = {
  document: 'incidents',
  status: null,
  purpose: 'ordinary',
  version: null,
  round: null,
  owner: null,
  content: null,
} as const

const common = (m: Metadata) => ({
  document: m.doc_id,
  title: m.title,
  status: m.status,
  purpose: m.purpose,
  version: m.version,
  round: m.round,
  owner: m.responsible_user,
  content: m.content,
})

const taskOf = (m: Metadata, actor: Actor): Task => {
  const kind = m.status.endsWith('REVIEW') ? 'review' : 'approval'
  return {
    ...common(m),
    kind,
    since: m.round_opened ?? m.changed,
    commands: [`qms packet ${m.doc_id} -u ${actor.name}`, ...answersTo(kind, m.doc_id, actor.name)],
  }
}

/** The commands by which somebody who is asked answers. */
export const answersTo = (kind: 'review' | 'approval', id: string, user: string): readonly string[] =>
  kind === 'review'
    ? [
        `qms review ${id} --recommend --comment "TEXT" -u ${user}`,
        `qms review ${id} --request-updates --comment "TEXT" -u ${user}`,
      ]
    : [`qms approve ${id} -u ${user}`, `qms reject ${id} --comment "TEXT" -u ${user}`]

export interface Agenda {
  readonly user: string
  readonly tasks: readonly Task[]
  readonly own: readonly { readonly document: Metadata; readonly next: readonly NextStep[] }[]
}

/** Everything one actor could move now: tasks that were asked, and documents of one's own. */
export const agenda = async (qms: Qms, ask: Ask): Promise<Agenda> => {
  const records = await openRecords(qms)
  const all = await listing(qms, records)
  const asked = await inboxOf(qms, records, records.actor(ask.user, 'next'), all)
  const own = all.filter((m) => m.responsible_user === asked.user && isOpenWork(m)).sort(byId)
  const steps = await Promise.all(
    own.map(async (document) => {
      const { d } = await records.load(document.doc_id)
      const all = await nextOf(qms, ask, records, d)
      return { document, next: all.filter((step) => step.who.includes(asked.user)) }
    }),
  )
  return { ...asked, own: steps }
}
