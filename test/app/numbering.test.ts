/** Numbers are given in order and never twice. Source: lifecycle design, "Types and ids". */
import { describe, expect, it } from 'vitest'
import {
  act,
  agreed,
  claude,
  create,
  drafted,
  effective,
  executing,
  initialised,
  lead,
  type Project,
  type Qms,
  route,
} from '../support/cli.ts'

const next = async (qms: Qms, type: string, parent?: string): Promise<string> =>
  (await create(qms, claude, { type, title: 'Next', parent, ...(type === 'RS' ? { namespace: 'APP' } : {}) }))
    .document?.doc_id ?? ''

/** A document as if it had been made long ago: its trail alone, committed by hand. */
const planted = (project: Project, path: string): void => {
  project.write(path, 'x\n')
  project.git('add', '-f', path)
  project.git('commit', '-qm', 'planted', path)
}

// Verifies: REQ-QMS-008
describe('numbers', () => {
  it('of cancelled and retired documents are never given again', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await act(qms, claude, 'CR-001', { action: 'cancel', confirmed: true, reason: 'Twice' })
      expect(await next(qms, 'CR')).toBe('CR-002')
      await effective(project, qms, 'SOP')
      await route(qms, lead, 'SOP-008', { purpose: 'retire', reason: 'Old' })
      await agreed(qms, 'SOP-008')
      await route(qms, lead, 'SOP-008', {})
      await agreed(qms, 'SOP-008')
      expect(await next(qms, 'SOP')).toBe('SOP-009')
    })
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({
      event: 'STATUS_CHANGE',
      to_status: 'CANCELLED',
    })
    expect(project.trail('SOP/SOP-008').at(-1)).toMatchObject({ to_status: 'RETIRED' })
  })

  it('go on after the highest, over gaps and past 999', async () => {
    const project = await initialised()
    planted(project, 'QMS/.archive/SOP/SOP-041-v1.0.md')
    planted(project, 'QMS/CR/CR-999/notes.txt')
    await project.use(async (qms) => {
      expect(await next(qms, 'SOP')).toBe('SOP-042')
      expect(await next(qms, 'CR')).toBe('CR-1000')
      expect(await next(qms, 'CR')).toBe('CR-1001')
    })
    expect(project.has('QMS/CR/CR-1000/CR-1000-draft.md')).toBe(true)
  })

  it('of children count below each parent, nested ones included', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await executing(project, qms, 'CR')
      await executing(project, qms, 'CR')
      expect(await next(qms, 'VAR', 'CR-001')).toBe('CR-001-VAR-001')
      expect(await next(qms, 'VAR', 'CR-001')).toBe('CR-001-VAR-002')
      expect(await next(qms, 'VAR', 'CR-002')).toBe('CR-002-VAR-001')
      expect(await next(qms, 'TP', 'CR-001')).toBe('CR-001-TP-001')
      expect(await next(qms, 'ER', 'CR-001-TP-001')).toBe('CR-001-TP-001-ER-001')
      expect(await next(qms, 'ER', 'CR-001-TP-001')).toBe('CR-001-TP-001-ER-002')
      expect(await next(qms, 'ER', 'CR-001-TP-001-ER-001')).toBe('CR-001-TP-001-ER-001-ER-001')
    })
    expect(project.has('QMS/CR/CR-001/CR-001-TP-001-ER-001-ER-001-draft.md')).toBe(true)
    expect(project.trail('ER/CR-001-TP-001-ER-001')[0]).toMatchObject({
      event: 'CREATE',
      parent: 'CR-001-TP-001',
    })
  })

  it('are different for ten who create at once in processes of their own', async () => {
    const project = await initialised()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => project.json(`create CR --title "Change ${i}" -u claude`)),
    )
    const ids = answers.map((a) => a.result?.document.doc_id ?? a.error)
    expect([...ids].sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `CR-${String(i + 1).padStart(3, '0')}`),
    )
    for (const [i, a] of answers.entries()) {
      const id = a.result.document.doc_id
      expect(project.git('show', `main:QMS/CR/${id}/${id}-draft.md`)).toContain(`Change ${i}`)
      expect(project.read(project.copy('claude', id))).toContain(`Change ${i}`)
    }
    expect(project.git('status', '--porcelain')).toBe('')
  })
})
