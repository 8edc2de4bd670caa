/** The branch that holds the store only moves forward and only grows, whoever pushes and wherever it is asked. */
import { beforeEach, describe, expect, it } from 'vitest'
import { drafted, effective, folder, initialised, Project, status } from '../support/cli.ts'
import { does, forgeApproval, git, wire, wired, withServer } from '../support/hooks.ts'
import { peerProject, reviewed } from '../support/peer.ts'

const TRAIL = 'QMS/.audit/CR/CR-001.jsonl'

/** A commit that no hook of commits has seen. */
const slipped = (p: Project, change: () => void): void => {
  change()
  p.git('add', '-A')
  p.git('commit', '-q', '--no-verify', '-m', 'by hand')
}

interface Place {
  /** Asked in the clone, before it pushes; or on the server, while it receives. */
  readonly where: string
  readonly prepare: (project: Project, server: Project) => void
}

const PLACES: readonly Place[] = [
  { where: 'pre-push', prepare: (project) => wired(project, 'pre-push') },
  { where: 'pre-receive', prepare: (_, server) => wire(server.root, ['pre-receive']) },
]

// Verifies: REQ-QMS-402
describe.each(PLACES)('$where', ({ where, prepare }) => {
  let p: Project
  let server: Project
  beforeEach(async () => {
    p = await initialised()
    await p.use((qms) => drafted(p, qms, 'CR'))
    server = withServer(p)
    prepare(p, server)
    await does(p, 'push', '-q', 'origin', 'main')
  })

  /** Stopped by this refusal; the server is where it was. What the pusher reads. */
  const refused = async (code: string, ...args: readonly string[]): Promise<string> => {
    const before = server.git('for-each-ref')
    const said = await git(p, ['push', ...args])
    const found = /Refused \[(\w+)\]/.exec(said.err)?.[1]
    expect({ args, failed: said.code !== 0, found, err: said.err }).toMatchObject({
      args,
      failed: true,
      found: code,
    })
    expect(server.git('for-each-ref')).toBe(before)
    return said.err
  }

  it('lets work through: transitions, code, other branches, tags, and what is deleted of them', async () => {
    await p.use((qms) => effective(p, qms, 'SOP'))
    p.write('src/code.txt', 'more\n')
    p.git('commit', '-q', '--no-verify', '-a', '-m', 'code')
    p.git('tag', '-a', 'v1', '-m', 'one')
    p.git('branch', 'topic', 'main~3')
    await does(p, 'push', '-q', 'origin', 'main', 'topic', 'v1')
    await does(p, 'push', '-q', 'origin', '--delete', 'topic', 'v1')
    await does(p, 'push', '-q', 'origin', 'main')
    expect(server.git('rev-parse', 'main')).toBe(p.tip())
  })

  it('refuses to delete the branch, to put another history in its place, and says why', async () => {
    expect(await refused('PUSH_REFUSED', 'origin', '--delete', 'main')).toContain('it cannot be deleted')
    p.git('commit', '-q', '--no-verify', '--amend', '-m', 'reworded')
    expect(await refused('PUSH_REFUSED', '--force', 'origin', 'main')).toContain(
      'cannot be replaced by another',
    )
    expect(await refused('PUSH_REFUSED', '--force', 'origin', 'main~2:main')).toContain('only moves forward')
    p.git('checkout', '-q', '--orphan', 'else')
    p.git('commit', '-q', '--no-verify', '-m', 'else')
    await refused('PUSH_REFUSED', '--force', 'origin', 'HEAD:main')
  })

  it('refuses commits that shorten, rewrite or delete a trail, even where a later one mends it', async () => {
    const was = p.read(TRAIL)
    const tip = p.tip()
    const back = () => p.git('reset', '-q', '--hard', tip)
    slipped(p, () => p.write(TRAIL, was.slice(0, was.indexOf('\n') + 1)))
    expect(await refused('PUSH_REWRITES', 'origin', 'main')).toContain(`${TRAIL} was cut short`)
    slipped(p, () => p.write(TRAIL, was))
    expect(await refused('PUSH_REWRITES', 'origin', 'main')).toContain('git show')
    back()
    slipped(p, () => p.write(TRAIL, was.replace('claude', 'clauda')))
    expect(await refused('PUSH_REWRITES', 'origin', 'main')).toContain('rewritten')
    back()
    slipped(p, () => p.git('rm', '-q', TRAIL))
    expect(await refused('PUSH_REWRITES', 'origin', 'main')).toContain('deleted')
    back()
    slipped(p, () => p.write('QMS/.audit/_system/registry.jsonl', ''))
    await refused('PUSH_REWRITES', 'origin', 'main')
  })

  it('refuses trails, metadata and texts that do not agree: appended, edited or planted by hand, or reverted', async () => {
    const tip = p.tip()
    const attacks: Record<string, () => void> = {
      'seq has a gap': () => p.write(TRAIL, `${p.read(TRAIL)}${p.read(TRAIL)}`),
      'the metadata is not what the trail gives': () =>
        p.write('QMS/.meta/CR/CR-001.json', p.read('QMS/.meta/CR/CR-001.json').replace('DRAFT', 'CLOSED')),
      'the text is not the one that the trail names': () => p.write('QMS/SOP/SOP-001.md', 'other\n'),
      'the trail knows no such text': () => p.write('QMS/CR/CR-001/CR-001.md', 'approved, honestly\n'),
      'there is no trail to it': () =>
        p.write('QMS/.meta/CR/CR-009.json', p.read('QMS/.meta/CR/CR-001.json').replace('CR-001', 'CR-009')),
    }
    for (const [problem, attack] of Object.entries(attacks)) {
      slipped(p, attack)
      expect(await refused('DAMAGED', 'origin', 'main')).toContain(problem)
      p.git('reset', '-q', '--hard', tip)
    }
    p.git('revert', '--no-edit', 'HEAD')
    await refused('PUSH_REWRITES', 'origin', 'main')
  })

  it('refuses steps that no rule allowed, however well they are linked; what the other side has already is let be', async () => {
    forgeApproval(p, 'CR-001')
    expect(await refused('PUSH_UNLAWFUL', 'origin', 'main')).toContain('ILLEGAL_EVENT CR-001')
    server.git('config', 'core.hooksPath', '/dev/null')
    await does(p, 'push', '-q', '--no-verify', 'origin', 'main')
    server.git('config', '--unset', 'core.hooksPath')
    await p.ok('checkout CR-001 -u claude')
    await does(p, 'push', '-q', 'origin', 'main')
  })

  it('judges the first push of a branch by every document of it, whatever the branch is called there', async () => {
    const empty = new Project(folder('empty'))
    empty.git('init', '-q', '--bare', '-b', 'trunk')
    p.git('remote', 'add', 'empty', empty.root)
    if (where === 'pre-receive') wire(empty.root, ['pre-receive'])
    slipped(p, () => p.write('QMS/SOP/SOP-003.md', 'other\n'))
    const said = await git(p, ['push', 'empty', 'main'])
    expect(said.err).toContain('Refused [DAMAGED]')
    expect(empty.git('for-each-ref')).toBe('')
    p.git('reset', '-q', '--hard', 'HEAD~1')
    await does(p, 'push', '-q', 'empty', 'main')
    expect(empty.git('rev-parse', 'main')).toBe(p.tip())
  })

  it('goes with a store that was adopted, and with one on a branch of its own', async () => {
    const adopted = peerProject([
      { id: 'SOP-001', status: 'IN_REVIEW', version: '0.1', draft: 'x', pending: ['qa'], trail: reviewed() },
      {
        id: 'CR-001',
        status: '',
        version: '',
        metadata: '{',
        trail: 'no JSON\n{"ts":"2026-01-05T09:00:00"}',
      },
    ])
    adopted.git('commit', '-q', '--allow-empty', '-m', 'before')
    prepare(adopted, withServer(adopted))
    await does(adopted, 'push', '-q', 'origin', 'HEAD:main')
    await adopted.ok('init --adopt')
    await does(adopted, 'push', '-q', 'origin', 'HEAD:main')
    await adopted.ok('review SOP-001 --recommend --comment Good -u qa')
    await does(adopted, 'push', '-q', 'origin', 'HEAD:main')
    const own = await initialised('qms')
    prepare(own, withServer(own))
    await does(own, 'push', '-q', 'origin', 'qms', 'main')
    await own.ok('create CR --title X -u claude')
    await does(own, 'push', '-q', 'origin', 'qms', 'main')
    own.git('branch', '-f', 'bad', 'qms~1')
    const said = await git(own, ['push', '--force', 'origin', 'bad:qms', '--delete', 'main'])
    expect(said.code).not.toBe(0)
    expect((await git(own, ['push', '--force', 'origin', 'bad:qms'])).err).toContain('Refused [PUSH_REFUSED]')
  })

  it('goes with a clone that is shallow, where what it needs is there', async () => {
    const clone = new Project(folder('shallow'))
    clone.git('clone', '-q', '--depth=1', `file://${server.root}`, '.')
    if (where === 'pre-push') wired(clone, 'pre-push')
    clone.write('src/code.txt', 'more\n')
    clone.git('commit', '-q', '-a', '-m', 'code')
    await does(clone, 'push', '-q', 'origin', 'main')
    expect(server.git('rev-parse', 'main')).toBe(clone.tip())
    clone.git('commit', '-q', '--amend', '-m', 'other')
    expect((await git(clone, ['push', '--force', 'origin', 'main'])).err).toMatch(/Refused \[\w+\]/)
  })
})

describe('qms hook pre-push', () => {
  it('refuses what it cannot judge: commits of the other side that are not here, lines that are none of git', async () => {
    const p = await initialised()
    const tip = p.tip()
    const unknown = { input: `refs/heads/main ${tip} refs/heads/main ${'1'.repeat(40)}\n` }
    expect((await p.run('hook pre-push origin x', unknown)).err).toContain('not here')
    for (const input of ['rubbish\n', `a ${tip} b\n`, `${tip}\n`])
      expect((await p.run('hook pre-push', { input })).err).toContain('[USAGE]')
    await p.ok('hook pre-push', { input: '' })
    const gone = { input: `(delete) ${'0'.repeat(40)} refs/heads/main ${tip}\n` }
    expect((await p.run('hook pre-push', gone)).code).toBe(1)
  })

  it('says in JSON what it judged', async () => {
    const p = await initialised()
    const zero = '0'.repeat(40)
    const input = `refs/heads/main ${p.tip()} refs/heads/main ${zero}\nrefs/heads/x ${p.tip()} refs/heads/x ${zero}\n`
    const { result } = await p.json('hook pre-push origin x', { input })
    expect(result.refs).toEqual(['refs/heads/main'])
    expect(result.documents).toBeGreaterThan(15)
  })
})

describe('qms hook pre-receive', () => {
  it('takes objects only from the quarantine of the repository that it judges', async () => {
    const p = await initialised()
    const elsewhere = folder('objects')
    const env = { GIT_DIR: p.path('.git'), GIT_QUARANTINE_PATH: elsewhere, GIT_OBJECT_DIRECTORY: elsewhere }
    const said = await p.run('hook pre-receive', { env, input: '' })
    expect(said.err).toContain('which is no part of')
    expect(await p.use((qms) => status(qms, {}, 'SOP-001'))).toBeTruthy()
  })
})
