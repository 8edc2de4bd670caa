/** Checkpoints: whatever becomes of the history, what a checkpoint saw is found missing, and growth is no finding. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Comparison, compareCheckpoint, takeCheckpoint } from '../../src/app/checkpoint.ts'
import { type Opened, openQms } from '../../src/compose.ts'
import {
  approved,
  checkout,
  claude,
  drafted,
  folder,
  initialised,
  lead,
  Project,
  ROOT,
  setConfiguration,
} from '../support/cli.ts'

/** Of its own for each test: checkpoints are kept by store, and the stores of a file are copies of one. */
beforeEach(() => {
  process.env.XDG_STATE_HOME = folder('state')
})

const within = async <T>(project: Project, work: (opened: Opened) => Promise<T>): Promise<T> => {
  const opened = await openQms(project.root)
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

const take = (project: Project, accept = false) =>
  within(project, ({ qms, witness, branch }) => takeCheckpoint(qms, witness, { branch, accept }))

const since = (project: Project, digest = 'last'): Promise<Comparison> =>
  within(project, ({ qms, witness }) => compareCheckpoint(qms, witness, { digest }))

const sinceBytes = (project: Project, bytes: Uint8Array, from = 'the.json'): Promise<Comparison> =>
  within(project, ({ qms, witness }) => compareCheckpoint(qms, witness, { bytes, from }))

const TRAIL = 'QMS/.audit/SOP/SOP-008.jsonl'
const REGISTRY = 'QMS/.audit/_system/registry.jsonl'

/** A procedure that was reviewed and approved, eleven events long: a commit for each step. */
const worked = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'SOP')
    await approved(qms, 'SOP-008')
  })
  return project
}

const linesOf = (project: Project, path = TRAIL): string[] => project.read(path).trimEnd().split('\n')

/** The same history with other bytes in it, of the same length, as a filter over all commits makes it. */
const filtered = (project: Project, from: string, to: string): void => {
  const stream = execFileSync('git', ['fast-export', 'main'], { cwd: project.root, maxBuffer: 1e8 })
  const other = Buffer.from(stream.toString('latin1').replaceAll(from, to), 'latin1')
  execFileSync('git', ['fast-import', '--force', '--quiet'], { cwd: project.root, input: other })
  project.git('reset', '-q', '--hard')
}

/** Nothing of what no branch holds is left. */
const forgotten = (project: Project): void => {
  project.git('reflog', 'expire', '--expire=now', '--all')
  project.git('gc', '-q', '--prune=now')
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('a checkpoint', () => {
  it('names every trail and setting by digest, as anybody can find them with git alone', async () => {
    const project = await worked()
    const taken = await take(project)
    const file = JSON.parse(readFileSync(taken.kept ?? '', 'utf8'))
    const show = (path: string) => execFileSync('git', ['show', `main:${path}`], { cwd: project.root })
    const paths = project.git('ls-tree', '-r', '--name-only', 'main', 'QMS/.audit').split('\n')
    const rows = paths.map((path) => {
      const bytes = show(path)
      return {
        path,
        lines: bytes.toString().split('\n').length - 1,
        bytes: bytes.length,
        sha256: sha256(bytes),
      }
    })
    expect(file.trails).toEqual(rows)
    expect(rows).toHaveLength(19)
    expect(file.store).toBe(sha256(linesOf(project, REGISTRY)[0] ?? ''))
    const head = `qms checkpoint 1\nstore ${file.store}\nconfiguration ${sha256(show('qms.config.json'))}\n`
    const text = head + rows.map((r) => `${r.sha256} ${r.bytes} ${r.lines} ${r.path}\n`).join('')
    expect(file).toMatchObject({ format: 1, branch: 'main', tip: project.tip(), digest: sha256(text) })
    expect(taken).toMatchObject({
      digest: file.digest,
      trails: 19,
      lines: rows.reduce((n, r) => n + r.lines, 0),
    })
    expect(taken.paper.replaceAll('-', '')).toBe(file.digest.slice(0, 32))
  })

  it('can be verified without the program, as its format says', async () => {
    const project = await worked()
    const taken = await take(project)
    const page = readFileSync(join(ROOT, 'docs/store-format.md'), 'utf8')
    const section = page.split('\n## ').find((part) => part.startsWith('Checkpoints')) ?? ''
    const scripts = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, script]) => script ?? '')
    const env = { ...process.env, FILE: taken.kept ?? '' }
    const said = () =>
      scripts.map((script) =>
        execFileSync('sh', ['-c', script], { cwd: project.root, env, encoding: 'utf8' }),
      )
    expect(said()).toEqual(['', `${taken.digest}  -\n`])
    await project.use((qms) => drafted(project, qms, 'CR'))
    expect(said()[0]).toBe('')
    filtered(project, 'Read it.', 'Shred it')
    expect(said()).toEqual([`${TRAIL}\n`, `${taken.digest}  -\n`])
  })

  it('is the same in every clone, and whatever else is committed', async () => {
    const project = await worked()
    const { digest } = await take(project)
    const clone = new Project(join(folder('clones'), 'one'))
    project.git('clone', '-q', project.root, clone.root)
    clone.write('src/more.txt', 'more\n')
    clone.git('add', '.')
    clone.git('commit', '-q', '-m', 'code')
    expect((await take(clone)).digest).toBe(digest)
    await project.use((qms) => drafted(project, qms, 'CR'))
    expect((await take(project)).digest).not.toBe(digest)
  })

  it('is kept outside of the repository, one after the other, whatever the clock says', async () => {
    const project = await worked()
    const first = await take(project)
    await project.use((qms) => drafted(project, qms, 'CR'))
    const earlier = () => new Date(0)
    const second = await within(project, ({ qms, witness, branch }) =>
      takeCheckpoint({ ...qms, now: earlier }, witness, { branch, accept: false }),
    )
    expect(readdirSync(dirname(first.kept ?? '')).map((name) => name.slice(0, 7))).toEqual([
      '000001-',
      '000002-',
    ])
    expect((await since(project)).checkpoint?.digest).toBe(second.digest)
    expect((await since(project, first.digest.slice(0, 8))).checkpoint?.digest).toBe(first.digest)
    expect((await since(project, first.digest)).checkpoint?.digest).toBe(first.digest)
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('that was never taken is refused, with those that were', async () => {
    const project = await worked()
    await expect(since(project)).rejects.toMatchObject({
      code: 'NO_CHECKPOINT',
      facts: { wanted: 'last', kept: [] },
    })
    const { digest } = await take(project)
    const other = `${digest.slice(0, 20)}${digest[20] === '0' ? '1' : '0'}`
    for (const wanted of ['00000000', other])
      await expect(since(project, wanted)).rejects.toMatchObject({
        code: 'NO_CHECKPOINT',
        facts: { wanted, kept: [digest.slice(0, 16)] },
      })
  })

  it('that cannot be kept is refused, unless it was delivered', async () => {
    const project = await worked()
    const state = process.env.XDG_STATE_HOME ?? ''
    rmSync(join(state, 'qms'), { recursive: true })
    writeFileSync(join(state, 'qms'), 'a file where the folder should be')
    await expect(take(project)).rejects.toMatchObject({ code: 'IO' })
    const got: Uint8Array[] = []
    const taken = await within(project, ({ qms, witness, branch }) =>
      takeCheckpoint(qms, witness, { branch, accept: false, deliver: async (bytes) => void got.push(bytes) }),
    )
    expect(taken.kept).toBeNull()
    expect((await sinceBytes(project, got[0] as Uint8Array)).findings).toEqual([])
  })
})

// Verifies: REQ-QMS-205
describe('since a checkpoint', () => {
  it('an ordinary day is growth and nothing else', async () => {
    const project = await worked()
    await take(project)
    const before = linesOf(project).length
    expect(await since(project)).toMatchObject({ findings: [], grown: [], added: [] })
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await approved(qms, 'CR-001')
      await checkout(qms, claude, 'SOP-008')
    })
    expect(await since(project)).toMatchObject({
      findings: [],
      grown: [{ document: 'SOP-008', path: TRAIL, lines: linesOf(project).length - before }],
      added: [
        {
          document: 'CR-001',
          path: 'QMS/.audit/CR/CR-001.jsonl',
          lines: linesOf(project, 'QMS/.audit/CR/CR-001.jsonl').length,
        },
      ],
    })
  })

  it('other commits with the same bytes are no finding: a rebase, an amended message', async () => {
    const project = await worked()
    await take(project)
    const before = project.tip()
    const root = project.git('rev-list', '--max-parents=0', 'main')
    project.git('checkout', '-q', '-b', 'side', root)
    project.git('commit', '-q', '--allow-empty', '-m', 'another beginning')
    project.git('rebase', '-q', '--onto', 'side', root, 'main')
    project.git('commit', '-q', '--amend', '-m', 'other words')
    expect(project.git('merge-base', before, 'main')).toBe(root)
    expect(await since(project)).toMatchObject({ findings: [], grown: [], added: [] })
  })

  it('a reset to an earlier commit is found, with the first event that is gone', async () => {
    const project = await worked()
    const { tip } = await take(project)
    const lines = linesOf(project)
    project.git('reset', '-q', '--hard', 'HEAD~2')
    const left = linesOf(project).length
    const { seq, event, user, ts } = JSON.parse(lines[left] ?? '')
    const { findings } = await since(project)
    expect(findings).toEqual([
      {
        code: 'CHECKPOINT_TRAIL_SHORTER',
        severity: 'error',
        document: 'SOP-008',
        path: TRAIL,
        line: left + 1,
        commit: tip,
        expected: expect.stringContaining(`event ${seq}: ${event} by ${user}, ${ts}`),
        found: 'the end of the trail',
      },
    ])
  })

  it('an amended event is found, also when more was recorded on top', async () => {
    const project = await worked()
    const { tip } = await take(project)
    const text = project.read(TRAIL).replace('"from_version":"0.1"', '"from_version":"0.2"')
    project.write(TRAIL, text)
    project.git('commit', '-q', '-a', '--amend', '--no-edit')
    await project.use((qms) => drafted(project, qms, 'CR'))
    expect(await since(project)).toMatchObject({
      findings: [
        { code: 'CHECKPOINT_TRAIL_CHANGED', path: TRAIL, line: linesOf(project).length, commit: tip },
      ],
      added: [{ document: 'CR-001' }],
    })
  })

  it('a rebase that drops a commit is found', async () => {
    const project = await initialised()
    const before = project.tip()
    await project.use((qms) => drafted(project, qms, 'CR'))
    const after = project.tip()
    await project.use((qms) => drafted(project, qms, 'SOP'))
    const { tip } = await take(project)
    project.git('rebase', '-q', '--onto', before, after, 'main')
    expect(project.has(TRAIL)).toBe(true)
    expect((await since(project)).findings).toEqual([
      {
        code: 'CHECKPOINT_TRAIL_MISSING',
        severity: 'error',
        document: 'CR-001',
        path: 'QMS/.audit/CR/CR-001.jsonl',
        line: 1,
        commit: tip,
        expected: expect.stringContaining('event 1: CREATE by claude'),
        found: 'no such trail',
      },
    ])
  })

  it('a forced push is found in the clone that fetched it', async () => {
    const project = await worked()
    const origin = join(folder('origin'), 'store.git')
    project.git('clone', '-q', '--bare', project.root, origin)
    const clone = new Project(join(folder('clones'), 'two'))
    project.git('clone', '-q', origin, clone.root)
    const { tip } = await take(clone)
    project.git('reset', '-q', '--hard', 'HEAD~3')
    project.git('push', '-q', '--force', origin, 'main')
    clone.git('fetch', '-q')
    clone.git('reset', '-q', '--hard', 'origin/main')
    expect((await since(clone)).findings).toMatchObject([
      {
        code: 'CHECKPOINT_TRAIL_SHORTER',
        document: 'SOP-008',
        line: linesOf(project).length + 1,
        commit: tip,
      },
    ])
  })

  it('one line rewritten throughout the history is found, by its line while git has the old one', async () => {
    const project = await worked()
    const taken = await take(project)
    const line = linesOf(project).findIndex((text) => text.includes('"comment":"Read it."')) + 1
    expect(line).toBeGreaterThan(1)
    filtered(project, 'Read it.', 'Shred it')
    const { findings } = await since(project)
    expect(findings).toMatchObject([
      { code: 'CHECKPOINT_TRAIL_CHANGED', path: TRAIL, line, commit: taken.tip },
    ])
    expect(findings[0]?.expected).not.toBe('')
    forgotten(project)
    const mark = JSON.parse(readFileSync(taken.kept ?? '', 'utf8')).trails.find(
      (t: { path: string }) => t.path === TRAIL,
    )
    const bytes = Buffer.from(project.read(TRAIL))
    expect((await since(project)).findings).toEqual([
      {
        code: 'CHECKPOINT_TRAIL_CHANGED',
        severity: 'error',
        document: 'SOP-008',
        path: TRAIL,
        line: null,
        commit: null,
        expected: `${mark.lines} lines, ${mark.bytes} bytes, digest ${mark.sha256.slice(0, 16)}`,
        found: `${mark.lines} lines, ${mark.bytes} bytes, digest ${sha256(bytes).slice(0, 16)}`,
      },
    ])
  })

  it('a trail that was taken away is found, and one that lost its last line feed', async () => {
    const project = await worked()
    await take(project)
    project.git('rm', '-q', TRAIL)
    project.write('QMS/.audit/SOP/SOP-001.jsonl', project.read('QMS/.audit/SOP/SOP-001.jsonl').trimEnd())
    project.git('commit', '-q', '-a', '-m', 'tidy')
    expect((await since(project)).findings).toMatchObject([
      {
        code: 'CHECKPOINT_TRAIL_SHORTER',
        document: 'SOP-001',
        line: 1,
        found: expect.stringContaining('without its line feed'),
      },
      { code: 'CHECKPOINT_TRAIL_MISSING', document: 'SOP-008', line: 1 },
    ])
  })

  it('another store is not compared; the same with another registry is', async () => {
    const project = await worked()
    const taken = await take(project)
    const bytes = readFileSync(taken.kept ?? '')
    filtered(project, '"user":"lead"', '"user":"leet"')
    const { findings } = await sinceBytes(project, bytes)
    expect(findings.map((f) => f.code)).toEqual(Array(findings.length).fill('CHECKPOINT_TRAIL_CHANGED'))
    expect(findings).toContainEqual(
      expect.objectContaining({ path: REGISTRY, document: 'registry', line: 1 }),
    )
    expect((await since(project)).findings).toEqual(findings)
    forgotten(project)
    const found = sha256(linesOf(project, REGISTRY)[0] ?? '')
    const other = [
      {
        code: 'CHECKPOINT_OTHER_STORE',
        severity: 'error',
        document: 'registry',
        path: REGISTRY,
        line: 1,
        commit: null,
        expected: `store ${taken.store}`,
        found: `store ${found}`,
      },
    ]
    expect(await sinceBytes(project, bytes)).toMatchObject({ findings: other, grown: [], added: [] })
  })

  it('a file that is no checkpoint, or one that was altered, proves nothing', async () => {
    const project = await worked()
    const text = readFileSync((await take(project)).kept ?? '', 'utf8')
    const cases: [string | Uint8Array, RegExp][] = [
      ['', /^the file: /],
      ['{}', /^format: /],
      [Buffer.from([0xff, 0xfe]), /^the file: /],
      [text.replace('"format":1', '"format":2'), /^format: /],
      [text.replace(TRAIL, 'QMS/SOP/x.md'), /^trails\.\d+\.path: /],
      [text.replace('"lines":', '"lines":1'), /^digest [0-9a-f]{64}$/],
      [text.slice(0, text.length / 2), /^the file: /],
    ]
    for (const [bytes, found] of cases)
      expect(await sinceBytes(project, Buffer.from(bytes as string))).toMatchObject({
        checkpoint: null,
        findings: [
          {
            code: 'CHECKPOINT_UNREADABLE',
            severity: 'error',
            path: 'the.json',
            found: expect.stringMatching(found),
          },
        ],
      })
  })

  it('a setting that changed by an event is no finding, and one that was changed by hand is', async () => {
    const project = await worked()
    await take(project)
    await project.use((qms) => setConfiguration(qms, lead, 'documentLimit', '2000000'))
    expect((await since(project)).findings).toEqual([])
    project.write('qms.config.json', project.read('qms.config.json').replace('2000000', '3000000'))
    project.git('commit', '-q', '-a', '-m', 'by hand')
    expect((await since(project)).findings).toMatchObject([
      { code: 'CONFIGURATION_DIFFERS', severity: 'error', path: 'qms.config.json' },
    ])
  })
})

describe('taking a checkpoint of records that are not what was seen', () => {
  it('is refused until it is accepted, and the former state stays provable', async () => {
    const project = await worked()
    await project.use(async () => undefined)
    const before = project.tip()
    project.git('reset', '-q', '--hard', 'HEAD~1')
    await expect(take(project)).rejects.toMatchObject({
      code: 'RECORD_REWRITTEN',
      facts: { trails: 1, path: TRAIL },
    })
    const former = await since(project)
    expect(former).toMatchObject({
      checkpoint: { tip: before },
      findings: [{ code: 'CHECKPOINT_TRAIL_SHORTER', path: TRAIL }],
    })
    await take(project, true)
    expect((await since(project)).findings).toEqual([])
    expect((await since(project, former.checkpoint?.digest)).findings).toHaveLength(1)
    await take(project)
  })
})
