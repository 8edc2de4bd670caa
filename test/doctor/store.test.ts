/** `qms doctor` on the store and its people: each fault is made for real, and is named. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judged as judgedClock } from '../../src/app/doctor/checks/clock.ts'
import { addUser, disableUser, setConfiguration } from '../../src/app/govern.ts'
import { initialise } from '../../src/app/setup.ts'
import { digest, openForInit, shipped } from '../../src/compose.ts'
import {
  agreed,
  checkin,
  checkout,
  claude,
  create,
  drafted,
  initialised,
  lead,
  type Project,
  ROOT,
  repository,
  route,
} from '../support/cli.ts'
import { adopt, hasSample, peerProject, sampleProject, textOf } from '../support/peer.ts'
import { amiss, doctor, inState, looked } from './look.ts'

const states = (found: readonly { state: string; about: string | null }[]) =>
  found.map((f) => `${f.state} ${f.about}`)
/** A command that was shown, as a person would paste it. */
const pasted = (project: Project, line: string) => project.git(...line.replace(/^git /, '').split(' '))

const committed = (project: Project, path: string, text: string) => {
  project.write(path, text)
  project.git('add', '-f', '--', path)
  project.git('commit', '-q', '-m', 'by hand')
}

// Verifies: REQ-QMS-451
describe('a healthy project', () => {
  it.each([undefined, 'qms'])(
    'with its store on %s raises no alarm, and is not written to',
    async (branch) => {
      const project = repository()
      await project.ok(branch ? `init --branch ${branch}` : 'init')
      await project.use(async (qms) => {
        await drafted(project, qms, 'CR')
        await checkout(qms, claude, 'CR-001')
      })
      const before = project.everything()
      const said = await doctor(project)
      expect(said.checks.filter((c) => c.state !== 'ok')).toEqual([])
      expect(said).toMatchObject({ exit: 0, verdict: 'well', branch: branch ?? 'main', mended: [] })
      expect(said.checks.every((c) => c.summary !== '')).toBe(true)
      expect(project.everything()).toEqual(before)
      expect((await doctor(project, '--fix')).mended).toEqual([])
      expect(project.everything()).toEqual(before)
    },
  )

  it('says it in few lines, and ends with what to do next', async () => {
    const out = await (await initialised()).ok('doctor')
    expect(out.split('\n').length).toBeLessThan(14)
    expect(out).toMatch(/^qms doctor: .*, branch main\nok +machine +3 checks: git /)
    expect(out).toMatch(/Nothing is wrong\.\n\nNext\n {2}qms audit\n {2}qms status\n$/)
  })

  it('looked at from another branch or a linked work tree is as healthy', async () => {
    const project = await initialised()
    project.git('checkout', '-q', '-b', 'code', 'HEAD~1')
    expect(await inState(project, 'ok')).toHaveLength((await looked(project)).length)
    project.git('worktree', 'add', '-q', '../linked-to-main', 'main')
    const linked = join(project.root, '../linked-to-main')
    const all = await looked(project, linked)
    expect(all.filter((c) => c.state !== 'ok')).toEqual([])
    rmSync(linked, { recursive: true })
  })

  it.skipIf(!hasSample)('that was adopted raises no alarm about what it brought along', async () => {
    const project = sampleProject()
    await adopt(project)
    const all = await looked(project)
    expect(all.filter((c) => c.state === 'problem' || c.state === 'unknown')).toEqual([])
    expect(
      Object.fromEntries(all.filter((c) => c.state === 'warning').map((c) => [c.name, c.findings])),
    ).toEqual({})
  })
})

describe('the control branch', () => {
  it('that is named and is not there, or is another than the store says, is a problem', async () => {
    const project = await initialised()
    project.git('config', 'qms.branch', 'nowhere')
    expect(states(await amiss(project, 'control-branch'))).toEqual(['problem nowhere'])
    expect(await inState(project, 'unknown')).toContain('records')
    project.git('branch', 'copy', 'main')
    project.git('config', 'qms.branch', 'copy')
    const [found] = await amiss(project, 'control-branch')
    expect(found).toMatchObject({
      state: 'problem',
      about: 'branch',
      found: expect.stringContaining('"main"'),
    })
    pasted(project, found!.next[1]!)
    expect(await amiss(project, 'control-branch')).toEqual([])
    project.git('config', 'qms.branch', '..')
    expect(states(await amiss(project, 'repository'))).toEqual(['problem BAD_VALUE'])
  })
})

describe('the configuration', () => {
  it('that is damaged is a problem, and nothing else stops for it', async () => {
    const project = await initialised()
    committed(project, 'qms.config.json', '{')
    const said = await doctor(project)
    expect(said.exit).toBe(6)
    expect(said.checks.filter((c) => c.state !== 'ok').map((c) => `${c.state} ${c.name}`)).toEqual([
      'problem configuration',
    ])
    expect(said.checks.find((c) => c.name === 'configuration')?.findings[0]).toMatchObject({
      code: 'DAMAGED',
    })
  })

  it('with keys that mean nothing is a warning, and one of a later format a problem', async () => {
    const project = await initialised()
    const config = JSON.parse(project.read('qms.config.json'))
    committed(project, 'qms.config.json', JSON.stringify({ ...config, documentLimits: 5, version: '2.0' }))
    expect(states(await amiss(project, 'configuration'))).toEqual([
      'problem version',
      'warning documentLimits',
    ])
    expect((await amiss(project, 'configuration'))[1]?.found).toContain('did you mean documentLimit?')
    committed(project, 'qms.config.json', JSON.stringify({ ...config, version: 'latest' }))
    expect(states(await amiss(project, 'configuration'))).toEqual(['warning version'])
  })
})

describe('records', () => {
  it('that are damaged are all named, and the rest of the store is still looked at', async () => {
    const project = await initialised()
    committed(project, 'QMS/.meta/SOP/SOP-001.json', '{')
    committed(project, 'QMS/.meta/SOP/SOP-003.json', '{}')
    const found = (await doctor(project)).checks.find((c) => c.name === 'records')
    expect(found?.findings.map((f) => f.code)).toEqual(['DAMAGED', 'DAMAGED'])
    expect(found?.findings[0]?.next.join()).toMatch(/QMS\/.meta\/SOP\/SOP-001\.json.*,qms audit$/)
    expect(await inState(project, 'unknown')).toEqual(['clock', 'duties'])
    committed(project, 'QMS/.audit/_system/registry.jsonl', 'x\n')
    expect(states(await amiss(project, 'records'))).toEqual(['problem DAMAGED'])
    project.git('rm', '-q', 'QMS/.audit/_system/registry.jsonl')
    project.git('commit', '-q', '-m', 'by hand')
    expect(states(await amiss(project, 'records'))).toEqual(['problem QMS/.audit/_system/registry.jsonl'])
  })
})

describe('files in the work tree', () => {
  /** A store in which SOP-003 has a second text and the first is known to git. */
  const moved = async () => {
    const project = await initialised()
    const before = project.git('rev-parse', 'HEAD')
    await project.use((qms) => checkout(qms, claude, 'SOP-003'))
    return { project, before }
  }

  // Verifies: REQ-QMS-452
  it('that lag behind, are missing or are left over are brought up, and hand edits are left', async () => {
    const { project, before } = await moved()
    const [meta, gone, left] = ['QMS/.meta/SOP/SOP-003.json', 'QMS/SOP/SOP-001.md', 'QMS/SOP/SOP-005.md']
    project.git('restore', `--source=${before}`, '--worktree', '--', meta)
    rmSync(project.path(gone))
    project.write('QMS/SOP/SOP-002.md', 'by hand')
    const text = project.read(left)
    project.git('rm', '-q', '--', left)
    project.git('commit', '-q', '-m', 'by hand')
    project.write(left, text)
    const found = await amiss(project, 'views')
    expect(states(found).sort()).toEqual(
      [`problem QMS/SOP/SOP-002.md`, `warning ${meta}`, `warning ${gone}`, `warning ${left}`].sort(),
    )
    const fixed = await doctor(project, '--fix')
    expect(fixed.mended).toEqual([
      { check: 'views', does: 'brings 3 files and entries up to the tip', refused: null },
    ])
    expect([project.has(gone), project.has(left), project.read('QMS/SOP/SOP-002.md')]).toEqual([
      true,
      false,
      'by hand',
    ])
    const [edited] = await amiss(project, 'views')
    pasted(project, edited!.next[1]!)
    expect(await amiss(project, 'views')).toEqual([])
    expect((await doctor(project, '--fix')).mended).toEqual([])
  })

  it('whose index would undo a transition is a problem that is mended', async () => {
    const { project, before } = await moved()
    const trail = 'QMS/.audit/SOP/SOP-003.jsonl'
    project.git('restore', `--source=${before}`, '--staged', '--', trail)
    project.git('rm', '-q', '--cached', '--', 'QMS/SOP/SOP-001.md')
    expect(states(await amiss(project, 'views')).sort()).toEqual([
      `problem ${trail}`,
      'problem QMS/SOP/SOP-001.md',
    ])
    project.write('staged.txt', 'mine')
    project.git('add', 'staged.txt')
    const fixed = await doctor(project, '--fix')
    expect(fixed).toMatchObject({
      exit: 0,
      mended: [{ check: 'views', does: 'brings 2 files and entries up to the tip' }],
    })
    expect(project.git('status', '--porcelain')).toBe('A  staged.txt')
  })

  it('that somebody staged or took out by hand is named, with the way back, and left', async () => {
    const project = await initialised()
    project.write('QMS/SOP/SOP-001.md', 'by hand')
    project.git('add', '--', 'QMS/SOP/SOP-001.md')
    project.git('rm', '-q', '--', 'QMS/SOP/SOP-002.md')
    const found = await amiss(project, 'views')
    expect(states(found)).toEqual([
      'problem QMS/SOP/SOP-001.md',
      'warning QMS/SOP/SOP-002.md',
      'problem QMS/SOP/SOP-001.md',
      'problem QMS/SOP/SOP-002.md',
    ])
    for (const { next } of found.slice(2)) pasted(project, next[1]!)
    pasted(project, found[0]!.next[1]!)
    expect(await amiss(project, 'views')).toEqual([])
  })

  it('that hold a link, or settings that are not committed', async () => {
    const project = await initialised()
    rmSync(project.path('QMS/SOP/SOP-001.md'))
    symlinkSync('/etc/passwd', project.path('QMS/SOP/SOP-001.md'))
    project.write('qms.config.json', '{}')
    expect(states(await amiss(project, 'views')).sort()).toEqual([
      'problem QMS/SOP/SOP-001.md',
      'warning qms.config.json',
    ])
  })

  it('of an ignored view are brought up as well', async () => {
    const project = await initialised('qms')
    rmSync(project.path('QMS/SOP'), { recursive: true })
    expect((await amiss(project, 'views')).map((f) => f.state)).toEqual(Array(7).fill('warning'))
    expect(await doctor(project, '--fix')).toMatchObject({
      exit: 0,
      mended: [{ check: 'views' }],
    })
    expect(project.has('QMS/SOP/SOP-007.md')).toBe(true)
  })

  it('are not mended where another program holds the index, and that is said', async () => {
    const { project, before } = await moved()
    project.git('restore', `--source=${before}`, '--staged', '--', 'QMS/.audit/SOP/SOP-003.jsonl')
    project.write('.git/index.lock', '')
    const fixed = await doctor(project, '--fix')
    expect(fixed.exit).toBe(6)
    expect(fixed.mended[0]).toMatchObject({ check: 'views', refused: expect.stringMatching(/lock|held/i) })
    expect(project.has('.git/index.lock')).toBe(true)
  })
})

describe('what is in the store and of no document', () => {
  it('is named where it is committed: files, links, modes, names that differ by case', async () => {
    const project = await initialised()
    committed(project, 'QMS/SOP/notes.md', 'mine')
    committed(project, 'QMS/SOP/SOP-099.md', 'no trail')
    committed(project, 'QMS/SOP/sop-001.md', 'other case')
    chmodSync(project.path('QMS/SOP/SOP-002.md'), 0o755)
    symlinkSync('SOP-001.md', project.path('QMS/SOP/SOP-098.md'))
    project.git('add', '-A', 'QMS')
    project.git('commit', '-q', '-m', 'by hand')
    const found = await amiss(project, 'store-files')
    expect(states(found).sort()).toEqual([
      'problem QMS/SOP/SOP-001.md',
      'problem QMS/SOP/SOP-098.md',
      'warning QMS/SOP/SOP-002.md',
      'warning QMS/SOP/SOP-099.md',
      'warning QMS/SOP/notes.md',
      'warning QMS/SOP/sop-001.md',
    ])
    expect(pasted(project, found.find((f) => f.about === 'QMS/SOP/notes.md')!.next[0]!)).toContain('by hand')
  })

  it('knows every file that qms writes: drafts, archives, children, adopted files', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'SOP')
      await checkout(qms, claude, 'SOP-008')
      project.edit('claude', 'SOP-008', (text) => `${text}more\n`)
      await checkin(qms, claude, 'SOP-008')
    })
    expect(project.has('QMS/.archive/SOP/SOP-008-v0.1.md')).toBe(true)
    expect(await amiss(project, 'store-files')).toEqual([])
    const peer = peerProject([{ id: 'SOP-001', status: 'DRAFT', version: '0.1', draft: textOf('SOP-001') }], {
      'QMS/.meta/SOP/SOP-001.source.json': '{}',
    })
    await adopt(peer)
    expect(await amiss(peer, 'store-files')).toEqual([])
  })

  it('is named where it lies in the work tree, by what it is, and never removed', async () => {
    const project = await initialised()
    const files = {
      "QMS/SOP/SOP-001 (ann's conflicted copy 2026-01-05).md": 'synchronising',
      'QMS/SOP/SOP-001.sync-conflict-20260105-101010-ABCDEFG.md': 'synchronising',
      'QMS/SOP/SOP-001-DESKTOP-4F2A.md': 'synchronising',
      'QMS/SOP/SOP-001.md~': 'editor',
      'QMS/SOP/.SOP-001.md.swp': 'editor',
      'QMS/SOP/SOP-001.md.orig': 'editor',
      'QMS/.DS_Store': 'file manager',
      'QMS/SOP/SOP-001 (1).md': 'somebody made',
      'QMS/SOP/todo.txt': 'nothing that the store has',
    }
    for (const path of Object.keys(files)) project.write(path, 'x')
    symlinkSync('/etc', project.path('QMS/etc'))
    mkdirSync(project.path('QMS/EMPTY'))
    const found = await amiss(project, 'strangers')
    expect(new Set(found.map((f) => f.state))).toEqual(new Set(['warning']))
    for (const [path, word] of Object.entries(files))
      expect({ path, found: found.find((f) => f.about === path)?.found }).toEqual({
        path,
        found: expect.stringContaining(word),
      })
    expect(found.find((f) => f.about === 'QMS/etc')?.found).toContain('symbolic link')
    expect(found).toHaveLength(10)
    expect((await doctor(project, '--fix')).mended).toEqual([])
    for (const path of Object.keys(files))
      expect({ path, there: project.has(path) }).toEqual({ path, there: true })
  })
})

describe('the clock', () => {
  it('that stands before the newest event is named: a little, or by days', async () => {
    for (const [ahead, state] of [
      [30_000, []],
      [3_600_000, ['warning the newest event', 'warning the newest commit']],
      [3 * 86_400_000, ['problem the newest event', 'problem the newest commit']],
    ] as const) {
      const project = await initialised()
      const now = () => new Date(Date.now() + ahead)
      await project.use((qms) => create({ ...qms, now }, claude, { type: 'CR', title: 'Later' }))
      expect(states(await amiss(project, 'clock'))).toEqual(state)
    }
  })

  it('that is decades off is named, too', () => {
    const newest = new Map([['the newest event', '2026-01-05T09:00:00.000Z']])
    expect(judgedClock(new Date('2046-01-05T09:00:00Z'), newest).map((f) => f.state)).toEqual(['warning'])
    expect(judgedClock(new Date('2027-01-05T09:00:00Z'), newest)).toEqual([])
    expect(judgedClock(new Date('1970-01-01T00:00:00Z'), newest).map((f) => f.state)).toEqual(['problem'])
  })
})

describe('templates and procedures', () => {
  /** A store that an earlier package began: some of its texts were other ones. */
  const older = async (...names: string[]): Promise<Project> => {
    const project = repository()
    const opened = await openForInit(project.root, { git: false, branch: undefined })
    const former = async (kind: Parameters<typeof shipped.files>[0]) =>
      (await shipped.files(kind)).map(({ name, bytes }) => {
        const text = new TextDecoder().decode(bytes)
        return {
          name,
          bytes: names.includes(name) ? new TextEncoder().encode(`${text}\nFormerly.\n`) : bytes,
        }
      })
    const ask = { lead: 'lead', bare: false, without: [], branch: 'main', ownBranch: false, dryRun: false }
    await initialise(opened.qms, { files: former }, { ...ask, present: opened.present })
    await opened.remember(false)
    await opened.close()
    return project
  }

  const revised = async (project: Project, id: string) =>
    project.use(async (qms) => {
      await checkout(qms, claude, id)
      project.edit('claude', id, (text) => `${text}\nOur own.\n`)
      await checkin(qms, claude, id)
      await route(qms, claude, id, {})
      await agreed(qms, id)
      await route(qms, claude, id, {})
      await agreed(qms, id)
    })

  it('are compared three ways: yours, as installed, as shipped now', async () => {
    const project = await older('SOP-001.md', 'SOP-002.md')
    await revised(project, 'SOP-002')
    await revised(project, 'SOP-003')
    const check = (await doctor(project)).checks.find((c) => c.name === 'shipped')
    expect(check?.findings.map((f) => [f.about, f.state, f.found.split(' (')[0]])).toEqual([
      ['SOP-001', 'warning', 'as it was installed; the package has a newer text'],
      ['SOP-002', 'warning', 'changed by you, and the package has a newer text, too'],
      ['SOP-003', 'ok', 'changed by you; the package has what it had'],
    ])
    const details = check!.findings[0]!.details as Record<string, string>
    expect(details.yours).toBe(details.installed)
    expect(details.shipped).toBe(digest(readFileSync(join(ROOT, 'templates/sops/SOP-001.md'))))
    expect(details.file).toBe(join(ROOT, 'templates/sops/SOP-001.md'))
    expect(check?.findings[0]?.found).toMatch(
      /\(yours [0-9a-f]{8}, installed [0-9a-f]{8}, this package [0-9a-f]{8}\)$/,
    )
  })

  it('are taken from the package by a revision: the commands that are shown do it', async () => {
    const project = await older('TEMPLATE-CR.md')
    const [found] = await amiss(project, 'shipped')
    expect(found).toMatchObject({ state: 'warning', about: 'TEMPLATE-CR' })
    for (const line of found!.next)
      if (line.startsWith('qms ')) await project.ok(line.slice(4))
      else expect(project.git('-c', `alias.paste=!${line}`, 'paste')).toBe('')
    await project.use(async (qms) => {
      await agreed(qms, 'TEMPLATE-CR')
      await route(qms, claude, 'TEMPLATE-CR', {})
      await agreed(qms, 'TEMPLATE-CR')
    })
    expect(await amiss(project, 'shipped')).toEqual([])
  })
})

describe('people', () => {
  it('nobody of quality is a warning; a store with the lead alone is one', async () => {
    const project = await repository().init({ bare: true })
    expect(states(await amiss(project, 'roles'))).toEqual(['warning quality'])
    expect((await doctor(project)).exit).toBe(0)
  })

  it('no human who administers', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await addUser(qms, lead, 'robot', 'administrator', 'agent')
      await disableUser(qms, { user: 'robot' }, 'lead', undefined)
    })
    expect(states(await amiss(project, 'roles'))).toEqual(['warning administrator'])
  })

  it('who are disabled with open work: asked, or owners', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
      await drafted(project, qms, 'CR')
      await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
      await disableUser(qms, lead, 'tu_api', undefined)
    })
    const [found] = await amiss(project, 'duties')
    expect(found).toMatchObject({
      state: 'warning',
      about: 'CR-001',
      found: 'tu_api is asked for a verdict and is disabled',
    })
    await project.ok(found!.next[1]!.slice(4))
    expect(await amiss(project, 'duties')).toEqual([])
    await project.use((qms) => disableUser(qms, lead, 'claude', undefined))
    const [owner] = await amiss(project, 'duties')
    expect(owner?.found).toContain('claude owns it and is disabled')
    await project.ok(owner!.next[0]!.slice(4).replace('NAME', 'lead'))
    expect(await amiss(project, 'duties')).toEqual([])
  })

  it('agents that judge without a file, and files without a user', async () => {
    const project = await initialised()
    await project.use((qms) => addUser(qms, lead, 'tu_api', 'reviewer', 'agent'))
    project.write('.claude/agents/tu_ui.md', '---\nname: tu_ui\ngroup: reviewer\n---\n')
    project.write('.claude/agents/code-helper.md', '---\nname: code-helper\n---\n')
    const found = await amiss(project, 'agents')
    expect(states(found)).toEqual(['warning tu_api', 'warning .claude/agents/tu_ui.md'])
    await project.ok(found[1]!.next[0]!.slice(4))
    project.write('.claude/agents/tu_api.md', '---\nname: tu_api\ndescription: x\nrole: quality\n---\n')
    project.write('.claude/agents/tu_ui.md', '---\nname: tu_ui\ndescription: x\n---\n')
    const [differs, ...rest] = await amiss(project, 'agents')
    expect(differs).toMatchObject({
      about: '.claude/agents/tu_api.md',
      found: 'role: quality, and tu_api is registered as reviewer',
    })
    expect(rest).toEqual([])
    project.write('.claude/agents/tu_api.md', '---\nname: tu_api\ndescription: x\nrole: reviewer\n---\n')
    expect(await amiss(project, 'agents')).toEqual([])
  })

  it('copies that nobody has checked out, and those of another text', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR')
      await checkout(qms, claude, 'CR-001')
    })
    expect(await amiss(project, 'workspace')).toEqual([])
    project.write(project.copy('qa', 'SOP-001'), 'mine')
    project.write('.qms/workspace/claude/.base/CR-001', `${'0'.repeat(64)}\n`)
    const found = await amiss(project, 'workspace')
    expect(states(found)).toEqual([
      `warning ${project.copy('claude', 'CR-001')}`,
      `warning ${project.copy('qa', 'SOP-001')}`,
    ])
    for (const line of found[0]!.next) await project.ok(line.slice(4))
    expect(states(await amiss(project, 'workspace'))).toEqual([`warning ${project.copy('qa', 'SOP-001')}`])
  })

  it('are looked for where the project keeps its copies', async () => {
    const project = await initialised()
    await project.use((qms) => setConfiguration(qms, lead, 'workspace', 'copies/<user>/now'))
    project.write('copies/claude/now/SOP-001.md', 'mine')
    expect(states(await amiss(project, 'workspace'))).toEqual(['warning copies/claude/now/SOP-001.md'])
    expect(states(await amiss(project, 'local-files'))).toEqual(['warning /copies/*/now/'])
    await doctor(project, '--fix')
    expect(project.git('status', '--porcelain')).toBe('')
    expect(existsSync(project.path('copies/claude/now/SOP-001.md'))).toBe(true)
  })
})
