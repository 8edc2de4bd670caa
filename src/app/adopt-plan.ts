/** What an adoption writes, and what it tells: every document's ADOPT event, the system records, the configuration. */

import { type Adoption, adopt as adoptOne } from '../adoption/assume.ts'
import type { Finding, NoteCode } from '../adoption/notes.ts'
import { numberGaps, openChildren } from '../adoption/overall.ts'
import { type Papers, placed, sortPapers } from '../adoption/papers.ts'
import { namespacesFound, type Person, peopleFound } from '../adoption/project.ts'
import type { NewSystemEvent } from '../documents/event.ts'
import { fold } from '../documents/evolve.ts'
import { metadataFile } from '../documents/metadata-file.ts'
import { appendEvents, beginChain } from '../documents/trail.ts'
import { BUILT_IN_TYPES } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import { systemHead } from '../lifecycle/govern.ts'
import * as layout from '../store/layout.ts'
import type { LyingStore } from '../store/local.ts'
import type { Snapshot } from '../store/store.ts'
import { adoptedConfiguration, namespacesIn } from './configuration.ts'
import { type Qms, timestamp } from './qms.ts'
import { withAttributes } from './setup.ts'

export interface AdoptAsk {
  readonly lead: string
  readonly branch: string
  /** Top folder, for messages. */
  readonly root: string
  readonly dryRun: boolean
  readonly lying: (at: Snapshot) => Promise<LyingStore>
  /** What must be there before the store is taken over. */
  readonly prepare?: () => Promise<void>
}

export interface Adopted {
  readonly branch: string
  /** True where the store was adopted before: nothing was done. */
  readonly already: boolean
  /** The commit that took files in as they were found; null where the branch had them all. */
  readonly imported: string | null
  readonly commit: string | null
  readonly users: readonly Person[]
  readonly namespaces: readonly string[]
  readonly documents: readonly { readonly id: string; readonly status: string; readonly version: string }[]
  /** How many files were taken in as found. */
  readonly files: number
  /** What was assumed and what does not add up, by document. */
  readonly findings: readonly Finding[]
  readonly events: readonly object[]
  readonly dryRun: boolean
}

export const nothingDone = (ask: AdoptAsk): Adopted => ({
  branch: ask.branch,
  already: true,
  imported: null,
  commit: null,
  users: [],
  namespaces: [],
  documents: [],
  files: 0,
  findings: [],
  events: [],
  dryRun: ask.dryRun,
})

interface AdoptionPlan {
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly adopted: Adopted
}

export const planOf = async (
  qms: Qms,
  ask: AdoptAsk,
  at: Snapshot,
  lying: LyingStore,
): Promise<AdoptionPlan> => {
  const now = timestamp(qms)
  const records = [...lying.files].filter(([path]) => path.startsWith(`${layout.STORE_FOLDER}/`))
  const sorted = sortPapers(
    records.map(([path, bytes]) => ({ path, bytes })),
    lying.emptyFolders,
    BUILT_IN_TYPES,
  )
  refuseAgentAsLead(ask.lead, lying)
  const people = peopleFound(lying.agents, ask.lead)
  const spaces = namespacesFound(lying.files, namespacesIn(lying.files.get(layout.CONFIG_FILE) ?? null))
  const taken = takeAll(qms, ask, { now, lying, papers: sorted.papers, people: people.people })
  const config = configurationOf(ask, now, lying)
  const system = systemEvents(ask, now, people.people, spaces.names)
  const findings = [
    ...lying.others.map((other) => leftOut(null, other.path, other.kind)),
    ...sorted.findings,
    ...people.findings,
    ...spaces.findings,
    ...config.findings,
    ...unclaimed(lying, taken.adoptions),
    ...numberGaps([...sorted.papers.values()].map((p) => p.id)),
    ...openChildren(taken.adoptions),
    ...taken.findings,
  ]
  const files = new Map<string, Uint8Array>([
    ...taken.files,
    [layout.systemPath('registry'), appendEvents(null, system.registry, qms.digest).bytes],
    [layout.systemPath('namespaces'), appendEvents(null, system.namespaces, qms.digest).bytes],
    [layout.CONFIG_FILE, config.bytes],
    ...(await withAttributes(at)),
  ])
  const documents = taken.adoptions.map(({ papers, event }) => ({
    id: papers.id.id,
    status: event.assumed.status,
    version: event.version,
  }))
  return {
    files,
    adopted: {
      ...nothingDone(ask),
      already: false,
      users: people.people,
      namespaces: spaces.names,
      documents,
      files: lying.unrecorded.size,
      findings,
      events: [
        ...system.registry,
        ...system.namespaces,
        ...taken.adoptions.map(({ papers, event }) => ({ document: papers.id.id, ...event })),
      ],
    },
  }
}

/** Who answers for the adoption is a person. @throws BAD_VALUE */
const refuseAgentAsLead = (lead: string, { agents }: LyingStore): void => {
  const isAgent = agents.has(`${layout.AGENTS_FOLDER}/${lead}.md`)
  if (lead !== 'claude' && (lead === 'lead' || !isAgent)) return
  throw refuse('BAD_VALUE', {
    name: '--lead',
    found: lead,
    expected: 'another name than those of the agents',
  })
}

const leftOut = (document: string | null, file: string, found: string): Finding => ({
  document,
  code: 'LEFT_OUT' satisfies NoteCode,
  file,
  found,
})

interface Everything {
  readonly now: string
  readonly lying: LyingStore
  readonly papers: ReadonlyMap<string, Papers>
  readonly people: readonly Person[]
}

interface TakenAll {
  readonly files: Map<string, Uint8Array>
  readonly adoptions: readonly { readonly papers: Papers; readonly event: Adoption }[]
  readonly findings: readonly Finding[]
}

const takeAll = (qms: Qms, ask: AdoptAsk, all: Everything): TakenAll => {
  const files = new Map<string, Uint8Array>()
  const adoptions: { papers: Papers; event: Adoption }[] = []
  const findings: Finding[] = []
  const copies = new Set(all.lying.copies)
  const scene = {
    registry: new Map(all.people.map((p) => [p.name, p.group])),
    hasCopy: (user: string, id: string) => copies.has(`${user}/${id}`),
    now: all.now,
    lead: ask.lead,
  }
  const known = new Set(all.papers.keys())
  for (const papers of all.papers.values()) {
    const trail = placed(papers.id, 'trail') ?? ''
    const blocked = blockedBy(trail, all.lying)
    if (blocked) {
      findings.push(leftOut(papers.id.id, trail, blocked))
      continue
    }
    const taken = adoptOne(papers, known, scene, qms.digest)
    if (taken === 'chained') {
      findings.push({ document: papers.id.id, code: 'CHAINED_ALREADY', file: trail })
      continue
    }
    files.set(trail, beginChain(taken.former, taken.event))
    const meta = layout.metaPath(layout.placeOf(papers.id))
    if (!all.lying.files.has(meta) && !blockedBy(meta, all.lying))
      files.set(meta, metadataFile(fold(papers.id, [taken.event])))
    adoptions.push({ papers, event: taken.event })
    findings.push(...taken.findings)
  }
  return { files, adoptions, findings }
}

/** What keeps a file from being written at `path`: a link on the way, a file where a folder must be, or a folder there. */
const blockedBy = (path: string, { files, others }: LyingStore): string | null => {
  const other = others.find((o) => path === o.path || path.startsWith(`${o.path}/`))
  if (other) return other.kind
  const above = path.split('/').map((_, i, all) => all.slice(0, i).join('/'))
  if (above.some((folder) => files.has(folder))) return 'a file in the place of a folder'
  return null
}

/** Copies that nobody has checked out stay where they are. */
const unclaimed = (lying: LyingStore, adoptions: TakenAll['adoptions']): Finding[] => {
  const held = new Set(
    adoptions.flatMap(({ papers, event }) =>
      event.assumed.checkout ? [`${event.assumed.checkout.by}/${papers.id.id}`] : [],
    ),
  )
  return lying.copies
    .filter((copy) => !held.has(copy))
    .map((copy) => {
      const [user = '', id = ''] = copy.split('/')
      return {
        document: null,
        code: 'COPY_UNCLAIMED' satisfies NoteCode,
        file: `${layout.PEER_WORKSPACE.replace('<user>', user)}/${id}.md`,
      }
    })
}

const configurationOf = (ask: AdoptAsk, now: string, lying: LyingStore) => {
  const { bytes, replaced } = adoptedConfiguration(lying.files.get(layout.CONFIG_FILE) ?? null, {
    branch: ask.branch,
    adopted: now,
    workspace: layout.PEER_WORKSPACE,
  })
  const findings = replaced.map(
    (found): Finding => ({ document: null, code: 'CONFIG_REPLACED', file: layout.CONFIG_FILE, found }),
  )
  return { bytes, findings }
}

interface SystemEvents {
  readonly registry: NewSystemEvent[]
  readonly namespaces: NewSystemEvent[]
}

const systemEvents = (
  ask: AdoptAsk,
  now: string,
  people: readonly Person[],
  namespaces: readonly string[],
): SystemEvents => {
  const head = (recorded: number) => ({ actor: { name: ask.lead }, now, recorded })
  return {
    registry: people.map((person, i) => systemHead(head(i), { event: 'USER_ADD', ...person })),
    namespaces: namespaces.map((name, i) => systemHead(head(i), { event: 'NAMESPACE_ADD', name })),
  }
}
