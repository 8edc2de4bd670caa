/** Long lists page by page. A cursor names the last entry that was given: what comes and goes in between moves nothing. */

/** Entries of a page. */
export const PAGE = 100

interface Page<T> {
  readonly entries: readonly T[]
  readonly nextCursor: string | undefined
}

/**
 * @param entries in the order of their keys
 * @returns null for a cursor that no page ended with
 */
export const pageAfter = <T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
  cursor: string | undefined,
): Page<T> | null => {
  const last = cursor === undefined ? '' : decoded(cursor)
  if (last === null) return null
  const left = entries.filter((entry) => keyOf(entry) > last)
  const page = left.slice(0, PAGE)
  const end = page.at(-1)
  return {
    entries: page,
    nextCursor: end !== undefined && left.length > PAGE ? encoded(keyOf(end)) : undefined,
  }
}

const encoded = (key: string): string => Buffer.from(key).toString('base64url')

const decoded = (cursor: string): string | null => {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  return key !== '' && encoded(key) === cursor ? key : null
}
