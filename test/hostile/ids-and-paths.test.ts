/** Names that would be paths, options, revisions or other names (H17, H18, H22). */
import { existsSync, readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { refuse } from '../../src/errors.ts'
import { refusalLines } from '../../src/interfaces/cli/screen.ts'
import { present } from '../../src/interfaces/present.ts'
import {
  addNamespace,
  addUser,
  claude,
  create,
  drafted,
  folder,
  initialised,
  launch,
  lead,
  list,
  Project,
  repository,
  route,
  status,
  workspace,
} from '../support/cli.ts'
import { expectSentence, plant, RAW, unchanged } from './attack.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const ESC = '\u001b'
const PATHS = [
  '../../etc/passwd',
  '/abs',
  'a/b',
  'C:\\x',
  '.git/config',
  '.',
  '..',
  '',
  'CON',
  `CR-${'0'.repeat(300)}`,
]
const ODD = ['CR-1', 'CR-001.', 'CR-001 ', ' CR-001', 'CR-001\n', 'CR-000', `CR-001${ESC}[2J`]
const OPTIONS = ['--output=x', '-u', '-', '--', '-C/tmp', '--exec-path=.']
const REVISIONS = [
  'HEAD',
  '@{-1}',
  'refs/heads/main',
  'main~1',
  ':(top)',
  ':/fix',
  '^{/x}',
  'CR-001^{tree}',
  'stash@{0}',
]
const LOOKALIKES = [
  'SOP-О01',
  'ЅOP-001',
  'SOP\u2010001',
  'SOP-\uff10\uff10\uff11',
  'S\u200bOP-001',
  'SOP-00\u0661',
]

// Verifies: REQ-QMS-904
describe('an id', () => {
  it.each([
    ['H17. that is a path', PATHS],
    ['H17. with more or less than an id has', ODD],
    ['H18. that is an option', OPTIONS],
    ['H18. that is a revision or a pattern of git', REVISIONS],
    ['H22. in letters that look like others', LOOKALIKES],
  ])('%s is refused before any path is made of it', (_, ids) =>
    unchanged(project, async () => {
      for (const id of ids) {
        const error = await project.denied('BAD_ID', (qms) => status(qms, {}, id))
        expect({ id, raw: RAW.test(refusalLines(present(error)).join('')) }).toEqual({ id, raw: false })
      }
    }),
  )

  it('H17, H18. is refused by every command, as a word behind --', () =>
    unchanged(project, async () => {
      for (const id of ['../../etc/passwd', '--output=x', `CR-001${ESC}[2J`])
        for (const verb of ['read', 'history', 'diff', 'comments', 'tree'])
          expectSentence(await project.run([verb, '--', id]))
      expect(await project.refused(['checkout', '-u', 'claude', '--', '--output=x'], 'BAD_ID')).toContain(
        '--output',
      )
      expect(project.has('x')).toBe(false)
    }))

  it('H18. as an option that git or we do not have is a mistake in the call', () =>
    unchanged(project, async () => {
      for (const option of ['--output=x', '--upload-pack=x', '-ofoo', '--git-dir=/tmp'])
        await project.refused(['status', option], 'USAGE')
    }))
})

const NAMES = [
  ...PATHS,
  ...OPTIONS,
  ...REVISIONS,
  'a b',
  'x; touch y',
  '$(touch y)',
  'caf\u00e9',
  'a.lock',
  `a${ESC}[1m`,
]

// Verifies: REQ-QMS-904
describe('every other name', () => {
  it.each([
    ['a user', (name: string) => addUserNamed(name), 'BAD_NAME'],
    ['a namespace', (name: string) => project.use((qms) => addNamespace(qms, lead, name)), 'BAD_NAME'],
    [
      'a template',
      (name: string) => project.use((qms) => create(qms, claude, { type: 'TEMPLATE', name, title: 'X' })),
      'BAD_NAME',
    ],
    [
      'a type',
      (name: string) => project.use((qms) => create(qms, claude, { type: name, title: 'X' })),
      'BAD_TYPE',
    ],
    [
      'a namespace of requirements',
      (name: string) =>
        project.use((qms) => create(qms, claude, { type: 'RS', namespace: name, title: 'X' })),
      'NO_NAMESPACE',
    ],
    [
      'a parent',
      (name: string) =>
        project.use((qms) => create(qms, claude, { type: 'TP', parent: name || '-', title: 'X' })),
      'BAD_ID',
    ],
  ])('H17, H18. of %s is refused before any path is made of it', (what, deed, code) =>
    unchanged(project, async () => {
      // A device of another system is a fair name for requirements and templates: they never stand alone.
      const fair = (name: string) =>
        /^[a-z]+$/i.test(name) && !['a user', 'a type', 'a parent'].includes(what)
      for (const name of NAMES.filter((name) => !fair(name))) {
        const error = await deed(name).then(
          () => null,
          (thrown) => thrown,
        )
        expect({ what, name, code: error?.code }).toEqual({ what, name, code })
      }
    }),
  )
  const addUserNamed = (name: string) => project.use((qms) => addUser(qms, lead, name, 'reviewer', 'agent'))

  it('H17. of a reader or an actor is one that is registered', () =>
    unchanged(project, async () => {
      for (const user of [
        '../../x',
        '.git',
        `x${ESC}[1m`,
        '-x',
        'LEAD',
        'lead ',
        '__proto__',
        'constructor',
      ]) {
        await project.denied('NO_USER', (qms) => status(qms, { user }, 'CR-001'))
        await project.denied('NO_USER', (qms) => workspace(qms, { user }))
        expectSentence(await project.run(['inbox', '-u', user]))
      }
      await project.denied('GATE', (qms) =>
        route(qms, claude, 'CR-001', { assign: ['../../x', '__proto__'] }),
      )
    }))

  it('H17. of a folder for copies stays inside, and out of git', () =>
    unchanged(project, async () => {
      for (const value of [
        '../x',
        '/tmp/x',
        'a/../../x',
        '.git',
        '.git/hooks',
        '.GIT/x',
        'a//b',
        '',
        '.',
        'a\\b',
        'x\ny',
      ]) {
        const said = await project.run(['config', 'workspace', value, '-u', 'lead'])
        expect({ value, code: said.code }).toEqual({ value, code: 2 })
        expectSentence(said)
      }
    }))

  it('H17. of a folder for copies that was planted is refused, too', async () => {
    const own = await initialised()
    for (const value of ['.git/hooks', '../x', '/tmp/x']) {
      plant(own, 'qms.config.json', JSON.stringify({ branch: 'main', workspace: value }))
      await unchanged(own, async () => expectSentence(await own.run('create CR --title X -u claude')))
    }
    expect(own.has('.git/hooks/claude')).toBe(false)
  })

  it('H18. of a branch is one that git accepts and no expression', async () => {
    for (const branch of [
      '-x',
      '--output=x',
      'main~1',
      'a..b',
      '@{-1}',
      'x.lock',
      'a b',
      '../x',
      'refs/heads/',
      'HEAD^',
      'a\nb',
      '',
    ]) {
      const own = repository()
      await unchanged(own, async () => {
        const said = await own.run(['init', '--branch', branch])
        expect({ branch, code: said.code }).toEqual({ branch, code: 2 })
        expectSentence(said)
      })
      expect(own.git('branch', '--format=%(refname:short)')).toBe('main')
    }
  })

  it('H18. of a branch in the configuration of the clone is no expression either', async () => {
    const own = await initialised()
    for (const branch of ['main~1', 'main^{tree}', 'main:QMS', '../../x', '-x', 'a\nb']) {
      own.git('config', 'qms.branch', branch)
      await unchanged(own, async () => {
        expect(await own.refused('status', 'BAD_VALUE')).toContain('git config qms.branch')
        expectSentence(await own.run('create CR --title X -u claude'))
      })
    }
  })

  it('H18. of a branch in the marker file is passed over where it is an expression', async () => {
    const own = await initialised()
    own.git('config', '--unset', 'qms.branch')
    for (const branch of ['main~1', '-x', '../x', 'main^{commit}']) {
      plant(own, 'qms.config.json', JSON.stringify({ branch }))
      await unchanged(own, () => own.refused('status', 'NOT_INITIALISED'))
    }
  })

  it('H18. of a file to be read is a path and no option', () =>
    unchanged(project, async () => {
      for (const file of ['-x', '--output=y', 'no/such', '\u001b[2J'])
        expectSentence(await project.run(['create', 'SOP', '--title', 'X', '-u', 'claude', `--file=${file}`]))
    }))
})

describe('words that look like options reach nobody as such', () => {
  it('H18. a title, a reason, a search', async () => {
    const own = await initialised()
    const made = await own.run(['create', 'CR', '--title=--output=x', '-u', 'claude'])
    expect({ code: made.code, err: made.err }).toEqual({ code: 0, err: '' })
    expect(own.trail('CR/CR-001')[0]?.title).toBe('--output=x')
    for (const text of ['--output=x', '-e', '--open-files-in-pager=touch y', ':(top)'])
      expect((await own.run(['search', '--', text])).code).toBe(0)
    expect(own.has('x') || own.has('y')).toBe(false)
  })

  it('H18. in commands that are offered to be pasted, names are words, not commands', async () => {
    const own = await initialised()
    const shell = new Project(folder())
    for (const path of ['QMS/$(touch y).json', "QMS/it's; touch y.json", 'QMS/`touch y`.json']) {
      const damaged = present(refuse('DAMAGED', { path, problem: 'p', expected: 'e', found: 'f' }))
      const offered = damaged.next.filter((command) => command.startsWith('git '))
      expect(offered[0]).toMatch(/ -- ['"]/)
      for (const command of offered) await launch('sh', ['-c', command], { cwd: shell.root })
    }
    for (const file of ["x'; touch y #", '$(touch y)', '`touch y`']) {
      const said = await own.json(['create', 'SOP', '--title', 'X', '-u', 'claude', `--file=${file}`])
      const user = await own.json(['user', 'show', file])
      for (const command of [...said.error.next, ...user.error.next])
        await launch('sh', ['-c', command.replaceAll('qms ', 'true ')], { cwd: shell.root })
    }
    expect(shell.has('y')).toBe(false)
  })
})

describe('H22. names that differ in case only', () => {
  it('in an id mean the same document', async () => {
    expect(await project.ok('status cr-001')).toContain('CR-001')
    expect(await project.ok('history Cr-001')).toContain('CR-001')
  })

  it('in the store are no second document, and their number or name is not given', async () => {
    const own = await initialised()
    await own.use((qms) => drafted(own, qms, 'CR'))
    plant(own, 'QMS/.audit/CR/cr-002.jsonl', own.read('QMS/.audit/CR/CR-001.jsonl'))
    plant(own, 'QMS/.audit/TEMPLATE/template-new.jsonl', own.read('QMS/.audit/TEMPLATE/TEMPLATE-CR.jsonl'))
    await own.use(async (qms) => {
      expect((await list(qms, { type: 'CR' })).map((d) => d.doc_id)).toEqual(['CR-001'])
      expect((await create(qms, claude, { type: 'CR', title: 'X' })).document?.doc_id).toBe('CR-003')
    })
    await own.denied('ALREADY_EXISTS', (qms) =>
      create(qms, claude, { type: 'TEMPLATE', name: 'new', title: 'X' }),
    )
    plant(own, 'QMS/.meta/CR/cr-001.json', own.read('QMS/.meta/CR/CR-001.json'))
    const third = own.read('QMS/.meta/CR/CR-003.json')
    plant(own, 'QMS/.meta/CR/CR-003.json', own.read('QMS/.meta/CR/CR-001.json'))
    expect(await own.refused('list', 'DAMAGED')).toContain('QMS/.meta/CR/CR-003.json: of another document')
    plant(own, 'QMS/.meta/CR/CR-003.json', third)
    expect((await own.ok('list --type CR --plain --fields id')).trim().split('\n')).toEqual([
      'CR-001',
      'CR-003',
    ])
  })
})

it('H17. nothing of all this was made beside the project', () => {
  expect(readdirSync(project.path('..')).filter((name) => !/^(?:home|project|folder)/.test(name))).toEqual([])
  expect(existsSync('/tmp/x')).toBe(false)
})
