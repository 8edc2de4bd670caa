/** What changed between two texts: by line, and by word inside changed lines. */
import { createTwoFilesPatch, diffArrays, diffWordsWithSpace, FILE_HEADERS_ONLY } from 'diff'

/** A run of words that stayed, was taken out or was put in. */
export interface Span {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** A changed place with its context. Lines are 1-based, in the former and in the later text. */
export interface Hunk {
  readonly from: number
  readonly to: number
  readonly before: readonly string[]
  readonly spans: readonly Span[]
  readonly after: readonly string[]
}

const CONTEXT = 2

/** Above this many characters a changed block is shown whole, old then new: word by word would not be read anyway. */
const WORDWISE_LIMIT = 20_000

export const redline = (former: string, later: string): Hunk[] => {
  const [old, now] = [former.split('\n'), later.split('\n')]
  const hunks: Hunk[] = []
  let [i, j] = [0, 0]
  let removed: string[] = []
  const flush = (added: string[]): void => {
    if (removed.length + added.length === 0) return
    hunks.push({
      from: i + 1 - removed.length,
      to: j + 1,
      before: now.slice(Math.max(0, j - CONTEXT), j),
      spans: spansOf(removed, added),
      after: now.slice(j + added.length, j + added.length + CONTEXT),
    })
    removed = []
  }
  for (const part of diffArrays(old, now)) {
    if (part.removed) {
      removed = part.value
      i += part.value.length
      continue
    }
    flush(part.added ? part.value : [])
    if (part.added) j += part.value.length
    else {
      i += part.value.length
      j += part.value.length
    }
  }
  flush([])
  return hunks
}

/** A side without lines has no span; a side of one blank line has an empty one. */
const spansOf = (removed: readonly string[], added: readonly string[]): Span[] => {
  const [former, later] = [removed.join('\n'), added.join('\n')]
  if (former === '' || later === '' || former.length + later.length > WORDWISE_LIMIT)
    return [
      ...(removed.length > 0 ? [{ kind: 'removed' as const, text: former }] : []),
      ...(added.length > 0 ? [{ kind: 'added' as const, text: later }] : []),
    ]
  return diffWordsWithSpace(former, later).map((part) => ({
    kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
    text: part.value,
  }))
}

/** As `diff -u` prints it; empty where nothing changed. */
export const unifiedDiff = (names: readonly [string, string], former: string, later: string): string =>
  former === later
    ? ''
    : createTwoFilesPatch(names[0], names[1], former, later, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
      })
