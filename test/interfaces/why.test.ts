/** `qms why`: the rule, who may, each gate with what was found. */
import { beforeAll, describe, expect, it } from 'vitest'
import { claude, drafted, initialised, type Project, route } from '../support/cli.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await drafted(project, qms, 'CR', { text: (form) => form })
    await route(qms, claude, 'CR-001', {})
  })
})

// Verifies: REQ-QMS-606
describe('why', () => {
  it('names the rule, who may do it, and what each gate found', async () => {
    const said = await project.ok('why CR-001 review -u claude')
    expect(said).toContain('not possible  qms review CR-001')
    expect(said).toMatch(
      /rule {2}review: IN_PRE_REVIEW -> PRE_REVIEWED|rule {2}review: IN_PRE_REVIEW -> IN_PRE_REVIEW/,
    )
    expect(said).toMatch(/by assignee/)
    expect(said).toContain('who   qa   you are not')
    expect(said).toContain('(notAuthor)')
    expect(said).toContain('found: claude is an author')
    const qa = await project.ok('why CR-001 review -u qa')
    expect(qa).toContain('who   qa   you are')
    expect(qa).not.toContain('found: claude is an author')
  })

  it('says possible where all holds, and agrees with the deed itself', async () => {
    expect(await project.ok('why CR-001 withdraw -u claude')).toMatch(/^possible {2}qms withdraw CR-001$/m)
    expect((await project.json('withdraw CR-001 -u claude --dry-run')).ok).toBe(true)
    const blanks = (await project.json('why CR-002 route-review -u claude')).result.prospects[0]
    const gate = blanks.gates.find((g: { holds: boolean }) => !g.holds)
    const { error } = await project.json('route CR-002 --review -u claude')
    expect(error.details.unmet).toContainEqual(
      expect.objectContaining({ gate: gate.gate, found: gate.found, expected: gate.expected }),
    )
    expect({ possible: blanks.possible, role: blanks.role }).toEqual({ possible: false, role: 'owner' })
  })

  it('next offers nothing of which it has just said why it is not possible', async () => {
    for (const id of ['CR-001', 'CR-002']) {
      const { prospects, next } = (await project.json(`next ${id} -u claude`)).result
      const shut = prospects.filter((p: { possible: boolean }) => !p.possible)
      expect(shut.length).toBeGreaterThan(0)
      const offered = next
        .filter((step: { who: string[] }) => step.who.includes('claude'))
        .map((step: { command: string }) => step.command.replace(' -u claude', ''))
      for (const { command } of shut) expect(offered).not.toContain(command)
    }
  })

  it('says where the action is possible at all, where it is not here', async () => {
    const said = await project.ok('why CR-001 close -u claude')
    expect(said).toContain('No rule allows close in IN_PRE_REVIEW. There is one in POST_APPROVED.')
    expect(await project.ok('why SOP-001 release -u claude')).toContain('in no status of this type')
  })
})
