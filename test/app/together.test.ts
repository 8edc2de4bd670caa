/** Twenty processes at once: every answer is true, nothing is lost, every chain is whole. Source: reliability.md 4c, 4. */
import { describe, expect, it } from 'vitest'
import {
  type Answer,
  addUser,
  claude,
  drafted,
  history,
  initialised,
  lead,
  type Project,
  route,
} from '../support/cli.ts'

const REVIEWERS = Array.from({ length: 9 }, (_, i) => `tu_${String.fromCharCode(97 + i)}`)

/** The trail folds, its chain is whole, the work tree is clean, and nothing is left lying about. */
const whole = async (project: Project, ids: readonly string[]): Promise<void> => {
  await project.use(async (qms) => {
    for (const id of ids) expect((await history(qms, {}, id)).events.length).toBeGreaterThan(0)
  })
  expect(project.git('status', '--porcelain')).toBe('')
  expect(project.git('fsck', '--strict')).toBe('')
}

describe('processes at once', () => {
  it('on one document: ten reviewers answer while ten others may not', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      for (const name of REVIEWERS) await addUser(qms, lead, name, 'reviewer', 'agent')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', { assign: REVIEWERS })
    })
    const asked = [...REVIEWERS, 'qa']
    const answers: Promise<Answer>[] = asked.flatMap((name) => [
      project.json(`review CR-001 --recommend --comment "by ${name}" -u ${name}`),
      project.json(`withdraw CR-001 -u ${name}`),
    ])
    const said = await Promise.all(answers)
    const verdicts = said.filter((_, i) => i % 2 === 0)
    expect(verdicts.map((a) => a.error)).toEqual(asked.map(() => undefined))
    for (const refused of said.filter((_, i) => i % 2 === 1))
      expect(['NOT_ALLOWED', 'NOT_OPEN']).toContain(refused.error.code)
    const reviews = project.trail('CR/CR-001').filter((e) => e.event === 'REVIEW')
    expect(reviews.map((e) => `${e.user}: ${e.comment}`).sort()).toEqual(
      asked.map((n) => `${n}: by ${n}`).sort(),
    )
    expect(verdicts.filter((a) => a.result.moved).map((a) => a.result.moved)).toEqual([
      { from: 'IN_PRE_REVIEW', to: 'PRE_REVIEWED' },
    ])
    await whole(project, ['CR-001'])
  })

  it('on one document: of twenty who route it, exactly one does', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    const said = await Promise.all(
      Array.from({ length: 20 }, () => project.json('route CR-001 --review -u claude')),
    )
    expect(said.filter((a) => a.ok)).toHaveLength(1)
    for (const a of said.filter((x) => !x.ok)) expect(a.error.code).toBe('NOT_OPEN')
    expect(project.trail('CR/CR-001').filter((e) => e.event === 'ROUTE_REVIEW')).toHaveLength(1)
    await whole(project, ['CR-001'])
  })

  it('on many documents: each of twenty is done', async () => {
    const project = await initialised()
    const ids = Array.from({ length: 10 }, (_, i) => `CR-${String(i + 1).padStart(3, '0')}`)
    await project.use(async (qms) => {
      for (const _ of ids) await drafted(project, qms, 'CR')
    })
    const before = Number(project.git('rev-list', '--count', 'main'))
    const said = await Promise.all(
      ids.flatMap((id) => [
        project.json(`route ${id} --review -u claude`),
        project.json(`escalate ${id} --reason "about ${id}" -u qa`),
      ]),
    )
    expect(said.map((a) => a.error)).toEqual(said.map(() => undefined))
    expect(Number(project.git('rev-list', '--count', 'main')) - before).toBe(20)
    for (const id of ids)
      expect(
        project
          .trail(`CR/${id}`)
          .map((e) => e.event)
          .sort()
          .slice(-4),
      ).toEqual(['CREATE', 'ESCALATE', 'ROUTE_REVIEW', 'STATUS_CHANGE'])
    await whole(project, ids)
  })
})
