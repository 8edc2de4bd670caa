/**
 * Ids of requirements: `REQ-APP-001`, or with an area of the namespace, `REQ-APP-STORE-001` (SOP-006, 5.1). The middle
 * part has at most 16 characters, as many as a namespace, and the number three digits or more.
 */

const ID = 'REQ-[A-Z0-9](?:[A-Z0-9-]{0,14}[A-Z0-9])?-\\d{3,9}'
/** What may stand beside an id: nothing that would make it a part of a longer word. */
const BEFORE = '(?<![A-Za-z0-9_-])'
const AFTER = '(?![A-Za-z0-9_]|-[A-Za-z0-9])'

const ANYWHERE = new RegExp(`${BEFORE}${ID}${AFTER}`, 'g')
const WHOLE = new RegExp(`^${ID}$`)
const FIRST = new RegExp(`^${ID}${AFTER}`)

/** What every place that names a requirement holds. */
export const ID_START = 'REQ-'

export const isRequirementId = (text: string): boolean => WHOLE.test(text)

/** Every id in a text, once, in order. */
export const idsIn = (text: string): string[] =>
  text.includes(ID_START) ? [...new Set(text.match(ANYWHERE) ?? [])] : []

/** The id that a text begins with, or null. */
export const idAtStart = (text: string): string | null => FIRST.exec(text)?.[0] ?? null

/** Whether a text begins like an id, and is none: `REQ-APP-1`, `req-app-001`. */
export const isNearlyId = (text: string): boolean => /^REQ-/i.test(text) && idAtStart(text) === null

/** The part between `REQ-` and the number: `APP`, `APP-STORE`. */
export const typeOf = (id: string): string => id.slice(ID_START.length, id.lastIndexOf('-'))

/** Whether a type of ids is that of a namespace, or of one of its areas. */
export const isOfNamespace = (type: string, namespace: string): boolean =>
  type === namespace || type.startsWith(`${namespace}-`)
