/** Makes a document and hands it to its creator. */

import type { Document } from '../documents/document.ts'
import { fold } from '../documents/evolve.ts'
import { parseId } from '../documents/id.ts'
import { decode, textProblem, titleOf } from '../documents/text.ts'
import { type DocType, findType } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import { checkMayCreate, checkTitle, decideCreate } from '../lifecycle/create.ts'
import { INITIATING } from '../lifecycle/roles.ts'
import * as layout from '../store/layout.ts'
import { type Result, replayDocument, resultOf } from './act.ts'
import { fetchAgain } from './author.ts'
import { type Brought, formText, givenText } from './form.ts'
import { newId } from './numbering.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import type { Loaded, Records } from './records.ts'
import { type Plan, type Replay, transact } from './transact.ts'

export interface CreateAsk {
  readonly type: string
  readonly title?: string | undefined
  readonly parent?: string | undefined
  readonly source?: string | undefined
  readonly kind?: 1 | 2 | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  /** Text to start from instead of the template. */
  readonly text?: Brought | undefined
  /** Answers to blanks of the form that its author would give, by name. */
  readonly answers?: Readonly<Record<string, string>> | undefined
}

/** Makes a document, checked out to its creator. */
export const create = async (qms: Qms, ask: Ask, what: CreateAsk): Promise<Result> => {
  let born: FirstCopy | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const type = typeOf(records, what.type)
      const replay = await replayCreate(ask, records, type)
      if (replay) return replay
      const birth = await planCreate(qms, ask, records, what)
      born = birth.copy
      return birth.plan
    },
    async () => {
      if (born) await placeCopy(qms, ask.user ?? '', born)
    },
  )
  const id = done.receipt.document?.doc_id ?? ''
  if (done.receipt.replayed && !ask.dryRun) await fetchAgain(qms, ask, id)
  return { ...(await resultOf(qms, ask, done)), copy: qms.local.pathOf(ask.user ?? '', id) }
}

/** The first text of a new document, for its creator's workspace. */
export interface FirstCopy {
  readonly id: string
  readonly bytes: Uint8Array
  readonly digest: string
}

/** Decides a birth and lays out what it writes. @throws BAD_TYPE, NOT_ALLOWED, BAD_TITLE, GATE, USAGE */
export const planCreate = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  what: CreateAsk,
): Promise<{ readonly plan: Plan; readonly copy: FirstCopy; readonly after: Document }> => {
  const type = typeOf(records, what.type)
  const actor = records.actor(ask.user, 'create')
  const initiators = [...records.system.registry.values()].filter((a) => a.enabled && INITIATING.has(a.group))
  checkMayCreate(
    actor,
    type.name,
    initiators.map((a) => a.name),
  )
  const parent = await parentOf(records, type, what.parent)
  const source = what.source ? await sourceOf(records, type, what.source) : null
  const id = await newId(records, type, what, parent)
  const title = titleFor(what)
  checkTitle(title)
  const { text: bytes, record } = what.text
    ? { text: await givenText(records, what.text, title) }
    : await formText(qms, records, id, title, actor.name, what)
  const content = records.digest(bytes)
  const event = decideCreate(
    {
      id,
      title,
      parent: parent?.d ?? null,
      source: source?.d ?? null,
      kind: kindOf(type, what),
      content,
      record: record && records.digest(record),
    },
    { actor, now: timestamp(qms), request: ask.request, initiators: initiators.map((a) => a.name) },
  )
  // A link or a device in the way is refused now, while nothing is written.
  await qms.local.read(actor.name, id.id)
  const after = fold(id, [event])
  const born = planBirth(after, event, bytes, content, actor.name)
  const plan = record ? { ...born, files: new Map([[layout.recordPath(layout.placeOf(id)), record]]) } : born
  return { plan, copy: { id: id.id, bytes, digest: content }, after }
}

const planBirth = (
  after: Document,
  event: Plan['moves'][number]['events'][number],
  bytes: Uint8Array,
  content: string,
  actor: string,
): Plan => ({
  moves: [{ before: null, after, events: [event], texts: new Map([[content, bytes]]) }],
  subject: `${after.id.id}: create, ${after.status}`,
  actor,
})

/** A copy of other, uncommitted bytes that stands in the way is put aside, never overwritten. */
export const placeCopy = async (qms: Qms, user: string, { id, bytes, digest }: FirstCopy): Promise<void> => {
  await qms.local.discard(user, id)
  await qms.local.write(user, id, bytes, digest)
}

const typeOf = (records: Records, name: string): DocType => {
  const type = findType(records.system.types, name.toUpperCase())
  if (!type)
    throw refuse('BAD_TYPE', { type: name.slice(0, 60), types: records.system.types.map((t) => t.name) })
  return type
}

const kindOf = (type: DocType, what: CreateAsk): 1 | 2 | null => {
  if (type.name !== 'VAR' && what.kind !== undefined)
    throw refuse('USAGE', { problem: `--kind is for variances (VAR), not for ${type.name}` })
  return type.name === 'VAR' ? (what.kind ?? 1) : null
}

const titleFor = (what: CreateAsk): string => {
  if (what.title !== undefined) return what.title
  const title = what.text && !textProblem(what.text.bytes) ? titleOf(decode(what.text.bytes) ?? '') : null
  if (title) return title
  throw refuse('USAGE', {
    problem: 'a document needs a title',
    usage: `qms create ${what.type.toUpperCase()} --title "What it is about"`,
  })
}

const parentOf = async (
  records: Records,
  type: DocType,
  parent: string | undefined,
): Promise<Loaded | null> => {
  if (type.numbering !== 'child') {
    if (parent)
      throw refuse('USAGE', {
        problem: `${type.name} has no parent${type.parents.length ? ': use --source' : ''}`,
      })
    return null
  }
  if (!parent) throw refuse('USAGE', { problem: `${type.name} needs --parent: ${type.parents.join(', ')}` })
  return related(await records.load(parent), type, '--parent')
}

const sourceOf = async (records: Records, type: DocType, source: string): Promise<Loaded> => {
  if (type.numbering !== 'numbered' || type.parents.length === 0)
    throw refuse('USAGE', { problem: `${type.name} names no source` })
  return related(await records.load(source), type, '--source')
}

const related = (loaded: Loaded, type: DocType, name: string): Loaded => {
  if (type.parents.includes(loaded.d.id.type.name)) return loaded
  throw refuse('BAD_VALUE', { name, found: loaded.d.id.id, expected: type.parents.join(' or ') })
}

const replayCreate = async (ask: Ask, records: Records, type: DocType): Promise<Replay | null> => {
  if (!ask.request) return null
  const needle = `"request":${JSON.stringify(ask.request)}`
  const folder = type.numbering === 'namespaced' ? layout.AUDIT_FOLDER : `${layout.AUDIT_FOLDER}/${type.name}`
  for (const { path } of await records.snapshot.grep(needle.slice(0, 200), { folder })) {
    const id = parseId(/([^/]+)\.jsonl$/.exec(path)?.[1] ?? '', records.system.types)
    const loaded = id ? await records.find(id) : null
    const replay = loaded && replayDocument(ask, 'CREATE', loaded)
    if (replay) return replay
  }
  return null
}
