/** What an ADOPT event noted, as findings: each irregularity of the old records once, by its kind. */
import { NOTE_CODES, type NoteCode } from '../adoption/notes.ts'
import type { DocumentEvent } from '../documents/event.ts'
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
