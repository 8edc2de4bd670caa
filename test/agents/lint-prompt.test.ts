/** `qms agent lint-prompt` as its users have it, with a store and without. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  addUser,
  claude,
  drafted,
  folder,
  type How,
  initialised,
  lead,
  Project,
  route,
  words,
} from '../support/cli.ts'

interface Report {
  ok: boolean
  violations: { class: string; item: number | null; line: number; column: number; text: string }[]
  untrue: object[]
  suggestion: { prompt: string; blanks: string[]; asked: boolean | null; why: string | null }
  named: Record<string, string | null> | null
}

/** The answer, whose exit code says what it says. */
const judged = async (project: Project, prompt: string, line = '', how: How = {}): Promise<Report> => {
  const said = await project.run([...words('agent lint-prompt - --json'), ...words(line)], {
    ...how,
    input: prompt,
  })
  const { result } = JSON.parse(said.out) as { result: Report }
  expect({ err: said.err, code: said.code }).toEqual({ err: '', code: result.ok ? 0 : 6 })
  return result
}

const CANONICAL = `You are qa, called under SOP-007.

Task: review
Document: CR-001
Version: 0.1
Status: IN_PRE_REVIEW

Read \`qms packet CR-001\`. Then give your verdict by \`qms review CR-001\`.`

describe('qms agent lint-prompt in a store', () => {
  let project: Project
  beforeAll(async () => {
    project = await initialised()
    await project.use(async (qms) => {
      await addUser(qms, lead, 'checker', 'reviewer', 'agent')
      await addUser(qms, lead, 'ben', 'reviewer', 'human')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
  })

  it('lets pass what it would say itself, and what says the same plainly', async () => {
    for (const prompt of [CANONICAL, 'You are checker. Please review CR-001, version 0.1.'])
      expect(await judged(project, prompt)).toMatchObject({ ok: true, violations: [], untrue: [] })
  })

  it('names what may not be said, and what to say instead', async () => {
    const report = await judged(project, 'You are qa. Review CR-001.\nIt adds retries, check the limits.\n')
    expect(report.violations).toMatchObject([
      { class: 'summary', item: 1, line: 2, column: 1, text: 'It adds retries' },
      { class: 'criteria', item: 2, line: 2, column: 18, text: 'check the limits' },
    ])
    expect(report.suggestion).toEqual({ prompt: CANONICAL, blanks: [], asked: true, why: null })
    expect(await judged(project, report.suggestion.prompt)).toMatchObject({ ok: true })
  })

  it('says where the document asks nothing of the agent', async () => {
    expect((await judged(project, 'You are checker. Approve CR-001.')).suggestion).toMatchObject({
      asked: false,
      why: 'CR-001 is IN_PRE_REVIEW: asked now are qa',
    })
    expect((await judged(project, 'You are qa. Approve SOP-001.')).suggestion).toMatchObject({
      asked: false,
      why: 'SOP-001 is EFFECTIVE: it asks nothing of anybody now',
    })
  })

  it('compares facts with the record', async () => {
    const report = await judged(project, 'You are qa. Review CR-001, version 0.9, status IN_REVIEW.')
    expect(report).toMatchObject({ ok: false, violations: [] })
    expect(report.untrue).toEqual([
      { fact: 'version', said: '0.9', is: '0.1' },
      { fact: 'status', said: 'IN_REVIEW', is: 'IN_PRE_REVIEW' },
    ])
  })

  it('knows agents and documents that there are, and no others', async () => {
    for (const prompt of ['You are ben. Review CR-001.', 'You are tu_api. Review CR-001.', 'Review CR-002.'])
      expect((await judged(project, prompt)).ok).toBe(false)
  })

  it('takes agent and document from flags, where the text does not tell them', async () => {
    const report = await judged(project, 'Have a look, quickly.', '--agent qa --doc cr-001')
    expect(report.suggestion.prompt).toBe(CANONICAL)
    expect(report.violations).toMatchObject([{ class: 'pressure' }])
    await project.refused('agent lint-prompt - --doc CR-099', 'NO_DOCUMENT', { input: 'Review.' })
    await project.refused('agent lint-prompt - --agent nobody', 'NO_USER', { input: 'Review.' })
  })

  it('shows each span in its place on a terminal', async () => {
    project.write('prompt.md', 'You are qa.\nReview CR-001, focusing on section 5.\u200b\n')
    const said = await project.run('agent lint-prompt prompt.md')
    expect(said.code).toBe(6)
    expect(said.out.split('\n').slice(0, 9)).toEqual([
      'prompt.md:2:16  criteria',
      '    Review CR-001, focusing on section 5.\\u200b',
      `    ${' '.repeat(15)}${'^'.repeat(21)}`,
      '    criteria: a criterion, a checklist, or a direction where to look or not to look (5.3, item 2)',
      '',
      'prompt.md:2:38  other',
      '    Review CR-001, focusing on section 5.\\u200b',
      `    ${' '.repeat(37)}^^^^^^`,
      '    other: hidden: U+200B zero width space',
    ])
    expect(said.out).toContain(
      `Not within SOP-007 5.2: 2 spans\n\nSay instead\n    You are qa, called under SOP-007.\n`,
    )
    const offered = said.out.slice(said.out.indexOf('\nNext\n')).match(/^ {2}qms .*$/gm) ?? []
    expect(offered.length).toBe(2)
    for (const command of offered) await project.ok(words(command).slice(1))
  })
})

describe('qms agent lint-prompt without a store', () => {
  const project = new Project(folder())

  it('judges by the grammar alone, and names what it does not know', async () => {
    expect(await judged(project, 'You are tu_api. Review CR-023.')).toMatchObject({ ok: true })
    const report = await judged(project, 'You are tu_api. Please approve CR-023.')
    expect(report.violations).toMatchObject([{ class: 'outcome', item: 3 }])
    expect(report.suggestion).toMatchObject({ blanks: ['version', 'status'], asked: null, why: null })
    expect(report.suggestion.prompt).toContain('Task: approval\nDocument: CR-023\nVersion: <version>\n')
    expect((await judged(project, 'Hm.')).suggestion.blanks).toEqual([
      'agent',
      'document',
      'version',
      'status',
      'task',
    ])
  })

  it('takes an agent of any name that is given', async () => {
    expect((await judged(project, 'You are checker. Review CR-023.')).ok).toBe(false)
    expect(await judged(project, 'You are checker. Review CR-023.', '--agent checker')).toMatchObject({
      ok: true,
    })
    await project.refused('agent lint-prompt - --agent Nobody!', 'BAD_NAME', { input: 'Review.' })
    await project.refused('agent lint-prompt - --doc 7', 'BAD_ID', { input: 'Review.' })
  })

  it('refuses what is no prompt', async () => {
    project.write('large.md', 'a'.repeat(1_000_001))
    project.write('bytes.md', new Uint8Array([0xff, 0xfe, 0x00]))
    for (const file of ['large.md', 'bytes.md'])
      await project.refused(`agent lint-prompt ${file}`, 'BAD_VALUE')
    await project.refused('agent lint-prompt nowhere.md', 'NO_FILE')
    await project.refused('agent lint-prompt', 'USAGE')
  })
})
