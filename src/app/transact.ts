/** One transaction: a pure decision, repeated from the start when somebody else was faster. Source: store design. */

import type { Document, TextRef } from '../documents/document.ts'
import type { DocumentEvent, NewEvent, NewSystemEvent, SystemEvent } from '../documents/event.ts'
import { metadataFile } from '../documents/metadata-file.ts'
import { type Metadata, metadata } from '../documents/placement.ts'
import { appendEvents, readDocumentTrail, readSystemTrail } from '../documents/trail.ts'
import { QmsError, refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { StoreNotice } from '../store/store.ts'
import { laterFormat, STORE_FORMAT } from './configuration.ts'
import { systemTrails } from './known-trails.ts'
import { believed, refuseFlood, refuseSystemEvents } from './proof.ts'
import type { Ask, Qms } from './qms.ts'
import { type Loaded, Records } from './records.ts'

/** One document's part in a transaction. `texts` holds bytes that the store does not have yet, by digest. */
export interface Move {
  readonly before: Loaded | null
  readonly after: Document
  readonly events: readonly NewEvent[]
  readonly texts?: ReadonlyMap<string, Uint8Array>
}

/** What a use case decided: a plain value, nothing done yet. */
export interface Plan {
  readonly moves: readonly Move[]
  readonly system?: readonly {
    readonly record: layout.SystemRecord
    readonly events: readonly NewSystemEvent[]
  }[]
  readonly files?: ReadonlyMap<string, Uint8Array | null>
  readonly subject: string
  readonly actor: string
  readonly warnings?: readonly string[]
}

/** An earlier answer to the same request: found in the trail, given again, nothing written. */
export interface Replay {
  readonly replayed: {
    readonly d: Document | null
    readonly events: readonly (DocumentEvent | SystemEvent)[]
  }
}

/** What a transition tells its caller; the same object for people, `--json` and servers. */
export interface Receipt {
  readonly document: Metadata | null
  readonly events: readonly object[]
  readonly commit: string | null
  readonly dryRun: boolean
  readonly replayed: boolean
  readonly warnings: readonly string[]
  readonly notices: readonly StoreNotice[]
}

export type { StoreNotice }

const ATTEMPTS = 12

export interface Done {
  readonly receipt: Receipt
  readonly records: Records
  readonly plan: Plan | null
}

/**
 * Decides and commits. `afterwards` brings local files in step once the commit stands, still before the next writer.
 * @throws CONFLICT after the last attempt; whatever `decide` refuses.
 */
export const transact = (
  qms: Qms,
  ask: Ask,
  decide: (records: Records) => Promise<Plan | Replay>,
  afterwards: (plan: Plan) => Promise<void> = async () => {},
): Promise<Done> => {
  if (ask.dryRun) return attempt(qms, ask, decide, afterwards).then((done) => done ?? lost(1))
  return qms.store.exclusively(async () => {
    for (let n = 1; n <= ATTEMPTS; n++) {
      const done = await attempt(qms, ask, decide, afterwards)
      if (done) return done
      await pause(n)
    }
    return lost(ATTEMPTS)
  })
}

const lost = (attempts: number): never => {
  throw refuse('CONFLICT', { attempts })
}

const pause = (n: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(400, 10 * 2 ** n)))

const attempt = async (
  qms: Qms,
  ask: Ask,
  decide: (records: Records) => Promise<Plan | Replay>,
  afterwards: (plan: Plan) => Promise<void>,
): Promise<Done | null> => {
  const snapshot = await qms.store.snapshot()
  refuseLater(await snapshot.read(layout.CONFIG_FILE))
  const records = await Records.open(snapshot, qms.digest)
  const plan = await believed(ask, records.system, () => decide(records))
  if ('replayed' in plan) return { receipt: replayReceipt(plan), records, plan: null }
  refuseSystemEvents(ask, plan)
  const { files, events, watched } = await render(plan, records)
  if (ask.dryRun) return { receipt: receipt(plan, events, null, true, []), records, plan }
  await refuseFlood(qms, plan.actor, records.system)
  const at = qms.now().getTime()
  const author = { name: plan.actor, email: `${plan.actor}@qms.invalid` }
  const outcome = await qms.store.commit(snapshot.tip, { files, watched, message: message(plan), author, at })
  if (!outcome.won) return null
  const lagging = await afterwards(plan).then(() => [], copyBehind)
  const notices = [...outcome.warnings, ...lagging]
  return { receipt: receipt(plan, events, outcome.tip, false, notices), records, plan }
}

/** A later version of this program keeps rules that this one does not know. @throws NEWER_STORE */
const refuseLater = (configuration: Uint8Array | null): void => {
  const found = laterFormat(configuration)
  if (found !== null) throw refuse('NEWER_STORE', { found, expected: STORE_FORMAT })
}

/** The commit stands: what fails after it is told, and refuses nothing. Whoever repeated the command would do it twice. */
const copyBehind = (error: unknown): StoreNotice[] => {
  if (!(error instanceof Error && 'code' in error)) throw error
  const { path } = (error instanceof QmsError ? error.facts : error) as { path?: string }
  return [{ kind: 'COPY_BEHIND', path: path ?? layout.WORKSPACE_FOLDER, reason: String(error.code) }]
}

const replayReceipt = ({ replayed }: Replay): Receipt => ({
  document: replayed.d && metadata(replayed.d),
  events: replayed.events,
  commit: null,
  dryRun: false,
  replayed: true,
  warnings: [],
  notices: [],
})

const receipt = (
  plan: Plan,
  events: readonly object[],
  commit: string | null,
  dryRun: boolean,
  notices: readonly StoreNotice[],
): Receipt => ({
  document: plan.moves[0] ? metadata(plan.moves[0].after) : null,
  events,
  commit,
  dryRun,
  replayed: false,
  warnings: plan.warnings ?? [],
  notices,
})

/** For people: nothing ever parses it. One line of printable text, then trailers. */
const message = (plan: Plan): string => {
  const ids = plan.moves.map((m) => `QMS-Document: ${m.after.id.id}`)
  const names = plan.moves
    .flatMap((m) => m.events)
    .concat((plan.system ?? []).flatMap((s) => s.events) as never[])
  const events = [...new Set(names.map((e) => `QMS-Event: ${e.event}`))]
  return `${plan.subject} (${plan.actor})\n\n${[...ids, ...events, `QMS-Actor: ${plan.actor}`].join('\n')}\n`
}

interface Rendered {
  readonly files: Map<string, Uint8Array | null>
  readonly events: readonly object[]
  /** Every document moved keeps its texts under watch: one edited by hand is not moved on. */
  readonly watched: readonly string[]
}

/** A plan as bytes under paths: trails appended, metadata folded, texts where the state places them. */
const render = async (plan: Plan, records: Records): Promise<Rendered> => {
  const files = new Map(plan.files ?? [])
  const events: object[] = []
  for (const move of plan.moves) {
    const place = layout.placeOf(move.after.id)
    const path = layout.auditPath(place)
    const appended = appendEvents(move.before?.trail ?? null, move.events, records.digest)
    const known = move.before && { bytes: move.before.trail, events: move.before.events }
    readBack(path, () => readDocumentTrail(path, appended.bytes, records.digest, known ?? undefined))
    files.set(path, appended.bytes)
    files.set(layout.metaPath(place), metadataFile(move.after))
    await placeTexts(move, records, files)
    events.push(...move.events.map((e, i) => ({ document: place.id, ...e, ...appended.links[i] })))
  }
  for (const { record, events: added } of plan.system ?? []) {
    const path = layout.systemPath(record)
    const appended = appendEvents(await records.trailOf(record), added, records.digest)
    readBack(path, () => readSystemTrail(path, appended.bytes, records.digest, systemTrails.of(path)))
    files.set(path, appended.bytes)
    events.push(...added.map((e, i) => ({ record, ...e, ...appended.links[i] })))
  }
  const places = plan.moves.map((move) => layout.placeOf(move.after.id))
  return { files, events, watched: places.flatMap((p) => [layout.draftPath(p), layout.livePath(p)]) }
}

/**
 * Before it is written a trail is read as whoever comes next will read it: what a program told of itself, or a fault of
 * this one, damages no record.
 */
const readBack = (path: string, read: () => unknown): void => {
  try {
    read()
  } catch (error) {
    const why = error instanceof QmsError ? JSON.stringify(error.facts) : String(error)
    throw new Error(`an event for ${path} could not be read back: ${why}`, { cause: error })
  }
}

const placeTexts = async (
  move: Move,
  records: Records,
  files: Map<string, Uint8Array | null>,
): Promise<void> => {
  const place = layout.placeOf(move.after.id)
  const [before, after] = [standing(move.before?.d ?? null, place), standing(move.after, place)]
  for (const path of before.keys()) if (!after.has(path)) files.set(path, null)
  for (const [path, content] of after)
    if (before.get(path) !== content) files.set(path, await bytesOf(content, move, records))
}

/** Digest of each of a document's texts by the file that it stands in: an adopted one may be elsewhere than its place. */
const standing = (d: Document | null, place: layout.Place): ReadonlyMap<string, string> => {
  const at = (text: TextRef | null | undefined, own: string): [string, string][] =>
    text ? [[text.path ?? own, text.content]] : []
  return new Map([
    ...at(d?.draft, layout.draftPath(place)),
    ...at(d?.live, layout.livePath(place)),
    ...(d?.archive ?? []).flatMap((text) => at(text, layout.archivePath(place, text.version))),
  ])
}

const bytesOf = async (content: string, move: Move, records: Records): Promise<Uint8Array> => {
  const given = move.texts?.get(content)
  if (given) return given
  const d = move.before?.d
  const ref = d && [d.draft, d.live, ...d.archive].find((t) => t?.content === content)
  if (!d || !ref) throw new Error(`no text ${content}`)
  return records.text(d, ref)
}

/** The first answer to this request, where the trail holds one. @throws REQUEST_REUSED for another command's id. */
export const replayOf = (
  ask: Ask,
  expected: string,
  events: readonly (DocumentEvent | SystemEvent)[],
  stateAt: (until: number) => Document | null,
): Replay | null => {
  if (!ask.request) return null
  const mine = events.filter((e) => e.request === ask.request)
  if (mine.length === 0) return null
  const found = mine.map((e) => e.event).join(', ')
  if (mine[0]?.user !== ask.user || !mine.some((e) => e.event === expected))
    throw refuse('REQUEST_REUSED', { request: ask.request, found: `${found} by ${mine[0]?.user}`, expected })
  return { replayed: { d: stateAt(mine.at(-1)?.seq ?? 0), events: mine } }
}
