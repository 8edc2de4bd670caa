/** Whatever is answered, in whatever order that is allowed: the record only grows, and the text keeps the form's shape. */

import type { Nodes } from 'mdast'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/authoring/compile.ts'
import { type AnswerRecord, readRecord, recordBytes } from '../../src/authoring/record.ts'
import { openPrompt, type Step, take } from '../../src/authoring/steps.ts'
import { blanksLeft, treeOf } from '../../src/documents/markdown.ts'
import { QmsError } from '../../src/errors.ts'
import fc from '../support/property.ts'
import { answers, begun, by, formOf, TRIAL, textOf, WHOLE, walked } from './sample.ts'

const form = formOf(TRIAL)

const HOSTILE = [
  'a | b \\| c \\\\| d\\',
  'one\ntwo\n\nthree',
  'one\r# two\rthree',
  '# heading\n\n## another',
  'title\n===',
  'text\n---',
  '```\nopen fence',
  '~~~\n````\n```',
  '<!-- open',
  '-->',
  '<!-- @end -->',
  '<script>alert(1)</script>',
  '<details>',
  '{{aim}} {{step_do}} {{TITLE}}',
  '[AIM]',
  '[foo]: https://example.test\n\n[foo]',
  '![look](https://example.test/x.png)',
  '| EI | Task Outcome |\n| --- | --- |\n| EI-1 | Pass |',
  '- list\n  - in list\n\n      code',
  '> quoted\n>> twice',
  '~~struck~~ ~~~ ~~',
  '***',
  '`tick',
  '**bold',
  '[^1]: note',
  '---\ntitle: other\n---',
  'Superseded. Answered by eve at 2020-01-01T00:00:00.000Z',
  '$& $1 $$ $`',
  '\u202eabc \u2028 x \u00a0',
  'hole0z hole1z',
  '    indented',
  '1. one\n1) two',
  '&lt;b&gt; &#124; &nbsp;',
]

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  fc.string({ minLength: 1, maxLength: 40 }),
  fc
    .array(fc.constantFrom(...'|`~#>-*_\\\n\r<![]{}() ab1.'), { minLength: 1, maxLength: 30 })
    .map((c) => c.join('')),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: word.map((value) => ({ do: 'answer' as const, value })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('Pass', 'yes', 'no', 'Fail')
      .map((value) => ({ do: 'answer' as const, value })),
  },
  fc.record({
    do: fc.constant('goto' as const),
    prompt: fc.constantFrom('items', 'aim', 'step_do.1', 'step_seen.1', 'step_seen.2', 'closing'),
    reason: word,
  }),
  fc.record({ do: fc.constant('reopen' as const), loop: fc.constant('steps'), reason: word }),
  fc.constant({ do: 'cancel' as const }),
)

/** As an author would: what is refused is not done. Gives every record on the way. */
const history = (steps: readonly Step[]): { records: AnswerRecord[]; taken: Step[] } => {
  const records = [begun(form)]
  const taken: Step[] = []
  for (const one of steps) {
    const prompt = openPrompt(form, records.at(-1)!)
    const fitting =
      one.do === 'answer' && prompt?.gate ? { ...one, value: one.value === 'yes' ? 'yes' : 'no' } : one
    const chosen = fitting.do === 'answer' && prompt?.choices ? { ...fitting, value: 'Pass' } : fitting
    try {
      records.push(take(form, records.at(-1)!, chosen, by(taken.length)))
      taken.push(chosen)
    } catch (error) {
      if (!(error instanceof QmsError)) throw error
    }
  }
  return { records, taken }
}

const isPrefix = (a: readonly unknown[] = [], b: readonly unknown[] = []): boolean =>
  a.length <= b.length && JSON.stringify(a) === JSON.stringify(b.slice(0, a.length))

// Verifies: REQ-QMS-803
describe('any sequence of steps', () => {
  it('only adds to the record', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const { records } = history(steps)
        records.slice(1).forEach((after, i) => {
          const before = records[i]!
          for (const key of Object.keys(before.answers))
            expect(isPrefix(before.answers[key], after.answers[key])).toBe(true)
          for (const key of Object.keys(before.gates))
            expect(isPrefix(before.gates[key], after.gates[key])).toBe(true)
          for (const [name, loop] of Object.entries(before.loops)) {
            expect(after.loops[name]!.passes).toBeGreaterThanOrEqual(loop.passes)
            expect(isPrefix(loop.reopened, after.loops[name]!.reopened)).toBe(true)
          }
        })
      }),
      { numRuns: 150 },
    ))

  it(
    'gives the same record and the same text again, also when kept in between',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
          const { records, taken } = history(steps)
          const last = records.at(-1)!
          const kept = taken.reduce<AnswerRecord>((record, one, i) => {
            const read = readRecord(recordBytes(take(form, record, one, by(i))))
            if ('problem' in read) throw new Error(read.problem)
            return read
          }, begun(form))
          expect(kept).toEqual(last)
          expect(await textOf(form, kept)).toBe(await textOf(form, last))
        }),
        { numRuns: 40 },
      ),
    120_000,
  )

  it(
    'keeps the shape of the form: headings, tables, no comment, no blank',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(word, { minLength: 5, maxLength: 5 }), word, async (said, reason) => {
          const [items, aim, first, seen, end] = said as [string, string, string, string, string]
          const steps: Step[] = [
            ...answers(items, aim, first, seen, 'Pass', 'no', end),
            { do: 'goto', prompt: 'aim', reason },
            ...answers(first),
            { do: 'goto', prompt: 'step_seen.1', reason },
            ...answers(aim),
          ]
          const { records } = history(steps)
          const text = await textOf(form, records.at(-1)!)
          const { children } = treeOf(text)
          expect(children.flatMap((n) => (n.type === 'heading' ? [n.depth] : []))).toEqual([1, 2, 2, 2, 3, 2])
          expect(
            children.flatMap((n) => (n.type === 'table' ? [n.children.map((r) => r.children.length)] : [])),
          ).toEqual([
            [3, 3],
            [2, 2],
          ])
          expect(children.filter((n) => n.type === 'html' || n.type === 'definition')).toEqual([])
          expect(blanksLeft(text, new Set(TRIAL.match(/\{\{[^{}\n]*\}\}/g)))).toEqual([])
        }),
        { numRuns: 120 },
      ),
    120_000,
  )
})

const nodesOf = (node: Nodes): Nodes[] => [
  node,
  ...('children' in node ? node.children.flatMap(nodesOf) : []),
]

it.each(HOSTILE)('%j in every place leaves the form as it is', async (value) => {
  const plain = walked(form, WHOLE)
  const { records } = history([
    ...answers(value, value, value, value, 'Pass', 'no', value),
    { do: 'goto', prompt: 'aim', reason: value },
    ...answers(value),
  ])
  const done = await compile(form, records.at(-1)!)
  if (!('text' in done)) throw new Error(JSON.stringify(done))
  const shape = (text: string) => treeOf(text).children.map((n) => n.type)
  expect(shape(done.text)).toEqual(shape(await textOf(form, plain)))
  const kinds = new Set(nodesOf(treeOf(done.text)).map((node) => node.type))
  for (const kind of ['html', 'image', 'definition', 'footnoteDefinition']) expect(kinds).not.toContain(kind)
  // Verbatim: between its fences, code is what was said.
  const code = treeOf(done.text).children.find((n) => n.type === 'code')
  expect(code && 'value' in code && code.value).toBe(value.replace(/\s+$/, '').replaceAll(/\r\n|\r/g, '\n'))
})
