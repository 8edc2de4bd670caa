/** Looking across documents: lists, tasks, families, search. Listings read the folded metadata, never every trail. */

import { parseId } from '../documents/id.ts'
import { type Metadata, metadata } from '../documents/placement.ts'
import type { Actor } from '../documents/registry.ts'
import { FINAL, STATUSES, type Status } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import { ACTIONS, type Action } from '../lifecycle/command.ts'
import { type Prospect, prospects } from '../lifecycle/decide.ts'
import { leads } from '../lifecycle/escalation.ts'
import { possibleIn } from '../lifecycle/tables.ts'
import * as layout from '../store/layout.ts'
import { nextOf } from './act.ts'
import { circumstances } from './circumstances.ts'
import { commandFor, type NextStep } from './next.ts'
import type { Ask, Qms } from './qms.ts'
import { markSeen } from './read.ts'
import { Records } from './records.ts'

const openRecords = async (qms: Qms): Promise<Records> => Records.open(await qms.store.snapshot(), qms.digest)

const byId = (a: Metadata, b: Metadata): number => (a.doc_id < b.doc_id ? -1 : a.doc_id > b.doc_id ? 1 : 0)

export interface Filter {
  readonly type?: string | undefined
  readonly status?: string | undefined
  readonly owner?: string | undefined
  /** Only documents on which something is still to be done. */
  readonly open?: boolean
}

/** @throws BAD_VALUE for an unknown status */
export const list = async (qms: Qms, filter: Filter): Promise<readonly Metadata[]> => {
  const status = filter.status?.toUpperCase().replaceAll('-', '_')
  if (status && !STATUSES.includes(status as Status))
    throw refuse('BAD_VALUE', { name: '--status', found: filter.status ?? '', expected: STATUSES.join(', ') })
  const type = filter.type?.toUpperCase()
  const all = await (await openRecords(qms)).metadata()
  return all
    .filter((m) => !type || m.doc_type === type || m.doc_type.endsWith(`-${type}`))
    .filter((m) => !status || m.status === status)
    .filter((m) => !filter.owner || m.responsible_user === filter.owner)
    .filter((m) => !filter.open || isOpenWork(m))
    .sort(byId)
}

const isOpenWork = (m: Metadata): boolean => m.status !== 'EFFECTIVE' && !FINAL.has(m.status as Status)

export interface Task {
  readonly document: string
  readonly title: string
  readonly kind: 'review' | 'approval' | 'escalation'
  readonly status: string
  readonly purpose: string
  readonly version: string
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
  const all = await records.metadata()
  const mine = all.filter((m) => m.pending_assignees.includes(actor.name)).sort((a, b) => order(a, b))
  for (const m of mine) if (m.content) await markSeen(qms, actor.name, m.doc_id, m.content, m.round ?? 0)
  return {
    user: actor.name,
    tasks: [...escalations(all, actor, records), ...mine.map((m) => taskOf(m, actor))],
  }
}

const order = (a: Metadata, b: Metadata): number =>
  (a.round_opened ?? '').localeCompare(b.round_opened ?? '', 'en') || byId(a, b)

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
  const reviewing = m.status.endsWith('REVIEW')
  const draft = m.effective_version && m.effective_version !== m.version ? ' --draft' : ''
  const as = ` -u ${actor.name}`
  const id = m.doc_id
  const answers = reviewing
    ? [
        `qms review ${id} --recommend --comment "TEXT"${as}`,
        `qms review ${id} --request-updates --comment "TEXT"${as}`,
      ]
    : [`qms approve ${id}${as}`, `qms reject ${id} --comment "TEXT"${as}`]
  return {
    ...common(m),
    kind: reviewing ? 'review' : 'approval',
    since: m.round_opened ?? m.changed,
    commands: [`qms read ${id}${draft}${as}`, ...answers],
  }
}

export interface Node {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly version: string
  readonly children: readonly Node[]
}

/** Documents with their children; of one document where it is named, else of every root. @throws NO_DOCUMENT */
export const tree = async (qms: Qms, id: string | undefined): Promise<readonly Node[]> => {
  const records = await openRecords(qms)
  const all = (await records.metadata()).sort(byId)
  const childrenOf = new Map<string, Metadata[]>()
  const known = new Set(all.map((m) => m.doc_id))
  const roots: Metadata[] = []
  for (const m of all) {
    const parent = parseId(m.doc_id, records.system.types)?.parent ?? m.source
    if (parent && known.has(parent)) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), m])
    else roots.push(m)
  }
  const node = (m: Metadata): Node => ({
    id: m.doc_id,
    title: m.title,
    status: m.status,
    version: m.version,
    children: (childrenOf.get(m.doc_id) ?? []).map(node),
  })
  if (id === undefined) return roots.map(node)
  const { d } = await records.load(id)
  return all.filter((m) => m.doc_id === d.id.id).map(node)
}

export interface Hit {
  readonly document: string
  readonly place: 'effective' | 'draft' | 'archived'
  readonly version: string | null
  readonly path: string
  readonly line: number
  readonly text: string
}

/** Lines that hold the text, ignoring case, in live, draft and archived texts. */
export const search = async (
  qms: Qms,
  text: string,
  filter: { readonly type?: string | undefined; readonly current?: boolean },
): Promise<readonly Hit[]> => {
  if (text.trim() === '')
    throw refuse('USAGE', { problem: 'nothing to search for', usage: 'qms search "some words"' })
  const records = await openRecords(qms)
  const hits = await records.snapshot.grep(text, { folder: layout.STORE_FOLDER, ignoreCase: true })
  const type = filter.type?.toUpperCase()
  return hits
    .flatMap((hit) => {
      const found = hitOf(hit)
      return found ? [found] : []
    })
    .filter((hit) => !type || parseId(hit.document, records.system.types)?.type.name === type)
    .filter((hit) => !filter.current || hit.place !== 'archived')
}

const hitOf = (hit: { path: string; line: number; text: string }): Hit | null => {
  if (!hit.path.endsWith('.md')) return null
  const name = hit.path.slice(hit.path.lastIndexOf('/') + 1, -'.md'.length)
  const archived = hit.path.startsWith(`${layout.ARCHIVE_FOLDER}/`) ? /^(.+)-v(\d+\.\d+)$/.exec(name) : null
  if (archived)
    return { ...hit, document: archived[1] ?? name, place: 'archived', version: archived[2] ?? null }
  const draft = name.endsWith('-draft')
  return {
    ...hit,
    document: draft ? name.slice(0, -'-draft'.length) : name,
    place: draft ? 'draft' : 'effective',
    version: null,
  }
}

export interface Copy {
  readonly document: string
  readonly path: string
  readonly title: string | null
  readonly version: string | null
  readonly status: string | null
  /** How the copy stands to the text that was checked out. */
  readonly state: 'changed' | 'unchanged' | 'missing' | 'not checked out'
  readonly since: string | null
}

/** One actor's checked-out copies. */
export const workspace = async (qms: Qms, ask: Ask): Promise<readonly Copy[]> => {
  const records = await openRecords(qms)
  const actor = records.actor(ask.user, 'workspace')
  const held = (await records.metadata()).filter((m) => m.checked_out_by === actor.name)
  const copies = await qms.local.list(actor.name)
  const ids = [...new Set([...held.map((m) => m.doc_id), ...copies])].sort()
  return Promise.all(ids.map((id) => copyOf(qms, records, actor.name, id)))
}

const copyOf = async (qms: Qms, records: Records, user: string, text: string): Promise<Copy> => {
  const path = qms.local.pathOf(user, text)
  const id = parseId(text, records.system.types)
  const loaded = id ? await records.find(id) : null
  const bytes = await qms.local.read(user, text)
  if (loaded?.d.checkout?.by !== user)
    return {
      document: text,
      path,
      title: loaded?.d.title ?? null,
      version: null,
      status: null,
      state: 'not checked out',
      since: null,
    }
  const { d } = loaded
  const same = bytes && records.digest(bytes) === d.checkout?.base
  const state = bytes === null ? 'missing' : same ? 'unchanged' : 'changed'
  return {
    document: text,
    path,
    title: d.title,
    version: d.version,
    status: d.status,
    state,
    since: d.checkout?.at ?? null,
  }
}

export interface Overview {
  readonly branch: string
  readonly counts: Readonly<Record<string, number>>
  readonly open: readonly Metadata[]
  readonly escalations: number
  readonly tasks: Readonly<Record<string, number>>
}

/** The whole store on one screen. */
export const overview = async (qms: Qms, branch: string): Promise<Overview> => {
  const all = await (await openRecords(qms)).metadata()
  const counts = Object.fromEntries(
    STATUSES.map((s) => [s, all.filter((m) => m.status === s).length] as const).filter(([, n]) => n > 0),
  )
  const tasks: Record<string, number> = {}
  for (const name of all.flatMap((m) => m.pending_assignees)) tasks[name] = (tasks[name] ?? 0) + 1
  const escalated = all.filter((m) => m.open_escalations > 0).length
  return { branch, counts, open: all.filter(isOpenWork).sort(byId), escalations: escalated, tasks }
}

export interface Foresight {
  readonly document: Metadata
  readonly status: string
  readonly action: Action | null
  readonly prospects: readonly Explained[]
  readonly next: readonly NextStep[]
  /** Statuses in which the action is possible, where it is not possible now. */
  readonly possibleIn: readonly string[]
}

export interface Explained extends Omit<Prospect, 'row'> {
  readonly command: string
  readonly to: string
  readonly possible: boolean
}

/** What may be done with a document now; for one action gate by gate, why or why not. @throws BAD_VALUE */
export const next = async (
  qms: Qms,
  ask: Ask,
  id: string,
  action: string | undefined,
): Promise<Foresight> => {
  const records = await openRecords(qms)
  const { d } = await records.load(id)
  const named = action === undefined ? undefined : actionNamed(action)
  const actor = records.actor(ask.user, 'next')
  const c = await circumstances(qms, ask, records, actor, d, { text: true, family: true })
  const found = prospects(d, c).filter((p) => named === undefined || named.includes(p.action))
  return {
    document: metadata(d),
    status: d.status,
    action: named?.[0] ?? null,
    prospects: found.map((p) => explained(p, d.id.id)),
    next: await nextOf(qms, ask, records, d),
    possibleIn: named && found.length === 0 ? named.flatMap((a) => possibleIn(d.id.type.machine, a)) : [],
  }
}

/** `route` stands for both routings. */
const actionNamed = (text: string): Action[] => {
  const name = text.toLowerCase().replaceAll(/[-_]/g, ' ')
  const found = ACTIONS.filter((a) => a === name || (name === 'route' && a.startsWith('route ')))
  if (found.length > 0) return found
  throw refuse('BAD_VALUE', { name: 'action', found: text, expected: ACTIONS.join(', ') })
}

const explained = ({ row, ...p }: Prospect, id: string): Explained => ({
  ...p,
  to: row.to,
  command: commandFor(p.action, id, p.purpose),
  possible: p.admitted && p.gates.every((g) => g.holds),
})

export interface Agenda {
  readonly user: string
  readonly tasks: readonly Task[]
  readonly own: readonly { readonly document: Metadata; readonly next: readonly NextStep[] }[]
}

/** Everything one actor could move now: tasks that were asked, and documents of one's own. */
export const agenda = async (qms: Qms, ask: Ask): Promise<Agenda> => {
  const asked = await inbox(qms, ask)
  const records = await openRecords(qms)
  const own = (await records.metadata())
    .filter((m) => m.responsible_user === asked.user && isOpenWork(m))
    .sort(byId)
  const steps = await Promise.all(
    own.map(async (document) => {
      const { d } = await records.load(document.doc_id)
      const all = await nextOf(qms, ask, records, d)
      return { document, next: all.filter((step) => step.who.includes(asked.user)) }
    }),
  )
  return { ...asked, own: steps }
}
