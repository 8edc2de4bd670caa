/** `audit export`: the store at one tip as a package that can be read and checked without it. */

import type { DocumentEvent } from '../documents/event.ts'
import { keptFile } from '../documents/evidence.ts'
import { spellOut } from '../documents/hidden.ts'
import type { Metadata } from '../documents/placement.ts'
import { metadata } from '../documents/placement.ts'
import { redline } from '../documents/redline.ts'
import { decode } from '../documents/text.ts'
import { QmsError, refuse } from '../errors.ts'
import { toldBriefly } from '../execution/evidence-told.ts'
import { historyOf, recordedItems } from '../execution/history.ts'
import {
  AGENTS_PAGE,
  type AgentsTold,
  agentsPage,
  DISPATCHES_TABLE,
  dispatchesTable,
  hasAgents,
} from '../package/agents-page.ts'
import { csvRow } from '../package/csv.ts'
import { type Change, documentPage, unreadablePage } from '../package/document-page.ts'
import { type Manifest, type Overview, overviewPage } from '../package/overview-page.ts'
import { README } from '../package/readme.ts'
import {
  type DocumentRecord,
  type EvidenceRecord,
  type Finding,
  pageOf,
  STORE_IN_PACKAGE,
  type UnreadableRecord,
  type VersionText,
} from '../package/record.ts'
import { formatSum, SUMS_FILE } from '../package/sums.ts'
import { textOfEvent, words } from '../package/told.ts'
import * as layout from '../store/layout.ts'
import type { Growing, PackageSink } from '../store/package.ts'
import type { Found } from '../store/store.ts'
import type { AuditReport } from './audit/audit.ts'
import { STORE_FORMAT } from './configuration.ts'
import { statesPicture, treePicture } from './diagram.ts'
import { formerLines, formerRemarks } from './former.ts'
import type { Qms } from './qms.ts'
import { placeOfText } from './read.ts'
import { type Loaded, openRecords, pathOfText, type Records } from './records.ts'
import { forest, type Node } from './survey.ts'
import { textsOf } from './versions.ts'

/** Of the package's own form; it moves when a file changes its name or its meaning. */
export const PACKAGE_FORMAT = 1
export const MANIFEST_FILE = 'manifest.json'
export const FINDINGS_FILE = 'findings.json'

/** What comes from outside the store. */
export interface ExportAsk {
  readonly qms: string
  readonly branch: string
  /** Time to be noted in the package, or null. */
  readonly exported: string | null
  /** Files that come with the program: the format, the rules, a verifier; by their name in the package. */
  readonly extras: readonly { readonly name: string; readonly bytes: Uint8Array }[]
  /** Makes an audit of the present tip, and says what a finding of a code means. */
  readonly audit: () => Promise<AuditReport>
  readonly titleOf: (code: string) => string
}

/** What the pages need of it. */
export type Told = Omit<ExportAsk, 'audit'>
export type Audited = { readonly verdict: string; readonly findings: readonly Finding[] }

export interface Exported extends Manifest {
  readonly files: number
  readonly bytes: number
  /** Of SHA256SUMS: it stands for the whole package. */
  readonly digest: string
}

/** Files of the store that are read at a time. */
const BATCH = 64

/** Writes everything and finishes the package; where anything fails, nothing of it is left. @throws DAMAGED, BAD_PACKAGE, IO */
export const exportPackage = async (qms: Qms, sink: PackageSink, ask: ExportAsk): Promise<Exported> => {
  try {
    const { records, audit } = await audited(qms, ask)
    const made = new Export(records, sink, ask, audit)
    await made.store()
    const exported = await made.derived()
    await sink.finish()
    return exported
  } catch (error) {
    await sink.abandon()
    throw error
  }
}

/** So often the tip may move between the records and their audit. */
const ATTEMPTS = 5

/** The records, and the findings of an audit of the very same tip. @throws CONFLICT */
const audited = async (qms: Qms, ask: ExportAsk): Promise<{ records: Records; audit: AuditReport }> => {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const records = await openRecords(qms)
    const audit = await ask.audit()
    if (audit.tip === records.snapshot.tip) return { records, audit }
  }
  throw refuse('CONFLICT', { attempts: ATTEMPTS })
}

interface Tables {
  readonly documents: Growing
  readonly events: Growing
  readonly json: Growing
}

/** The files of a package, from records and their audit. */
export class Export {
  readonly #records: Records
  readonly #sink: PackageSink
  readonly #ask: Told
  readonly #audit: Audited
  readonly #documents: Metadata[] = []
  readonly #unreadable: UnreadableRecord[] = []
  readonly #acts = new Map<string, number>()
  #events = 0
  #texts = 0
  #until: string | null = null

  constructor(records: Records, sink: PackageSink, ask: Told, audit: Audited) {
    this.#records = records
    this.#sink = sink
    this.#ask = ask
    this.#audit = audit
  }

  /** Everything but the store itself: what follows from it, and can be made from it again. */
  async derived(): Promise<Exported> {
    await this.#sink.add('README.txt', README)
    for (const { name, bytes } of this.#ask.extras) await this.#sink.add(name, bytes)
    await this.#told()
    const agents = await this.#agents()
    const manifest = this.#manifest()
    await this.#sink.add('findings.csv', findingsTable(this.#findings))
    await this.#sink.add(
      FINDINGS_FILE,
      `${lineOf({ verdict: this.#audit.verdict, findings: this.#findings })}\n`,
    )
    await this.#sink.add(MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`)
    await this.#sink.add('index.html', await this.#overview(manifest, agents))
    await this.#sink.add(SUMS_FILE, this.#sink.packed.map(formatSum).join(''))
    const { packed } = this.#sink
    const bytes = packed.reduce((sum, file) => sum + file.bytes, 0)
    return { ...manifest, files: packed.length, bytes, digest: packed.at(-1)?.digest ?? '' }
  }

  /** Sessions and calls of agents, where there are any. */
  async #agents(): Promise<boolean> {
    const { sessions, dispatches, events } = await this.#records.agents()
    const all: AgentsTold = {
      sessions: [...sessions.values()],
      dispatches: [...dispatches.values()],
      incidents: events.incidents,
    }
    if (!hasAgents(all)) return false
    await this.#sink.add(AGENTS_PAGE, agentsPage(all, new Set(this.#documents.map((m) => m.doc_id))))
    await this.#sink.add(DISPATCHES_TABLE, dispatchesTable(all.dispatches))
    return true
  }

  get #findings(): readonly Finding[] {
    return this.#audit.findings
  }

  /** Every file of the store, a batch at a time. */
  async store(): Promise<void> {
    const { snapshot } = this.#records
    for (const path of [layout.CONFIG_FILE, layout.ATTRIBUTES_FILE]) {
      const bytes = await snapshot.read(path)
      if (bytes) await this.#sink.add(`${STORE_IN_PACKAGE}/${path}`, bytes)
    }
    for (const files of batches(await snapshot.walk(layout.STORE_FOLDER))) {
      const contents = await snapshot.contents(files)
      for (const [i, { path }] of files.entries())
        await this.#sink.add(`${STORE_IN_PACKAGE}/${path}`, contents[i] ?? new Uint8Array())
    }
  }

  /** Pages, tables and data, one document at a time: no more than one is held. */
  async #told(): Promise<void> {
    const tables = await this.#begin()
    const ids = (await this.#records.ids()).sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const id of ids) {
      const path = layout.auditPath(layout.placeOf(id))
      const loaded = await this.#records.find(id).catch(asUnreadable(id.id, path))
      if (loaded === null) continue
      if ('problem' in loaded) await this.#skip(loaded)
      else await this.#document(loaded, tables)
    }
    await tables.json.write(`\n],\n"unreadable": ${lineOf(this.#unreadable)},\n`)
    await tables.json.write(`"findings": ${lineOf(this.#findings)}\n}\n`)
    for (const table of [tables.documents, tables.events, tables.json]) await table.end()
  }

  async #begin(): Promise<Tables> {
    const documents = await this.#sink.grow('documents.csv')
    const events = await this.#sink.grow('events.csv')
    const json = await this.#sink.grow('records.json')
    await documents.write(csvRow(DOCUMENT_COLUMNS))
    await events.write(csvRow(EVENT_COLUMNS))
    const { registry, policy, namespaces, events: governing } = this.#records.system
    const called = Object.entries((await this.#records.agents()).events).filter(([, all]) => all.length > 0)
    const system = { ...governing, ...Object.fromEntries(called) }
    const actors = [...registry.values()]
    for (const [record, all] of Object.entries(system))
      for (const e of all) {
        this.#count(e)
        await events.write(eventRow(record, e))
      }
    const head = {
      format: PACKAGE_FORMAT,
      tip: this.#records.snapshot.tip,
      actors,
      namespaces,
      policy,
      system,
    }
    await json.write('{\n')
    for (const [key, value] of Object.entries(head)) await json.write(`"${key}": ${lineOf(value)},\n`)
    await json.write('"documents": [')
    return { documents, events, json }
  }

  async #skip(unreadable: UnreadableRecord): Promise<void> {
    this.#unreadable.push(unreadable)
    await this.#sink.add(pageOf(unreadable.id), unreadablePage(unreadable))
  }

  async #document(loaded: Loaded, tables: Tables): Promise<void> {
    const record = await this.#recordOf(loaded)
    const { metadata: m, events, versions } = record
    const states = await statesPicture(loaded)
    await this.#sink.add(pageOf(m.doc_id), documentPage(record, changesOf(versions), states))
    await tables.documents.write(documentRow(m))
    for (const e of events) {
      this.#count(e)
      await tables.events.write(eventRow(m.doc_id, e))
    }
    const { former, remarks, escalations, trail } = record
    const texts = versions.map(({ text: _, ...rest }) => rest)
    const data = { metadata: m, trail, texts, remarks, escalations, former, events }
    await tables.json.write(`${this.#documents.length > 0 ? ',' : ''}\n${lineOf(data)}`)
    this.#documents.push(m)
    this.#texts += versions.length
  }

  #count({ user, ts }: { readonly user: string; readonly ts: string }): void {
    this.#events += 1
    this.#acts.set(user, (this.#acts.get(user) ?? 0) + 1)
    if (this.#until === null || ts > this.#until) this.#until = ts
  }

  async #recordOf(loaded: Loaded): Promise<DocumentRecord> {
    const { d, events } = loaded
    const versions: VersionText[] = []
    for (const ref of textsOf(d)) versions.push(await this.#versionOf(loaded, ref))
    return {
      metadata: metadata(d),
      former: await formerLines(this.#records, loaded, () => false),
      events,
      remarks: [...(await formerRemarks(this.#records, loaded)), ...d.remarks],
      escalations: d.escalations,
      versions,
      evidence: evidenceOf(loaded),
      trail: layout.auditPath(layout.placeOf(d.id)),
    }
  }

  /** A text that is not the one that the trail names is not shown as if it were. */
  async #versionOf({ d }: Loaded, ref: ReturnType<typeof textsOf>[number]): Promise<VersionText> {
    const path = pathOfText(d, ref)
    const about = { version: ref.version, digest: ref.content, place: placeOfText(d, ref), path }
    try {
      const text = decode(await this.#records.text(d, ref))
      return { ...about, text, problem: text === null ? 'it is not UTF-8' : null }
    } catch (error) {
      return { ...about, text: null, problem: problemOf(error) }
    }
  }

  #manifest(): Manifest {
    return {
      format: PACKAGE_FORMAT,
      qms: this.#ask.qms,
      storeFormat: STORE_FORMAT,
      tip: this.#records.snapshot.tip ?? '',
      branch: this.#ask.branch,
      recordsUntil: this.#until,
      exported: this.#ask.exported,
      documents: this.#documents.length,
      unreadable: this.#unreadable.length,
      events: this.#events,
      texts: this.#texts,
      findings: this.#findings.length,
      verdict: this.#audit.verdict,
    }
  }

  async #families(): Promise<Overview['families']> {
    const roots = forest(this.#documents, this.#records.system.types).filter((r) => r.children.length > 0)
    return Promise.all(
      roots.map(async (root) => ({
        root: root.id,
        members: members(root),
        svg: await treePicture([root], 'svg', root.id),
      })),
    )
  }

  async #overview(manifest: Manifest, agents: boolean): Promise<string> {
    const actors = [...this.#records.system.registry.values()]
    return overviewPage({
      manifest,
      documents: this.#documents,
      unreadable: this.#unreadable,
      families: await this.#families(),
      actors: actors.map((actor) => ({ ...actor, events: this.#acts.get(actor.name) ?? 0 })),
      findings: this.#findings,
      verdict: this.#audit.verdict,
      titleOf: this.#ask.titleOf,
      extras: this.#ask.extras.map(({ name }) => name),
      agents,
    })
  }
}

const members = (node: Node): number => node.children.reduce((sum, child) => sum + members(child), 1)

/** On one line, with nothing hidden in it. */
const lineOf = (value: unknown): string => spellOut(JSON.stringify(value))

function* batches(files: readonly Found[]): Generator<readonly Found[]> {
  for (let at = 0; at < files.length; at += BATCH) yield files.slice(at, at + BATCH)
}

/** What a damaged record is; anything else ends the export. */
const problemOf = (error: unknown): string => {
  const facts = error instanceof QmsError ? error.facts : null
  if (facts && 'problem' in facts) return `${facts.problem}${'line' in facts ? `, line ${facts.line}` : ''}`
  if (error instanceof QmsError && error.code === 'LINK_IN_STORE') return 'a link stands in its place'
  throw error
}

const evidenceOf = ({ d, events }: Loaded): EvidenceRecord[] =>
  recordedItems(events).flatMap((item) =>
    historyOf(events, item).exhibits.map(({ number, evidence, ts, user, aside }) => {
      const digest = keptFile(evidence)
      const file =
        digest === null ? null : { path: layout.evidencePath(layout.placeOf(d.id), digest), digest }
      return { item, number, kind: evidence.kind, told: toldBriefly(evidence), ts, user, aside, file }
    }),
  )

const asUnreadable =
  (id: string, trail: string) =>
  (error: unknown): UnreadableRecord => ({ id, trail, problem: problemOf(error) })

/** Between each text and the one before it. */
const changesOf = (versions: readonly VersionText[]): Change[] =>
  versions.slice(1).flatMap((later, i) => {
    const former = versions[i]
    if (former?.text == null || later.text === null) return []
    return [{ from: former.version, to: later.version, hunks: redline(former.text, later.text) }]
  })

const DOCUMENT_COLUMNS = [
  ...['document', 'type', 'title', 'status', 'version', 'effective_version', 'owner', 'checked_out_by'],
  ...['parent', 'source', 'outcome', 'created', 'changed', 'events', 'content'],
]

const documentRow = (m: Metadata): string =>
  csvRow([
    ...[m.doc_id, m.doc_type, m.title, m.status, m.version, m.effective_version],
    ...[m.responsible_user, m.checked_out_by, m.parent, m.source, m.outcome],
    ...[m.created, m.changed, m.events, m.content],
  ])

const EVENT_COLUMNS = [
  ...['record', 'seq', 'ts', 'user', 'version', 'event', 'from_status', 'to_status', 'round', 'outcome'],
  ...['assignees', 'words', 'content', 'prev'],
]

/** Of a document's trail, or of a system record's. */
const eventRow = (record: string, event: object): string => {
  const e = event as DocumentEvent
  const { from_status, to_status, round, outcome, assignees } = event as Record<string, never>
  return csvRow([
    ...[record, e.seq, e.ts, e.user, e.version, e.event, from_status, to_status, round, outcome],
    ...[(assignees as readonly string[] | undefined)?.join(' '), words(e), textOfEvent(e), e.prev],
  ])
}

const FINDING_COLUMNS = ['code', 'severity', 'document', 'path', 'line', 'commit', 'expected', 'found']

const findingsTable = (all: readonly Finding[]): string =>
  [
    csvRow(FINDING_COLUMNS),
    ...all.map((f) =>
      csvRow([f.code, f.severity, f.document, f.path, f.line, f.commit, f.expected, f.found]),
    ),
  ].join('')
