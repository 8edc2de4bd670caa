/** Where the passages of a text show one of several signs. */
import { spellOut } from '../documents/hidden.ts'
import { encodedIn } from './encoded.ts'
import type { Sign } from './instructions.ts'
import { passagesOf, type Voice } from './passages.ts'
import type { Span } from './places.ts'
import type { Found } from './rule.ts'
import type { Subject } from './subject.ts'

/** Characters of the words that a finding repeats. */
const SHOWN = 70

export const excerpt = (words: string): string => {
  const line = spellOut(words.replace(/\s+/g, ' ').trim()).replace(/\.+$/, '')
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line
}

export function* signsIn(
  subject: Subject,
  signs: readonly Sign[],
  voices: readonly Voice[],
  expected: string,
): Iterable<Found> {
  for (const passage of passagesOf(subject)) {
    let told = 0
    for (const { start, end, what } of shownIn(passage.words, signs)) {
      if (start < told || !voices.includes(passage.voice(start, end))) continue
      told = end
      yield {
        at: passage.span(start, end),
        found: `${what}: ${excerpt(passage.words.slice(start, end))}`,
        expected,
      }
    }
  }
}

/** By place. Of signs that overlap the first is told. */
const shownIn = (words: string, signs: readonly Sign[]): (Span & { what: string })[] =>
  signs
    .filter(({ cue }) => cue.test(words))
    .flatMap(({ what, pattern }) =>
      [...words.matchAll(pattern)].map((m) => ({ start: m.index, end: m.index + m[0].length, what })),
    )
    .sort((a, b) => a.start - b.start)

/** What is encoded in a passage and shows one of the signs once it is decoded. */
export function* encodedSigns(subject: Subject, signs: readonly Sign[], expected: string): Iterable<Found> {
  for (const passage of passagesOf(subject))
    for (const { start, end, says } of encodedIn(passage.words)) {
      const sign = signs.find(({ pattern }) => says.search(pattern) >= 0)
      if (sign)
        yield { at: passage.span(start, end), found: `${sign.what}, encoded: ${excerpt(says)}`, expected }
    }
}
