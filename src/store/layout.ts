/** Every path and reference name in the program. Source: design of the store, "Where things are". */

export const CONFIG_FILE = 'qms.config.json'
export const STORE_FOLDER = 'QMS'
export const AUDIT_FOLDER = 'QMS/.audit'
export const META_FOLDER = 'QMS/.meta'
export const ARCHIVE_FOLDER = 'QMS/.archive'
export const SYSTEM_FOLDER = 'QMS/.audit/_system'
export const ATTRIBUTES_FILE = '.gitattributes'
export const ATTRIBUTES_LINE = 'QMS/** -text'

/** Definition files of agents, read by the tools that run them. */
export const AGENTS_FOLDER = '.claude/agents'

/** Of a project that came from the Python peer: what it keeps for each user, and the copies among that. */
export const USERS_FOLDER = '.claude/users'
export const PEER_WORKSPACE = '.claude/users/<user>/workspace'

/** Local to a clone, never committed. */
export const LOCAL_FOLDER = '.qms'
export const WORKSPACE_FOLDER = '.qms/workspace'
/** Beside a copy: answers that are not checked in yet. */
export const ANSWERS_END = '.interact.json'
export const SEEN_FOLDER = '.qms/seen'
export const CACHE_FOLDER = '.qms/cache'

/** Where one document's files stand: its folder below `QMS/`, its id, and its type's name in paths. */
export interface Place {
  readonly folder: string
  readonly id: string
  readonly type: string
}

/** Of a document, by its id. */
export const placeOf = (id: {
  readonly folder: string
  readonly id: string
  readonly pathType: string
}): Place => ({ folder: id.folder, id: id.id, type: id.pathType })

export const draftPath = (p: Place): string => `${STORE_FOLDER}/${p.folder}/${p.id}-draft.md`
export const livePath = (p: Place): string => `${STORE_FOLDER}/${p.folder}/${p.id}.md`
export const archivePath = (p: Place, version: string): string =>
  `${ARCHIVE_FOLDER}/${p.folder}/${p.id}-v${version}.md`
export const auditPath = (p: Pick<Place, 'id' | 'type'>): string => `${AUDIT_FOLDER}/${p.type}/${p.id}.jsonl`
export const metaPath = (p: Pick<Place, 'id' | 'type'>): string => `${META_FOLDER}/${p.type}/${p.id}.json`
export const RECORD_END = '.source.json'
/** The answers from which the text of a prompted document is compiled. */
export const recordPath = (p: Pick<Place, 'id' | 'type'>): string =>
  `${META_FOLDER}/${p.type}/${p.id}${RECORD_END}`
export const systemPath = (record: SystemRecord): string => `${SYSTEM_FOLDER}/${record}.jsonl`

/** Output of captured runs and copied files, each under the digest of its bytes. */
export const EVIDENCE_FOLDER = 'QMS/.evidence'
export const evidenceFolder = (p: Pick<Place, 'id' | 'type'>): string =>
  `${EVIDENCE_FOLDER}/${p.type}/${p.id}`
export const evidencePath = (p: Pick<Place, 'id' | 'type'>, digest: string): string =>
  `${evidenceFolder(p)}/${digest}`

/** The document whose folder of evidence a path is in, whatever it is named; null where it is in none. */
export const documentOfEvidence = (path: string): string | null =>
  /^QMS\/\.evidence\/[A-Z0-9-]+\/([A-Z0-9-]+)\//.exec(path)?.[1] ?? null

/** What every command reads, and what only agents and their orchestrators do. */
export const GOVERNING_RECORDS = ['registry', 'namespaces', 'policy'] as const
export const AGENT_RECORDS = ['sessions', 'dispatches', 'incidents'] as const
export const SYSTEM_RECORDS = [...GOVERNING_RECORDS, ...AGENT_RECORDS] as const
export type GoverningRecord = (typeof GOVERNING_RECORDS)[number]
export type AgentRecord = (typeof AGENT_RECORDS)[number]
export type SystemRecord = (typeof SYSTEM_RECORDS)[number]

/** References and configuration in git. */
export const BRANCH_KEY = 'qms.branch'
export const DEFAULT_BRANCH = 'qms'
export const PENDING_REFS = 'refs/qms/pending'
/** States of the project that answers were given in: `<ID>/<prompt>-<n>`. */
export const SNAPSHOT_REFS = 'refs/qms/snapshots'
/** Folder of the program inside git's common folder: the advisory lock and the journal of unfinished transactions. */
export const GIT_FOLDER = 'qms'
