/** The engine: levels, places, what a text is read as, and what `--fix` does with overlapping edits. */
import { describe, expect, it } from 'vitest'
import { type Finding, type Levels, lint } from '../../src/lint/lint.ts'
import { mended } from '../../src/lint/mend.ts'
import { subjectOf } from '../../src/lint/read.ts'
import { EVERYTHING, type Rule } from '../../src/lint/rule.ts'
import { type Material, sourceOf, spanOf } from '../../src/lint/subject.ts'

const material = (text: string, rest: Partial<Material> = {}): Material => ({
  text,
  path: 'notes.md',
  document: null,
  type: null,
  form: null,
  known: null,
  agents: new Map(),
  ...rest,
})

const rule = (name: string, check: Extract<Rule, { check: unknown }>['check']): Rule => ({
  name,
  severity: 'error',
  softer: { where: 'closed documents', when: ({ document }) => document?.status === 'CLOSED' },
  summary: 'nothing',
  why: 'Nothing.',
  asks: EVERYTHING,
  check,
  examples: { good: [{ text: '' }], bad: [{ text: '', gives: [{ at: '1:1', found: '' }] }] },
})

/** Finds every heading. */
const headings = (name: string): Rule =>
  rule(name, function* (subject) {
    for (const node of subject.all('heading'))
      yield { at: spanOf(node), found: sourceOf(subject, node), expected: 'none' }
  })

const run = (text: string, levels: Levels = {}, rest: Partial<Material> = {}): Promise<Finding[]> =>
  lint(subjectOf(material(text, rest)), levels, [headings('zeta'), headings('alpha')])

const told = (all: readonly Finding[]) => all.map((f) => [f.rule, f.severity, f.line, f.column, f.found])

describe('lint', () => {
  it('gives findings by place, then by rule', async () => {
    expect(told(await run('# One\r\n\r\n> # Two\n'))).toEqual([
      ['alpha', 'error', 1, 1, '# One'],
      ['zeta', 'error', 1, 1, '# One'],
      ['alpha', 'error', 3, 3, '# Two'],
      ['zeta', 'error', 3, 3, '# Two'],
    ])
  })

  it('counts columns without a byte order mark', async () => {
    expect(told(await run('\ufeff# One\n', { zeta: 'off' }))).toEqual([['alpha', 'error', 1, 1, '# One']])
  })

  it('takes the level that the project chose over what the rule says, and leaves out what is off', async () => {
    const closed = { document: { id: 'CR-001', status: 'CLOSED', adopted: false } } as const
    expect(told(await run('# A\n', { zeta: 'warning', alpha: 'off' }))).toEqual([
      ['zeta', 'warning', 1, 1, '# A'],
    ])
    expect(told(await run('# A\n', { zeta: 'off' }, closed))).toEqual([['alpha', 'warning', 1, 1, '# A']])
    expect(told(await run('# A\n', { zeta: 'off', alpha: 'error' }, closed))).toEqual([
      ['alpha', 'error', 1, 1, '# A'],
    ])
  })

  it('reads the frontmatter of the form inside a template as no heading', async () => {
    const text = "---\ntitle: 'T'\n---\n\n<!-- NOTICE -->\n\n---\ntitle: '{{TITLE}}'\n---\n\n# {{TITLE}}\n"
    const found = (type: string | null) => run(text, { zeta: 'off' }, { type })
    expect(told(await found('TEMPLATE'))).toEqual([['alpha', 'error', 11, 1, '# {{TITLE}}']])
    expect(told(await found(null))).toHaveLength(2)
  })
})

describe('mended', () => {
  it('makes the edits by place, and of two that overlap the first', () => {
    const finding = (start: number, end: number, insert: string) =>
      ({ fix: { start, end, insert } }) as Finding
    expect(
      mended('abcdef', [finding(4, 5, 'E'), finding(0, 2, 'X'), finding(1, 3, 'Y'), finding(6, 6, '!')]),
    ).toEqual({
      text: 'XcdEf!',
      fixed: 3,
    })
  })
})
