/** The work of a document: its items listed, begun, given an outcome; remarks on the whole, and the summary. */
import { type Document, textInHand } from '../documents/document.ts'
import type { ItemAction, Outcome } from '../documents/event.ts'
import type { Evidence } from '../documents/evidence.ts'
import { decode, textProblem } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { failedRuns, historyOf } from '../execution/history.ts'
import type { Item } from '../execution/item.ts'
import type { ItemTables } from '../execution/table.ts'
import type { Command, Recording } from '../lifecycle/command.ts'
import { carrierOf } from '../lifecycle/gates.ts'
import { rowsFor } from '../lifecycle/tables.ts'
import { evidencePath, placeOf } from '../store/layout.ts'
import { MARK, planAction, type Result, replayDocument, resultOf } from './act.ts'
import { readConfiguration } from './configuration.ts'
import { type FirstCopy, placeCopy, planCreate } from './create.ts'
import { checkSize } from './form.ts'
import { withItems } from './item-steps.ts'
import type { NextStep } from './next.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import type { Loaded, Records } from './records.ts'
import { transact } from './transact.ts'

/** Loaded where it is needed: a parser of Markdown takes longer to load than most commands take. */
export const reading = async () => ({
  ...(await import('../execution/outline.ts')),
  ...(await import('../execution/table.ts')),
  ...(await import('../execution/item.ts')),
  ...(await import('../execution/edit.ts')),
  ...(await import('../execution/recording.ts')),
})

/** The text in hand. @throws NO_TEXT, TEXT_UNREADABLE */
export const textOf = async (records: Records, d: Document): Promise<string> => {
  const ref = textInHand(d)
  if (!ref) throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text with execution items' })
  const bytes = await records.text(d, ref)
  const trouble = textProblem(bytes)
  if (trouble) throw refuse('TEXT_UNREADABLE', { file: d.id.id, problem: trouble.problem })
  return decode(bytes) ?? ''
}

/** What is asked of an item. */
export interface ItemAsk {
  readonly action: ItemAction
  /** Absent for `add`: the next free number. */
  readonly item?: string | undefined
  readonly outcome?: Outcome | undefined
  readonly summary?: string | undefined
  readonly task?: string | undefined
  readonly expected?: string | undefined
  readonly reason?: string | undefined
  /** Documents that take a failure over. */
  readonly carried?: readonly string[] | undefined
  readonly aside?: readonly number[] | undefined
  /** A document to draft that takes the failure over. */
  readonly draft?: { readonly title: string; readonly kind?: 1 | 2 | undefined } | undefined
}

/** Evidence that was captured or verified, and the bytes that are kept of it, by digest. */
export interface Captured {
  readonly evidence: readonly Evidence[]
  readonly files: ReadonlyMap<string, Uint8Array>
}

export const NOTHING_CAPTURED: Captured = { evidence: [], files: new Map() }

/**
 * Records something of an item: cells are spliced, every other byte stays. `capture` is asked once the records are
 * read, and again where another writer was faster.
 * @throws NO_ITEM, NO_PLACE, CHECKED_OUT, NOT_ALLOWED, GATE
 */
export const recordItem = async (
  qms: Qms,
  ask: Ask,
  id: string,
  asked: ItemAsk,
  capture: (records: Records, d: Document) => Promise<Captured> = async () => NOTHING_CAPTURED,
): Promise<Result> => {
  let copy: FirstCopy | null = null
  let open: readonly Item[] | undefined
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      const replay = replayDocument(ask, MARK.ei, loaded)
      if (replay) return replay
      const actor = records.actor(ask.user, 'ei')
      if (isOutOfTurn(loaded.d)) return planAction(qms, ask, records, loaded, { action: 'ei' })
      const captured = await capture(records, loaded.d)
      const drafted = asked.draft ? await draftCarrier(qms, ask, records, loaded, asked) : null
      copy = drafted?.copy ?? null
      const asking = { records, loaded, asked, captured, actor: actor.name, at: timestamp(qms) }
      const recording = await recordingFor(asking, drafted?.after ?? null)
      open = recording.open
      const plan = await planText(qms, ask, records, loaded, 'ei', recording)
      const place = placeOf(loaded.d.id)
      const files = [...captured.files].map(
        ([digest, bytes]) => [evidencePath(place, digest), bytes] as const,
      )
      return { ...plan, files: new Map(files), moves: [...plan.moves, ...(drafted?.plan.moves ?? [])] }
    },
    async () => {
      if (copy) await placeCopy(qms, ask.user ?? '', copy)
    },
  )
  const result = await resultOf(qms, ask, done)
  const next = open ? withItems(result.next, result.document?.doc_id ?? id, open, ask.user) : result.next
  return copy ? withCopy(qms, ask, { ...result, next }, copy) : { ...result, next }
}

/** The draft that takes a failure over is filled in first: while it is open, there is nothing to review. */
const withCopy = (qms: Qms, { user = '' }: Ask, result: Result, { id }: FirstCopy): Result => {
  const draft: NextStep = { command: `qms checkin ${id} -u ${user}`, who: [user], action: 'checkin' }
  return {
    ...result,
    copy: qms.local.pathOf(user, id),
    next: [draft, ...result.next.filter((step) => step.action !== 'route review')],
  }
}

/** In a state, or checked out, where the rules refuse any recording: they say so before the text is looked at. */
export const isOutOfTurn = (d: Document): boolean =>
  d.checkout !== null || rowsFor(d.id.type.machine, d.status, 'ei').length === 0

/** A variance (in a test protocol an exception) that takes a failed item over, its scope filled in from the item. */
const draftCarrier = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  { d }: Loaded,
  { draft, item, summary }: ItemAsk,
) => {
  const { handOver } = await import('../execution/hand-over.ts')
  const answers = handOver(await textOf(records, d), item ?? '', summary ?? '') ?? {}
  const type = carrierOf(d.id.type.name)
  return planCreate(qms, ask, records, {
    type,
    parent: d.id.id,
    ...draft,
    title: draft?.title ?? '',
    answers,
  })
}

export interface Recorded {
  readonly recording: Recording
  readonly text: string
  /** Items that still have no outcome, the one concerned first. */
  readonly open?: readonly Item[]
}

export const planText = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  loaded: Loaded,
  action: 'ei' | 'note' | 'summarise',
  { recording, text }: Recorded,
) => {
  const bytes = new TextEncoder().encode(text)
  await checkRecorded(records, loaded.d, bytes)
  const digest = records.digest(bytes)
  const command: Command = {
    action,
    recording,
    text: { digest, problem: null, title: loaded.d.title, empty: false, blanks: [] },
  }
  return planAction(qms, ask, records, loaded, command, new Map([[digest, bytes]]))
}

/** Words that make of a readable text one that is not, or one that is too large. @throws NO_PLACE, TEXT_TOO_LARGE */
const checkRecorded = async (records: Records, d: Document, bytes: Uint8Array): Promise<void> => {
  checkSize(bytes, d.id.id, (await readConfiguration(records.snapshot)).documentLimit)
  const trouble = textProblem(bytes)
  const wanted = 'words that leave the text readable'
  if (trouble) throw refuse('NO_PLACE', { id: d.id.id, wanted, found: trouble.problem })
}

interface Asking {
  readonly records: Records
  readonly loaded: Loaded
  readonly asked: ItemAsk
  readonly captured: Captured
  readonly actor: string
  readonly at: string
}

const recordingFor = async (
  { records, loaded, asked, captured, actor, at }: Asking,
  drafted: Document | null,
): Promise<Recorded> => {
  const text = await textOf(records, loaded.d)
  const { outlineOf, readTables, rowNamed, itemOf, nextItem, writtenInto } = await reading()
  const read = readTables(outlineOf(text))
  const named = await carriersOf(records, asked.carried ?? [])
  const carried = drafted ? [...named, { id: drafted.id.id, document: drafted }] : named
  if (asked.action === 'add') return added(loaded.d, text, read, asked, nextItem(read.tables))
  const place = rowNamed(read.tables, asked.item ?? '')
  if (!place) throw noItem(loaded.d, asked.item ?? '', read)
  const found = itemOf(place.row)
  const { exhibits } = historyOf(loaded.events, found.item)
  const fresh = captured.evidence.map((evidence, i) => ({
    number: exhibits.length + i + 1,
    evidence,
    aside: null,
    cited: false,
  }))
  const standing = [...exhibits, ...fresh].filter((x) => !asked.aside?.includes(x.number))
  refuseUnknownExhibits(loaded.d, asked.aside ?? [], exhibits.length)
  const { action, outcome, summary, aside, reason } = asked
  const recording: Recording = {
    item: { item: found.item, action, outcome, summary, aside, evidence: captured.evidence },
    named: found.assignee,
    recorded: found.outcome,
    failedRuns: failedRuns(standing),
    carried,
    reason,
  }
  const others = read.tables.flatMap((table) => table.rows.map(itemOf)).filter((i) => i.outcome === null)
  const after = others.filter((i) => i.item !== found.item)
  const open = outcome === undefined && found.outcome === null ? [found, ...after] : after
  if (action === 'start' || action === 'evidence') return { recording, text, open }
  const now = writtenInto(text, place, {
    summary: summary ?? null,
    outcome: outcome ?? null,
    carried: carried.map((c) => c.id),
    cited: standing.filter((x) => !x.cited && x.aside === null),
    reason: reason ?? null,
    actor,
    at,
  })
  if (now === null) throw noPlace(loaded.d, summary ?? '')
  return { recording, text: now, open }
}

const refuseUnknownExhibits = (d: Document, aside: readonly number[], known: number): void => {
  const unknown = aside.find((n) => n > known)
  if (unknown === undefined) return
  const expected = known === 0 ? 'no evidence is there yet' : `E1 to E${known}`
  throw refuse('BAD_VALUE', { name: `${d.id.id} --set-aside`, found: `E${unknown}`, expected })
}

const added = async (
  d: Document,
  text: string,
  { tables, unreadable }: ItemTables,
  { task = '', expected, item }: ItemAsk,
  free: string,
): Promise<Recorded> => {
  const { rowNamed, withItem } = await reading()
  const table = tables.findLast((t) => t.form === 'table')
  const name = item ?? free
  if (!table) throw noItem(d, name, { tables, unreadable })
  if (rowNamed(tables, name)) throw refuse('ALREADY_EXISTS', { what: 'item', name })
  if (task.trim() === '')
    throw refuse('BAD_VALUE', { name: '--task', found: 'nothing', expected: 'one task' })
  const now = withItem(text, table, name, { task, ...(expected ? { expected } : {}) })
  if (now === null) throw noPlace(d, task)
  return { recording: { item: { item: name, action: 'add', task } }, text: now }
}

export const noItem = (d: Document, item: string, { tables, unreadable }: ItemTables) =>
  refuse('NO_ITEM', {
    id: d.id.id,
    item,
    items: tables.flatMap((t) => t.rows.map((row) => row.item)),
    unreadable: unreadable.map(({ line, found }) => ({ line, found })),
  })

const noPlace = (d: Document, words: string) =>
  refuse('NO_PLACE', {
    id: d.id.id,
    wanted: 'words that can stand in a cell of a table',
    found: words.slice(0, 120),
  })

export const carriersOf = async (records: Records, ids: readonly string[]) =>
  Promise.all(
    ids.map(async (text) => {
      const id = await records.idOf(text)
      return { id: id.id, document: (await records.find(id))?.d ?? null }
    }),
  )
