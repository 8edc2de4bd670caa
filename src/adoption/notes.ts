/** What adoption had to assume, and what in the old records does not add up. Codes are stable: they are only added. */
import type { Note } from '../documents/assumed.ts'

/** Every code with what it says. */
export const NOTE_CODES = {
  // the metadata
  METADATA_MISSING: 'there is no metadata',
  METADATA_UNREADABLE: 'the metadata is no JSON object',
  METADATA_VALUE: 'a value of the metadata is not of its kind',
  METADATA_TWICE: 'there is more metadata of the same document',
  // the trail
  TRAIL_MISSING: 'there is no trail',
  TRAIL_ELSEWHERE: 'a trail of the document stands elsewhere',
  TRAIL_UNENDED: 'the last line of the trail was not ended; a line feed was added',
  LINES_UNREADABLE: 'lines of the trail are no JSON objects',
  LINES_UNKNOWN: 'lines of the trail are of no known shape',
  TIMES_WITHOUT_ZONE: 'time stamps name no zone and are taken as UTC',
  STATUS_HOLES: 'changes of status are missing from the trail',
  // what was taken as so
  STATUS_FROM_TRAIL: 'the status is that of the trail',
  STATUS_FROM_FILES: 'the status is what the files tell',
  STATUS_MAPPED: 'the status is none of this type and was taken as the nearest',
  STATUS_DISAGREES: 'metadata and trail name different statuses; the metadata is believed',
  VERSION_FROM_TRAIL: 'the version is that of the trail',
  VERSION_FROM_FILES: 'the version is what the files tell',
  VERSION_DISAGREES: 'metadata and trail name different versions; the metadata is believed',
  VERSION_TAKEN: 'an archived text has the version of the text in hand and other bytes',
  TITLE_FROM_TRAIL: 'the text names no title; that of its creation was taken',
  TITLE_MISSING: 'no title is to be found; the id serves',
  FRONTMATTER_UNREADABLE: 'the frontmatter of the text cannot be read',
  TEXT_UNREADABLE: 'the text is not controlled text (UTF-8, without conflict markers)',
  KIND_ASSUMED: 'the variance names no kind and was taken as kind 1',
  PARENT_MISSING: 'its parent is not to be found; it stands alone',
  // people
  OWNER_CLEARED: 'an owner of a document at rest was cleared',
  OWNER_FROM_TRAIL: 'the owner is who last held it by the trail',
  OWNER_MISSING: 'nobody owns this open document',
  OWNER_UNKNOWN: 'the owner is not registered',
  CHECKOUT_CLEARED: 'a checkout that can lead nowhere was ended',
  CHECKOUT_WITHOUT_COPY: 'it is checked out and there is no copy in the workspace',
  PENDING_UNKNOWN: 'somebody is asked who is not registered',
  PENDING_AUTHOR: 'an author is asked to judge the own text',
  PENDING_EMPTY: 'a round is open and nobody is asked',
  PENDING_ANSWERED: 'somebody is asked who has answered by the trail; the answer is asked for again',
  OUTCOME_ODD: 'a review has an outcome that is none',
  OUTCOME_DISAGREES: 'by the metadata updates were asked for, and not by the trail; the metadata is believed',
  ROUND_MISSING: 'it is reviewed, and no review is on record: it needs another round',
  ROUND_WITHOUT_QUALITY: 'nobody of quality is in the round',
  RETIRING_STALE: 'a mark of retirement was left over and dropped',
  // texts
  TEXT_MISSING: 'there is no text',
  DRAFT_MISSING: 'it is open and has no draft',
  DRAFT_ONLY: 'it is final and its text is only a draft',
  DRAFT_BESIDE_FINAL: 'a draft lies beside the final text; it is kept and does not count',
  SEAL_MISSING: 'the text of its approval is not in the archive',
  REOPENED: 'it was closed and opened again',
  FILE_ELSEWHERE: 'a text stands elsewhere than its place; it is read there',
  FILE_TWICE: 'a text of the same version stands in another place, too',
  NOTHING_LEFT: 'only its number is left: it was cancelled',
  // the store
  CHAINED_ALREADY: 'its trail has the present form already and was left as it is',
  OPEN_CHILD: 'it is closed and has an open child document',
  NUMBER_GAP: 'numbers are missing; they are not given again',
  UNKNOWN_FILE: 'a file belongs to no document; it is kept',
  LEFT_OUT: 'not a regular file; it is neither followed nor taken in',
  USER_WITHOUT_GROUP: 'an agent file names no group: no user was registered for it',
  USER_UNFIT: 'an agent file cannot be a user: the name or the frontmatter does not serve',
  NAMESPACE_UNFIT: 'a namespace cannot be registered under its name',
  COPY_UNCLAIMED: 'a copy in a workspace is not of a document that its user has checked out',
  CONFIG_REPLACED: 'the configuration could not be read and was written anew',
} as const satisfies Record<string, string>

export type NoteCode = keyof typeof NOTE_CODES

/** A note on a document, or (`document` null) on the store. */
export interface Finding extends Note {
  readonly code: NoteCode
  readonly document: string | null
}

export type Notes = (Note & { readonly code: NoteCode })[]

/** Values that were found may be long; a note needs their beginning. */
export const brief = (value: unknown): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 120 ? `${text.slice(0, 117)}...` : text
}

export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`
