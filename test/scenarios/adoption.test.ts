/** The real store that another tool kept for months is adopted; every document answers, and the open ones go on. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { claude, create, diff, history, list, next, type Project, read, status } from '../support/cli.ts'
import { adopt, codesOf, hasSample, SAMPLE, sampleProject } from '../support/peer.ts'

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  )

describe.skipIf(!hasSample)('the sample store', () => {
  let project: Project
  let done: Awaited<ReturnType<typeof adopt>>
  beforeAll(async () => {
    project = sampleProject()
    done = await adopt(project)
  })

  it('is adopted, every byte as it was', () => {
    const files = filesBelow(SAMPLE)
    expect(files.length).toBe(369)
    for (const path of files) {
      const before = readFileSync(join(SAMPLE, path))
      const now = readFileSync(project.path(path))
      expect({ path, same: now.subarray(0, before.length).equals(before) }).toEqual({ path, same: true })
      if (!path.endsWith('.jsonl'))
        expect({ path, length: now.length }).toEqual({ path, length: before.length })
      else expect(now.subarray(before.length).toString()).toMatch(/^\{"ts":"[^"]*","event":"ADOPT".*\}\n$/)
    }
    expect(project.git('status', '--porcelain', '--', 'QMS')).toBe('')
  })

  it('every document answers status, history, read and diff', async () => {
    const ids = filesBelow(join(SAMPLE, 'QMS/.meta'))
      .map((path) => path.replace(/^.*\/(.+)\.json$/, '$1'))
      .sort()
    expect(done.documents.map((d) => d.id)).toEqual(ids)
    await project.use(async (qms) => {
      expect((await list(qms, {})).map((m) => m.doc_id)).toEqual(ids)
      for (const id of ids) {
        const type = (await status(qms, {}, id)).document.doc_type
        const metadata = JSON.parse(readFileSync(join(SAMPLE, `QMS/.meta/${type}/${id}.json`), 'utf8'))
        const { document, texts } = await status(qms, {}, id)
        expect(document).toMatchObject({ status: metadata.status, version: metadata.version })
        const lines = readFileSync(join(SAMPLE, `QMS/.audit/${type}/${id}.jsonl`), 'utf8')
          .trimEnd()
          .split('\n')
        expect((await history(qms, {}, id)).former.map((l) => l.text)).toEqual(lines)
        for (const { version, path } of texts)
          expect(Buffer.from((await read(qms, {}, id, { version })).bytes)).toEqual(
            readFileSync(join(SAMPLE, path)),
          )
        expect((await diff(qms, {}, id, {})).id).toBe(id)
      }
    })
  })

  it('what does not add up is said once, by kind', () => {
    expect(codesOf(done, 'CR-001')).toEqual(['CHECKOUT_WITHOUT_COPY', 'STATUS_DISAGREES'])
    expect(codesOf(done, 'CR-002')).toContain('OWNER_CLEARED')
    expect(codesOf(done, 'CR-028-VAR-001')).toContain('FILE_ELSEWHERE')
    expect(codesOf(done, 'CR-032')).toEqual(['STATUS_HOLES', 'TITLE_FROM_TRAIL'])
    expect(done.findings.filter((f) => f.code === 'OPEN_CHILD').map((f) => f.document)).toEqual([
      'CR-036',
      'CR-036',
    ])
    expect(codesOf(done, null)).toEqual([])
  })

  it('every open document has a way on', async () => {
    const open = await project.use((qms) => list(qms, { open: true }))
    expect(open.map((m) => m.doc_id)).toHaveLength(8)
    for (const { doc_id: id, responsible_user: user } of open) {
      const { prospects } = await project.use((qms) => next(qms, { user: user ?? '' }, id, undefined))
      expect({ id, ways: prospects.filter((p) => p.possible).length > 0 }).toEqual({ id, ways: true })
    }
  })

  it('a change record is created from the adopted template', async () => {
    const made = await project.use((qms) => create(qms, claude, { type: 'CR', title: 'Next change' }))
    expect(made.document).toMatchObject({ doc_id: 'CR-041', status: 'DRAFT' })
    const copy = project.read(made.copy ?? '')
    expect(copy.startsWith("---\ntitle: 'Next change'\n")).toBe(true)
    expect(copy).toContain('# CR-041: Next change')
  })

  it('a reviewed investigation goes on to approval, a variance in execution to the end', async () => {
    expect(await project.ok('route INV-003 -u claude')).toContain('PRE_REVIEWED -> IN_PRE_APPROVAL')
    const id = 'CR-036-VAR-002'
    const early = await project.refused(`route ${id} -u claude`, 'GATE')
    expect(early).toContain('EI-1 has no outcome; EI-2 has no outcome; line 154 [RESOLUTION_DETAILS]')
    await project.ok(`ei pass ${id} EI-1 --summary "As it was left" -u claude`)
    await project.ok(`ei pass ${id} EI-2 --summary "As it was left" -u claude`)
    await project.ok(`checkout ${id} -u claude`)
    const copy = `.claude/users/claude/workspace/${id}.md`
    const blanks = '[RESOLUTION_DETAILS] | [OUTCOME] | [PERFORMER] - [DATE]'
    project.write(copy, project.read(copy).replace(blanks, 'Resolved | Pass | claude - 2026-02-01'))
    await project.ok(`checkin ${id} -u claude`)
    expect(await project.ok(`route ${id} -u claude`)).toContain('IN_EXECUTION -> IN_POST_REVIEW')
    await project.ok('inbox -u qa')
    await project.ok(`review ${id} --recommend --comment "As it was left." -u qa`)
    expect(await project.ok(`route ${id} -u claude`)).toContain('POST_REVIEWED -> IN_POST_APPROVAL')
    await project.ok('inbox -u qa')
    expect(await project.ok(`approve ${id} -u qa`)).toContain('POST_APPROVED, version 2.0')
    expect(await project.ok(`close ${id} -u claude`)).toContain('POST_APPROVED -> CLOSED')
    expect(project.has(`QMS/CR/CR-036/${id}.md`)).toBe(true)
    expect(project.has(`QMS/CR/CR-036/${id}-draft.md`)).toBe(false)
    expect(project.trail(`VAR/${id}`).filter((e) => e.seq !== undefined)).toHaveLength(15)
    expect(project.git('status', '--porcelain', '--', 'QMS')).toBe('')
  })

  it('a text that was checked out and is gone is fetched again, and the record of its execution goes on', async () => {
    expect(await project.ok('checkout CR-001 -u claude')).toContain(
      '.claude/users/claude/workspace/CR-001.md',
    )
    const copy = '.claude/users/claude/workspace/CR-001.md'
    project.write(copy, `${project.read(copy)}\nDone.\n`)
    expect(await project.ok('checkin CR-001 -u claude')).toContain('IN_EXECUTION, version 1.1')
    expect(await project.ok('diff CR-001')).toContain('1.0 -> 1.1')
  })
})
