/** Links, pipes, devices and folders where files belong (H21). What git's own test files show is named in the table. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  BIN,
  checkin,
  checkout,
  claude,
  drafted,
  folder,
  initialised,
  launch,
  type Project,
  route,
} from '../support/cli.ts'
import { expectSentence, unchanged } from './attack.ts'

let project: Project
let outside: string
const COPY = '.qms/workspace/claude/CR-001.md'
const DRAFT = 'QMS/CR/CR-001/CR-001-draft.md'

beforeEach(async () => {
  project = await initialised()
  outside = folder('outside')
  writeFileSync(join(outside, 'secret.md'), 'secret\n')
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await checkout(qms, claude, 'CR-001')
  })
})

const untouchedOutside = (): void => {
  expect(readdirSync(outside)).toEqual(['secret.md'])
  expect(readFileSync(join(outside, 'secret.md'), 'utf8')).toBe('secret\n')
}

/** Puts something else where a file was. */
const SPECIAL: readonly (readonly [string, (path: string) => void])[] = [
  ['a link', (path) => symlinkSync(join(outside, 'secret.md'), path)],
  ['a link to nothing', (path) => symlinkSync(join(outside, 'absent'), path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['a folder', (path) => mkdirSync(path)],
  ['a device', (path) => void spawnSync('mknod', [path, 'c', '1', '5'])],
]

// Verifies: REQ-QMS-903
describe.each(SPECIAL)('H21. %s', (what, make) => {
  const cannot = () => what === 'a device' && process.getuid?.() !== 0

  it('in the place of a copy is neither read nor replaced', async () => {
    if (cannot()) return console.log('skipped: only root makes devices')
    unlinkSync(project.path(COPY))
    make(project.path(COPY))
    const tip = project.tip()
    for (const line of ['checkin CR-001 -u claude', 'checkout CR-001 -u claude'])
      expect(await project.refused(line, 'LINK_IN_STORE')).toContain(COPY)
    expect(project.tip()).toBe(tip)
    expect(lstatSync(project.path(COPY)).isFile()).toBe(false)
    untouchedOutside()
  })

  it('in the place of a text under control stops the transition that would replace it', async () => {
    if (cannot()) return console.log('skipped: only root makes devices')
    unlinkSync(project.path(DRAFT))
    make(project.path(DRAFT))
    project.edit('claude', 'CR-001', (text) => `${text}more\n`)
    const tip = project.tip()
    const said = await project.run('checkin CR-001 -u claude')
    expectSentence(said)
    expect(said.err).toContain('[LINK_IN_STORE]')
    expect(said.err).toContain(DRAFT)
    expect(project.tip()).toBe(tip)
    untouchedOutside()
  })

  it('given as a file to read is refused, and nobody waits', async () => {
    if (cannot()) return console.log('skipped: only root makes devices')
    if (what === 'a link') return // a person may name a link: it is they who read
    const path = join(outside, 'special')
    make(path)
    const said = await project.run(['create', 'SOP', '--title', 'X', '-u', 'claude', '--file', path])
    expectSentence(said)
    expect([2, 3, 8]).toContain(said.code)
  })
})

// Verifies: REQ-QMS-903
describe('H21. a link in the place of a folder', () => {
  it.each(['.qms', '.qms/workspace', '.qms/workspace/claude'])('%s is not followed', async (path) => {
    rmSync(project.path(path), { recursive: true })
    symlinkSync(outside, project.path(path))
    const tip = project.tip()
    for (const line of [
      'checkin CR-001 -u claude',
      'checkout CR-001 -u claude',
      'create CR --title X -u claude',
    ])
      expect(await project.refused(line, 'LINK_IN_STORE')).toContain(path)
    expect(project.tip()).toBe(tip)
    untouchedOutside()
  })

  it.each(['QMS', 'QMS/CR', 'QMS/.audit', 'QMS/.meta/CR'])('%s is not followed', async (path) => {
    rmSync(project.path(path), { recursive: true })
    symlinkSync(outside, project.path(path))
    const tip = project.tip()
    expect(await project.refused('checkin CR-001 -u claude', 'LINK_IN_STORE')).toContain(path)
    expect(project.tip()).toBe(tip)
    untouchedOutside()
  })

  it("git's folder of ours is not followed", async () => {
    rmSync(project.path('.git/qms'), { recursive: true })
    symlinkSync(outside, project.path('.git/qms'))
    const before = project.tip()
    for (const line of ['status', 'checkin CR-001 -u claude'])
      expect(await project.refused(line, 'LINK_IN_STORE')).toContain('.git/qms')
    expect(project.tip()).toBe(before)
    untouchedOutside()
  })

  it('.git itself, and a work tree that is not its own, are refused', async () => {
    const victim = await initialised()
    const before = victim.everything()
    rmSync(project.path('.git'), { recursive: true })
    symlinkSync(victim.path('.git'), project.path('.git'))
    for (const line of ['status', 'create CR --title X -u claude'])
      expect(await project.refused(line, 'LINK_IN_STORE')).toContain('.git')
    const thief = await initialised()
    thief.git('config', 'core.worktree', victim.root)
    for (const line of ['status', 'create CR --title X -u claude'])
      expect(await thief.refused(line, 'GIT')).toContain('core.worktree')
    thief.git('config', 'core.worktree', outside)
    expect(await thief.refused('create CR --title X -u claude', 'GIT')).toContain('core.worktree')
    expect(victim.everything()).toEqual(before)
    untouchedOutside()
  })
})

it("H21. git's own ignore file, made a link, is not written through", async () => {
  const exclude = project.path('.git/info/exclude')
  rmSync(exclude)
  symlinkSync(join(outside, 'secret.md'), exclude)
  rmSync(project.path('.qms'), { recursive: true })
  const said = await project.run('checkout CR-001 -u claude')
  expectSentence(said)
  expect(said.code).toBe(8)
  untouchedOutside()
})

it('H21. a second name of a file elsewhere is cut, not written through', async () => {
  unlinkSync(project.path(DRAFT))
  const elsewhere = join(outside, 'secret.md')
  writeFileSync(elsewhere, project.git('show', `main:${DRAFT}`).concat('\n'))
  const text = readFileSync(elsewhere, 'utf8')
  linkSync(elsewhere, project.path(DRAFT))
  project.edit('claude', 'CR-001', (own) => `${own}more\n`)
  await project.use((qms) => checkin(qms, claude, 'CR-001'))
  expect(project.read(DRAFT)).toContain('more')
  expect(readFileSync(elsewhere, 'utf8')).toBe(text)
})

it('H21. a link where a temporary file would be is no way out', async () => {
  // Names of temporary files hold process, start and a random part, and are created with O_EXCL: none can be waiting.
  project.edit('claude', 'CR-001', (own) => `${own}more\n`)
  const names = new Set<string>()
  const watch = setInterval(() => {
    for (const name of readdirSync(project.path('QMS/CR/CR-001'))) names.add(name)
  }, 1)
  await project.use((qms) => checkin(qms, claude, 'CR-001'))
  await project.use((qms) => route(qms, claude, 'CR-001', {}))
  clearInterval(watch)
  for (const name of names) if (name.includes('tmp')) expect(name).toMatch(/qms-tmp-\d+-\d+-[0-9a-f-]+$/)
  untouchedOutside()
})

it('H21. what a shell hands over as a pipe is read all the same', async () => {
  const line = `'${process.execPath}' '${BIN}' create SOP --dry-run -u claude --file <(printf -- "---\\ntitle: Handed over\\n---\\n\\nText.\\n")`
  const said = await unchanged(project, () => launch('bash', ['-c', line], { cwd: project.root }))
  expect({ code: said.code, err: said.err }).toEqual({ code: 0, err: '' })
  expect(said.out).toContain('Handed over')
})

it('H21. a store that was moved aside is not found through its old name', async () => {
  renameSync(project.path('QMS'), join(outside, 'QMS'))
  symlinkSync(join(outside, 'QMS'), project.path('QMS'))
  expect(await project.refused('checkin CR-001 -u claude', 'LINK_IN_STORE')).toContain('QMS')
  expect(existsSync(join(outside, 'QMS', 'CR/CR-001/CR-001-draft.md'))).toBe(true)
})
