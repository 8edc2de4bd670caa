/** The system records by the same proofs: who there is, which namespaces, what the policy and the configuration say. */
import type { SystemEvent } from '../documents/event.ts'
import { DEFAULT_POLICY, foldPolicy } from '../documents/policy.ts'
import { foldNamespaces, foldRegistry, type Registry } from '../documents/registry.ts'
import { type Scanned, scanSystemTrail } from '../documents/trail.ts'
import { QmsError } from '../errors.ts'
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

/** @param registryAt the registry as it was when an event of another record was written */
export const judgeRecord = (
  opened: OpenedRecord,
  registryAt: World['registryAt'],
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
    ...legality(record, events, registryAt, judged),
    ...timeFindings(scanned.events, where, now, judged),
    ...history.findings,
  ]
}

const judgedBefore = ({ evidence, scanned, versions }: OpenedRecord): number => {
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
  record: layout.SystemRecord,
  events: readonly Placed<SystemEvent>[],
  registryAt: World['registryAt'],
  judged: number,
): Finding[] =>
  events.flatMap(({ event, at }, i) => {
    if (i < judged) return []
    const before = events.slice(0, i).map((p) => p.event)
    const registry = record === 'registry' ? foldRegistry(before) : registryAt(at, event.ts)
    const said = objection(record, event, before, registry)
    const where = { document: record, path: layout.systemPath(record), line: i + 1 }
    return said ? [finding('ILLEGAL_EVENT', where, ...said)] : []
  })

type Said = [expected: string, found: string]

const objection = (
  record: layout.SystemRecord,
  e: SystemEvent,
  before: readonly SystemEvent[],
  registry: Registry,
): Said | null => {
  try {
    const decided = decidedOf(record, e, before, registry)
    if (decided === null) return ['an event of this record', `${e.event} by ${e.user}`]
    return differing(e as never, decided as never)
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    const facts = error.facts as { needs?: string; expected?: string; unmet?: { expected: string }[] }
    const expected = facts.needs ?? facts.expected ?? facts.unmet?.[0]?.expected ?? error.code
    return [String(expected), `${e.event} by ${e.user}`]
  }
}

const decidedOf = (
  record: layout.SystemRecord,
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

const LINKS: ReadonlySet<string> = new Set(['seq', 'prev'])

const differing = (is: Record<string, unknown>, must: Record<string, unknown>): Said | null => {
  for (const key of new Set([...Object.keys(is), ...Object.keys(must)])) {
    const [a, b] = [JSON.stringify(must[key]), JSON.stringify(is[key])]
    if (!LINKS.has(key) && a !== b) return [`${key} ${a ?? 'absent'}`, `${key} ${b ?? 'absent'}`]
  }
  return null
}
