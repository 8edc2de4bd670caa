/** What is kept of a run of the linter, and when it no longer counts. */
import { describe, expect, it } from 'vitest'
import { act } from '../../src/app/act.ts'
import { lintStore } from '../../src/app/lint/lint.ts'
import { Watched } from '../../src/app/lint/watched.ts'
import type { Known } from '../../src/lint/subject.ts'
import { claude, drafted, initialised, lead, type Project, type Qms, setPolicy } from '../support/cli.ts'

const known = new Map<string, Known>([
  ['SOP-001', { status: 'EFFECTIVE', title: 'Control' }],
  ['CR-001', { status: 'DRAFT', title: 'Change' }],
])

describe('documents that are watched', () => {
  it('remember who was asked about, whether it is there or not', () => {
    const watched = new Watched(known)
    expect([watched.get('SOP-001')?.status, watched.has('SOP-009'), watched.all]).toEqual([
      'EFFECTIVE',
      false,
      false,
    ])
    expect([...watched.asked]).toEqual([
      ['SOP-001', 'EFFECTIVE'],
      ['SOP-009', null],
    ])
  })

  it.each([
    ['counted', (w: Watched) => w.size],
    ['listed', (w: Watched) => [...w].length + [...w.keys()].length + [...w.values()].length],
    ['gone through', (w: Watched) => void w.forEach(String)],
  ])('know that all of them were %s', (_, use) => {
    const watched = new Watched(known)
    use(watched)
    expect(watched.all).toBe(true)
  })
})

/** Every finding that is kept, marked: what is found again comes without the mark. */
const mark = (project: Project): void => {
  const path = '.qms/cache/lint.json'
  const kept = JSON.parse(project.read(path))
  for (const [, findings] of Object.values(kept.rows) as [unknown, { found: string }[]][])
    for (const finding of findings) finding.found = `kept: ${finding.found}`
  project.write(path, JSON.stringify(kept))
}

const found = async (qms: Qms) => {
  const want = {
    ids: [],
    files: [],
    fix: false,
    version: '1',
    agents: new Map(),
    isStored: () => false,
    save: async () => undefined,
  }
  const { findings } = await lintStore(qms, {}, want)
  return findings.map((f) => `${f.document} ${f.found}`)
}

describe('what was found of a text', () => {
  it('counts until a document that it names has another status, or the rules are others', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      const text = (words: string) => ({
        text: (form: string) => form.replaceAll(/\{\{[^{}\n]*\}\}/g, words),
      })
      await drafted(project, qms, 'SOP')
      await drafted(project, qms, 'CR', text('by SOP-008, SOP-098'))
      await drafted(project, qms, 'CR', text('by SOP-099'))
      expect(await found(qms)).toEqual(
        ['CR-001 SOP-098', 'CR-002 SOP-099'].map((t) => expect.stringContaining(t)),
      )
      mark(project)
      const cancel = { action: 'cancel', reason: 'Not needed.', confirmed: true } as const
      await act(qms, claude, 'SOP-008', cancel)
      expect(await found(qms)).toEqual([
        expect.stringMatching(/^CR-001 SOP-008, which is CANCELLED$/),
        expect.stringMatching(/^CR-001 SOP-098/),
        expect.stringMatching(/^CR-002 kept: SOP-099/),
      ])
      mark(project)
      await setPolicy(qms, lead, 'lint', '{"retired-references":"off"}')
      expect(await found(qms)).toEqual(
        ['CR-001 SOP-098', 'CR-002 SOP-099'].map((t) => expect.stringContaining(t)),
      )
    })
  })
})
