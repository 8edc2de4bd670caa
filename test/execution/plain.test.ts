/** What is told of two texts line by line is what a parser would tell: never that a seal is kept which is broken. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readForm } from '../../src/documents/template.ts'
import { plainChanges } from '../../src/execution/plain.ts'
import { breachOf } from '../../src/execution/seal.ts'
import { answered, ROOT } from '../support/cli.ts'
import fc from '../support/property.ts'

const textOf = (type: string): string => {
  const form = readFileSync(join(ROOT, `templates/documents/TEMPLATE-${type}.md`), 'utf8')
  return answered(readForm(form) ?? '')
}
const CR = textOf('CR')

const changed = (from: string | RegExp, to: string): string => {
  const now = CR.replace(from, to)
  expect(now).not.toBe(CR)
  return now
}

describe('told without a parser', () => {
  it('cells of an item that were filled, by name', () => {
    const now = changed(/(\| EI-2 .*?)\[SUMMARY\] \| \[Pass\/Fail\]/, '$1Done. | Pass')
    expect(plainChanges(CR, now)).toEqual([
      {
        item: 'EI-2',
        cells: [
          expect.objectContaining({ field: 'summary', before: '[SUMMARY]', after: 'Done.' }),
          expect.objectContaining({ field: 'outcome', before: '[Pass/Fail]', after: 'Pass' }),
        ],
      },
    ])
  })

  it('an address in angle brackets is no HTML', () => {
    const now = changed(/(\| EI-2 .*?)\[SUMMARY\]/, '$1E1 <https://example.test/log> (not verified)')
    expect(plainChanges(CR, now)).toHaveLength(1)
  })

  it('a record completed by hand', () => {
    const now = answered(CR, 'all')
    expect(now).not.toBe(CR)
    expect(plainChanges(CR, now)).not.toBeNull()
    expect(breachOf(CR, now)).toBeNull()
  })

  it('nothing where a blank line makes what follows it mean something else', () => {
    const approved = changed(
      /(\n- .*)\n\n---\n\n\*\*END OF DOCUMENT/,
      '$1\n| Seen. |\n---\n\n**END OF DOCUMENT',
    )
    const now = approved.replace('\n| Seen. |\n---', '\n\n| Seen. |\n---')
    expect(breachOf(approved, now)).not.toBeNull()
    expect(plainChanges(approved, now)).toBeNull()
  })

  it('nothing where what is sealed differs, or a line more is there', () => {
    for (const [from, to] of [
      ['| EI-2 | as agreed |', '| EI-2 | as it came |'],
      ['## 5. Change Description\n\nas agreed', '## 5. Change Description\n\nas it came'],
      ['NOTE: Do NOT', 'NOTE: do not'],
      ["title: 'as agreed'", "title: 'as it came'"],
      ['[COMMENT]', '[COMMENT]\n'],
      ['[COMMENT]', 'Seen <div hidden>'],
      ['| EI-2 | as agreed |', '| EI-2 |\u00a0as agreed |'],
    ] as const)
      expect(plainChanges(CR, changed(from, to))).toBeNull()
  })
})

const LINES = [
  '| EI-1 | as agreed | Done. | Pass | ann - 2026-01-05 |',
  '| EI-1 | another | Done. | Pass | ann - 2026-01-05 |',
  '| EI-9 | as agreed | Done \\| twice | ~~Pass~~ Fail | ann |',
  '| Seen. | ann |',
  '| --- | --- |',
  '| EI | Task Description | Execution Summary | Task Outcome | Performed By |',
  '| EI | Task Description | Depends | Task Outcome | Performed By - Date |',
  '',
  'Words.',
  'More words | with a bar',
  '[SUMMARY]',
  '[sop]: https://example.test',
  '[^1]: A note',
  'Words <textarea> in it',
  '| EI-1 | as agreed | </table><div hidden> | Pass | ann - 2026-01-05 |',
  '| EI-1 |\u00a0as agreed | Done. | Pass | ann - 2026-01-05 |',
  '- A point',
  '- [ ] a task',
  '---',
  '===',
  '## 13. Another',
  '### Execution Comments',
  '# EI-3: by heading',
  '<!-- qms:open -->',
  '<!--',
  '-->',
  '<div>',
  '```',
  '> said',
  '    code',
  '1. first',
  '**END OF DOCUMENT**',
  'END OF DOCUMENT',
]

/** Any line but those of the frontmatter, which must stay readable. */
const below = (n: number, lines: readonly string[]): number => 5 + (n % (lines.length - 5))

it('never that a seal is kept which a parser finds broken, whatever lines take the place of others', () => {
  const forms = ['CR', 'TP', 'VR', 'VAR', 'INV'].map(textOf)
  const texts = [...forms, `${CR}\nRevised.\n`]
  let told = 0
  const edit = fc.tuple(fc.noBias(fc.nat(10_000)), fc.noBias(fc.constantFrom(...LINES)))
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(edit, { maxLength: 2 }),
      edit,
      (text, first, [at, line]) => {
        const lines = text.split('\n')
        for (const [where, what] of first) lines[below(where, lines)] = what
        const approved = lines.join('\n')
        const open = lines.flatMap((l, i) => (/^\| EI-|\[[A-Z_]+\]|^- /.test(l) ? [i] : []))
        const where = (at % 3 > 0 ? open[at % open.length] : undefined) ?? below(at, lines)
        if (at % 2 === 0) lines[where] = line
        else lines.splice(where + 1, 0, ...(at % 5 > 2 ? ['', line] : [line]))
        const now = lines.join('\n')
        if (now === approved || plainChanges(approved, now) === null) return
        told += 1
        expect(breachOf(approved, now), `${line} in\n${approved}`).toBeNull()
      },
    ),
    { numRuns: Number(process.env.QMS_TEST_PLAIN ?? 4000) },
  )
  expect(told).toBeGreaterThan(15)
}, 300_000)
