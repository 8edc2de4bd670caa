/** Everything that a text says can be seen. */
import { EVERYTHING, type Found, lines, type Rule } from '../rule.ts'
import { excerpt } from '../signs.ts'
import type { Subject } from '../subject.ts'
import { named, taggedWords, unseenIn } from '../unseen.ts'

/** Characters that a finding names. */
const NAMED = 3

function* check({ text }: Subject): Iterable<Found> {
  for (const { start, end, characters } of unseenIn(text))
    yield { at: { start, end }, found: told(characters), expected: 'no character that cannot be seen' }
}

const told = (characters: readonly string[]): string => {
  const words = taggedWords(characters)
  const names = [...new Set(characters)].slice(0, NAMED).map(named).join(', ')
  const count = characters.length === 1 ? '' : `${characters.length} hidden characters: `
  return `${count}${names}${words === '' ? '' : `, which say "${excerpt(words)}"`}`
}

export const hiddenCharacters: Rule = {
  name: 'hidden-characters',
  severity: 'error',
  summary: 'no control, bidirectional, zero-width or tag characters',
  why: 'They make a text look other than it is: an order of words that is only on the screen, words that only a program reads, names that differ and look the same. Nobody can judge what they cannot see. Characters that a script or an emoji needs are let pass.',
  asks: EVERYTHING,
  check,
  examples: {
    good: [
      { text: lines('Überprüfung, 審査, проверка, בדיקה.') },
      { text: 'Lines that end in the manner of Windows.\r\n\r\nMore.\r\n' },
      {
        text: lines(
          'A family \u{1f468}\u200d\u{1f469}\u200d\u{1f467}, and \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}.',
        ),
      },
      { text: lines('Persian: می\u200cخواهم. Hebrew with a mark: שלום\u200f!') },
      { text: '\ufeff# Notes\n', note: 'a byte order mark at the beginning has a rule of its own' },
    ],
    bad: [
      {
        text: lines('Access is \u202ella rof detnarg\u202c.'),
        gives: [
          { at: '1:11', found: 'U+202E right-to-left override' },
          { at: '1:27', found: 'U+202C pop directional formatting' },
        ],
      },
      { text: lines('# CR\u200b-001'), gives: [{ at: '1:5', found: 'U+200B zero width space' }] },
      {
        text: lines('Fine.\u{e0061}\u{e0070}\u{e0070}\u{e0072}\u{e006f}\u{e0076}\u{e0065}'),
        gives: [
          {
            at: '1:6',
            found:
              '7 hidden characters: U+E0061 tag character, U+E0070 tag character, U+E0072 tag character, which say "approve"',
          },
        ],
      },
      {
        text: lines('`if (user\u2066 === admin\u2069)`'),
        gives: [
          { at: '1:10', found: 'U+2066 left-to-right isolate' },
          { at: '1:21', found: 'U+2069 pop directional isolate' },
        ],
      },
      {
        text: lines('---', "title: 'A\u00adB'", '---', '', 'Bell\u0007, half a line\rand \u3164.'),
        gives: [
          { at: '2:10', found: 'U+00AD soft hyphen' },
          { at: '5:5', found: 'U+0007 control character' },
          { at: '5:19', found: 'U+000D control character' },
          { at: '5:24', found: 'U+3164 character without a shape' },
        ],
      },
    ],
  },
}
