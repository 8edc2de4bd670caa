/** The system records by the same proofs: who there is, namespaces, policy and configuration, and what agents were called to. */
import type { SystemEvent } from '../documents/event.ts'
import { DEFAULT_POLICY, foldPolicy } from '../documents/policy.ts'
import { foldNamespaces, foldRegistry, type Registry } from '../documents/registry.ts'
import { type Scanned, scanSystemTrail } from '../documents/trail.ts'
import {
  checkUserName,
  decideConfigSet,
  decideNamespaceAdd,
  decidePolicySet,
  decideUserAdd,
  decideUserDisable,
  decideUserEnable,
  type Governing,
} from '../lifecycle/govern.ts'
import * as layout from '../store/layout.ts'
import { agentFindings } from './agent-records.ts'
import type { Calls } from './calls.ts'
import { objectionTo } from './decided.ts'
import type { Hashes } from './evidence.ts'
import { type Finding, finding } from './finding.ts'
import { arrivals, type Edge, judgeHistory } from './history.ts'
import { EARLIER, type Placed, type Position, type World } from './positions.ts'
import { timeFindings } from './times.ts'
import { Versions } from './versions.ts'

export interface RecordEvidence {
  readonly record: layout.SystemRecord
  readonly trail: Uint8Array | null
  readonly edges: readonly Edge[] | null
  readonly continued?: boolean
}

export interface OpenedRecord {
  readonly evidence: RecordEvidence
  readonly scanned: Scanned<SystemEvent>
  readonly versions: Versions
  readonly unknown: readonly string[]
}

const pathOf = ({ record }: RecordEvidence): string => layout.systemPath(record)

export const openRecord = (evidence: RecordEvidence, hashes: Hashes): OpenedRecord => {
  const trail = evidence.trail ?? new Uint8Array()
  const scanned: Scanned<SystemEvent> = evidence.trail?.length
    ? scanSystemTrail(trail, hashes.digest)
    : { events: [], before: 0, problem: null }
  const ends = scanned.events.map((_, i) => i + 1)
  const versions = new Versions(trail, ends, 0, { ...hashes, scan: scanSystemTrail })
  const oids = (evidence.edges ?? []).flatMap((e) =>
    e.changes.flatMap((c) => [c.before?.oid ?? [], c.after?.oid ?? []].flat()),
  )
  return { evidence, scanned, versions, unknown: [...new Set(oids)].filter((oid) => versions.isUnknown(oid)) }
}

/** Its events with the place of each in the order of all. */
export const placedEvents = ({ evidence, scanned, versions }: OpenedRecord): Placed<SystemEvent>[] => {
  const arrived = evidence.edges ? arrivals(pathOf(evidence), versions, evidence.edges) : null
  const at = (e: SystemEvent, i: number): Position =>
    arrived ? (arrived.get(i + 1)?.at ?? EARLIER) : Date.parse(e.ts)
  return scanned.events.map((event, i) => ({ event, at: at(event, i) }))
}

/** By who there was, and who sat and was called, when an event of another record was written. */
export const judgeRecord = (
  opened: OpenedRecord,
  { world, calls }: { readonly world: Pick<World, 'registryAt'>; readonly calls: Calls },
  now: number,
): Finding[] => {
  const { evidence, scanned, versions } = opened
  const { record, edges } = evidence
  const judged = judgedBefore(opened)
  const where = { document: record, path: pathOf(evidence), before: 0 }
  const { problem } = scanned
  const events = placedEvents(opened)
  const chain = problem
    ? [
        finding(
          problem.kind,
          { ...where, line: problem.line },
          problem.expected,
          `${problem.problem}: ${problem.found}`,
        ),
      ]
    : []
  const history = edges
    ? judgeHistory(
        {
          name: record,
          trailPath: where.path,
          versions,
          filesAt: () => new Map(),
          blobId: () => '',
          digestOf: () => undefined,
          adoptedAt: null,
          badNow: new Set(),
          sound: problem === null,
        },
        edges,
      )
    : { findings: [], blame: new Map<string, string>() }
  const commit = history.blame.get(where.path) ?? null
  return [
    ...chain.map((f) => ({ ...f, commit })),
    ...missing(opened),
    ...(isGoverning(record)
      ? legality(record, events, world.registryAt, judged)
      : agentFindings(record, events, { registryAt: world.registryAt, calls }, judged)),
    ...timeFindings(scanned.events, where, now, judged),
    ...history.findings,
  ]
}

const isGoverning = (record: layout.SystemRecord): record is layout.GoverningRecord =>
  (layout.GOVERNING_RECORDS as readonly string[]).includes(record)

/** Events that an earlier audit has judged. */
export const judgedBefore = ({ evidence, scanned, versions }: OpenedRecord): number => {
  if (!evidence.continued) return 0
  const first = evidence.edges?.flatMap((e) => e.changes)[0]
  return first ? versions.of(first.before?.oid ?? null).events : scanned.events.length
}

/** A record that history holds and the present does not. */
const missing = ({ evidence }: OpenedRecord): Finding[] => {
  if (evidence.trail) return []
  const path = pathOf(evidence)
  const removed = evidence.edges?.filter((e) => e.changes.some((c) => c.path === path && !c.after)).at(-1)
  const where = { document: evidence.record, path, commit: removed?.commit ?? null }
  if (evidence.record !== 'registry' && !removed) return []
  return [finding('TRAIL_MISSING', where, 'a trail', removed ? 'it was there before this commit' : 'no file')]
}

const legality = (
  record: layout.GoverningRecord,
  events: readonly Placed<SystemEvent>[],
  registryAt: World['registryAt'],
  judged: number,
): Finding[] =>
  events.flatMap(({ event, at }, i) => {
    if (i < judged) return []
    const before = events.slice(0, i).map((p) => p.event)
    const registry = record === 'registry' ? foldRegistry(before) : registryAt(at, event.ts)
    const said = objectionTo(event, () => decidedOf(record, event, before, registry))
    const where = { document: record, path: layout.systemPath(record), line: i + 1 }
    return said ? [finding('ILLEGAL_EVENT', where, ...said)] : []
  })

const decidedOf = (
  record: layout.GoverningRecord,
  e: SystemEvent,
  before: readonly SystemEvent[],
  registry: Registry,
): object | null => {
  const first = record === 'registry' && before.length === 0
  if (first) return founding(e)
  const actor = registry.get(e.user)
  if (!actor) return null
  const c: Governing = { actor, now: e.ts, request: e.request, registry, recorded: before.length }
  if (record === 'registry') return decidedUser(e, c)
  if (record === 'namespaces')
    return e.event === 'NAMESPACE_ADD' ? decideNamespaceAdd(e.name, foldNamespaces(before), c) : null
  if (e.event === 'CONFIG_SET') return decideConfigSet(e.key, e.value, e.content, c)
  if (e.event !== 'POLICY_SET') return null
  const value = typeof e.value === 'string' ? e.value : JSON.stringify(e.value)
  return decidePolicySet(e.key, value, before.length ? foldPolicy(before) : DEFAULT_POLICY, c)
}

/** The first of all events: somebody makes themselves administrator of a store that has nobody yet. */
const founding = (e: SystemEvent): object | null => {
  if (e.event !== 'USER_ADD') return null
  checkUserName(e.name)
  return { ...e, user: e.name, version: '1.0', group: 'administrator', kind: 'human' }
}

const decidedUser = (e: SystemEvent, c: Governing): object | null => {
  if (e.event === 'USER_ADD') return decideUserAdd(e.name, e.group, e.kind, c)
  if (e.event === 'USER_DISABLE') return decideUserDisable(e.name, e.reason, c)
  return e.event === 'USER_ENABLE' ? decideUserEnable(e.name, c) : null
}
