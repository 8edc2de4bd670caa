/** What `--fix` makes of texts that end in something: nothing is lost, and a second run has nothing to do. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Finding, lint } from '../../src/lint/lint.ts'
import { mended } from '../../src/lint/mend.ts'
import { subjectOf } from '../../src/lint/read.ts'

const found = (text: string): Promise<Finding[]> =>
  lint(
    subjectOf({
      text,
      path: 'a.md',
      document: null,
      type: 'SOP',
      form: null,
      known: null,
      agents: new Map(),
    }),
  )

const mend = async (text: string): Promise<string> => mended(text, await found(text)).text

const HEAD = '# SOP-008: Backup\n\n'
const TABLE = '| A | B |\n| --- | --- |\n'
const END = '\n\n---\n\n**END OF DOCUMENT**\n'

describe('what is mended', () => {
  it.each([
    ['a last line that is not ended', 'Text.', `Text.${END}`],
    ['a short row that is the end', `${TABLE}| 1 |`, `${TABLE}| 1 |  |${END}`],
    ['a short row with spaces behind it', `${TABLE}| 1   `, `${TABLE}| 1 |  |${END}`],
    ['spaces behind the text', 'Text.  \n\n', `Text.${END}`],
  ])('is %s', async (_, text, expected) => {
    expect(await mend(HEAD + text)).toBe(HEAD + expected)
  })

  it('has the ends of lines that the text has', async () => {
    expect(await mend('# SOP-008: Backup\r\n\r\nText.')).toBe(
      '# SOP-008: Backup\r\n\r\nText.\r\n\r\n---\r\n\r\n**END OF DOCUMENT**\r\n',
    )
  })

  it.each([
    ['code', '```\nx\n'],
    ['code with a shorter fence in it', '````\nx\n```\n'],
    ['code with words behind a fence', '```\nx\n``` y\n'],
    ['a comment', '<!-- x\n'],
  ])('is not put into %s that nothing closes', async (_, text) => {
    expect(await mend(HEAD + text)).toBe(HEAD + text)
  })

  it('loses no word, and leaves a second run nothing to do', async () => {
    const piece = fc.constantFrom(
      'Text.',
      '\n',
      '\n\n',
      '  ',
      '\t',
      '\r\n',
      TABLE,
      '| 1 |\n',
      '| \\|\n',
      '| \\\\|\n',
      '| 1',
      '|',
      '```\n',
      '~~~\n',
      '<!-- c\n',
      '-->\n',
      '<div>\n',
      '- item\n',
      '> quote\n',
      '    code\n',
      '**END OF DOCUMENT**\n',
      '\u00a0',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const text = HEAD + pieces.join('')
        const once = await mend(text)
        expect(await mend(once)).toBe(once)
        expect(
          once.replace(/\s/g, '').replaceAll('|', '').startsWith(text.replace(/\s/g, '').replaceAll('|', '')),
        ).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})
