/** What stands below an answer about execution items: the commands that take the next of them on, and none that is refused. */
import { beforeAll, describe, expect, it } from 'vitest'
import { summarise } from '../../src/app/remarks.ts'
import { OPEN_ROW } from '../execution/given.ts'
import { answered, claude, executing, initialised, type Project } from '../support/cli.ts'

let p: Project

/** The commands below an answer, without who may. */
const next = (said: string): string[] =>
  said
    .slice(said.lastIndexOf('\nNext\n') + 6)
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ {2}[^ ](?:.*?[^,])? {2}/, ''))

const planned = (form: string): string =>
  answered(form).replace(/^\| EI-1 [\s\S]*?\n(?=\n)/m, `${OPEN_ROW(1)}\n${OPEN_ROW(2)}\n`)

beforeAll(async () => {
  p = await initialised()
  await p.use((qms) => executing(p, qms, 'CR', { text: planned }))
})

const taking = (item: string): string[] => [
  `qms ei run CR-001 ${item} -u claude -- COMMAND`,
  `qms ei pass CR-001 ${item} --summary "TEXT" -u claude`,
  `qms ei fail CR-001 ${item} --summary "TEXT" --create-var "TITLE" -u claude`,
]

describe('what may be done next', () => {
  it('is the first item without an outcome, and no review before all have one', async () => {
    for (const asked of ['ei list CR-001', 'ei list CR-001 -u qa', 'ei show CR-001 EI-1 -u claude']) {
      const steps = next(await p.ok(asked))
      expect(steps.slice(0, 3), asked).toEqual(taking('EI-1'))
      expect(steps.join('\n'), asked).not.toMatch(/ei list|--review/)
    }
    expect(next(await p.ok('next CR-001 -u claude')).join('\n')).not.toContain('route CR-001 --review -u')
  })

  it('goes on with the item while it has none, and then with the one after it', async () => {
    const begun = await p.ok('ei start CR-001 1 -u claude')
    expect(begun).toMatch(/^CR-001 EI-1 begun\n/)
    expect(next(begun).slice(0, 3)).toEqual(taking('EI-1'))
    expect(next(await p.ok('ei note CR-001 EI-1 --summary Half -u claude')).slice(0, 3)).toEqual(
      taking('EI-1'),
    )
    const run = await p.run(['ei', 'run', 'CR-001', '1', '-u', 'claude', '--', 'printf', 'no end of line'])
    expect(run.out).toMatch(/^no end of line\nCR-001 EI-1 has evidence E1: /)
    expect(next(run.out).slice(0, 3)).toEqual(taking('EI-1'))
    const passed = await p.ok('ei pass CR-001 1 --summary Done -u claude')
    expect(passed).toMatch(/^CR-001 EI-1 is Pass\n/)
    expect(next(passed).slice(0, 3)).toEqual(taking('EI-2'))
    expect(next(passed).join('\n')).not.toContain('--review')
  })

  it('of an item with an outcome is a note; where all have one, the list names no item', async () => {
    expect(next(await p.ok('ei show CR-001 EI-1 -u claude'))[0]).toBe(
      'qms ei note CR-001 EI-1 --summary "TEXT" -u claude',
    )
  })

  it('after a failure is the draft that takes it over', async () => {
    const bare = await p.refused('ei fail CR-001 EI-2 --summary Late -u claude', 'GATE')
    expect(bare).toContain('qms ei fail CR-001 EI-2 --summary Late -u claude --create-var "TITLE"')
    const failed = await p.ok('ei fail CR-001 EI-2 --summary Late --create-var Later -u claude')
    const steps = next(failed)
    expect(steps[0]).toBe('qms checkin CR-001-VAR-001 -u claude')
    expect(steps.join('\n')).not.toContain('--review')
    expect(failed).toContain('copy  .qms/workspace/claude/CR-001-VAR-001.md\n')
    expect(next(await p.ok('ei list CR-001 -u claude')).join('\n')).not.toMatch(/ qms ei |--review/)
  })

  it('is a review once nothing is left to do, and what was asked stands in a refusal', async () => {
    const other = await initialised()
    await other.use(async (qms) => {
      await executing(other, qms, 'CR', { text: planned })
      await summarise(qms, claude, 'CR-001', { text: 'All done.' })
    })
    const silent = await other.refused('ei pass CR-001 EI-2 -u claude', 'USAGE')
    expect(silent).toContain('qms ei pass CR-001 EI-2 --summary "TEXT"')
    for (const item of ['EI-1', 'EI-2']) await other.ok(`ei pass CR-001 ${item} --summary Done -u claude`)
    expect(next(await other.ok('ei list CR-001 -u claude'))[0]).toBe('qms route CR-001 --review -u claude')
  })
})
