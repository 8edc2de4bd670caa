/**
 * Processes that are killed and disks that fail, at the places where each kind of transition touches the disk (H38, H39).
 * All kinds at all places take long: QMS_TEST_KILLS=all. The store alone, killed at every mutating system call, is in
 * test/store/processes.test.ts.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  agreed,
  BIN,
  checkin,
  checkout,
  claude,
  create,
  drafted,
  effective,
  folder,
  initialised,
  launch,
  Project,
  route,
  type Said,
  words,
} from '../support/cli.ts'
import { expectSentence } from './attack.ts'

const ALL = process.env.QMS_TEST_KILLS === 'all'
const hasStrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
if (!hasStrace) console.log('skipped: kills and faults at system calls need strace')

interface Kind {
  /** What is done, with a request id, so that it can be done again. */
  readonly line: string
  /** A file of the view that it writes, one that it removes, and a local copy that comes or goes. */
  readonly written: string
  readonly removed?: string
  readonly copy?: string
  readonly ready: (project: Project) => Promise<unknown>
}

const revise = async (project: Project): Promise<void> => {
  await project.use(async (qms) => {
    await effective(project, qms, 'SOP')
    await checkout(qms, claude, 'SOP-008')
    project.edit('claude', 'SOP-008', (text) => `${text}more\n`)
    await checkin(qms, claude, 'SOP-008')
    await route(qms, claude, 'SOP-008', {})
    await agreed(qms, 'SOP-008')
    await route(qms, claude, 'SOP-008', {})
  })
}

const KINDS: Readonly<Record<string, Kind>> = {
  create: {
    line: 'create CR --title Another -u claude',
    written: 'QMS/.audit/CR/CR-001.jsonl',
    copy: '.qms/workspace/claude/CR-001.md',
    ready: async () => undefined,
  },
  checkin: {
    line: 'checkin CR-001 -u claude',
    written: 'QMS/CR/CR-001/CR-001-draft.md',
    copy: '.qms/workspace/claude/CR-001.md',
    ready: async (project) => {
      await project.use((qms) => create(qms, claude, { type: 'CR', title: 'A' }))
      project.edit('claude', 'CR-001', (text) => `${text}more\n`)
    },
  },
  route: {
    line: 'route CR-001 -u claude',
    written: 'QMS/.meta/CR/CR-001.json',
    ready: (project) => project.use((qms) => drafted(project, qms, 'CR')),
  },
  'approve, with an archive': {
    line: 'approve SOP-008 -u qa',
    written: 'QMS/.archive/SOP/SOP-008-v1.0.md',
    removed: 'QMS/SOP/SOP-008-draft.md',
    ready: revise,
  },
  'cancel, with a removal': {
    line: 'cancel CR-001 --confirm --reason No -u claude',
    written: 'QMS/.audit/CR/CR-001.jsonl',
    removed: 'QMS/CR/CR-001/CR-001-draft.md',
    ready: (project) => project.use((qms) => drafted(project, qms, 'CR')),
  },
}

/** Calls, and the file that they touch; `''` for the first call of that name in each process. */
const places = (kind: Kind): readonly (readonly [string, string])[] => {
  const all: [string, string | undefined][] = [
    ['openat', '.git/refs/heads/main.lock'],
    ['link', '.git/index.lock'],
    ['unlink', '.git/HEAD.lock'],
    ['openat', '.git/refs/heads'],
    ['rename', ''],
    ['unlink', kind.removed],
    ['unlink', kind.copy],
    ...(ALL
      ? ([
          ['openat', '.git/HEAD.lock'],
          ['write', '.git/refs/heads/main.lock'],
          ['fsync', '.git/refs/heads/main.lock'],
          ['close', '.git/refs/heads/main.lock'],
          ['openat', '.git/logs/HEAD'],
          ['write', '.git/logs/refs/heads/main'],
          ['fsync', '.git/qms'],
          ['fsync', ''],
          ['ftruncate', ''],
          ['utimensat', ''],
          ['mkdir', ''],
          ['openat', kind.written],
          ['openat', kind.copy],
        ] as [string, string | undefined][])
      : []),
  ]
  return all.filter((place): place is [string, string] => place[1] !== undefined)
}

const copied = (from: Project): Project => {
  const root = join(folder('copy'), 'project')
  cpSync(from.root, root, { recursive: true, preserveTimestamps: true })
  return new Project(root)
}

/** Runs a command with something done to it at system calls of this name that touch `path`. */
const struck = (project: Project, line: string, call: string, what: string, path: string): Promise<Said> => {
  const where = path === '' ? [] : ['-P', project.path(path)]
  const options = [
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    ...where,
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:${what}`,
  ]
  return launch('strace', [...options, process.execPath, BIN, ...words(line)], { cwd: project.root })
}

/** The whole record but for times: what every run of the same commands must come to. */
const record = (project: Project): object => {
  const files = project.git('ls-tree', '-r', '--name-only', 'main').split('\n')
  const trails = files.filter((name) => name.endsWith('.jsonl'))
  return {
    files,
    copies: readdirSync(project.path('.qms/workspace'), { recursive: true }).sort(),
    events: trails.map((name) =>
      project
        .git('show', `main:${name}`)
        .split('\n')
        .map((text) => ({ ...JSON.parse(text), ts: '', prev: '' })),
    ),
  }
}

const expectWhole = (project: Project): void => {
  expect(project.git('status', '--porcelain')).toBe('')
  expect(project.git('fsck', '--strict', '--no-dangling')).toBe('')
  const left = readdirSync(project.path('.git'), { recursive: true, encoding: 'utf8' })
  expect(left.filter((name) => /\.lock$|qms-(?:tmp|new)|^qms\/(?!view\.json$)/.test(name))).toEqual([])
  const view = readdirSync(project.path('QMS'), { recursive: true, encoding: 'utf8' })
  expect(view.filter((name) => name.includes('qms-tmp'))).toEqual([])
}

describe.each(Object.entries(KINDS))('%s', (_, kind) => {
  let ready: Project
  let expected: object
  const line = `${kind.line} --request-id once`
  beforeAll(async () => {
    ready = await initialised()
    mkdirSync(ready.path('.qms/workspace/claude/.base'), { recursive: true })
    await kind.ready(ready)
    ready.git('status')
    const reference = copied(ready)
    await reference.run(line)
    expected = record(reference)
    expectWhole(reference)
  })

  it.skipIf(!hasStrace)(
    'H38. killed where it touches the disk, is done or not begun, and can be done again',
    async () => {
      let killed = 0
      for (const [call, path] of places(kind)) {
        const project = copied(ready)
        const before = record(project)
        const said = await struck(
          project,
          line,
          call,
          path === '' ? 'signal=SIGKILL:when=1' : 'signal=SIGKILL',
          path,
        )
        await sleep(50)
        const now = record(project) as { files: string[]; events: object[] }
        const done = JSON.stringify(now.events) === JSON.stringify((expected as { events: object[] }).events)
        if (!done) expect({ at: `${call} ${path}`, ...now }).toMatchObject(before)
        if (said.code !== 0) killed++
        const again = await project.run(`${line} --json`)
        expect({ at: `${call} ${path}`, code: again.code, out: again.out }).toMatchObject({ code: 0 })
        expect(JSON.parse(again.out).result.replayed).toBe(done)
        expect({ at: `${call} ${path}`, ...record(project) }).toEqual({ at: `${call} ${path}`, ...expected })
        expectWhole(project)
        rmSync(project.root, { recursive: true, force: true })
      }
      expect(killed).toBeGreaterThanOrEqual(3)
    },
    600_000,
  )
})

const FAULTS: readonly (readonly [string, string, string])[] = [
  ['error=ENOSPC', 'openat', '.git/refs/heads/main.lock'],
  ['error=EDQUOT', 'write', '.git/refs/heads/main.lock'],
  ['error=EIO', 'fsync', '.git/refs/heads/main.lock'],
  ['error=EROFS', 'link', '.git/index.lock'],
  ['error=ENOSPC', 'rename', ''],
  ['error=EIO:when=2+', 'rename', ''],
  ['error=EIO', 'fsync', ''],
  ['error=EIO', 'openat', '.qms/workspace/claude/CR-001.md'],
  ['error=ENOSPC', 'unlink', '.qms/workspace/claude/CR-001.md'],
  ['error=EMFILE', 'openat', '.git/HEAD'],
  ['error=EACCES', 'mkdir', ''],
]

describe.skipIf(!hasStrace)('H39. a system call that fails', () => {
  let ready: Project
  beforeAll(async () => {
    ready = await initialised()
    await KINDS.checkin?.ready(ready)
  })

  it.each(FAULTS)(
    'with %s (%s of %s) is told in a sentence, and what is said holds',
    async (error, call, path) => {
      const project = copied(ready)
      const [tip, copy] = [project.tip(), project.read('.qms/workspace/claude/CR-001.md')]
      const said = await struck(project, 'checkin CR-001 -u claude', call, error, path)
      const where = { error, path, ...said }
      if (project.tip() === tip) {
        expect(where).toMatchObject({ code: 8, err: expect.stringMatching(/^Refused \[(?:IO|GIT)\]/) })
        expect(project.read('.qms/workspace/claude/CR-001.md')).toBe(copy)
        await project.run('checkin CR-001 -u claude')
      } else {
        // It was done before the disk failed: then it is not refused, and what lags is named.
        expect(where).toMatchObject({ code: 0, out: expect.stringMatching(/^Note: /m) })
        await project.run('status')
      }
      expect((await project.json('status CR-001')).result.document).toMatchObject({ checked_out: false })
      expectWhole(project)
    },
  )

  it('with EMFILE for every child that would be started is told as such', async () => {
    const project = copied(ready)
    const tip = project.tip()
    const options = [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'trace=socketpair',
      '-e',
      'inject=socketpair:error=EMFILE',
    ]
    const said = await launch(
      'strace',
      [...options, process.execPath, BIN, 'checkin', 'CR-001', '-u', 'claude'],
      {
        cwd: project.root,
      },
    )
    expectSentence(said)
    expect(said.code).toBe(8)
    expect(project.tip()).toBe(tip)
  })
})

describe('H39. a small disk', () => {
  const disk = folder('disk')
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' }).status === 0
  if (!mounted) console.log('skipped: no right to mount a small disk here')
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk])
  })

  it.skipIf(!mounted)(
    'that is full refuses cleanly, reads on, and takes up again when there is room',
    async () => {
      const from = await initialised()
      await KINDS.checkin?.ready(from)
      const project = new Project(join(disk, 'project'))
      cpSync(from.root, project.root, { recursive: true, preserveTimestamps: true })
      const { bavail, bsize } = statfsSync(disk)
      for (const keep of [0, 16, 64, 256]) {
        writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - keep * 1024, 1), { flag: 'w' })
        const tip = project.tip()
        const said = await project.run('checkin CR-001 -u claude')
        if (project.tip() !== tip) break
        expect({ keep, code: said.code, err: said.err }).toMatchObject({
          code: 8,
          err: expect.stringMatching(/^Refused \[IO\]/),
        })
        expect(await project.ok('read SOP-001')).toContain('Document Control')
        expect(project.git('fsck', '--strict', '--no-dangling')).toBe('')
      }
      rmSync(join(disk, 'filler'))
      await project.run('checkin CR-001 -u claude')
      expect((await project.json('status CR-001')).result.document).toMatchObject({ checked_out: false })
      expectWhole(project)
    },
  )

  it.skipIf(!mounted)('that became read-only is read on, and every change is refused', async () => {
    const project = new Project(join(disk, 'readonly'))
    const from = await initialised()
    await KINDS.checkin?.ready(from)
    cpSync(from.root, project.root, { recursive: true, preserveTimestamps: true })
    execFileSync('mount', ['-o', 'remount,ro', disk])
    try {
      const tip = project.tip()
      for (const line of [
        'status',
        'read SOP-001 -u qa',
        'inbox -u qa',
        'list',
        'search quality',
        'next CR-001 -u claude',
      ])
        expect({ line, ...(await project.run(line)), out: '' }).toMatchObject({ line, code: 0, err: '' })
      for (const line of [
        'checkin CR-001 -u claude',
        'create CR --title X -u claude',
        'user add x --group quality -u lead',
      ]) {
        const err = await project.refused(line, 'IO')
        expect(err).toMatch(/read-only/i)
      }
      expect(project.tip()).toBe(tip)
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk])
    }
    expect(existsSync(project.path('.git/index.lock'))).toBe(false)
  })
})
