/** Places where a failing system call was once answered wrongly, each hit on purpose. Source: H39. */
import { expect, it } from 'vitest'
import { claude, create, initialised, type Project, repository } from '../support/cli.ts'
import { type Aim, hasStrace, struck } from './strace.ts'

const withCopy = async (): Promise<Project> => {
  const project = await initialised()
  await project.use((qms) => create(qms, claude, { type: 'CR', title: 'A' }))
  return project
}

/** Every opening of this file, in every process. */
const opening = (path: string): Aim => ({ name: 'openat', when: 1, path })

const fileOf = (project: Project, name: string): string => {
  const id = project.git('rev-parse', name)
  return `.git/objects/${id.slice(0, 2)}/${id.slice(2)}`
}

const PLACES: readonly (readonly [string, (project: Project) => string])[] = [
  ['the branch, which was taken for a project without a store', () => '.git/refs/heads/main'],
  ['a trail, which was taken for damaged', (p) => fileOf(p, 'main:QMS/.audit/CR/CR-001.jsonl')],
  ['the mark of a rebase, which was taken for a bug', () => '.git/rebase-merge/head-name'],
  ['the folder of locks, which was taken for a bug', () => '.git/qms'],
]

it.skipIf(!hasStrace).each(PLACES)('what cannot be read is called that: %s', async (_, placeOf) => {
  const project = await withCopy()
  const path = placeOf(project)
  for (const error of ['EIO', 'EMFILE']) {
    const before = project.everything()
    const line = 'checkin CR-001 -u claude --json'
    const said = await struck(project, line, opening(path), `error=${error}`, true)
    expect({ path, error, out: said.out, code: said.code, err: said.err }).toMatchObject({ code: 8, err: '' })
    expect(JSON.parse(said.out).error.code).toMatch(/^(?:IO|GIT)$/)
    expect(project.everything()).toEqual(before)
  }
  await project.ok('checkin CR-001 -u claude')
})

it.skipIf(!hasStrace)(
  'a branch that its writer cannot read is not one that somebody else moved',
  async () => {
    const project = await withCopy()
    const tip = project.tip()
    const said = await struck(
      project,
      'checkin CR-001 -u claude --json',
      opening('.git/refs/heads/main'),
      'error=EIO',
    )
    expect(JSON.parse(said.out).error).toMatchObject({ code: 'IO', exit: 8 })
    expect(project.tip()).toBe(tip)
  },
)

it.skipIf(!hasStrace)('from whatever moment on the branch cannot be read, the answer is true', async () => {
  const line = 'checkin CR-001 -u claude --json'
  const path = '.git/refs/heads/main'
  const { calls } = await struck(await withCopy(), line)
  const readings = calls.filter(
    (call) => call.path === path && call.program === 'qms' && call.name === 'openat',
  )
  expect(readings.length).toBeGreaterThan(3)
  const codes = new Set<number | null>()
  for (let when = 1; when <= readings.length; when++) {
    const project = await withCopy()
    const tip = project.tip()
    const aim = { name: 'openat', when, path }
    const { code, out } = await struck(project, line, aim, 'error=EIO', true)
    const { ok, result, error } = JSON.parse(out)
    const [moved, lagging] = [project.tip() !== tip, result?.notices.length > 0]
    expect({ when, code, ok, lagging }).toEqual({ when, code: moved ? 0 : 8, ok: moved, lagging: moved })
    if (!moved) expect(error.code).toBe('IO')
    codes.add(code)
    await project.ok('status')
    expect(project.git('status', '--porcelain')).toBe('')
  }
  expect(codes).toEqual(new Set([0, 8]))
})

it.skipIf(!hasStrace)(
  'an init that was killed before the first file has its files brought by the next command',
  async () => {
    const project = repository()
    const { code } = await struck(project, 'init', { name: 'mkdir', when: 1, path: 'QMS' }, 'signal=SIGKILL')
    expect({ code, has: project.has('QMS') }).toEqual({ code: null, has: false })
    expect(project.git('log', '-1', '--format=%s')).toBe('qms: init (lead)')
    await project.ok('status')
    expect(project.git('status', '--porcelain')).toBe('')
    expect(project.has('QMS/SOP/SOP-001.md')).toBe(true)
  },
)
