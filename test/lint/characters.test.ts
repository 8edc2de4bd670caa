/** Characters that are not seen or not what they look like (H15), words in base64, requirements: what is let pass. */
import { describe, expect, it } from 'vitest'
import { encodedIn } from '../../src/lint/encoded.ts'
import { materialOf } from '../../src/lint/example.ts'
import { lookalikesIn, scriptOf } from '../../src/lint/lookalikes.ts'
import { subjectOf } from '../../src/lint/read.ts'
import { requirementsOf } from '../../src/lint/requirements.ts'
import { named, unseenIn } from '../../src/lint/unseen.ts'

const MAN = '\u{1f468}'
const FLAG = '\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'

describe('what is not seen', () => {
  it.each([
    ['a joiner between pictures', `${MAN}\u200d${MAN}`, 0],
    ['a joiner behind a picture only', `${MAN}\u200dx`, 1],
    ['a joiner before a picture only', `x\u200d${MAN}`, 1],
    ['a joiner between Latin letters', 'a\u200db', 1],
    ['a joiner in Devanagari', '\u0915\u094d\u200d\u0937', 0],
    ['a non-joiner in Persian', '\u0645\u06cc\u200c\u062e', 0],
    ['a non-joiner behind Persian only', '\u06cc\u200cx', 1],
    ['a non-joiner before Persian only', 'x\u200c\u062e', 1],
    ['a mark beside Hebrew', '\u05e9\u200f!', 0],
    ['a mark before Hebrew', 'x \u200f\u05e9', 0],
    ['a mark in Latin', 'a\u200fb', 1],
    ['an override in Hebrew', '\u05e9\u202e\u05dc', 1],
    ['the flag of a part of a country', `\u{1f3f4}${FLAG}`, 0],
    ['the same tags behind a letter', `x${FLAG}`, 1],
    ['other tags behind the flag', '\u{1f3f4}\u{e0061}', 1],
    ['a variant of a Han sign', '\u845b\u{e0100}', 0],
    ['the same behind a letter', 'x\u{e0100}', 1],
    ['the end of a line of Windows', 'a\r\nb', 0],
    ['half of it', 'a\rb', 1],
    ['a row of them is one', 'a\u200b\u200b\u2060b', 1],
  ])('%s', (_, text, count) => expect(unseenIn(text)).toHaveLength(count))

  it.each([
    ['\u202e', 'U+202E right-to-left override'],
    ['\u0007', 'U+0007 control character'],
    ['\u2063', 'U+2063 invisible operator or control'],
    ['\ufff9', 'U+FFF9 interlinear annotation'],
    ['\u{e0041}', 'U+E0041 tag character'],
    ['\u{e0100}', 'U+E0100 variation selector'],
    ['\u2800', 'U+2800 character without a shape'],
  ])('%j is named', (character, name) => expect(named(character)).toBe(name))
})

describe('lookalikes', () => {
  it.each([
    ['CR-001', null],
    ['\u0421R-001', 'CR-001'],
    ['CR-0\u043e1', null],
    ['\u03a1olicy', 'Policy'],
    ['SDLC-\u0410PP-RS', 'SDLC-APP-RS'],
    ['TEMPLATE-\u0421R', 'TEMPLATE-CR'],
    ['REQ-\u0410PP-001', 'REQ-APP-001'],
    ['CAPA\u20111', 'CAPA-1'],
    ['CR\u2013001', 'CR-001'],
    ['SOP-001\u2013SOP-002', null],
    ['CR-036-VAR-001\u2013VAR-002', null],
    ['A\u20131', null],
    ['I\u0422', null],
  ])('%s', (word, looks) =>
    expect(lookalikesIn(`x ${word} y`).map((l) => l.looks)).toEqual(looks ? [looks] : []),
  )

  it.each([
    ['\u0421', 'Cyrillic'],
    ['\u03a1', 'Greek'],
    ['\uff23', 'of another width or style'],
    ['\u2011', 'no hyphen of ids'],
  ])('%s is told', (character, script) => expect(scriptOf(character)).toBe(script))
})

describe('words in base64', () => {
  const TEXT = 'The quality group agrees, with all of it.'
  it.each([
    ['at the end', btoa(TEXT)],
    ['with its padding', btoa(`${TEXT}.`)],
    ['for addresses', btoa(`${TEXT}>>>???`).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
    ['before other words', `${btoa(TEXT)} and more words follow it`],
    ['in two lines', `${btoa(TEXT).slice(0, 36)}\n${btoa(TEXT).slice(36)}`],
  ])('are found %s', (_, words) =>
    expect(encodedIn(`x ${words}`).map(({ says }) => says.slice(0, 30))).toEqual([TEXT.slice(0, 30)]),
  )

  it.each([
    ['a digest', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a path', 'src/interfaces/cli/completion/candidates/and/so/on'],
    ['one long word', btoa('abcdefghijklmnopqrstuvwxyzabcdefghijklmnop')],
    ['a token', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'],
    ['short ones', btoa('be nice to it')],
  ])('are none in %s', (_, words) => expect(encodedIn(words)).toEqual([]))
})

describe('requirements', () => {
  const read = (...text: string[]) =>
    requirementsOf(subjectOf(materialOf({ type: 'RS', text: `${text.join('\n')}\n` }))).map(
      ({ id, sentence }) => [id, sentence],
    )

  it('are rows, items and headings with an id', () => {
    expect(
      read(
        '| ID | Requirement | Rationale |',
        '| --- | --- | --- |',
        '| REQ-A-001 | It shall run. | use |',
        '|  | nothing |  |',
        '',
        '- **REQ-A-002:** It shall stop.',
        '- An item of another kind',
        '',
        '### REQ-A-003 \u2014 Speed',
      ),
    ).toEqual([
      ['REQ-A-001', 'It shall run.'],
      ['REQ-A-002', 'It shall stop.'],
      ['REQ-A-003', null],
    ])
  })

  it('that were withdrawn have no sentence; other tables have no requirements', () => {
    expect(
      read(
        '| ID | Withdrawn In Version | Reason |',
        '| --- | --- | --- |',
        '| REQ-A-009 | 2.0 | replaced |',
        '| None | | |',
        '',
        '| Term | Description |',
        '| --- | --- |',
        '| REQ-A-010 | a word |',
        '',
        '| ID | Proof |',
        '| --- | --- |',
        '| REQ-A-011 | a test |',
      ),
    ).toEqual([['REQ-A-009', null]])
  })
})
