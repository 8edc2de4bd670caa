/** What `qms interact` says: to people, to programs, and question after question on a terminal. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { BIN, claude, create, executing, folder, initialised, launch, Project } from '../support/cli.ts'
import { hasTerminal } from '../support/pty.ts'

const VR = 'CR-001-VR-001'

let made: string
const begin = (): Project => {
  const root = join(folder('asked'), 'project')
  cpSync(made, root, { recursive: true, preserveTimestamps: true })
  return new Project(root)
}

beforeAll(async () => {
  const project = await initialised()
  await project.use(async (qms) => {
    await executing(project, qms, 'CR')
    await create(qms, claude, { type: 'VR', parent: 'CR-001', title: 'It is refused' })
  })
  made = project.root
}, 120_000)

describe('without a terminal', () => {
  it('shows the prompt that is open and how to answer it, and asks nothing', async () => {
    const project = begin()
    expect(await project.ok(`interact ${VR} -u claude`)).toBe(`CR-001-VR-001  It is refused
  answered 0 of 13

items_verified
  Which execution items of the parent document does this record verify? Name them by their numbers, such as EI-3.

Next
  qms interact CR-001-VR-001 --prompt items_verified --respond "TEXT" -u claude
`)
  })

  it('takes answers in words, from files and from standard input, and tells what is asked next', async () => {
    const project = begin()
    const first = await project.ok(`interact ${VR} --prompt items_verified --respond EI-1 -u claude`)
    expect(first).toContain('Answered: items_verified\n')
    expect(first).toContain('answered 1 of 13, not all checked in yet')
    expect(first).toContain('\nobjective\n')
    expect(first).toContain(`qms checkin ${VR} -u claude`)
    project.write('aim.txt', 'It holds.\n\nEverywhere.\n')
    await project.ok(`interact ${VR} --file aim.txt -u claude`)
    await project.ok(`interact ${VR} --file - -u claude`, { input: 'main at 1a2b\n' })
    const text = await project.ok(`interact ${VR} --show -u claude`)
    expect(text).toContain('> It holds.\n>\n> Everywhere.\n>\n> Answered by claude at ')
    expect(text).toContain('| CR-001 | EI-1 | claude |')
  })

  it('gives one object to programs, which the schema describes', async () => {
    const project = begin()
    const { result } = await project.json(`interact ${VR} --respond EI-1 -u claude`)
    expect(result).toMatchObject({
      document: VR,
      answered: 1,
      took: ['items_verified'],
      open: { prompt: 'objective', kind: 'text' },
    })
    const refusal = await project.json(`interact ${VR} --goto result --reason x -u claude`)
    expect(refusal.error).toMatchObject({ code: 'OUT_OF_TURN', exit: 1, found: 'open: objective' })
    expect(refusal.error.message).toBe('The prompt result was not answered.')
  })

  it('says how far it is, and which states of the project belong to it', async () => {
    const project = begin()
    for (const word of ['EI-1', 'aim', 'main', 'all there', 'Pass', 'run', 'ran', 'seen'])
      await project.ok(['interact', VR, '--respond', word, '-u', 'claude'])
    const said = await project.ok(`interact ${VR} --progress -u claude`)
    const commit = project.git('rev-parse', `refs/qms/snapshots/${VR}/step_observed-1`)
    expect(said).toContain(`  ${commit}  step_observed.1, `)
    expect(said).toContain(`git worktree add --detach ../seen ${commit.slice(0, 12)}`)
    expect(said).toMatch(/open: step_outcome\.1\n {2}loop steps: pass 1, open/)
  })

  it('refuses what does not go together', async () => {
    const project = begin()
    await project.refused(`interact ${VR} --reason why -u claude`, 'USAGE')
    await project.refused(`interact ${VR} --respond a --file b -u claude`, 'USAGE')
    await project.refused(`interact ${VR} --goto a --reopen b --reason c -u claude`, 'USAGE')
    await project.refused(`interact ${VR} --respond x`, 'USER_MISSING')
  })
})

const STYLE = /\u001b\[[\d;?]*[A-Za-z]/g

/** Typed with pauses, as people do: what comes before it is asked for would be lost on some terminals. */
const typed = async (project: Project, ...keys: string[]) => {
  const script = `(${keys.map((k) => `sleep 1; printf '${k}'`).join('; ')}; sleep 1) | script -qec "stty cols 100 -echo; '${process.execPath}' '${BIN}' interact ${VR} -u claude; echo code \\$?" /dev/null`
  const said = await launch('sh', ['-c', script], { cwd: project.root, env: { TERM: 'xterm' } })
  return said.out.replaceAll('\r\n', '\n').replaceAll(STYLE, '')
}

describe.skipIf(!hasTerminal)('on a terminal (skipped where there is no script of util-linux)', () => {
  it('asks one prompt after the other until its reader leaves with Ctrl-D', async () => {
    const project = begin()
    const out = await typed(project, 'EI-1\\n.\\n', 'first\\n\\nsecond\\n.\\n', '\\004')
    expect(out).toContain('items_verified')
    expect(out).toContain('a line with a dot alone ends it')
    expect(out).toContain('prerequisites')
    expect(out).toContain('code 0')
    const { result } = await project.json(`interact ${VR} -u claude`)
    expect(result.answers).toMatchObject([{ value: 'EI-1' }, { value: 'first\n\nsecond' }])
  }, 60_000)

  // Verifies: REQ-QMS-802
  it('loses nothing that was answered before Ctrl-C, and asks again for what cannot be an answer', async () => {
    const project = begin()
    for (const word of ['EI-1', 'aim', 'main', 'all there'])
      await project.ok(['interact', VR, '--respond', word, '-u', 'claude'])
    const out = await typed(project, 'perhaps\\n', 'pass\\n', 'half an ans', '\\003')
    expect(out).toContain('Refused [BAD_VALUE]')
    expect(out).toContain('step_action.1')
    expect(out).toContain('code 130')
    const { result } = await project.json(`interact ${VR} -u claude`)
    expect(result).toMatchObject({ answered: 5, open: { prompt: 'step_action.1' } })
  }, 60_000)
})
