/** Rules by type on whole documents: forms as they begin, and texts that were written by them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formOf } from '../../src/documents/template.ts'
import { TYPE_RULES } from '../../src/lint/by-type.ts'
import { CONTENT_RULES } from '../../src/lint/content.ts'
import { materialOf } from '../../src/lint/example.ts'
import { lint } from '../../src/lint/lint.ts'
import { subjectOf } from '../../src/lint/read.ts'
import type { Given } from '../../src/lint/rule.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SHARED = resolve(ROOT, '../shared')
const FORMS = join(ROOT, 'templates/documents')
const RULES = [...TYPE_RULES, ...CONTENT_RULES]

const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')
const form = (type: string): string => formOf(read(FORMS, `TEMPLATE-${type}.md`))

const found = async (text: string, given: Given): Promise<string[]> =>
  (await lint(subjectOf(materialOf({ ...given, text })), {}, RULES)).map(
    (f) => `${f.line} ${f.severity} ${f.rule}: ${f.found}`,
  )

describe('what the program brings along', () => {
  const types = readdirSync(FORMS).map((name) => /^TEMPLATE-([A-Z]+)\.md$/.exec(name)?.[1] ?? '')

  it.each(types)('a %s as its form begins', async (type) =>
    expect(await found(form(type), { type, form: form(type) })).toEqual([]),
  )

  it.each(types)('the template of %s', async (type) =>
    expect(await found(read(FORMS, `TEMPLATE-${type}.md`), { type: 'TEMPLATE' })).toEqual([]),
  )

  it.each(readdirSync(join(ROOT, 'templates/sops')))('%s', async (file) => {
    const agents = { '.claude/agents/qa.md': read(ROOT, 'templates/agents/qa.md') }
    const known = Object.fromEntries(
      ['SOP-001', 'SOP-002', 'SOP-003', 'SOP-004', 'SOP-005', 'SOP-006'].map((id) => [
        id,
        'EFFECTIVE' as const,
      ]),
    )
    expect(
      await found(read(ROOT, 'templates/sops', file), { file, agents, known, form: form('SOP') }),
    ).toEqual([])
  })

  it('the change record of the demonstration', async () =>
    expect(
      await found(read(ROOT, 'templates/demo/change-record.md'), { file: 'CR-001.md', form: form('CR') }),
    ).toEqual([]))
})

describe.skipIf(!existsSync(SHARED))('texts of others (skipped where there is no ../shared)', () => {
  const STORE = join(SHARED, 'corpus/sample-store/QMS')
  const documents = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === '.archive' ? [] : documents(path)
      return entry.name.endsWith('.md') ? [path] : []
    })

  it('no document of the sample store has an error', async () => {
    const all = documents(STORE)
    expect(all.length).toBe(67)
    for (const path of all)
      expect(
        (await found(readFileSync(path, 'utf8'), { file: path, adopted: true })).filter(isError),
      ).toEqual([])
  })

  it('no change record of the seeds has an error', async () => {
    const seeds = readdirSync(join(SHARED, 'seeds')).filter((name) => name.startsWith('000_'))
    expect(seeds).toHaveLength(1)
    for (const name of seeds)
      expect((await found(read(SHARED, 'seeds', name), { file: 'CR-023.md' })).filter(isError)).toEqual([])
  })

  const isError = (line: string): boolean => line.includes(' error ')
})
