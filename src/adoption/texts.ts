/** Which of a document's files are its texts, under which versions, and what is read out of them. */
import type { Found } from '../documents/assumed.ts'
import { readFrontmatter } from '../documents/frontmatter.ts'
import { decode, textProblem, withoutMark } from '../documents/text.ts'
import type { Digest } from '../documents/trail.ts'
import type { Status } from '../documents/types.ts'
import { compareVersions, majorOf, nextMajor } from '../documents/version.ts'
import { AT_REST } from './fit.ts'
import { brief, type Notes } from './notes.ts'
import { type ArchivedFile, type OldFile, type Papers, placed } from './papers.ts'

export interface Texts {
  readonly files: readonly Found[]
  readonly draft: OldFile | null
  readonly live: OldFile | null
  /** The text that the document is about now. */
  readonly inHand: OldFile | null
}

interface Standing {
  readonly status: Status
  readonly version: string
  /** Version of the text in force, where the metadata names one. */
  readonly effective: string | null
}

/** @param notes takes what is amiss */
export const textsFound = (papers: Papers, standing: Standing, digest: Digest, notes: Notes): Texts => {
  const { status, version } = standing
  const [draft, ...otherDrafts] = papers.drafts
  const [live, ...otherLives] = papers.lives
  const stray = AT_REST.has(status) && draft !== undefined && live !== undefined
  if (stray) notes.push({ code: 'DRAFT_BESIDE_FINAL', file: draft.path })
  const counted = stray ? undefined : draft
  const archive = onceEach(papers.archive, notes)
  const strays = [...(stray ? [draft] : []), ...otherDrafts, ...otherLives, ...archive.others]
  for (const file of [...otherDrafts, ...otherLives]) notes.push({ code: 'FILE_TWICE', file: file.path })
  const liveVersion = live && versionOfLive(standing)
  const found = (role: Found['role'], file: OldFile, of?: string): Found => ({
    role,
    ...(of ? { version: of } : {}),
    path: file.path,
    content: digest(file.bytes),
  })
  const files = [
    ...(counted ? [found('draft', counted, version)] : []),
    ...(live && liveVersion ? [found('live', live, liveVersion)] : []),
    ...archive.counted.map((file) => found('archive', file, file.version)),
    ...strays.map((file) => found('stray', file)),
    ...papers.metadata.map((file) => found('metadata', file)),
    ...papers.sidecars.map((file) => found('sidecar', file)),
    ...papers.trails
      .filter((file) => file.path !== placed(papers.id, 'trail'))
      .map((file) => found('trail', file)),
  ]
  noteTaken(files, version, notes)
  return {
    files,
    draft: counted ?? null,
    live: live ?? null,
    inHand: (AT_REST.has(status) ? (live ?? counted) : (counted ?? live)) ?? null,
  }
}

/** One archived text a version: the one at its place. Equal bytes elsewhere are no news. */
const onceEach = (
  archive: readonly ArchivedFile[],
  notes: Notes,
): { counted: ArchivedFile[]; others: ArchivedFile[] } => {
  const counted: ArchivedFile[] = []
  const others: ArchivedFile[] = []
  for (const file of archive) {
    const twice = counted.some((other) => other.version === file.version)
    if (twice) notes.push({ code: 'FILE_TWICE', file: file.path })
    ;(twice ? others : counted).push(file)
  }
  return { counted, others }
}

/** Of a document at rest the live text is the newest; of any other it is the one before. */
const versionOfLive = ({ status, version, effective }: Standing): string =>
  AT_REST.has(status) ? version : (effective ?? `${majorOf(version)}.0`)

/** Two texts under one version cannot both be archived. */
const noteTaken = (files: readonly Found[], version: string, notes: Notes): void => {
  const archived = files.find((f) => f.role === 'archive' && f.version === version)
  const current = files.find((f) => (f.role === 'draft' || f.role === 'live') && f.version === version)
  if (archived && current && archived.content !== current.content)
    notes.push({ code: 'VERSION_TAKEN', file: archived.path, found: version })
}

/** The version that the files tell where no record does. */
export const versionOfFiles = (papers: Papers): string => {
  const highest = papers.archive
    .map((file) => file.version)
    .sort(compareVersions)
    .at(-1)
  if (highest) return papers.lives.length > 0 || papers.drafts.length > 0 ? nextMajor(highest) : highest
  return papers.lives.length > 0 ? '1.0' : '0.1'
}

/** The approved text that execution must not change: what was archived when the version became N.0. */
export const sealOf = (
  files: readonly Found[],
  version: string,
): { version: string; content: string } | null => {
  const approved = `${majorOf(version)}.0`
  const archived = files.filter((f) => f.role === 'archive' && f.version !== undefined)
  const candidates = archived
    .filter((f) => compareVersions(f.version ?? '', approved) <= (version === approved ? -1 : 0))
    .sort((a, b) => compareVersions(a.version ?? '', b.version ?? ''))
  const last = candidates.at(-1)
  return last?.version ? { version: last.version, content: last.content } : null
}

/** The title in a text's frontmatter, or null. @param notes takes why it cannot be read */
export const titleIn = (file: OldFile, notes: Notes): string | null => {
  const text = decode(file.bytes)
  if (text !== null) {
    try {
      return readFrontmatter(withoutMark(text)).title?.trim() || null
    } catch (error) {
      notes.push({
        code: 'FRONTMATTER_UNREADABLE',
        file: file.path,
        found: brief((error as Error).message),
      })
      return null
    }
  }
  notes.push({ code: 'TEXT_UNREADABLE', file: file.path, found: textProblem(file.bytes)?.problem ?? '' })
  return null
}
