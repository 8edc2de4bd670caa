/** What an ADOPT event noted, as findings: each irregularity of the old records once, by its kind. */
import { NOTE_CODES, type NoteCode } from '../adoption/notes.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { splitLines } from '../documents/trail.ts'
import { type Finding, type FindingCode, finding } from './finding.ts'

/** By kind: an old rule that was followed, a link or record that is missing, two records that disagree, and so on. */
const KIND_OF: Readonly<Record<NoteCode, FindingCode>> = {
  METADATA_MISSING: 'ADOPTED_MISSING',
  METADATA_UNREADABLE: 'ADOPTED_UNREADABLE',
  METADATA_VALUE: 'ADOPTED_OLD_RULE',
  METADATA_TWICE: 'ADOPTED_DISAGREEMENT',
  TRAIL_MISSING: 'ADOPTED_MISSING',
  TRAIL_ELSEWHERE: 'ADOPTED_STRAY',
  TRAIL_UNENDED: 'ADOPTED_UNREADABLE',
  LINES_UNREADABLE: 'ADOPTED_UNREADABLE',
  LINES_UNKNOWN: 'ADOPTED_OLD_RULE',
  TIMES_WITHOUT_ZONE: 'ADOPTED_OLD_RULE',
  STATUS_HOLES: 'ADOPTED_MISSING',
  STATUS_FROM_TRAIL: 'ADOPTED_MISSING',
  STATUS_FROM_FILES: 'ADOPTED_MISSING',
  STATUS_MAPPED: 'ADOPTED_OLD_RULE',
  STATUS_DISAGREES: 'ADOPTED_DISAGREEMENT',
  VERSION_FROM_TRAIL: 'ADOPTED_MISSING',
  VERSION_FROM_FILES: 'ADOPTED_MISSING',
  VERSION_DISAGREES: 'ADOPTED_DISAGREEMENT',
  VERSION_TAKEN: 'ADOPTED_TEXT_DIFFERS',
  TITLE_FROM_TRAIL: 'ADOPTED_MISSING',
  TITLE_MISSING: 'ADOPTED_MISSING',
  FRONTMATTER_UNREADABLE: 'ADOPTED_UNREADABLE',
  TEXT_UNREADABLE: 'ADOPTED_UNREADABLE',
  KIND_ASSUMED: 'ADOPTED_OLD_RULE',
  PARENT_MISSING: 'ADOPTED_MISSING',
  OWNER_CLEARED: 'ADOPTED_OLD_RULE',
  OWNER_FROM_TRAIL: 'ADOPTED_MISSING',
  OWNER_MISSING: 'ADOPTED_MISSING',
  OWNER_UNKNOWN: 'ADOPTED_MISSING',
  CHECKOUT_CLEARED: 'ADOPTED_OLD_RULE',
  CHECKOUT_WITHOUT_COPY: 'ADOPTED_MISSING',
  PENDING_UNKNOWN: 'ADOPTED_MISSING',
  PENDING_AUTHOR: 'ADOPTED_OLD_RULE',
  PENDING_EMPTY: 'ADOPTED_MISSING',
  PENDING_ANSWERED: 'ADOPTED_DISAGREEMENT',
  OUTCOME_ODD: 'ADOPTED_OLD_RULE',
  OUTCOME_DISAGREES: 'ADOPTED_DISAGREEMENT',
  ROUND_MISSING: 'ADOPTED_MISSING',
  ROUND_WITHOUT_QUALITY: 'ADOPTED_OLD_RULE',
  RETIRING_STALE: 'ADOPTED_OLD_RULE',
  TEXT_MISSING: 'ADOPTED_MISSING',
  DRAFT_MISSING: 'ADOPTED_MISSING',
  DRAFT_ONLY: 'ADOPTED_OLD_RULE',
  DRAFT_BESIDE_FINAL: 'ADOPTED_STRAY',
  SEAL_MISSING: 'ADOPTED_MISSING',
  REOPENED: 'ADOPTED_OLD_RULE',
  FILE_ELSEWHERE: 'ADOPTED_STRAY',
  FILE_TWICE: 'ADOPTED_TEXT_DIFFERS',
  NOTHING_LEFT: 'ADOPTED_MISSING',
  CHAINED_ALREADY: 'ADOPTED_OLD_RULE',
  OPEN_CHILD: 'ADOPTED_OPEN_CHILD',
  NUMBER_GAP: 'ADOPTED_MISSING',
  UNKNOWN_FILE: 'ADOPTED_STRAY',
  LEFT_OUT: 'ADOPTED_STRAY',
  USER_WITHOUT_GROUP: 'ADOPTED_OLD_RULE',
  USER_UNFIT: 'ADOPTED_OLD_RULE',
  NAMESPACE_UNFIT: 'ADOPTED_OLD_RULE',
  COPY_UNCLAIMED: 'ADOPTED_STRAY',
  CONFIG_REPLACED: 'ADOPTED_UNREADABLE',
}

const isNoteCode = (code: string): code is NoteCode => Object.hasOwn(NOTE_CODES, code)

/** The findings of a document that another program kept before; none for any other. @param before lines above ADOPT */
export const adoptionFindings = (
  id: string,
  path: string,
  birth: DocumentEvent | undefined,
  before: number,
): Finding[] => {
  if (birth?.event !== 'ADOPT') return []
  return birth.assumed.notes.map((note) => {
    const code = isNoteCode(note.code) ? KIND_OF[note.code] : 'ADOPTED_OLD_RULE'
    const words = isNoteCode(note.code) ? NOTE_CODES[note.code] : note.code
    const where = { document: id, path: note.file ?? path, line: note.file ? null : before + 1 }
    const found = note.found === undefined ? words : `${words}: ${note.found}`
    return finding(code, where, note.expected ?? '', `${note.code}: ${found}`)
  })
}

interface FormerLine {
  readonly event?: unknown
  readonly version?: unknown
}

/** The lines above ADOPT, as far as they can be read. */
const formerLines = (former: Uint8Array): FormerLine[] =>
  splitLines(former).flatMap((line) => {
    try {
      const value: unknown = JSON.parse(new TextDecoder().decode(line))
      return typeof value === 'object' && value !== null ? [value as FormerLine] : []
    } catch {
      return []
    }
  })

const VERSION = /^\d+\.\d+$/
const TEXTS: ReadonlySet<string> = new Set(['draft', 'live', 'archive'])

/** The old trail against the texts that were kept: each must know the other. @param former the bytes above ADOPT */
export const formerFindings = (
  id: string,
  path: string,
  birth: DocumentEvent | undefined,
  former: Uint8Array,
): Finding[] => {
  const lines = formerLines(former)
  if (birth?.event !== 'ADOPT' || lines.length === 0) return []
  const given = new Set(
    lines.flatMap(({ version }) => (VERSION.test(String(version)) ? [String(version)] : [])),
  )
  const texts = birth.files.filter((f) => TEXTS.has(f.role))
  const kept = new Set([birth.version, ...texts.flatMap((f) => f.version ?? [])])
  const lost = [...given].filter((version) => !kept.has(version))
  const untold = texts.filter((f) => f.role === 'archive' && f.version && !given.has(f.version))
  const where = { document: id, path }
  return [
    ...(lines.some((line) => line.event === 'CREATE')
      ? []
      : [
          finding(
            'ADOPTED_MISSING',
            { ...where, line: 1 },
            'CREATE',
            'the old trail does not tell the creation',
          ),
        ]),
    ...(lost.length > 0
      ? [
          finding(
            'ADOPTED_MISSING',
            where,
            'a text of each version of the old trail',
            `none of ${some(lost)}`,
          ),
        ]
      : []),
    ...untold.map((f) =>
      finding(
        'ADOPTED_DISAGREEMENT',
        { ...where, path: f.path },
        'a version that the old trail names',
        f.version ?? '',
      ),
    ),
  ]
}

const some = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
