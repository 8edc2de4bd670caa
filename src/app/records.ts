/** The records as they stand at one tip: who there is, what the policy says, and each document as the fold of its trail. */

import { type Dispatch, foldDispatches, foldSessions, type Session } from '../agents/sessions.ts'
import type { Document, TextRef } from '../documents/document.ts'
import type { DocumentEvent, SystemEvent } from '../documents/event.ts'
import { fold } from '../documents/evolve.ts'
import { type DocId, parseId } from '../documents/id.ts'
import { readMetadata } from '../documents/metadata-file.ts'
import { type Metadata, metadata } from '../documents/placement.ts'
import { foldPolicy, type Policy, typesOf } from '../documents/policy.ts'
import { type Actor, foldNamespaces, foldRegistry, type Registry } from '../documents/registry.ts'
import { chainStart, type Digest, readDocumentTrail, readSystemTrail } from '../documents/trail.ts'
import type { DocType } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { Found, Snapshot } from '../store/store.ts'
import { documentTrails, systemTrails } from './known-trails.ts'
import type { Qms } from './qms.ts'
import { closest } from './suggest.ts'

/** A document with the trail that it was folded from. */
export interface Loaded {
  readonly d: Document
  readonly events: readonly DocumentEvent[]
  readonly trail: Uint8Array
  /** Lines of an adopted trail from before, as they were: shown, never folded. */
  readonly former: Uint8Array
}

export interface SystemRecords {
  readonly registry: Registry
  readonly policy: Policy
  readonly namespaces: readonly string[]
  readonly types: readonly DocType[]
  readonly trails: Readonly<Record<layout.GoverningRecord, Uint8Array | null>>
  readonly events: Readonly<Record<layout.GoverningRecord, readonly SystemEvent[]>>
}

/** What only those commands read that are about agents: who sat when, who was called, and what was tried past the rules. */
export interface AgentRecords {
  readonly sessions: ReadonlyMap<string, Session>
  readonly dispatches: ReadonlyMap<string, Dispatch>
  readonly events: Readonly<Record<layout.AgentRecord, readonly SystemEvent[]>>
}

/** Where the metadata of a document is, and its content address. */
export type MetadataFile = Found & { readonly id: DocId }

const SYSTEM = layout.GOVERNING_RECORDS

export class Records {
  readonly snapshot: Snapshot
  readonly system: SystemRecords
  readonly digest: Digest
  #agents: Promise<AgentRecords> | undefined

  private constructor(snapshot: Snapshot, system: SystemRecords, digest: Digest) {
    this.snapshot = snapshot
    this.system = system
    this.digest = digest
  }

  /** @throws NOT_INITIALISED where the store holds no registry; DAMAGED where a system record is. */
  static async open(snapshot: Snapshot, digest: Digest): Promise<Records> {
    const bytes = await snapshot.readAll(SYSTEM.map(layout.systemPath))
    const read = (i: number): SystemEvent[] => {
      const trail = bytes[i]
      return trail ? systemEvents(layout.systemPath(SYSTEM[i] ?? 'registry'), trail, digest) : []
    }
    const [registry, namespaces, policy] = [read(0), read(1), read(2)]
    if (registry.length === 0) throw refuse('NOT_INITIALISED', { root: '' })
    const folded = foldPolicy(policy)
    return new Records(
      snapshot,
      {
        registry: foldRegistry(registry),
        policy: folded,
        namespaces: foldNamespaces(namespaces),
        types: typesOf(folded),
        trails: { registry: bytes[0] ?? null, namespaces: bytes[1] ?? null, policy: bytes[2] ?? null },
        events: { registry, namespaces, policy },
      },
      digest,
    )
  }

  /** Sessions, dispatches and incidents, read once where they are asked for. @throws DAMAGED */
  agents(): Promise<AgentRecords> {
    this.#agents ??= this.#readAgents()
    return this.#agents
  }

  async #readAgents(): Promise<AgentRecords> {
    const read = async (record: layout.SystemRecord): Promise<SystemEvent[]> => {
      const trail = await this.trailOf(record)
      return trail ? systemEvents(layout.systemPath(record), trail, this.digest) : []
    }
    const [sessions = [], dispatches = [], incidents = []] = await Promise.all(layout.AGENT_RECORDS.map(read))
    return {
      sessions: foldSessions(sessions),
      dispatches: foldDispatches(dispatches),
      events: { sessions, dispatches, incidents },
    }
  }

  /** The bytes of a system record; null where there is none yet. */
  async trailOf(record: layout.SystemRecord): Promise<Uint8Array | null> {
    return this.snapshot.read(layout.systemPath(record))
  }

  /** Who acts. @throws USER_MISSING, NO_USER */
  actor(name: string | undefined, command: string): Actor {
    const users = [...this.system.registry.values()].filter((a) => a.enabled).map((a) => a.name)
    if (!name) throw refuse('USER_MISSING', { command, users })
    const actor = this.system.registry.get(name)
    if (!actor) throw refuse('NO_USER', { name, users })
    return actor
  }

  /** Who reads: a name is checked where one is given, and not needed. @throws NO_USER */
  reader(name: string | undefined): Actor | null {
    return name ? this.actor(name, '') : null
  }

  /** @throws BAD_ID, NO_DOCUMENT (with the ids that come closest), DAMAGED */
  async load(text: string): Promise<Loaded> {
    const id = await this.idOf(text)
    const loaded = await this.find(id)
    if (!loaded) throw refuse('NO_DOCUMENT', { id: id.id, suggestions: await this.suggest(id.id) })
    return loaded
  }

  async idOf(text: string): Promise<DocId> {
    const id = parseId(text, this.system.types)
    if (!id) throw refuse('BAD_ID', { id: text.slice(0, 120), suggestions: await this.suggest(text) })
    return id
  }

  async find(id: DocId): Promise<Loaded | null> {
    const path = layout.auditPath(layout.placeOf(id))
    const trail = await this.snapshot.read(path)
    if (!trail) return null
    const events = readDocumentTrail(path, trail, this.digest, documentTrails.of(path))
    documentTrails.keep(path, { bytes: trail, events })
    const former = trail.subarray(0, events[0]?.event === 'ADOPT' ? chainStart(trail) : 0)
    return { d: foldChecked(id, events, path), events, trail, former }
  }

  /** The bytes of one of a document's texts. @throws DAMAGED where they are not those that the trail names. */
  async text(d: Document, ref: TextRef): Promise<Uint8Array> {
    const path = pathOfText(d, ref)
    const bytes = await this.snapshot.read(path)
    const found = bytes ? this.digest(bytes) : 'no file'
    if (!bytes || found !== ref.content)
      throw refuse('DAMAGED', {
        path,
        problem: 'the text is not the one that the trail names',
        expected: ref.content,
        found,
      })
    return bytes
  }

  /** The bytes of a file of evidence. @throws DAMAGED where they are not those that the trail names. */
  async kept(d: Document, digest: string): Promise<Uint8Array> {
    const path = layout.evidencePath(layout.placeOf(d.id), digest)
    const bytes = await this.snapshot.read(path)
    const found = bytes ? this.digest(bytes) : 'no file'
    if (bytes && found === digest) return bytes
    const problem = 'the evidence is not what the trail names'
    throw refuse('DAMAGED', { path, problem, expected: digest, found })
  }

  /** The effective template of a type, or null where the store has none. Its form may be unreadable. @throws DAMAGED */
  async template(type: string): Promise<Uint8Array | null> {
    const id = parseId(`TEMPLATE-${type}`, this.system.types)
    const loaded = id ? await this.find(id) : null
    return loaded?.d.live ? this.text(loaded.d, loaded.d.live) : null
  }

  /** Ids of every document of the store, sorted by path: those whose trail stands at its place. */
  async ids(): Promise<DocId[]> {
    const files = await this.snapshot.walk(layout.AUDIT_FOLDER)
    return files.flatMap(({ path }) => {
      const name = /([^/]+)\.jsonl$/.exec(path)?.[1]
      const id = name && !path.startsWith(layout.SYSTEM_FOLDER) ? parseId(name, this.system.types) : null
      return id && layout.auditPath(layout.placeOf(id)) === path ? [id] : []
    })
  }

  /** Direct children of a document, folded. */
  async children(parent: DocId): Promise<Document[]> {
    const types = this.system.types.filter(
      (t) => t.numbering === 'child' && t.parents.includes(parent.type.name),
    )
    const folders = await Promise.all(
      types.map((t) => this.snapshot.list(`${layout.AUDIT_FOLDER}/${t.name}`, `${parent.id}-`)),
    )
    const ids = folders.flat().flatMap(({ name }) => {
      const id = parseId(name.replace(/\.jsonl$/, ''), this.system.types)
      return id?.parent === parent.id && name === `${id.id}.jsonl` ? [id] : []
    })
    const loaded = await Promise.all(ids.map((id) => this.find(id)))
    return loaded.flatMap((x) => (x ? [x.d] : []))
  }

  /** The metadata of every document, read from the store; listings take it from `listing.ts`, which reads less. */
  async metadata(): Promise<Metadata[]> {
    const files = await this.metadataFiles()
    const contents = await this.snapshot.contents(files)
    return Promise.all(files.map((file, i) => this.metadataOf(file, contents[i] ?? new Uint8Array())))
  }

  /** Files of metadata that stand where those of a document do; others are kept and say nothing. */
  async metadataFiles(): Promise<MetadataFile[]> {
    return (await this.snapshot.walk(layout.META_FOLDER)).flatMap((file) => {
      const id = parseId(/([^/]+)\.json$/.exec(file.path)?.[1] ?? '', this.system.types)
      return id && layout.metaPath(layout.placeOf(id)) === file.path ? [{ ...file, id }] : []
    })
  }

  /**
   * What a file of metadata says. Another program's says nothing: what counts is the ADOPT event, until the first
   * transition writes a file of our form. @throws DAMAGED
   */
  async metadataOf({ id, path }: MetadataFile, bytes: Uint8Array): Promise<Metadata> {
    const read = readMetadata(new TextDecoder().decode(bytes), id.id)
    if (!('problem' in read)) return read
    const trail = await this.snapshot.read(layout.auditPath(layout.placeOf(id)))
    const untouched = trail && adoptedLast(id, trail)
    if (untouched) return metadata(untouched)
    throw refuse('DAMAGED', { path, ...read })
  }

  private async suggest(text: string): Promise<string[]> {
    return closest(
      text.toUpperCase(),
      (await this.ids()).map((id) => id.id),
    )
  }
}

/** The records as they are now, for reading. */
export const openRecords = async (qms: Qms): Promise<Records> =>
  Records.open(await qms.store.snapshot(), qms.digest)

const systemEvents = (path: string, trail: Uint8Array, digest: Digest): SystemEvent[] => {
  const events = readSystemTrail(path, trail, digest, systemTrails.of(path))
  systemTrails.keep(path, { bytes: trail, events })
  return events
}

const foldChecked = (id: DocId, events: readonly DocumentEvent[], path: string): Document => {
  try {
    return fold(id, events)
  } catch (error) {
    const problem = (error as Error).message
    throw refuse('DAMAGED', {
      path,
      problem,
      expected: 'a trail that begins with CREATE, INSTALL or ADOPT',
      found: problem,
    })
  }
}

/** A document on which nothing has happened since it was adopted: its state is in the last line of its trail. */
const adoptedLast = (id: DocId, trail: Uint8Array): Document | null => {
  const line = trail.subarray(trail.lastIndexOf(10, trail.length - 2) + 1)
  try {
    const event = JSON.parse(new TextDecoder().decode(line)) as DocumentEvent
    return event.event === 'ADOPT' ? fold(id, [event]) : null
  } catch {
    return null
  }
}

export const pathOfText = (d: Document, ref: TextRef): string => {
  const place = layout.placeOf(d.id)
  const is = (text: TextRef | null) => text?.version === ref.version && text.content === ref.content
  if (ref.path !== undefined) return ref.path
  if (is(d.draft)) return layout.draftPath(place)
  if (is(d.live)) return layout.livePath(place)
  return layout.archivePath(place, ref.version)
}
