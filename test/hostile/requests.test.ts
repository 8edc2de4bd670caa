/** The same request twice, at once or after its answer was lost (H41). That one process replays is in test/app/requests.test.ts. */

import { unlinkSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Answer, BIN, drafted, initialised, launch, type Project } from '../support/cli.ts'
import { unchanged } from './attack.ts'

let project: Project
beforeEach(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

describe('H41. a request', () => {
  it.each([
    ['create', 'create INV --title Once -u claude'],
    ['route', 'route CR-001 -u claude'],
    ['user add', 'user add ann --group reviewer -u lead'],
  ])('to %s, made by four processes at once, has one effect and one answer', async (_, line) => {
    const before = Number(project.git('rev-list', '--count', 'main'))
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => project.json(`${line} --request-id same`)),
    )
    expect(answers.map((a: Answer) => a.ok)).toEqual([true, true, true, true])
    expect(answers.filter((a) => a.result.replayed)).toHaveLength(3)
    expect(new Set(answers.map((a) => JSON.stringify(a.result.document))).size).toBe(1)
    expect(Number(project.git('rev-list', '--count', 'main'))).toBe(before + 1)
  })

  it('whose answer was lost gives it again, and the copy that its death kept back', async () => {
    await project.ok('create INV --title Once -u claude --request-id lost')
    unlinkSync(project.path(project.copy('claude', 'INV-001')))
    const tip = project.tip()
    expect((await project.json('create INV --title Once -u claude --request-id lost')).result).toMatchObject({
      replayed: true,
      document: { doc_id: 'INV-001' },
    })
    expect(project.has(project.copy('claude', 'INV-001'))).toBe(true)
    expect(project.tip()).toBe(tip)
  })

  it('is no other request: not of another user, not for something else, not from another store', async () => {
    await project.ok('route CR-001 -u claude --request-id one')
    await unchanged(project, async () => {
      await project.refused('withdraw CR-001 -u claude --request-id one', 'REQUEST_REUSED')
      await project.refused('route CR-001 -u lead --request-id one', 'REQUEST_REUSED')
    })
    const other = await initialised()
    await other.use((qms) => drafted(other, qms, 'CR'))
    expect((await other.json('route CR-001 -u claude --request-id one')).result.replayed).toBe(false)
  })

  it.each(['', ' ', 'a b', 'a\nb', '\u001b[1m', 'caf\u00e9', 'x'.repeat(201)])(
    'named %j is refused',
    async (name) => {
      const args = ['create', 'INV', '--title', 'X', '-u', 'claude', `--request-id=${name}`]
      const said = await unchanged(project, () =>
        launch(process.execPath, [BIN, ...args], { cwd: project.root }),
      )
      expect(said.code).toBe(2)
      expect(said.err).toMatch(/^Refused \[BAD_VALUE\]/)
    },
  )

  it.each(['"}', '","event":"APPROVE', '$(touch)', "';--", '*', '[x]'])(
    'named %j is only a name',
    async (name) => {
      const args = ['create', 'INV', '--title', 'X', '-u', 'claude', `--request-id=${name}`]
      for (const replayed of [false, true])
        expect((await project.json(args)).result).toMatchObject({ replayed, document: { doc_id: 'INV-001' } })
      expect(project.trail('INV/INV-001')).toHaveLength(1)
      expect(project.trail('INV/INV-001')[0]?.request).toBe(name)
    },
  )
})
