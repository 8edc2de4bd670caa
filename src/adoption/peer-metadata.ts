/** Metadata that another program wrote: what can be believed of it, whatever its shape. */
import { METADATA_KEYS } from '../documents/placement.ts'
import { parseVersion } from '../documents/version.ts'
import { asObject, isName, namesOf } from './lines.ts'
import { brief, type Notes } from './notes.ts'

export interface OldMetadata {
  /** False where there is none, or none that can be read. */
  readonly readable: boolean
  readonly status: string | null
  readonly version: string | null
  readonly owner: string | null
  readonly checkedOut: boolean
  readonly checkedOutDate: string | null
  readonly effectiveVersion: string | null
  /** Null where it does not say. */
  readonly pending: readonly string[] | null
  readonly outcomes: Readonly<Record<string, unknown>>
  readonly retiring: boolean
  readonly title: string | null
  readonly carried: Readonly<Record<string, unknown>>
}

const NOTHING: OldMetadata = {
  readable: false,
  status: null,
  version: null,
  owner: null,
  checkedOut: false,
  checkedOutDate: null,
  effectiveVersion: null,
  pending: null,
  outcomes: {},
  retiring: false,
  title: null,
  carried: {},
}

/** @param notes takes what is amiss */
export const readOldMetadata = (
  file: { readonly path: string; readonly bytes: Uint8Array } | null,
  notes: Notes,
): OldMetadata => {
  if (!file) {
    notes.push({ code: 'METADATA_MISSING' })
    return NOTHING
  }
  const raw = parse(file.bytes)
  if (!raw) {
    notes.push({ code: 'METADATA_UNREADABLE', file: file.path, found: beginning(file.bytes) })
    return NOTHING
  }
  const odd = (key: string, expected: string): null => {
    notes.push({
      code: 'METADATA_VALUE',
      file: file.path,
      expected: `${key}: ${expected}`,
      found: brief(raw[key]),
    })
    return null
  }
  const pick = <T>(key: string, expected: string, fits: (value: unknown) => value is T): T | null => {
    const value = raw[key]
    if (value === undefined || value === null) return null
    return fits(value) ? value : odd(key, expected)
  }
  return {
    readable: true,
    status: pick('status', 'a status', isName),
    version: pick('version', 'N.M', isVersion),
    owner: pick('responsible_user', 'a name', isName),
    checkedOut: pick('checked_out', 'true or false', isBoolean) ?? false,
    checkedOutDate: pick('checked_out_date', 'a date', isText),
    effectiveVersion: pick('effective_version', 'N.M', isVersion),
    pending: Array.isArray(raw.pending_assignees)
      ? namesOf(raw.pending_assignees)
      : pick('pending_assignees', 'a list of names', isNames),
    outcomes: pick('review_outcomes', 'outcomes by name', isObject) ?? {},
    retiring: raw.retiring === true,
    title: pick('title', 'a title', isText),
    carried: carriedIn(raw),
  }
}

const parse = (bytes: Uint8Array): Record<string, unknown> | null => {
  try {
    return asObject(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch {
    return null
  }
}

const beginning = (bytes: Uint8Array): string => brief(new TextDecoder().decode(bytes.subarray(0, 200)))

const isVersion = (value: unknown): value is string =>
  typeof value === 'string' && parseVersion(value) !== null
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNames = (_: unknown): _ is string[] => false
const isObject = (value: unknown): value is Record<string, unknown> => asObject(value) !== null

/** Keys that mean nothing here. `retiring` is understood; names that JavaScript itself gives meaning to stay behind. */
const NOT_CARRIED = new Set([...Object.keys(METADATA_KEYS), 'retiring', '__proto__'])

const carriedIn = (raw: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw).filter(([key]) => !NOT_CARRIED.has(key)))
