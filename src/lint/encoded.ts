/** Words that stand in a text as base64: nobody reads them, and a program that is asked to will. */

export interface Encoded {
  readonly start: number
  readonly end: number
  /** What it says, hidden characters and all. */
  readonly says: string
}

/** Shorter ones hold no sentence. */
const SHORTEST = 32
const RUN = new RegExp(`[A-Za-z0-9+/_-]{${SHORTEST},}(?:\\s+[A-Za-z0-9+/_-]{4,})*={0,2}`, 'g')
/** Two words with a space between them, as tokens and digests have none. */
const SENTENCE = /\p{L}{2,}[,;:.]?\s+\p{L}{2,}.*\s/su

/**
 * Runs of base64 that hold words. Digests, names, paths and keys are made of the same characters, but hold none. A run
 * goes on in the next line; words that follow it may look like more of it, so that it is tried without them, too.
 */
export const encodedIn = (words: string): Encoded[] =>
  [...words.matchAll(RUN)].flatMap(({ index, 0: run }) => {
    const found = [run, run.split(/\s/)[0] ?? ''].find((r) => sentence(r) !== null)
    return found ? [{ start: index, end: index + found.length, says: sentence(found) ?? '' }] : []
  })

const sentence = (run: string): string | null => {
  const says = decoded(run.replace(/\s/g, ''))
  return says !== null && SENTENCE.test(says) ? says : null
}

const decoded = (run: string): string | null => {
  const plain = run.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/')
  try {
    const bytes = Uint8Array.from(
      atob(plain.slice(0, plain.length - (plain.length % 4 === 1 ? 1 : 0))),
      (c) => c.charCodeAt(0),
    )
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
