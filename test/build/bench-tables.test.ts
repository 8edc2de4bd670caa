/** Figures go into a document between two marks; what was not measured again stays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type Part, writeInto } from '../../bench/tables.mjs'

const base = mkdtempSync(join(tmpdir(), 'qms-tables-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const BEGIN = '<!-- figures: written by npm run bench -- --write -->'
const END = '<!-- /figures -->'
const machine = { node: '20.1.0', git: '2.39.0', cores: 2, at: '2026-11-21T10:00:00Z' }
const part = (title: string, ms: number): Part => ({
  title,
  columns: ['documents', 'command', 'ms'],
  rows: [{ documents: 1000, command: 'qms list', ms }],
})
const table = (ms: number): string =>
  `| documents | command | ms |\n| ---: | --- | ---: |\n| 1,000 | qms list | ${ms} |`

const file = join(base, 'figures.md')
const written = (text: string, ...parts: readonly Part[]): string => {
  writeFileSync(file, text)
  writeInto(file, { ...machine, load: 3.14, parts: Object.fromEntries(parts.map((p) => [p.title, p])) })
  return readFileSync(file, 'utf8')
}
const LINE = 'Node 20.1.0, git 2.39.0, 2 processor cores, load 3.1, 2026-11-21.'

it('writes tables where there were none', () => {
  expect(written(`before\n${BEGIN}\n${END}\nafter\n`, part('Lists', 12.4))).toBe(
    `before\n${BEGIN}\n\n### Lists\n\n${LINE}\n\n${table(12)}\n\n${END}\nafter\n`,
  )
})

it('replaces what was measured again, keeps the rest, and says of each on which machine it was seen', () => {
  const old = 'Node 18.0.0, git 2.30.0, 8 processor cores, 2025-01-01.'
  const before = `${BEGIN}\n\n${old}\n\n### Lists\n\n${table(99)}\n\n### Reads\n\n${table(5)}\n\n${END}\n`
  const once = written(before, part('Lists', 12))
  expect(once).toBe(
    `${BEGIN}\n\n### Lists\n\n${LINE}\n\n${table(12)}\n\n### Reads\n\n${old}\n\n${table(5)}\n\n${END}\n`,
  )
  expect(written(once, part('Items', 7))).toBe(
    once.replace(`\n\n${END}`, `\n\n### Items\n\n${LINE}\n\n${table(7)}\n\n${END}`),
  )
})

it('leaves a document without marks as it is', () => {
  expect(() => written('no marks', part('Lists', 1))).toThrow(/no place for figures/)
  expect(readFileSync(file, 'utf8')).toBe('no marks')
})
