/** The ADOPT event of one document: what was found of it, and the state from which our rules go on. */
import type { Assumed } from '../documents/assumed.ts'
import { isApproving } from '../documents/document.ts'
import { documentEvent, type NewEvent } from '../documents/event.ts'
import { type Digest, ended, GENESIS, hasChain } from '../documents/trail.ts'
import type { Status } from '../documents/types.ts'
import { AT_REST, type Footing, fitStatus, isReleased, statusOfFiles, waivedIn } from './fit.ts'
import { readOldLines } from './lines.ts'
import { brief, counted, type Finding, type Notes } from './notes.ts'
import { type OldFile, type Papers, placed } from './papers.ts'
import { type OldMetadata, readOldMetadata } from './peer-metadata.ts'
import { type Case, checkoutOf, ownerOf, type Scene, teamOf } from './people.ts'
import { type Story, tell } from './story.ts'
import { sealOf, type Texts, textsFound, titleIn, versionOfFiles } from './texts.ts'

export type Adoption = Extract<NewEvent, { event: 'ADOPT' }>

export interface Taken {
  readonly event: Adoption
  /** The trail's own former bytes, its last line ended. */
  readonly former: Uint8Array
  readonly findings: readonly Finding[]
}

/**
 * What was found is written only in a form that can be read again: anything else is a bug, and nothing is adopted.
 * @param known ids of every document of the store
 */
export const adopt = (
  papers: Papers,
  known: ReadonlySet<string>,
  scene: Scene,
  digest: Digest,
): Taken | 'chained' => {
  const own = papers.trails.find((file) => file.path === placed(papers.id, 'trail'))
  if (own && hasChain(own.bytes)) return 'chained'
  const notes: Notes = []
  const story = storyOf(papers, own, notes)
  const metadata = readOldMetadata(papers.metadata[0] ?? null, notes)
  for (const file of papers.metadata.slice(1)) notes.push({ code: 'METADATA_TWICE', file: file.path })
  const former = ended(own?.bytes ?? new Uint8Array())
  const event = eventOf({ papers, known, scene, digest, story, metadata, notes, former })
  const written = documentEvent.safeParse({ ...event, seq: 1, prev: GENESIS })
  if (!written.success) throw written.error // a bug: it could not be read back
  return { event, former, findings: notes.map((note) => ({ document: papers.id.id, ...note })) }
}

const storyOf = (papers: Papers, own: OldFile | undefined, notes: Notes): Story => {
  if (papers.trails.length === 0) notes.push({ code: 'TRAIL_MISSING' })
  if (own && own.bytes.length > 0 && own.bytes.at(-1) !== 10)
    notes.push({ code: 'TRAIL_UNENDED', file: own.path })
  for (const file of papers.trails) if (file !== own) notes.push({ code: 'TRAIL_ELSEWHERE', file: file.path })
  const story = tell(papers.trails.flatMap((file) => readOldLines(file.bytes)))
  const count = (code: 'LINES_UNREADABLE' | 'LINES_UNKNOWN', lines: readonly number[]): void => {
    if (lines.length > 0) notes.push({ code, found: brief(`line ${lines.join(', ')}`) })
  }
  count('LINES_UNREADABLE', story.unreadable)
  count('LINES_UNKNOWN', story.unknown)
  if (story.withoutZone > 0)
    notes.push({ code: 'TIMES_WITHOUT_ZONE', found: counted(story.withoutZone, 'line') })
  const [hole] = story.holes
  if (hole)
    notes.push({
      code: 'STATUS_HOLES',
      expected: `line ${hole.line}: from ${brief(hole.expected)}`,
      found: `from ${brief(hole.found)}${story.holes.length > 1 ? `, and ${story.holes.length - 1} more` : ''}`,
    })
  return story
}

interface Brief {
  readonly papers: Papers
  readonly known: ReadonlySet<string>
  readonly scene: Scene
  readonly digest: Digest
  readonly story: Story
  readonly metadata: OldMetadata
  readonly notes: Notes
  readonly former: Uint8Array
}

const eventOf = (b: Brief): Adoption => {
  const { papers, scene, story, metadata, notes, digest } = b
  const status = statusOf(b)
  const version = versionOf(b)
  const texts = textsFound(papers, { status, version, effective: metadata.effectiveVersion }, digest, notes)
  const content = digest(texts.inHand?.bytes ?? new Uint8Array())
  const c: Case = { id: papers.id.id, type: papers.id.type, status, metadata, story, content, notes }
  noteTexts(c, texts, papers)
  const owner = ownerOf(c, scene)
  const state: Omit<Assumed, 'notes'> = {
    title: titleOf(b, texts),
    status,
    parent: parentOf(b),
    kind: kindOf(b),
    owner,
    checkout: checkoutOf(c, owner, scene),
    fresh:
      texts.draft === null ? !AT_REST.has(status) : status === 'DRAFT' && story.fresh && metadata.checkedOut,
    released: isReleased(status) || papers.id.type.machine === 'covered',
    versions: versionsOf(version, texts, story),
    ...teamOf(c, owner, scene),
    purpose: purposeOf(c),
    authors: AT_REST.has(status) ? [] : [...story.authors],
    approvers: [...story.approvers],
    seal: sealFor(c, texts, version),
    waived: waivedIn(papers.id.type, status),
    created: { at: story.createdAt ?? scene.now, by: story.createdBy ?? owner ?? scene.lead },
    carried: metadata.carried,
  }
  return {
    ts: scene.now,
    event: 'ADOPT',
    user: scene.lead,
    version,
    files: [...texts.files],
    digest: digest(b.former),
    assumed: { ...state, notes },
  }
}

const footingOf = ({ papers, story }: Brief): Footing => ({
  hasDraft: papers.drafts.length > 0,
  hasLive: papers.lives.length > 0,
  hasArchive: papers.archive.length > 0,
  released: story.released,
})

const statusOf = (b: Brief): Status => {
  const { papers, metadata, story, notes } = b
  const footing = footingOf(b)
  const told = story.status === null ? null : fitStatus(story.status, papers.id.type, footing)
  const said = metadata.status === null ? null : fitStatus(metadata.status, papers.id.type, footing)
  if (said) {
    if (said !== metadata.status)
      notes.push({ code: 'STATUS_MAPPED', expected: said, found: brief(metadata.status) })
    if (told && told !== said) notes.push({ code: 'STATUS_DISAGREES', expected: said, found: told })
    return said
  }
  if (metadata.status !== null)
    notes.push({ code: 'METADATA_VALUE', found: brief(metadata.status), expected: 'a status' })
  if (told) notes.push({ code: 'STATUS_FROM_TRAIL', found: told })
  const files = statusOfFiles(papers.id.type, footing)
  if (told) return told
  notes.push(isNothing(papers) ? { code: 'NOTHING_LEFT' } : { code: 'STATUS_FROM_FILES', found: files })
  return files
}

const isNothing = (papers: Papers): boolean =>
  [papers.drafts, papers.lives, papers.archive, papers.metadata, papers.trails].every((x) => x.length === 0)

const versionOf = ({ papers, metadata, story, notes }: Brief): string => {
  if (metadata.version) {
    if (story.version && story.version !== metadata.version)
      notes.push({ code: 'VERSION_DISAGREES', expected: metadata.version, found: story.version })
    return metadata.version
  }
  if (story.version) {
    notes.push({ code: 'VERSION_FROM_TRAIL', found: story.version })
    return story.version
  }
  const version = versionOfFiles(papers)
  if (!isNothing(papers)) notes.push({ code: 'VERSION_FROM_FILES', found: version })
  return version
}

const versionsOf = (version: string, texts: Texts, story: Story): string[] => [
  ...new Set([...story.versions, ...texts.files.flatMap((f) => f.version ?? []), version]),
]

/** As long as one field of an event may be. */
const TITLE_LIMIT = 1000

const titleOf = ({ papers, metadata, story, notes }: Brief, texts: Texts): string => {
  const own = texts.inHand && titleIn(texts.inHand, notes)
  if (own) return own.slice(0, TITLE_LIMIT)
  const former = story.title ?? metadata.title
  if (former?.trim()) {
    notes.push({ code: 'TITLE_FROM_TRAIL', found: brief(former) })
    return former.slice(0, TITLE_LIMIT)
  }
  notes.push({ code: 'TITLE_MISSING' })
  return papers.id.id
}

const parentOf = ({ papers, known, notes }: Brief): string | null => {
  const { parent } = papers.id
  if (parent === null || known.has(parent)) return parent
  notes.push({ code: 'PARENT_MISSING', expected: parent })
  return null
}

const kindOf = ({ papers, notes }: Brief): 1 | null => {
  if (papers.id.type.name !== 'VAR') return null
  notes.push({ code: 'KIND_ASSUMED' })
  return 1
}

const purposeOf = ({ status, metadata, notes }: Case): Assumed['purpose'] => {
  if (!metadata.retiring) return 'ordinary'
  if (isApproving(status) && status !== 'IN_PRE_APPROVAL') return 'retire'
  notes.push({ code: 'RETIRING_STALE' })
  return 'ordinary'
}

const sealFor = ({ status, type, notes }: Case, texts: Texts, version: string): Assumed['seal'] => {
  if (type.machine !== 'executable' || !/^(?:PRE_APPROVED|IN_EXECUTION|(?:IN_)?POST_.*)$/.test(status))
    return null
  const seal = sealOf(texts.files, version)
  if (!seal) notes.push({ code: 'SEAL_MISSING' })
  return seal
}

const noteTexts = ({ status, type, notes, story }: Case, texts: Texts, papers: Papers): void => {
  if (isNothing(papers)) return
  const { draft, live, inHand } = texts
  const gone = status === 'RETIRED' || status === 'CANCELLED'
  if (!inHand && !gone) notes.push({ code: 'TEXT_MISSING' })
  if (AT_REST.has(status) && !gone && draft && !live) notes.push({ code: 'DRAFT_ONLY', file: draft.path })
  if (!AT_REST.has(status) && !draft && live) notes.push({ code: 'DRAFT_MISSING', file: live.path })
  if (type.machine === 'executable' && status === 'DRAFT' && story.released) notes.push({ code: 'REOPENED' })
  for (const { role, path, version } of texts.files)
    if (version !== undefined && placed(papers.id, role, version) !== path)
      notes.push({ code: 'FILE_ELSEWHERE', file: path })
}
