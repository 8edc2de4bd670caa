/** What a clone saw once: each run says where the records no longer hold it, and none where they only grew. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { compareCheckpoint, takeCheckpoint } from '../../src/app/checkpoint.ts'
import { type Opened, openQms } from '../../src/compose.ts'
import {
  approved,
  checkin,
  checkout,
  claude,
  drafted,
  folder,
  initialised,
  Project,
  repository,
} from '../support/cli.ts'

let state: string
beforeEach(() => {
  state = folder('state')
  process.env.XDG_STATE_HOME = state
})

const within = async <T>(project: Project, work: (opened: Opened) => Promise<T> | T): Promise<T> => {
  const opened = await openQms(project.root)
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

const notices = (project: Project) => within(project, (opened) => opened.notices)

const accept = (project: Project) =>
  within(project, ({ qms, witness, branch }) => takeCheckpoint(qms, witness, { branch, accept: true }))

const TRAIL = 'QMS/.audit/SOP/SOP-008.jsonl'

/** A procedure in force, in a clone that was looked at. */
const seen = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'SOP')
    await approved(qms, 'SOP-008')
  })
  expect(await notices(project)).toEqual([])
  return project
}

const clones = (): string[] =>
  existsSync(join(state, 'qms/clones')) ? readdirSync(join(state, 'qms/clones')) : []
const cloneFile = (): string => join(state, 'qms/clones', clones()[0] ?? '')
const remembered = () => JSON.parse(readFileSync(cloneFile(), 'utf8'))

const rewritten = (tip: string, trails = 1, path = TRAIL) => ({
  kind: 'RECORD_REWRITTEN',
  path,
  trails,
  reason: `commit ${tip.slice(0, 8)} was last seen in this clone`,
})

const forgotten = (project: Project): void => {
  project.git('reflog', 'expire', '--expire=now', '--all')
  project.git('gc', '-q', '--prune=now')
}

describe('what was seen', () => {
  it.skipIf(!existsSync('/proc'))('is no reason to hang where no folder can be made for it', async () => {
    const project = await initialised()
    const env = { XDG_STATE_HOME: '/proc/nothing/there' }
    expect(await project.run('create CR --title One -u claude', { env })).toMatchObject({ code: 0, err: '' })
    const refused = await project.run('session start -u claude -- true', { env })
    expect(project.has('QMS/.audit/_system/sessions.jsonl')).toBe(false)
    expect(refused).toMatchObject({ code: 8, err: expect.stringContaining('ENOENT') })
  })

  it('follows what this program does, in one small file outside of the repository', async () => {
    const project = await seen()
    expect(clones()).toHaveLength(1)
    expect(remembered()).toMatchObject({
      format: 1,
      clone: project.path('.git'),
      tip: project.tip(),
      warned: null,
    })
    await project.use(async (qms) => {
      await checkout(qms, claude, 'SOP-008')
      await checkin(qms, claude, 'SOP-008')
    })
    expect(remembered().tip).toBe(project.tip())
    expect(statSync(cloneFile()).mode & 0o077).toBe(0)
  })

  it('is not written again by a run that finds nothing new', async () => {
    const project = await seen()
    const { ino } = statSync(cloneFile())
    expect(await notices(project)).toEqual([])
    await project.ok('status', { env: { XDG_STATE_HOME: state } })
    expect(statSync(cloneFile()).ino).toBe(ino)
  })

  it('moves on without a word where the records only grew, whatever became of the commits', async () => {
    const project = await seen()
    const moves: ((p: Project) => void)[] = [
      (p) => p.git('commit', '-q', '--allow-empty', '-m', 'code'),
      (p) => p.git('commit', '-q', '--amend', '--allow-empty', '-m', 'other words'),
      (p) => p.git('reset', '-q', '--hard', 'HEAD~1'),
    ]
    for (const move of moves) {
      move(project)
      expect(await notices(project)).toEqual([])
      expect(remembered().tip).toBe(project.tip())
    }
  })

  it('moves on with what others did, pulled from elsewhere', async () => {
    const project = await seen()
    const clone = new Project(join(folder('clones'), 'one'))
    project.git('clone', '-q', project.root, clone.root)
    expect(await notices(clone)).toEqual([])
    await project.use((qms) => drafted(project, qms, 'CR'))
    clone.git('pull', '-q')
    expect(await notices(clone)).toEqual([])
    expect(clones()).toHaveLength(2)
    project.git('reset', '-q', '--hard', 'HEAD~1')
    expect(await notices(project)).toHaveLength(1)
    expect(await notices(clone)).toEqual([])
  })
})

describe('records that are not what was seen', () => {
  it('are named by each run, until they are back or accepted', async () => {
    const project = await seen()
    const tip = project.tip()
    project.git('reset', '-q', '--hard', 'HEAD~1')
    for (const _ of [1, 2]) expect(await notices(project)).toEqual([rewritten(tip)])
    await project.use((qms) => drafted(project, qms, 'CR'))
    expect(await notices(project)).toEqual([rewritten(tip)])
    project.git('reset', '-q', '--hard', tip)
    expect(await notices(project)).toEqual([])
    project.git('reset', '-q', '--hard', 'HEAD~1')
    expect(await notices(project)).toEqual([rewritten(tip)])
    await accept(project)
    expect(await notices(project)).toEqual([])
    expect(remembered()).toMatchObject({ tip: project.tip(), warned: null })
  })

  it('are found where an event was altered in place, in a commit of its own', async () => {
    const project = await seen()
    const tip = project.tip()
    for (const [path, from, to] of [
      [TRAIL, '"user":"qa"', '"user":"lead"'],
      ['QMS/.audit/_system/registry.jsonl', '"kind":"agent"', '"kind":"human"'],
    ] as const)
      project.write(path, project.read(path).replace(from, to))
    project.git('rm', '-q', 'QMS/.audit/SOP/SOP-001.jsonl')
    project.git('commit', '-q', '-a', '-m', 'by hand')
    expect(await notices(project)).toEqual([rewritten(tip, 3, 'QMS/.audit/SOP/SOP-001.jsonl')])
  })

  it('are found where a trail became a link, be it of the same bytes', async () => {
    const project = await seen()
    const tip = project.tip()
    rmSync(project.path(TRAIL))
    symlinkSync('SOP-001.jsonl', project.path(TRAIL))
    project.git('commit', '-q', '-a', '-m', 'link')
    expect(await notices(project)).toEqual([rewritten(tip)])
    project.git('reset', '-q', '--hard', tip)
    expect(await notices(project)).toEqual([])
    const blob = project.git('rev-parse', `HEAD:${TRAIL}`)
    project.git('update-index', '--cacheinfo', `120000,${blob},${TRAIL}`)
    project.git('commit', '-q', '-m', 'link')
    expect(await notices(project)).toEqual([rewritten(tip)])
  })

  it('stay provable when git has forgotten them: their state is kept as a checkpoint at once', async () => {
    const project = await seen()
    const tip = project.tip()
    project.git('reset', '-q', '--hard', 'HEAD~2')
    expect(await notices(project)).toEqual([rewritten(tip)])
    forgotten(project)
    const { checkpoint, findings } = await within(project, ({ qms, witness }) =>
      compareCheckpoint(qms, witness, { digest: 'last' }),
    )
    expect(checkpoint?.tip).toBe(tip)
    expect(findings).toMatchObject([{ code: 'CHECKPOINT_TRAIL_SHORTER', path: TRAIL, line: null }])
    await project.use((qms) => drafted(project, qms, 'CR'))
    expect(await notices(project)).toEqual([
      { ...rewritten(tip), reason: `by the checkpoint ${checkpoint?.digest.slice(0, 16)}` },
    ])
  })

  it('that git had forgotten before anybody looked are compared with the last checkpoint', async () => {
    const project = await seen()
    const { digest } = await accept(project)
    await project.use((qms) => drafted(project, qms, 'CR'))
    project.git('reset', '-q', '--hard', 'HEAD~2')
    forgotten(project)
    expect(await notices(project)).toEqual([])
    project.git('reset', '-q', '--hard', 'HEAD~1')
    forgotten(project)
    expect(await notices(project)).toEqual([
      { ...rewritten('', 1), reason: `by the checkpoint ${digest.slice(0, 16)}` },
    ])
  })

  it('and cannot be compared at all are said to be so, until that is accepted', async () => {
    const project = await seen()
    const tip = project.tip()
    project.git('reset', '-q', '--hard', 'HEAD~1')
    forgotten(project)
    expect(await notices(project)).toEqual([
      {
        kind: 'RECORD_UNCOMPARED',
        path: 'QMS/.audit',
        trails: 0,
        reason: `commit ${tip.slice(0, 8)}, last seen in this clone, is gone from it`,
      },
    ])
    await accept(project)
    expect(await notices(project)).toEqual([])
  })

  it('of a repository that stood here before are nobody else’s', async () => {
    const project = await seen()
    const other = await repository().init()
    rmSync(project.root, { recursive: true })
    cpSync(other.root, project.root, { recursive: true })
    expect(await notices(project)).toEqual([])
    expect(remembered().tip).toBe(project.tip())
  })
})

describe('where nothing can be remembered', () => {
  it.skipIf(process.getuid?.() === 0)('everything else works: a folder that may not be written', async () => {
    const project = await initialised()
    chmodSync(state, 0o500)
    expect(await notices(project)).toEqual([])
    await project.use((qms) => drafted(project, qms, 'CR'))
    chmodSync(state, 0o700)
    expect(clones()).toEqual([])
  })

  it('everything else works: a file in the way, no home, a home that is not there', async () => {
    const project = await initialised()
    const spoilt = folder('spoilt')
    writeFileSync(join(spoilt, 'qms'), '')
    const cases: Record<string, string>[] = [
      { XDG_STATE_HOME: spoilt },
      { XDG_STATE_HOME: 'relative', HOME: '' },
      { XDG_STATE_HOME: '', HOME: '/nonexistent' },
    ]
    for (const env of cases) {
      await project.ok('namespace list', { env })
      await project.ok(['create', 'CR', '--title', 'X', '-u', 'claude'], { env })
    }
    expect(existsSync(project.path('relative'))).toBe(false)
  })

  it('what is no record of ours counts as nothing seen', async () => {
    const project = await seen()
    const file = cloneFile()
    const good = remembered()
    const bad = [
      '',
      '{',
      'null',
      '[]',
      '{"format":2}',
      JSON.stringify({ ...good, clone: '/elsewhere' }),
      'x'.repeat(70_000),
    ]
    for (const text of bad) {
      writeFileSync(file, text)
      expect(await notices(project)).toEqual([])
      expect(remembered()).toEqual({ ...good, tip: project.tip() })
    }
    rmSync(file)
    mkdirSync(file)
    expect(await notices(project)).toEqual([])
  })
})

describe('many at once', () => {
  it('see nothing rewritten while others write', async () => {
    const project = await seen()
    const env = { XDG_STATE_HOME: state }
    const lines = Array.from({ length: 6 }, (_, i) => [
      ['create', 'CR', '--title', `Number ${i}`, '-u', 'claude'],
      ['status'],
    ]).flat()
    const said = await Promise.all(lines.map((line) => project.run(line, { env })))
    expect(said.map(({ code, err }) => ({ code, err }))).toEqual(said.map(() => ({ code: 0, err: '' })))
    expect(await notices(project)).toEqual([])
    expect(remembered().tip).toBe(project.tip())
    expect(readdirSync(join(state, 'qms/clones'))).toHaveLength(1)
  })
})

describe('what people and programs are told', () => {
  it('goes to standard error, or into the answer, and keeps no command from working', async () => {
    const project = await seen()
    const env = { XDG_STATE_HOME: state }
    const tip = project.tip()
    project.git('reset', '-q', '--hard', 'HEAD~1')
    const said = await project.run('status', { env })
    expect(said.code).toBe(0)
    expect(said.err).toBe(
      `Note: ${TRAIL} is no longer what it was: commit ${tip.slice(0, 8)} was last seen in this clone.\n      To see all: qms audit --since last. To accept it: qms checkpoint --accept.\n`,
    )
    expect((await project.run('status -q', { env })).err).toBe('')
    const answers = [await project.json('status', { env }), await project.json('status SOP-999', { env })]
    for (const answer of answers) expect(answer).toMatchObject({ notices: [rewritten(tip)] })
    expect(answers.map(({ ok }) => ok)).toEqual([true, false])
    for (const line of ['audit --since last', 'audit SOP-008 --since last']) {
      const audited = await project.run([...line.split(' '), '--json'], { env })
      expect(audited.code).toBe(7)
      expect(JSON.parse(audited.out)).toMatchObject({
        notices: [rewritten(tip)],
        result: {
          verdict: 'damaged',
          since: { checkpoint: { tip }, grown: [], added: [] },
          findings: [{ code: 'CHECKPOINT_TRAIL_SHORTER', document: 'SOP-008', path: TRAIL, commit: tip }],
        },
      })
    }
    const other = JSON.parse((await project.run('audit SOP-001 --since last --json', { env })).out)
    expect(other.result).toMatchObject({ verdict: 'clean', findings: [], since: { checkpoint: { tip } } })
    const refused = await project.json('checkpoint', { env })
    expect(refused.error).toMatchObject({
      code: 'RECORD_REWRITTEN',
      exit: 7,
      next: ['qms audit --since last', 'qms checkpoint --accept'],
    })
    expect(await project.json('checkpoint --accept', { env })).toMatchObject({
      ok: true,
      notices: [rewritten(tip)],
    })
    expect(await project.json('status', { env })).not.toHaveProperty('notices')
  })
})
