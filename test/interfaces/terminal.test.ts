/** What only a real process shows: exit codes, both outputs, standard input, colours, hostile words. */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { BIN, drafted, folder, initialised, Project, repository } from '../support/cli.ts'
import { commandNames } from '../support/grammar.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const ESC = '\u001b'

describe('the front page', () => {
  it('fits on a small screen and says what to do, in each situation', async () => {
    for (const [where, says] of [
      [folder(), 'qms init --git'],
      [repository().root, '  qms init'],
      [project.root, 'Store on branch main: 18 documents, 1 open.'],
    ] as const) {
      const page = await new Project(where).ok('')
      expect(page).toContain(says)
      expect(page.split('\n').length).toBeLessThan(25)
    }
  })

  it('of help names every command on its own line', async () => {
    const page = await project.ok('help')
    for (const name of await commandNames()) expect(page).toMatch(new RegExp(`^  ${name} {2,}\\w`, 'm'))
    expect(await project.ok('--help')).toBe(page)
  })

  it('of a command shows an example before the flags', async () => {
    const page = await project.ok('help route')
    expect(page.indexOf('$ qms route CR-001 --review -u claude')).toBeGreaterThan(0)
    expect(page.indexOf('$ qms route')).toBeLessThan(page.indexOf('FLAGS'))
    expect(await project.ok('route --help')).toBe(page)
    expect(await project.ok('user --help')).toContain('user add')
  })

  it('gives the version', async () => {
    expect(await project.ok('--version')).toMatch(/^qms\/\d+\.\d+\.\d+ /)
  })
})

describe('who and where', () => {
  it('may be said before the verb, behind it, or in QMS_USER; the flag wins', async () => {
    const expected = await project.ok('inbox -u qa')
    expect(await project.ok('-u qa inbox')).toBe(expected)
    expect(await project.ok('--user=qa inbox')).toBe(expected)
    expect(await project.ok('inbox', { env: { QMS_USER: 'qa' } })).toBe(expected)
    expect(await project.ok('inbox -u qa', { env: { QMS_USER: 'lead' } })).toBe(expected)
    const err = await project.refused('inbox', 'USER_MISSING')
    expect(err).toContain('lead, claude, qa')
    expect(err).toContain('qms inbox -u lead')
  })

  it('-C runs in another folder, from outside any repository', async () => {
    const elsewhere = folder()
    expect(await project.ok(`-C ${project.root} status`, { cwd: elsewhere })).toBe(await project.ok('status'))
    expect(await project.refused('status', 'NO_REPOSITORY', { cwd: elsewhere })).toContain('qms init --git')
  })
})

describe('a slip', () => {
  it('in a command is answered with the one that was meant', async () => {
    expect(await project.refused('aprove CR-001', 'USAGE')).toContain('did you mean approve?')
    expect(await project.refused('user ad x', 'USAGE')).toContain('did you mean user add?')
    expect(await project.refused('xyzzy', 'USAGE')).toContain('qms help')
  })

  it('in an id is answered with those that exist', async () => {
    expect(await project.refused('status SOP-01', 'BAD_ID')).toContain('qms status SOP-001')
    expect(await project.refused('status CR-002', 'NO_DOCUMENT')).toContain('qms status CR-001')
    expect(await project.ok('status cr-001')).toContain('CR-001  About CR')
  })

  it('in a flag is refused, exit 2, and names the help', async () => {
    expect(await project.refused('list --colour', 'USAGE')).toContain('qms list --help')
    expect(await project.refused('close', 'USAGE')).toContain('Missing: ID')
    expect(await project.refused('review CR-001 --recommend --request-updates -u qa', 'USAGE')).toContain(
      'recommend',
    )
    expect(await project.refused('user add x --group boss -u lead', 'USAGE')).toContain('administrator')
  })

  it('is refused with commands that can be pasted: they say who acts, too', async () => {
    const err = await project.refused('release CR-001 -u claude', 'NOT_OPEN')
    expect(err).toContain('try       qms next CR-001 -u claude')
    expect(await project.ok('next CR-001 -u claude')).toContain('qms route CR-001 --review')
  })
})

describe('pipes and terminals', () => {
  it('H55. closed standard input never hangs, not even where a file is asked for from it', async () => {
    expect(await project.ok('create SOP --title X --file - -u claude --dry-run')).toContain('Would write')
    await project.ok('comments CR-001', { input: '' })
  })

  it('standard input is a file where - is given', async () => {
    const text = "---\ntitle: 'From a pipe'\n---\n\n# Text\n"
    expect(await project.ok('create SOP --file - -u claude --dry-run', { input: text })).toContain(
      'From a pipe',
    )
  })

  it('H55. a reader that stops early is no error', () => {
    const line = `"${process.execPath}" "${BIN}" help | head -1; exit \${PIPESTATUS[0]}`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
      cwd: project.root,
      encoding: 'utf8',
    })
    expect({ status, stderr, lines: stdout.trim().split('\n').length }).toEqual({
      status: 0,
      stderr: '',
      lines: 1,
    })
  })

  it('colours only where they are asked for', async () => {
    expect(await project.ok('status')).not.toContain(ESC)
    expect(await project.ok('status', { env: { FORCE_COLOR: '1' } })).toContain(ESC)
    expect(await project.ok('status', { env: { NO_COLOR: '1' } })).not.toContain(ESC)
  })

  it('read prints the very bytes', async () => {
    const text = project.git('show', 'main:QMS/SOP/SOP-001.md')
    expect((await project.ok('read SOP-001')).trimEnd()).toBe(text)
  })
})
