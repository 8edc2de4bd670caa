/** `init`: the first commit of a store. Source: store design; issue "Set-up". */

import type { NewEvent, NewSystemEvent } from '../documents/event.ts'
import { fold } from '../documents/evolve.ts'
import { requireId } from '../documents/id.ts'
import { metadataFile } from '../documents/metadata-file.ts'
import type { Actor } from '../documents/registry.ts'
import { textProblem, titleOf } from '../documents/text.ts'
import { appendEvents } from '../documents/trail.ts'
import { refuse } from '../errors.ts'
import { checkUserName, systemHead } from '../lifecycle/govern.ts'
import * as layout from '../store/layout.ts'
import type { Snapshot } from '../store/store.ts'
import { STORE_FORMAT } from './configuration.ts'
import { type Qms, type Shipped, timestamp } from './qms.ts'

export interface InitAsk {
  readonly lead: string
  /** Only the lead is registered; no reviewer, no agent. */
  readonly bare: boolean
  /** Ids of shipped documents that are left out. */
  readonly without: readonly string[]
  readonly branch: string
  /** The branch holds nothing but the store: agent definitions, which belong to the work tree, do not go there. */
  readonly ownBranch: boolean
  /** Whether the work tree has this file already, committed or not: then it is the project's own. */
  readonly present: (path: string) => boolean
  /** What must be there before the store is: whoever is killed afterwards has a store that is found. */
  readonly prepare?: () => Promise<void>
  readonly dryRun: boolean
}

export interface Initialised {
  readonly branch: string
  readonly commit: string | null
  readonly users: readonly { readonly name: string; readonly group: string; readonly kind: string }[]
  readonly documents: readonly string[]
  readonly files: readonly string[]
  readonly events: readonly object[]
  readonly dryRun: boolean
}

type Files = Map<string, Uint8Array>

/** @throws ALREADY_INITIALISED, STORE_OF_OTHERS, BAD_NAME, BAD_VALUE (an unknown document in `without`), CONFLICT */
export const initialise = async (qms: Qms, shipped: Shipped, ask: InitAsk): Promise<Initialised> => {
  checkUserName(ask.lead)
  if (!ask.bare && (ask.lead === 'claude' || ask.lead === 'qa'))
    throw refuse('BAD_VALUE', {
      name: '--lead',
      found: ask.lead,
      expected: 'another name than those of the agents, claude and qa',
    })
  if (ask.dryRun) return attempt(qms, shipped, ask)
  return qms.store.exclusively(() => attempt(qms, shipped, ask))
}

const attempt = async (qms: Qms, shipped: Shipped, ask: InitAsk): Promise<Initialised> => {
  const snapshot = await qms.store.snapshot()
  await refuseExisting(snapshot, ask)
  const now = timestamp(qms)
  const registry = registration(ask, now)
  const documents = await installed(qms, shipped, ask, now)
  const files: Files = new Map([
    ...systemFiles(qms, registry),
    ...documents.files,
    ...(await projectFiles(snapshot, shipped, ask, now)),
  ])
  const said = (commit: string | null): Initialised => ({
    branch: ask.branch,
    commit,
    users: registry.flatMap((e) =>
      e.event === 'USER_ADD' ? [{ name: e.name, group: e.group, kind: e.kind }] : [],
    ),
    documents: documents.ids,
    files: [...files.keys()].sort(),
    events: [...registry, ...documents.events],
    dryRun: ask.dryRun,
  })
  if (ask.dryRun) return said(null)
  const message = `qms: init (${ask.lead})\n\nQMS-Event: INSTALL\nQMS-Actor: ${ask.lead}\n`
  const author = { name: ask.lead, email: `${ask.lead}@qms.invalid` }
  await ask.prepare?.()
  const outcome = await qms.store.commit(snapshot.tip, { files, message, author, at: qms.now().getTime() })
  if (!outcome.won) throw refuse('CONFLICT', { attempts: 1 })
  return said(outcome.tip)
}

const refuseExisting = async (snapshot: Snapshot, { branch, present }: InitAsk): Promise<void> => {
  const root = layout.STORE_FOLDER
  if (await snapshot.read(layout.systemPath('registry')))
    throw refuse('ALREADY_INITIALISED', { root, branch })
  const recorded = (await snapshot.list(root)).length > 0
  if (recorded || present(layout.META_FOLDER) || present(layout.AUDIT_FOLDER))
    throw refuse('STORE_OF_OTHERS', { folder: root })
}

const registration = (ask: InitAsk, now: string): NewSystemEvent[] => {
  const users: Pick<Actor, 'name' | 'group' | 'kind'>[] = [
    { name: ask.lead, group: 'administrator', kind: 'human' },
  ]
  if (!ask.bare)
    users.push(
      { name: 'claude', group: 'initiator', kind: 'agent' },
      { name: 'qa', group: 'quality', kind: 'agent' },
    )
  return users.map((user, i) =>
    systemHead({ actor: { name: ask.lead }, now, recorded: i }, { event: 'USER_ADD', ...user }),
  )
}

const systemFiles = (qms: Qms, registry: readonly NewSystemEvent[]): Files =>
  new Map([[layout.systemPath('registry'), appendEvents(null, registry, qms.digest).bytes]])

interface Installed {
  readonly files: Files
  readonly ids: readonly string[]
  readonly events: readonly object[]
}

const installed = async (qms: Qms, shipped: Shipped, ask: InitAsk, now: string): Promise<Installed> => {
  const all = [...(await shipped.files('sops')), ...(await shipped.files('documents'))]
  const names = all.map((f) => f.name.replace(/\.md$/, ''))
  const without = new Set(ask.without.map((id) => id.trim().toUpperCase()))
  const unknown = [...without].find((id) => !names.includes(id))
  if (unknown) throw refuse('BAD_VALUE', { name: '--without', found: unknown, expected: names.join(', ') })
  const files: Files = new Map()
  const events: object[] = []
  const ids = names.filter((id) => !without.has(id))
  for (const id of ids) {
    const bytes = all[names.indexOf(id)]?.bytes ?? new Uint8Array()
    events.push({ document: id, ...install(qms, ask.lead, now, id, bytes, files) })
  }
  return { files, ids, events }
}

const install = (
  qms: Qms,
  lead: string,
  now: string,
  text: string,
  bytes: Uint8Array,
  files: Files,
): NewEvent => {
  const id = requireId(text)
  const trouble = textProblem(bytes)
  if (trouble) throw refuse('TEXT_UNREADABLE', { file: `${text}.md`, problem: trouble.problem })
  const title = titleOf(new TextDecoder().decode(bytes)) ?? text
  const event: NewEvent = {
    ts: now,
    event: 'INSTALL',
    user: lead,
    version: '1.0',
    title,
    type: id.pathType,
    content: qms.digest(bytes),
  }
  const place = layout.placeOf(id)
  files.set(layout.auditPath(place), appendEvents(null, [event], qms.digest).bytes)
  files.set(layout.metaPath(place), metadataFile(fold(id, [event])))
  files.set(layout.livePath(place), bytes)
  return event
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

const projectFiles = async (
  snapshot: Snapshot,
  shipped: Shipped,
  ask: InitAsk,
  now: string,
): Promise<Files> => {
  const files: Files = new Map()
  const config = { version: STORE_FORMAT, created: now, branch: ask.branch }
  files.set(layout.CONFIG_FILE, encode(`${JSON.stringify(config, null, 2)}\n`))
  for (const [path, bytes] of await withAttributes(snapshot)) files.set(path, bytes)
  if (!ask.bare && !ask.ownBranch)
    for (const { name, bytes } of await shipped.files('agents')) {
      const path = `${layout.AGENTS_FOLDER}/${name}`
      if (!ask.present(path) && (await snapshot.read(path)) === null) files.set(path, bytes)
    }
  return files
}

/** `.gitattributes` with the line that keeps the store's bytes as they are; nothing where it has it. */
export const withAttributes = async (snapshot: Snapshot): Promise<Files> => {
  const former = (await snapshot.read(layout.ATTRIBUTES_FILE)) ?? new Uint8Array()
  const text = new TextDecoder().decode(former)
  if (text.split(/\r?\n/).includes(layout.ATTRIBUTES_LINE)) return new Map()
  const gap = text && !text.endsWith('\n') ? '\n' : ''
  return new Map([[layout.ATTRIBUTES_FILE, encode(`${text}${gap}${layout.ATTRIBUTES_LINE}\n`)]])
}
