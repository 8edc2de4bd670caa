/** What a text says to somebody who reads it, and where each word of it stands. */
import { describe, expect, it } from 'vitest'
import { materialOf } from '../../src/lint/example.ts'
import { type Passage, passagesOf } from '../../src/lint/passages.ts'
import { subjectOf } from '../../src/lint/read.ts'

const read = (text: string): readonly Passage[] => passagesOf(subjectOf(materialOf({ text })))
const words = (text: string): string[] => read(text).map((p) => p.words)

/** The voice of a phrase, and what stands at its place in the text. */
const heard = (text: string, phrase: string): [string, string] => {
  for (const passage of read(text)) {
    const at = passage.words.indexOf(phrase)
    if (at < 0) continue
    const { start, end } = passage.span(at, at + phrase.length)
    return [passage.voice(at, at + phrase.length), text.slice(start, end)]
  }
  return ['not read', '']
}

describe('passages', () => {
  it('are read without marks, references, hidden characters and ends of lines', () => {
    expect(
      words('One **two**\nth*re*e &amp; f\u200bour `five` [six](https://x.test) ![seven](y.png)\n'),
    ).toEqual(['One two three & four five six seven'])
  })

  it('are headings, paragraphs and cells, each for itself', () => {
    expect(words('# A\n\nB\n\n- C\n\n> D\n\n| E | F |\n| --- | --- |\n| G | H |\n')).toEqual([
      ...['A', 'B', 'C', 'D'],
      ...['E', 'F', 'G', 'H'],
    ])
  })

  it('know where they stand', () => {
    expect(heard('# One\n\n- two **three**\n  four five\n', 'three four')).toEqual([
      'said',
      'three**\n  four',
    ])
    expect(heard('> a\n> needle b\n', 'needle')).toEqual(['quoted', 'needle'])
    expect(heard('| x | y needle |\n| --- | --- |\n', 'needle')).toEqual(['said', 'needle'])
    expect(heard('a nee\u200bdle b\n', 'needle')).toEqual(['said', 'nee\u200bdle'])
    expect(heard('```sh\na\nneedle\n```\n', 'needle')).toEqual(['quoted', 'needle'])
  })

  it.each([
    ['prose', 'a needle b', 'said'],
    ['a title', '---\ntitle: a needle b\n---\n', 'said'],
    ['code in a line', 'a `needle` b', 'quoted'],
    ['a block of code', '```\nneedle\n```', 'quoted'],
    ['a block quotation', '> a needle', 'quoted'],
    ['quotation marks', 'He said "a needle b".', 'quoted'],
    ['single quotation marks', "He said 'a needle b'.", 'quoted'],
    ['typographic ones', 'He said “a needle b”.', 'quoted'],
    ['apostrophes', "don't needle, can't", 'said'],
    ['between two quotations', 'He said "a" needle "b".', 'said'],
    ['a comment', 'x\n\n<!-- a needle b -->', 'hidden'],
    ['a comment in a line', 'x <!-- a needle b --> y', 'hidden'],
    ['an element', '<div>needle</div>', 'said'],
    ['the title of a link', '[a](https://x.test "needle")', 'hidden'],
    ['a definition that nothing refers to', '[//]: # (a needle b)', 'hidden'],
    ['a list of what is not to be', 'Nobody shall not:\n\n1. needle\n', 'quoted'],
    ['a list below a heading that says so', '## Prohibited words\n\n- needle\n', 'quoted'],
    ['a table of bad examples', '| Bad | Why |\n| --- | --- |\n| needle | x |\n', 'quoted'],
    ['any other list', 'Everybody shall:\n\n1. needle\n', 'said'],
    ['a list behind such a word in an earlier sentence', 'It is not so. All do:\n\n- needle\n', 'said'],
    ['a list behind a sentence with such a word', 'It is not so.\n\n- needle\n', 'said'],
    ['a paragraph below such a heading', '## Prohibited words\n\nneedle\n', 'said'],
    ['any other table', '| A | B |\n| --- | --- |\n| needle | x |\n', 'said'],
  ])('%s', (_, text, voice) => expect(heard(text, 'needle')).toEqual([voice, 'needle']))

  it('gives a line that is written otherwise at its beginning', () => {
    const text = 'a\n\\* needle\nb\n'
    const [, at] = heard(text, 'needle')
    expect(at.length).toBe('needle'.length)
    expect(heard(text, 'b')).toEqual(['said', 'b'])
  })
})
