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

/**
 * Lines that may come and go before the comparison is given up, and the block that differs is shown whole: its time
 * grows with the square of this. Texts that differ in more have little in common.
 */
const MOST_EDITS = 4000

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
  for (const part of compared(old, now)) {
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

interface Part {
  readonly value: string[]
  readonly removed?: boolean
  readonly added?: boolean
}

const compared = (old: string[], now: string[]): readonly Part[] =>
  diffArrays(old, now, { maxEditLength: MOST_EDITS }) ?? asOneBlock(old, now)

/** What both begin and end with, and everything between as one change. */
const asOneBlock = (old: string[], now: string[]): readonly Part[] => {
  const shorter = Math.min(old.length, now.length)
  let [head, tail] = [0, 0]
  while (head < shorter && old[head] === now[head]) head++
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++
  const parts: Part[] = [
    { value: old.slice(0, head) },
    { value: old.slice(head, old.length - tail), removed: true },
    { value: now.slice(head, now.length - tail), added: true },
    { value: now.slice(now.length - tail) },
  ]
  return parts.filter((part) => part.value.length > 0)
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

/** As `diff -u` prints it; empty where nothing changed. Texts with too little in common are one change. */
export const unifiedDiff = (names: readonly [string, string], former: string, later: string): string => {
  if (former === later) return ''
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY }
  const patch = createTwoFilesPatch(...names, former, later, undefined, undefined, {
    ...options,
    maxEditLength: MOST_EDITS,
  })
  return patch ?? wholePatch(names, former, later)
}

const wholePatch = (names: readonly [string, string], former: string, later: string): string => {
  const side = (sign: string, text: string): string =>
    text
      .split(/(?<=\n)/)
      .map((line) => `${sign}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`)
      .join('')
  const count = (text: string): number => text.split(/(?<=\n)/).length
  const head = `--- ${names[0]}\n+++ ${names[1]}\n@@ -1,${count(former)} +1,${count(later)} @@\n`
  return `${head}${side('-', former)}${side('+', later)}`
}
