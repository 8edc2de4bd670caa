/** Authoring: create, checkout, checkin, discard, fix. */

import { type Document, fold, textInHand } from '../documents/document.ts'
import { spliceFrontmatter } from '../documents/frontmatter.ts'
import { type DocId, formatNumber, isNamespace, isTemplateName, parseId } from '../documents/id.ts'
import { metadata } from '../documents/placement.ts'
import { unifiedDiff } from '../documents/redline.ts'
import { fillTemplate } from '../documents/template.ts'
import { decode, textProblem } from '../documents/text.ts'
import { type DocType, findType } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import { checkMayCreate, checkTitle, decideCreate } from '../lifecycle/create.ts'
import { tooLargeForFix } from '../lifecycle/fix.ts'
import { INITIATING } from '../lifecycle/roles.ts'
import * as layout from '../store/layout.ts'
import { MARK, nextOf, planAction, type Result, replayDocument, resultOf } from './act.ts'
import { textFacts } from './circumstances.ts'
import { readConfiguration } from './configuration.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import { type Loaded, Records } from './records.ts'
import { type Plan, type Replay, transact } from './transact.ts'

export interface CreateAsk {
  readonly type: string
  readonly title?: string | undefined
  readonly parent?: string | undefined
  readonly source?: string | undefined
  readonly kind?: 1 | 2 | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  /** Text to start from instead of the template, and the name it goes by in messages. */
  readonly text?: { readonly bytes: Uint8Array; readonly from: string } | undefined
}

/** Makes a document, checked out to its creator. */
export const create = async (qms: Qms, ask: Ask, what: CreateAsk): Promise<Result> => {
  let born: { id: string; bytes: Uint8Array; digest: string } | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const type = typeOf(records, what.type)
      const replay = await replayCreate(ask, records, type)
      if (replay) return replay
      const actor = records.actor(ask.user, 'create')
      const initiators = [...records.system.registry.values()].filter(
        (a) => a.enabled && INITIATING.has(a.group),
      )
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
      const bytes = what.text
        ? await givenText(records, what.text, title)
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
        },
        { actor, now: timestamp(qms), request: ask.request, initiators: initiators.map((a) => a.name) },
      )
      born = { id: id.id, bytes, digest: content }
      return planBirth(fold(id, [event]), event, bytes, content, actor.name)
    },
    async () => {
      if (born) await placeCopy(qms, ask.user ?? '', born.id, born.bytes, born.digest)
    },
  )
  const id = done.receipt.document?.doc_id ?? ''
  return { ...(await resultOf(qms, ask, done)), copy: qms.local.pathOf(ask.user ?? '', id) }
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
const placeCopy = async (
  qms: Qms,
  user: string,
  id: string,
  bytes: Uint8Array,
  digest: string,
): Promise<void> => {
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
  const title = what.text && !textProblem(what.text.bytes) ? titleIn(what.text.bytes) : null
  if (title) return title
  throw refuse('USAGE', {
    problem: 'a document needs a title',
    usage: `qms create ${what.type.toUpperCase()} --title "What it is about"`,
  })
}

const titleIn = (bytes: Uint8Array): string | null => {
  const match = /^title:\s*(?:'((?:[^']|'')*)'|"([^"\\]*)"|(.+?))\s*$/m.exec(
    (decode(bytes) ?? '').split(/^---[ \t]*$/m)[1] ?? '',
  )
  return match ? (match[1]?.replaceAll("''", "'") ?? match[2] ?? match[3] ?? null) : null
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

const newId = async (
  records: Records,
  type: DocType,
  what: CreateAsk,
  parent: Loaded | null,
): Promise<DocId> => {
  if (type.numbering === 'named') return singular(records, templateId(what.name), records.system.types)
  if (type.numbering === 'namespaced')
    return singular(records, namespacedId(records, type, what.namespace), records.system.types)
  const prefix = parent ? `${parent.d.id.id}-${type.name}` : type.name
  const number = (await highest(records, type, parent?.d.id ?? null)) + 1
  const id = parseId(`${prefix}-${formatNumber(number)}`, records.system.types)
  if (!id) throw refuse('BAD_ID', { id: `${prefix}-${formatNumber(number)}`, suggestions: [] })
  return id
}

const templateId = (name: string | undefined): string => {
  const upper = name?.toUpperCase() ?? ''
  if (!isTemplateName(upper))
    throw refuse('BAD_NAME', {
      name: name ?? '',
      what: 'template',
      expected: '--name with letters and digits, such as CR',
    })
  return `TEMPLATE-${upper}`
}

const namespacedId = (records: Records, type: DocType, namespace: string | undefined): string => {
  const upper = namespace?.toUpperCase() ?? ''
  const { namespaces } = records.system
  if (!isNamespace(upper) || !namespaces.includes(upper))
    throw refuse('NO_NAMESPACE', { name: namespace ?? '', namespaces })
  return `SDLC-${upper}-${type.name}`
}

const singular = async (records: Records, text: string, types: readonly DocType[]): Promise<DocId> => {
  const id = parseId(text, types)
  if (!id) throw refuse('BAD_ID', { id: text, suggestions: [] })
  if (await records.find(id)) throw refuse('ALREADY_EXISTS', { what: 'document', name: text })
  return id
}

/** The highest number ever used: in trails, metadata, live and archive folders alike. */
const highest = async (records: Records, type: DocType, parent: DocId | null): Promise<number> => {
  const root = parent?.folder ?? type.name
  const folders = [
    `${layout.AUDIT_FOLDER}/${type.name}`,
    `${layout.META_FOLDER}/${type.name}`,
    `${layout.STORE_FOLDER}/${root}`,
    `${layout.ARCHIVE_FOLDER}/${root}`,
  ]
  const entries = (await Promise.all(folders.map((folder) => records.snapshot.list(folder)))).flat()
  const start = `${parent ? `${parent.id}-` : ''}${type.name}-`
  const numbers = entries.map(({ name }) =>
    name.startsWith(start) ? Number.parseInt(name.slice(start.length), 10) : 0,
  )
  return Math.max(0, ...numbers.filter(Number.isFinite))
}

const formText = async (
  qms: Qms,
  records: Records,
  id: DocId,
  title: string,
  author: string,
  what: CreateAsk,
): Promise<Uint8Array> => {
  const template = decode((await records.template(id.type.name)) ?? new Uint8Array())
  if (!template) return new TextEncoder().encode(plainForm(id, title))
  const filled = fillTemplate(template, title, {
    TYPE: id.type.name,
    DOC_ID: id.id,
    [`${id.type.name}_ID`]: id.id,
    PARENT_ID: id.parent ?? 'None',
    PARENT_DOC_ID: id.parent ?? what.source ?? 'None',
    SOURCE_ID: what.source?.toUpperCase() ?? 'None',
    NAMESPACE: id.namespace,
    DATE: timestamp(qms).slice(0, 10),
    AUTHOR: author,
    KIND: String(what.kind ?? 1),
  })
  return new TextEncoder().encode(filled)
}

/** For a type that the store has no template of. */
const plainForm = (id: DocId, title: string): string =>
  `---\ntitle: '${title.replaceAll("'", "''")}'\nrevision_summary: 'Initial draft'\n---\n\n# ${id.id}: ${title}\n\n## 1. Purpose\n\n## 2. Scope\n\n## 3. Content\n`

/** A text that the author brings. Its title, where it has one, is brought in line with the document's. */
const givenText = async (
  records: Records,
  text: NonNullable<CreateAsk['text']>,
  title: string,
): Promise<Uint8Array> => {
  checkSize(text.bytes, text.from, (await readConfiguration(records.snapshot)).documentLimit)
  const facts = await textFacts(records, null, text.bytes)
  if (facts.problem) throw refuse('TEXT_UNREADABLE', { file: text.from, problem: facts.problem })
  if (facts.title === null || facts.title === title) return text.bytes
  return new TextEncoder().encode(spliceFrontmatter(decode(text.bytes) ?? '', 'title', title))
}

const checkSize = (bytes: Uint8Array, file: string, limit: number): void => {
  if (bytes.length > limit) throw refuse('TEXT_TOO_LARGE', { file, bytes: bytes.length, limit })
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

/** Hands out a copy. To its holder, a missing copy once more; a text in force opens a revision. */
export const checkout = async (qms: Qms, ask: Ask, id: string, under?: string): Promise<Result> => {
  const user = ask.user ?? ''
  const fetched = ask.dryRun ? null : await fetchAgain(qms, ask, id)
  if (fetched) return fetched
  let copy: { id: string; bytes: Uint8Array; base: string } | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      const replay = replayDocument(ask, MARK.checkout, loaded)
      if (replay) return replay
      const authority = under ? (await records.load(under)).d : undefined
      const plan = await planAction(qms, ask, records, loaded, { action: 'checkout', under: authority })
      const ref = textInHand(loaded.d)
      if (!ref)
        throw refuse('NO_TEXT', {
          id: loaded.d.id.id,
          status: loaded.d.status,
          wanted: 'a text to check out',
        })
      copy = { id: loaded.d.id.id, bytes: await records.text(loaded.d, ref), base: ref.content }
      await refuseStrayCopy(qms, records, user, loaded.d)
      return plan
    },
    async () => {
      if (copy) await qms.local.write(user, copy.id, copy.bytes, copy.base)
    },
  )
  return {
    ...(await resultOf(qms, ask, done)),
    copy: qms.local.pathOf(user, done.receipt.document?.doc_id ?? id),
  }
}

/** A copy that nobody committed stands where the new one would go. */
const refuseStrayCopy = async (qms: Qms, records: Records, user: string, d: Document): Promise<void> => {
  const stray = await qms.local.read(user, d.id.id)
  if (!stray) return
  const digest = records.digest(stray)
  const known = [d.draft, d.live, ...d.archive].some((t) => t?.content === digest)
  if (!known) throw refuse('COPY_CHANGED', { id: d.id.id, path: qms.local.pathOf(user, d.id.id) })
}

/** The holder of a checkout whose copy is gone gets it again; no event, since nothing was decided. */
const fetchAgain = async (qms: Qms, ask: Ask, id: string): Promise<Result | null> => {
  const held = await heldBy(qms, ask, id)
  if (!held) return null
  const { records, loaded, user } = held
  const ref = textInHand(loaded.d)
  if (!ref) return null
  if ((await qms.local.read(user, loaded.d.id.id)) === null)
    await qms.local.write(
      user,
      loaded.d.id.id,
      await records.text(loaded.d, ref),
      loaded.d.checkout?.base ?? ref.content,
    )
  return {
    document: metadata(loaded.d),
    events: [],
    commit: null,
    dryRun: false,
    replayed: true,
    warnings: [],
    notices: [],
    moved: null,
    next: await nextOf(qms, ask, records, loaded.d),
    copy: qms.local.pathOf(user, loaded.d.id.id),
  }
}

const heldBy = async (qms: Qms, ask: Ask, id: string) => {
  const records = await Records.open(await qms.store.snapshot(), qms.digest)
  const actor = records.actor(ask.user, 'checkout')
  const loaded = await records.load(id)
  return loaded.d.checkout?.by === actor.name && actor.enabled ? { records, loaded, user: actor.name } : null
}

/** Takes the copy in. Afterwards the copy is removed, since its bytes are committed. */
export const checkin = async (qms: Qms, ask: Ask, id: string): Promise<Result> => {
  const user = ask.user ?? ''
  let taken: string | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      const replay = replayDocument(ask, MARK.checkin, loaded)
      if (replay) return replay
      const actor = records.actor(ask.user, 'checkin')
      const { d } = loaded
      if (!d.checkout || d.checkout.by !== actor.name)
        return planAction(qms, ask, records, loaded, { action: 'checkin' })
      const bytes = await copyOf(qms, user, d)
      const text = await textFacts(records, null, bytes)
      if (text.problem)
        throw refuse('TEXT_UNREADABLE', { file: qms.local.pathOf(user, d.id.id), problem: text.problem })
      await refuseStaleCopy(qms, records, user, d, bytes)
      taken = d.id.id
      const command = { action: 'checkin' as const, text, base: d.checkout.base }
      return planAction(qms, ask, records, loaded, command, new Map([[text.digest, bytes]]))
    },
    async () => {
      if (taken) await qms.local.remove(user, taken)
    },
  )
  return resultOf(qms, ask, done)
}

const copyOf = async (qms: Qms, user: string, d: Document): Promise<Uint8Array> => {
  const bytes = await qms.local.read(user, d.id.id)
  if (bytes) return bytes
  throw refuse('NO_COPY', { id: d.id.id, user, path: qms.local.pathOf(user, d.id.id) })
}

const refuseStaleCopy = async (
  qms: Qms,
  records: Records,
  user: string,
  d: Document,
  yours: Uint8Array,
): Promise<void> => {
  const base = await qms.local.base(user, d.id.id)
  const ref = textInHand(d)
  if (base === null || base === d.checkout?.base || !ref) return
  const theirs = await records.text(d, ref)
  throw refuse('STALE_COPY', {
    id: d.id.id,
    base,
    theirs: ref.content,
    yours: records.digest(yours),
    diff: unifiedDiff(['theirs', 'yours'], decode(theirs) ?? '', decode(yours) ?? ''),
  })
}

/** Gives the checkout up. The copy is put aside, not deleted. */
export const discard = async (qms: Qms, ask: Ask, id: string): Promise<Result> => {
  let aside: string | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      return (
        replayDocument(ask, MARK.discard, loaded) ??
        planAction(qms, ask, records, loaded, { action: 'discard' })
      )
    },
    async (plan) => {
      aside = await qms.local.discard(ask.user ?? '', plan.moves[0]?.after.id.id ?? '')
    },
  )
  return { ...(await resultOf(qms, ask, done)), copy: aside }
}

/** A typographical correction of a text in force, without a revision. Returns the diff with the refusal or receipt. */
export const fix = async (
  qms: Qms,
  ask: Ask,
  id: string,
  file: { bytes: Uint8Array; from: string },
  reason: string | undefined,
): Promise<Result> => {
  const done = await transact(qms, ask, async (records) => {
    const loaded = await records.load(id)
    const replay = replayDocument(ask, MARK.fix, loaded)
    if (replay) return replay
    const { d } = loaded
    checkSize(file.bytes, file.from, (await readConfiguration(records.snapshot)).documentLimit)
    const text = await textFacts(records, null, file.bytes)
    if (text.problem) throw refuse('TEXT_UNREADABLE', { file: file.from, problem: text.problem })
    const former = d.live ? (decode(await records.text(d, d.live)) ?? '') : ''
    const later = decode(file.bytes) ?? ''
    const diff = unifiedDiff([`${d.id.id} ${d.live?.version ?? ''}`, file.from], former, later)
    const tooLarge = d.live ? tooLargeForFix(former, later) : null
    const plan = await planAction(
      qms,
      ask,
      records,
      loaded,
      { action: 'fix', text, reason, diff, tooLarge: null },
      new Map([[text.digest, file.bytes]]),
    )
    if (tooLarge) throw refuse('FIX_TOO_LARGE', { id: d.id.id, problem: tooLarge, diff })
    return plan
  })
  return resultOf(qms, ask, done)
}
