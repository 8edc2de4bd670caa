/** What people see on a terminal: colour, width, paging, and what a plain or a dumb terminal gets instead. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { localTime } from '../../src/interfaces/cli/display.ts'
import { cutTo, widthOf, wrap } from '../../src/interfaces/cli/text.ts'
import {
  addUser,
  claude,
  create,
  drafted,
  folder,
  initialised,
  lead,
  type Project,
  route,
} from '../support/cli.ts'
import { hasTerminal, onTerminal } from '../support/pty.ts'

const ESC = '\u001b'
const STYLE = /\u001b\[[0-9;]*m/g
const LONG = 'Rotate the signing keys of the public API every ninety days and write down how it is done'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR', { with: { title: LONG } })
    await route(qms, claude, 'CR-001', {})
    await create(qms, claude, { type: 'SOP', title: '鍵の更新手順' })
  })
})

const shown = async (argv: string, size: Parameters<typeof onTerminal>[2] = {}): Promise<string> =>
  (await onTerminal(project, argv.split(' ').filter(Boolean), size)).out

/** A command stays in one piece, to be pasted: a line that is one may be wider than the screen. */
const isCommand = (line: string): boolean =>
  /^\s*(?:\$ |try +|\S+(?:, \S+)* +|yes +|no +)?(?:qms|git) /.test(line)

describe.skipIf(!hasTerminal)('on a terminal', () => {
  it.each([80, 120])('of %i columns no line is wider, but a command to be pasted', async (columns) => {
    for (const line of [
      '',
      'help',
      'help route',
      'help roles',
      'help GATE',
      'user',
      'status',
      'status CR-001',
      'next CR-001 -u claude',
      'next CR-001 review -u claude',
      'why CR-001 review -u claude',
      'inbox -u qa',
      'list',
      'history CR-001',
      'tree',
      'status CR-001 --diagram',
      'status SOP-001 --diagram',
      'search agreed',
      'next -u qa',
      'policy show',
      'config',
      'commands',
      'workspace -u claude',
      'list --status OPEN',
      'release CR-001 -u claude',
      'fix CR-001 -u qa --file x',
    ]) {
      const wide = (await shown(line, { columns, env: { QMS_PAGER: '' } }))
        .replaceAll(STYLE, '')
        .split('\n')
        .filter((text) => widthOf(text) > columns && !isCommand(text))
      expect({ line, wide }).toEqual({ line, wide: [] })
    }
  })

  it('there is colour, and none where it is not wanted or not possible', async () => {
    expect(await shown('status')).toContain(ESC)
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { QMS_ACCESSIBLE: '1' }, { FORCE_COLOR: '0' }])
      expect({ env, colour: (await shown('status', { env })).includes(ESC) }).toEqual({ env, colour: false })
    expect(await shown('status --no-color')).not.toContain(ESC)
    expect(await shown('--no-color status')).not.toContain(ESC)
    expect(await shown('status --no-color', { env: { FORCE_COLOR: '1' } })).not.toContain(ESC)
  })

  it('nothing is said by colour alone: without it the same words stand there', async () => {
    for (const line of ['next CR-001 -u claude', 'diff CR-001', 'release CR-001 -u claude']) {
      const plain = (await shown(line, { env: { NO_COLOR: '1' } })).replaceAll(/\[-|-\]|\{\+|\+\}/g, '')
      expect(plain).toBe((await shown(line)).replaceAll(STYLE, ''))
    }
  })

  it('what is longer than the screen goes through the pager of the reader, what is not does not', async () => {
    project.write('pager.sh', `#!/bin/sh\ncat > '${project.path('paged.txt')}'\n`)
    chmodSync(project.path('pager.sh'), 0o755)
    const pager = project.path('pager.sh')
    const paged = async (line: string, env: NodeJS.ProcessEnv, rows = 10): Promise<boolean> => {
      project.write('paged.txt', '')
      await shown(line, { env, rows })
      return project.read('paged.txt') !== ''
    }
    expect(await paged('list', { QMS_PAGER: pager })).toBe(true)
    expect(project.read('paged.txt')).toContain('SOP-007')
    expect(await paged('list', { PAGER: pager })).toBe(true)
    expect(await paged('help', { QMS_PAGER: pager })).toBe(true)
    expect(await paged('read SOP-001', { QMS_PAGER: pager })).toBe(true)
    expect(await paged('list', { QMS_PAGER: 'cat', PAGER: pager })).toBe(false)
    expect(await paged('list', { QMS_PAGER: pager }, 60)).toBe(false)
    expect(await paged('list --no-pager', { QMS_PAGER: pager })).toBe(false)
    expect(await paged('list --json', { QMS_PAGER: pager })).toBe(false)
    expect(await paged('list', { QMS_PAGER: pager, TERM: 'dumb' })).toBe(false)
    project.git('config', 'core.pager', pager)
    project.git('config', 'pager.qms', pager)
    expect(await paged('list', { QMS_PAGER: '' })).toBe(false)
    expect(await paged('list', { QMS_PAGER: 'cat' })).toBe(false)
  })

  it('a pager that is not there is no obstacle', async () => {
    expect(await shown('list', { rows: 5, env: { QMS_PAGER: 'no-such-pager' } })).toContain('SOP-007')
  })

  it('a table is cut to the screen, and not at all for a dumb one or one that is heard', async () => {
    expect(await shown('list')).not.toContain(LONG)
    for (const env of [{ TERM: 'dumb' }, { QMS_ACCESSIBLE: '1' }])
      expect(await shown('list', { env })).toContain(LONG)
  })
})

describe.skipIf(!hasTerminal)('what somebody prefers', () => {
  it('is read from their own file; the environment wins over it, and a flag over both', async () => {
    const home = folder('xdg')
    mkdirSync(`${home}/qms`)
    const prefer = (text: string) => writeFileSync(`${home}/qms/config.json`, text)
    const env = { XDG_CONFIG_HOME: home }
    const coloured = async (line: string, more: NodeJS.ProcessEnv = {}) =>
      (await shown(line, { env: { ...env, ...more } })).includes(ESC)
    prefer('{"color": "never"}')
    expect(await coloured('status')).toBe(false)
    expect(await coloured('status', { FORCE_COLOR: '1' })).toBe(true)
    prefer('{"color": "always"}')
    expect(await project.ok('status', { env })).toContain(ESC)
    expect(await coloured('status', { NO_COLOR: '1' })).toBe(false)
    expect(await coloured('status --no-color')).toBe(false)
    prefer('{ not JSON')
    expect(await coloured('status')).toBe(true)
    prefer(JSON.stringify({ pager: `cat > '${project.path('mine.txt')}'` }))
    await shown('list', { env, rows: 5 })
    expect(project.read('mine.txt')).toContain('SOP-007')
    const settings = async (more: NodeJS.ProcessEnv) =>
      (await project.json('config', { env: { ...env, PAGER: undefined, ...more } })).result.settings
    expect(await settings({})).toContainEqual(
      expect.objectContaining({ key: 'pager', from: `${home}/qms/config.json` }),
    )
    expect(await settings({ QMS_PAGER: 'more' })).toContainEqual(
      expect.objectContaining({ key: 'pager', value: 'more', from: 'QMS_PAGER' }),
    )
  })
})

describe('on no terminal', () => {
  it('nothing is paged, cut or coloured', async () => {
    const env = { QMS_PAGER: `touch '${project.path('ran')}'` }
    expect(await project.ok('list', { env })).toContain(LONG)
    expect(project.has('ran')).toBe(false)
  })

  it('signs of ours are ASCII where the locale is not UTF-8', async () => {
    const ours = async (env: NodeJS.ProcessEnv) =>
      [...(await project.ok('next CR-001 -u claude', { env })), ...(await project.ok('help', { env }))].join(
        '',
      )
    for (const env of [{ LANG: 'C' }, { LC_ALL: 'POSIX' }]) expect(await ours(env)).toMatch(/^[\x00-\x7e]*$/)
    const many = await initialised()
    await many.use(async (qms) => {
      await drafted(many, qms, 'CR')
      const names = ['a1', 'a2', 'a3', 'a4']
      for (const name of names) await addUser(qms, lead, name, 'reviewer', 'agent')
      await route(qms, claude, 'CR-001', { assign: names })
    })
    expect(await many.ok('status CR-001', { env: { LANG: 'C.UTF-8' } })).toContain('a2, …')
    expect(await many.ok('status CR-001', { env: { LANG: 'C' } })).toContain('a2, ...')
  })

  it('times are those of the reader, with their distance from UTC; in JSON they are UTC', async () => {
    expect(localTime('2026-11-21T23:30:05.123Z')).toMatch(/^2026-11-2[12] \d\d:\d\d:05 [+-]\d\d:\d\d$/)
    const said = await project.ok('user list', { env: { TZ: 'Asia/Kathmandu' } })
    expect(said).toMatch(/ \d\d:\d\d:\d\d \+05:45$/m)
    expect(await project.ok('user list', { env: { TZ: 'America/St_Johns' } })).toMatch(/ -0[23]:30$/m)
    const { result } = await project.json('user list', { env: { TZ: 'Asia/Kathmandu' } })
    expect(result.users[0].since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('--quiet is the answer alone, --verbose says where it comes from, on standard error', async () => {
    const quiet = await project.ok('status CR-001 -q')
    expect(quiet).toContain('IN_PRE_REVIEW')
    expect(quiet).not.toContain('Next')
    const said = await project.run('-v status CR-001 -u claude')
    expect(said.err).toBe(`qms: ${project.root}, branch main, acting as claude\n`)
    expect(said.out).toBe(await project.ok('status CR-001 -u claude'))
  })
})

describe('text on a screen', () => {
  it('is broken at spaces and nowhere else', () => {
    expect(wrap('  one two three', 9, 4)).toEqual(['  one two', '    three'])
    expect(wrap('unbreakable', 4, 2)).toEqual(['unbreakable'])
    expect(wrap('', 10)).toEqual([''])
  })

  it('is measured in columns: wide signs take two, marks and styles none', () => {
    expect(widthOf('鍵')).toBe(2)
    expect(widthOf('e\u0301')).toBe(1)
    expect(widthOf(`${ESC}[1mab${ESC}[22m`)).toBe(2)
    expect(cutTo('鍵の更新', 5)).toBe('鍵の~')
    expect(cutTo('abc', 3)).toBe('abc')
  })
})
