/**
 * Stores as the Python peer leaves them: its metadata, its trails, its folders, and every way in which they are known
 * to be amiss. Shapes and order of keys are those of its files; the words are made up.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Adopted, adoptStore } from '../../src/app/adopt.ts'
import { openForInit } from '../../src/compose.ts'
import { requireId } from '../../src/documents/id.ts'
import { folder, Project, ROOT } from './cli.ts'

/** The real store that is kept outside of this repository; tests of it are skipped where it is absent. */
export const SAMPLE = join(ROOT, '../shared/corpus/sample-store')
export const hasSample = existsSync(SAMPLE)
if (!hasSample) console.log('adoption of the sample store: skipped, it is not here')

export interface PeerDocument {
  readonly id: string
  readonly status: string
  readonly version: string
  readonly owner?: string | null
  readonly checkedOut?: boolean
  readonly pending?: readonly string[]
  readonly outcomes?: Record<string, string>
  /** Keys put over those of the metadata; null takes the file away, a text stands in its place. */
  readonly metadata?: Record<string, unknown> | string | null
  /** Lines of the trail; null: no file; a text: the file as it is. */
  readonly trail?: readonly object[] | string | null
  readonly draft?: string
  readonly live?: string
  readonly archive?: Readonly<Record<string, string>>
}

const at = (minute: number): string => `2026-01-05T09:${String(minute % 60).padStart(2, '0')}:00+00:00`

/** One line of a trail, its keys in the peer's order. */
export const line = (event: string, user: string, version: string, own: object = {}, minute = 0): object => ({
  ts: at(minute),
  event,
  user,
  version,
  ...own,
})

/** A trail from the creation to a review, as the peer writes it. */
export const reviewed = (version = '0.1', kind = 'REVIEW', by = 'qa'): object[] => [
  line('CREATE', 'claude', version, { title: 'From the trail' }, 0),
  line('CHECKIN', 'claude', version, {}, 1),
  line('STATUS_CHANGE', 'claude', version, { from_status: 'DRAFT', to_status: `IN_${kind}` }, 2),
  line('ROUTE_REVIEW', 'claude', version, { assignees: [by], review_type: kind }, 2),
  line('REVIEW', by, version, { outcome: 'RECOMMEND', comment: 'Read it.' }, 3),
  line('STATUS_CHANGE', by, version, { from_status: `IN_${kind}`, to_status: `${kind}ED` }, 3),
]

export const textOf = (id: string, word = 'text'): string =>
  `---\ntitle: About ${id}\nrevision_summary: Initial draft\n---\n\n# ${id}\n\nSome ${word}.\n`

/** The files of one document by path. */
export const filesOf = (d: PeerDocument): Record<string, string> => {
  const { folder: place, pathType } = requireId(d.id)
  const files: Record<string, string> = {}
  if (d.draft !== undefined) files[`QMS/${place}/${d.id}-draft.md`] = d.draft
  if (d.live !== undefined) files[`QMS/${place}/${d.id}.md`] = d.live
  for (const [version, text] of Object.entries(d.archive ?? {}))
    files[`QMS/.archive/${place}/${d.id}-v${version}.md`] = text
  const metadata = metadataOf(d, pathType)
  if (metadata !== null) files[`QMS/.meta/${pathType}/${d.id}.json`] = metadata
  const trail = trailOf(d)
  if (trail !== null) files[`QMS/.audit/${pathType}/${d.id}.jsonl`] = trail
  return files
}

const metadataOf = (d: PeerDocument, type: string): string | null => {
  if (d.metadata === null || typeof d.metadata === 'string') return d.metadata
  const executable = requireId(d.id).type.machine !== 'controlled'
  const keys = {
    doc_id: d.id,
    doc_type: type,
    version: d.version,
    status: d.status,
    executable,
    execution_phase: executable ? 'pre_release' : null,
    responsible_user: d.owner === undefined ? 'claude' : d.owner,
    checked_out: d.checkedOut ?? false,
    checked_out_date: d.checkedOut ? '2026-01-05' : null,
    effective_version: null,
    supersedes: null,
    pending_assignees: d.pending ?? [],
    ...(d.outcomes ? { review_outcomes: d.outcomes } : {}),
    ...d.metadata,
  }
  return JSON.stringify(keys, null, 2)
}

const trailOf = (d: PeerDocument): string | null => {
  if (d.trail === null || typeof d.trail === 'string') return d.trail
  const lines = d.trail ?? [line('CREATE', 'claude', d.version, { title: `About ${d.id}` })]
  return lines.map((l) => `${JSON.stringify(l).replaceAll('":', '": ').replaceAll(',"', ', "')}\n`).join('')
}

/** A project of the peer in a git repository that has never seen its store. */
export const peerProject = (
  documents: readonly PeerDocument[],
  more: Record<string, string> = {},
): Project => {
  const project = new Project(folder('peer'))
  project.git('init', '-q', '-b', 'main')
  const files = {
    '.claude/agents/qa.md': '---\nname: qa\ngroup: quality\n---\n\nQuality.\n',
    '.claude/agents/tu_ui.md': '---\nname: tu_ui\ngroup: reviewer\n---\n',
    'qms.config.json': '{"version":"1.0","created":"2026-01-02T10:00:00","sdlc_namespaces":[]}',
    ...Object.assign({}, ...documents.map(filesOf)),
    ...more,
  }
  for (const [path, text] of Object.entries(files)) project.write(path, text as string)
  return project
}

/** A copy of the real store in a repository of its own, nothing committed. */
export const sampleProject = (): Project => {
  const project = new Project(folder('sample'))
  cpSync(SAMPLE, project.root, { recursive: true })
  writable(project.root)
  project.git('init', '-q', '-b', 'main')
  return project
}

const writable = (root: string): void => {
  chmodSync(root, 0o755)
  for (const name of readdirSync(root)) {
    const path = join(root, name)
    if (statSync(path).isDirectory()) writable(path)
    else chmodSync(path, 0o644)
  }
}

/** Adopts in this process. */
export const adopt = async (
  project: Project,
  options: { branch?: string; dryRun?: boolean; lead?: string } = {},
): Promise<Adopted> => {
  const opened = await openForInit(project.root, { git: false, branch: options.branch, adopting: true })
  try {
    const { branch, root, lying } = opened
    const dryRun = options.dryRun ?? false
    const done = await adoptStore(opened.qms, { lead: options.lead ?? 'lead', branch, root, dryRun, lying })
    if (!dryRun) await opened.remember(false)
    return done
  } finally {
    await opened.close()
  }
}

/** Codes of what was noted on one document (or, for null, on the store), each once, sorted. */
export const codesOf = (done: Adopted, id: string | null): string[] =>
  [...new Set(done.findings.filter((f) => f.document === id).map((f) => f.code))].sort()

/** An empty folder, as the peer leaves one where it cancelled an investigation. */
export const emptyFolder = (project: Project, path: string): void => {
  mkdirSync(project.path(path), { recursive: true })
}
