/** `init`: the first commit of a store, in whatever repository it finds. Source: store design, "Where things are". */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claude, create, folder, initialised, Project, repository, status } from '../support/cli.ts'

const SHIPPED_SOPS = ['SOP-001', 'SOP-002', 'SOP-003', 'SOP-004', 'SOP-005', 'SOP-006', 'SOP-007']

describe('init', () => {
  it('in a repository with commits and unfinished work adds one commit and touches nothing else', async () => {
    const project = repository()
    project.write('src/code.txt', 'being changed\n')
    project.write('staged.txt', 'staged\n')
    project.git('add', 'staged.txt')
    project.write('.gitattributes', '*.png binary')
    project.git('add', '.gitattributes')
    project.git('commit', '-q', '-m', 'attributes', '.gitattributes')
    const said = await project.ok('init')
    expect(said).toContain('Document store ready on branch main')
    expect(said).toContain('lead (administrator, human), claude (initiator, agent), qa (quality, agent)')
    for (const id of SHIPPED_SOPS) expect(said).toContain(id)
    expect(project.git('log', '--format=%s')).toBe('qms: init (lead)\nattributes\ncode')
    expect(project.git('status', '--porcelain')).toBe(' M src/code.txt\nA  staged.txt')
    expect(project.read('.gitattributes')).toBe('*.png binary\nQMS/** -text\n')
    expect(project.git('log', '-1', '--format=%an <%ae> %cn <%ce>')).toBe(
      'lead <lead@qms.invalid> Project Maintainer <maintainer@example.test>',
    )
  })

  it('installs what it ships as EFFECTIVE 1.0, each under an INSTALL event', async () => {
    const project = await initialised()
    for (const [type, id] of [
      ['SOP', 'SOP-003'],
      ['TEMPLATE', 'TEMPLATE-CR'],
    ] as const) {
      expect(project.trail(`${type}/${id}`).map((e) => e.event)).toEqual(['INSTALL'])
      const { document, texts } = await project.use((qms) => status(qms, {}, id))
      expect(document).toMatchObject({ status: 'EFFECTIVE', version: '1.0', responsible_user: null })
      expect(project.has(texts[0]?.path ?? '')).toBe(true)
    }
    expect(project.has('.claude/agents/qa.md')).toBe(true)
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('is refused the second time, and with another branch, and changes nothing', async () => {
    const project = await initialised()
    const before = project.everything()
    expect(await project.refused('init', 'ALREADY_INITIALISED')).toContain('on the branch main')
    await project.refused('init --branch qms', 'ALREADY_INITIALISED')
    await project.refused('init --bare', 'ALREADY_INITIALISED', { cwd: project.path('src') })
    expect(project.everything()).toEqual(before)
  })

  it('where there is no repository is refused, or makes one', async () => {
    const empty = new Project(folder())
    expect(await empty.refused('init', 'NO_REPOSITORY')).toContain('qms init --git')
    expect(await empty.ok('init --git --lead ann')).toContain('ann (administrator, human)')
    expect(empty.git('status', '--porcelain')).toBe('')
    expect(await empty.ok('create CR --title "The first" -u claude')).toContain('CR-001 created')
  })

  it('on an unborn branch makes its first commit', async () => {
    const project = new Project(folder())
    project.git('init', '-q')
    await project.init()
    expect(project.git('rev-list', '--count', 'main')).toBe('1')
    expect(project.git('status', '--porcelain')).toBe('')
  })

  it('--bare registers only the lead, who is then told what is missing', async () => {
    const project = repository()
    const answer = await project.json('init --bare')
    expect(answer.result.users).toEqual([{ name: 'lead', group: 'administrator', kind: 'human' }])
    expect(project.has('.claude')).toBe(false)
    await project.ok('create SOP --title Alone -u lead')
    project.edit('lead', 'SOP-008', () => "---\ntitle: 'Alone'\n---\n\nText.\n")
    await project.ok('checkin SOP-008 -u lead')
    expect(await project.refused('route SOP-008 -u lead', 'GATE')).toContain(
      'qms user add NAME --group quality',
    )
  })

  it('--without leaves shipped documents out, and knows their names', async () => {
    const project = repository()
    expect(await project.refused('init --without SOP-099', 'BAD_VALUE')).toContain('SOP-001, SOP-002')
    const answer = await project.json('init --without sop-007,TEMPLATE-TP')
    expect(answer.result.documents).not.toContain('SOP-007')
    expect(answer.result.documents).not.toContain('TEMPLATE-TP')
    expect(await project.ok('create SOP --title Next -u claude')).toContain('SOP-007 created')
  })

  it('--branch keeps the store on an orphan branch, seen through an ignored folder', async () => {
    const project = repository()
    const head = project.tip()
    await project.ok('init --branch qms')
    expect(project.tip()).toBe(head)
    expect(project.git('rev-list', '--count', 'qms')).toBe('1')
    expect(project.git('ls-tree', '--name-only', 'qms').split('\n')).toEqual([
      '.gitattributes',
      'QMS',
      'qms.config.json',
    ])
    expect(project.git('status', '--porcelain', '--', 'QMS')).toBe('')
    expect(project.has('QMS/SOP/SOP-001.md')).toBe(true)
    expect(await project.ok('create CR --title "On its own branch" -u claude')).toContain('CR-001 created')
    expect(project.has('QMS/CR/CR-001/CR-001-draft.md')).toBe(true)
    expect(project.tip()).toBe(head)
    expect(project.git('log', '-1', '--format=%s', 'qms')).toBe('CR-001: create, DRAFT (claude)')
  })

  it('killed before the store was made leaves the choice of the branch open', async () => {
    const project = repository()
    project.git('config', 'qms.branch', 'records')
    await project.refused('status', 'NOT_INITIALISED')
    await project.ok('init --branch other')
    expect(project.git('config', 'qms.branch')).toBe('other')
    expect(await project.ok('status')).toContain('Store on branch other')
  })

  it('records where the store is before there is one, and makes none where it cannot', async () => {
    const project = repository()
    project.write('.git/config.lock', '')
    await project.refused('init --branch records', 'GIT')
    expect(project.git('for-each-ref', 'refs/heads/records')).toBe('')
    rmSync(project.path('.git/config.lock'))
    await project.ok('init --branch records')
  })

  it('--dry-run writes nothing, not even a branch or a setting', async () => {
    const project = repository()
    const before = {
      ...project.everything(),
      config: project.read('.git/config'),
      exclude: project.read('.git/info/exclude'),
    }
    const said = await project.ok('init --dry-run')
    expect(said.split('\n').filter((line) => line.includes('"INSTALL"'))).toHaveLength(17)
    await project.ok('init --dry-run --branch qms')
    expect({
      ...project.everything(),
      config: project.read('.git/config'),
      exclude: project.read('.git/info/exclude'),
    }).toEqual(before)
  })

  it('in a subfolder serves the whole repository', async () => {
    const project = repository()
    await project.ok('init', { cwd: project.path('src') })
    expect(project.has('QMS/SOP/SOP-001.md')).toBe(true)
    expect(project.has('src/QMS')).toBe(false)
    expect(await project.ok('status', { cwd: project.path('src') })).toBe(await project.ok('status'))
  })

  it('needs no git identity', async () => {
    const project = repository()
    const home = folder('home')
    writeFileSync(join(home, '.gitconfig'), '')
    const env = { HOME: home, GIT_CONFIG_GLOBAL: join(home, '.gitconfig') }
    await project.ok('init', { env })
    expect(project.git('log', '-1', '--format=%cn <%ce>')).toBe('qms <qms@localhost>')
  })

  it('refuses names that cannot be, and a detached HEAD without --branch', async () => {
    const project = repository()
    await project.refused('init --lead "../x"', 'BAD_NAME')
    await project.refused('init --lead qa', 'BAD_VALUE')
    await project.refused(['init', '--branch', 'a..b'], 'BAD_NAME')
    project.git('checkout', '-q', '--detach')
    expect(await project.refused('init', 'USAGE')).toContain('qms init --branch qms')
    expect(project.has('QMS')).toBe(false)
  })

  it('keeps local files out of git, and an agent definition that was there', async () => {
    const project = repository()
    project.write('.claude/agents/qa.md', 'ours\n')
    project.git('add', '.')
    project.git('commit', '-qm', 'ours')
    await project.init()
    expect(project.read('.claude/agents/qa.md')).toBe('ours\n')
    await project.use((qms) => create(qms, claude, { type: 'CR', title: 'A' }))
    expect(existsSync(project.path('.qms/workspace/claude/CR-001.md'))).toBe(true)
    expect(project.git('status', '--porcelain')).toBe('')
    expect(readFileSync(project.path('.git/info/exclude'), 'utf8').match(/^\/\.qms\/$/gm)).toHaveLength(1)
  })
})
