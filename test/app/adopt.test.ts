/** `init --adopt`: another program's store is taken over as it lies there, and nothing of it is lost. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NOTE_CODES } from '../../src/app/adopt.ts'
import {
  checkin,
  checkout,
  claude,
  create,
  history,
  list,
  type Project,
  ROOT,
  read,
  status,
} from '../support/cli.ts'
import {
  adopt,
  codesOf,
  emptyFolder,
  filesOf,
  line,
  type PeerDocument,
  peerProject,
  reviewed,
  textOf,
} from '../support/peer.ts'

const SOP: PeerDocument = {
  id: 'SOP-001',
  status: 'EFFECTIVE',
  version: '2.0',
  owner: null,
  metadata: { effective_version: '2.0' },
  trail: [
    line('CREATE', 'claude', '0.1', { title: 'About SOP-001' }),
    line('EFFECTIVE', 'qa', '2.0', { from_version: '1.1' }),
  ],
  live: textOf('SOP-001'),
  archive: { '0.1': textOf('SOP-001', 'first'), '1.0': textOf('SOP-001', 'second') },
}
const CR: PeerDocument = { id: 'CR-001', status: 'DRAFT', version: '0.1', draft: textOf('CR-001') }

describe('init --adopt', () => {
  // Verifies: REQ-QMS-501
  it('takes in what lies there in one commit, adopts it in a second, and leaves the rest alone', async () => {
    const project = peerProject([SOP, CR])
    project.write('src/code.txt', 'code\n')
    project.write('staged.txt', 'staged\n')
    project.git('add', 'staged.txt')
    const before = project.everything().files
    const said = await project.ok('init --adopt')
    expect(said).toContain('Adopted 2 documents on branch main')
    expect(project.git('log', '--format=%s')).toBe(
      'qms: adopt 2 documents (lead)\nqms: the document store as found (lead)',
    )
    for (const [path, text] of Object.entries({ ...filesOf(SOP), ...filesOf(CR) }))
      expect(project.git('show', `main~1:${path}`)).toBe(text.trimEnd())
    expect(project.git('status', '--porcelain')).toBe('A  staged.txt\n?? .claude/\n?? src/')
    const now = project.everything().files
    const changed = Object.keys(now).filter((path) => now[path] !== before[path])
    expect(changed.sort()).toEqual([
      '.gitattributes',
      'QMS/.audit/CR/CR-001.jsonl',
      'QMS/.audit/SOP/SOP-001.jsonl',
      'QMS/.audit/_system/namespaces.jsonl',
      'QMS/.audit/_system/registry.jsonl',
      'qms.config.json',
    ])
  })

  // Verifies: REQ-QMS-501
  it('keeps the old lines byte for byte before the ADOPT line, which names their digest', async () => {
    const project = peerProject([{ ...CR, trail: reviewed('0.1', 'PRE_REVIEW') }])
    const path = 'QMS/.audit/CR/CR-001.jsonl'
    const former = project.read(path)
    await adopt(project)
    expect(project.read(path).startsWith(former)).toBe(true)
    const added = project.read(path).slice(former.length)
    expect(added.split('\n')).toHaveLength(2)
    expect(JSON.parse(added)).toMatchObject({ event: 'ADOPT', user: 'lead', seq: 1, prev: '0'.repeat(64) })
    expect(Object.keys(JSON.parse(added))).toEqual(
      'ts event user version files digest assumed seq prev'.split(' '),
    )
    project.write(path, project.read(path).replace('Read it.', 'Read us.'))
    project.git('commit', '-qam', 'changed')
    const error = await project.denied('DAMAGED', (qms) => status(qms, {}, 'CR-001'))
    expect(error.facts).toMatchObject({ path, line: 7 })
  })

  it('the second time changes nothing, and says so', async () => {
    const project = peerProject([SOP, CR])
    await adopt(project)
    const before = project.everything()
    expect(await project.ok('init --adopt')).toContain('was adopted before. Nothing was changed.')
    expect(await adopt(project)).toMatchObject({ already: true, commit: null, documents: [] })
    expect(project.everything()).toEqual(before)
  })

  it('--dry-run shows what it would do and writes nothing', async () => {
    const project = peerProject([SOP, CR])
    const before = { ...project.everything(), config: project.read('.git/config') }
    const shown = await adopt(project, { dryRun: true })
    expect(await project.ok('init --adopt --dry-run')).toContain('Would adopt 2 documents')
    expect({ ...project.everything(), config: project.read('.git/config') }).toEqual(before)
    expect(shown.events.map((e) => (e as { event: string }).event).filter((e) => e === 'ADOPT')).toHaveLength(
      2,
    )
    const done = await adopt(project)
    expect(done.findings).toEqual(shown.findings)
    expect(done.documents).toEqual(shown.documents)
  })

  it('is named where the store of the peer is met without it, and refused where there is none', async () => {
    const project = peerProject([SOP])
    expect(await project.refused('init', 'STORE_OF_OTHERS')).toContain('qms init --adopt')
    expect(await project.refused('status', 'NOT_INITIALISED')).toContain('qms init --adopt')
    project.git('add', '.')
    project.git('commit', '-qm', 'all')
    expect(await project.refused('init', 'STORE_OF_OTHERS')).toContain('qms init --adopt')
    rmSync(project.path('QMS'), { recursive: true })
    project.git('commit', '-qam', 'gone')
    expect(await project.refused('init --adopt', 'NOTHING_TO_ADOPT')).toContain('qms init')
    await project.ok('init')
    await project.refused('init --adopt', 'ALREADY_INITIALISED')
  })

  it('registers lead and claude as administrators, and whom the agent files name with a group', async () => {
    const project = peerProject([CR], {
      '.claude/agents/helper.md': '---\nname: helper\n---\n',
      '.claude/agents/QA-Two.md': '---\ngroup: quality\n---\n',
      '.claude/agents/boss.md': '---\ngroup: director\n---\n',
      '.claude/agents/broken.md': '---\ndescription: a: b: c\n group: reviewer\n---\n',
    })
    const done = await adopt(project)
    expect(done.users).toEqual([
      { name: 'lead', group: 'administrator', kind: 'human' },
      { name: 'claude', group: 'administrator', kind: 'agent' },
      { name: 'qa', group: 'quality', kind: 'agent' },
      { name: 'tu_ui', group: 'reviewer', kind: 'agent' },
    ])
    const named = done.findings.filter((f) => f.code.startsWith('USER_'))
    expect(named.map((f) => [f.code, f.file?.split('/').at(-1)])).toEqual([
      ['USER_UNFIT', 'QA-Two.md'],
      ['USER_UNFIT', 'boss.md'],
      ['USER_UNFIT', 'broken.md'],
      ['USER_WITHOUT_GROUP', 'helper.md'],
    ])
    expect((await project.json('user list')).result.users.map((u: { name: string }) => u.name)).toEqual([
      'lead',
      'claude',
      'qa',
      'tu_ui',
    ])
  })

  it('--lead names another person who answers for it, and no agent', async () => {
    const project = peerProject([CR])
    await project.refused('init --adopt --lead qa', 'BAD_VALUE')
    await project.refused('init --adopt --lead claude', 'BAD_VALUE')
    const done = await adopt(project, { lead: 'ann' })
    expect(done.users.slice(0, 3).map((u) => [u.name, u.group, u.kind])).toEqual([
      ['ann', 'administrator', 'human'],
      ['lead', 'administrator', 'human'],
      ['claude', 'administrator', 'agent'],
    ])
    expect(project.git('log', '-1', '--format=%an')).toBe('ann')
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ event: 'ADOPT', user: 'ann' })
  })

  it('registers namespaces that are built in, listed, configured, or met in paths', async () => {
    const rs = { id: 'SDLC-MET-RS', status: 'EFFECTIVE', version: '1.0', live: textOf('SDLC-MET-RS') }
    const project = peerProject([rs], {
      'QMS/.meta/sdlc_namespaces.json': '{"LISTED": {"path": "SDLC-LISTED"}, "BAD_ONE": {}}',
      'qms.config.json': '{"version": "1.0", "sdlc_namespaces": ["CONF"]}',
    })
    const done = await adopt(project)
    expect(done.namespaces).toEqual(['FLOW', 'QMS', 'LISTED', 'CONF', 'MET'])
    expect(done.findings).toContainEqual({ document: null, code: 'NAMESPACE_UNFIT', found: 'BAD_ONE' })
    await project.use(async (qms) => {
      expect((await status(qms, {}, 'SDLC-MET-RS')).document).toMatchObject({ doc_type: 'MET-RS' })
      const made = await create(qms, claude, { type: 'RTM', namespace: 'LISTED', title: 'Trace' })
      expect(made.document?.doc_id).toBe('SDLC-LISTED-RTM')
    })
  })

  it('keeps the keys of the configuration, and keeps working copies where the peer had them', async () => {
    const project = peerProject([{ ...CR, checkedOut: true }], {
      '.claude/users/claude/workspace/CR-001.md': textOf('CR-001', 'work in progress'),
      '.claude/users/claude/workspace/CR-077.md': 'left over\n',
      '.claude/users/qa/inbox/task-CR-001.md': 'a task\n',
    })
    const done = await adopt(project)
    expect(JSON.parse(project.read('qms.config.json'))).toMatchObject({
      created: '2026-01-02T10:00:00',
      sdlc_namespaces: [],
      branch: 'main',
      workspace: '.claude/users/<user>/workspace',
    })
    expect(done.findings.filter((f) => f.code === 'COPY_UNCLAIMED').map((f) => f.file)).toEqual([
      '.claude/users/claude/workspace/CR-077.md',
    ])
    expect(codesOf(done, 'CR-001')).toEqual([])
    await project.use(async (qms) => {
      expect((await checkin(qms, claude, 'CR-001')).document).toMatchObject({
        version: '0.1',
        status: 'DRAFT',
      })
      expect(Buffer.from((await read(qms, {}, 'CR-001', {})).bytes).toString()).toContain('work in progress')
    })
    expect(project.has('.claude/users/claude/workspace/CR-001.md')).toBe(false)
  })

  it.each([
    ['no JSON', 'version = 1'],
    ['a list', '[1]'],
    ['values of another kind', '{"version": 1, "workspace": 7, "own": "kept"}'],
  ])('writes a configuration of %s anew, and names it', async (_, config) => {
    const project = peerProject([CR], { 'qms.config.json': config })
    const done = await adopt(project)
    expect(codesOf(done, null)).toContain('CONFIG_REPLACED')
    expect(project.git('show', 'main~1:qms.config.json')).toBe(config)
    expect(JSON.parse(project.read('qms.config.json'))).toMatchObject({
      version: '1.0',
      workspace: '.claude/users/<user>/workspace',
      ...(config.includes('own') ? { own: 'kept' } : {}),
    })
    expect(await project.ok('status CR-001')).toContain('DRAFT')
  })

  it('takes what the work tree holds, whatever is committed or staged of it', async () => {
    const project = peerProject([SOP, CR])
    project.git('add', '.')
    project.git('commit', '-qm', 'the store')
    const draft = 'QMS/CR/CR-001/CR-001-draft.md'
    const live = 'QMS/SOP/SOP-001.md'
    project.write(draft, textOf('CR-001', 'staged'))
    project.write('QMS/CR/CR-001/planted.md', 'staged and gone\n')
    project.git('add', '.')
    rmSync(project.path('QMS/CR/CR-001/planted.md'))
    project.write(draft, textOf('CR-001', 'in the work tree'))
    rmSync(project.path(live))
    project.write('src/mine.txt', 'mine\n')
    project.git('add', 'src/mine.txt')
    const done = await adopt(project)
    expect(done.imported).not.toBeNull()
    expect(project.git('show', `main:${draft}`)).toContain('in the work tree')
    expect(project.git('ls-tree', '-r', '--name-only', 'main', '--', live)).toBe('')
    expect(codesOf(done, 'SOP-001')).toEqual(['TEXT_MISSING', 'TITLE_FROM_TRAIL'])
    expect(project.git('status', '--porcelain')).toBe('A  src/mine.txt')
  })

  it('needs one commit where everything is committed already', async () => {
    const project = peerProject([SOP, CR])
    project.git('add', '.')
    project.git('commit', '-qm', 'the store')
    expect(await adopt(project)).toMatchObject({ imported: null, files: 0 })
    expect(project.git('log', '--format=%s')).toBe('qms: adopt 2 documents (lead)\nthe store')
  })

  it('goes on where it was killed between its two commits', async () => {
    const project = peerProject([SOP, CR])
    project.git('add', 'QMS', 'qms.config.json')
    project.git('commit', '-qm', 'qms: the document store as found (lead)')
    expect(await project.refused('status', 'NOT_INITIALISED')).toContain('qms init --adopt')
    expect(await adopt(project)).toMatchObject({ already: false, imported: null })
    expect(await project.ok('status CR-001')).toContain('DRAFT')
  })

  it('--branch takes an untracked store to a branch of its own, and refuses one that is tracked', async () => {
    const project = peerProject([SOP, CR])
    project.git('add', '.claude')
    project.git('commit', '-qm', 'agents')
    const head = project.tip()
    const done = await adopt(project, { branch: 'qms' })
    expect(done.branch).toBe('qms')
    expect(project.tip()).toBe(head)
    expect(project.git('ls-tree', '--name-only', 'qms').split('\n')).toEqual([
      '.gitattributes',
      'QMS',
      'qms.config.json',
    ])
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    expect(project.git('status', '--porcelain', '--', 'QMS')).toBe('')
    const tracked = peerProject([SOP])
    tracked.git('add', '.')
    tracked.git('commit', '-qm', 'all')
    const before = tracked.everything()
    expect(await tracked.refused('init --adopt --branch qms', 'STORE_TRACKED')).toContain(
      'git rm -r -q --cached',
    )
    expect(tracked.everything()).toEqual(before)
  })

  it('where there is no repository names the way, and makes one when asked', async () => {
    const project = peerProject([CR])
    rmSync(project.path('.git'), { recursive: true })
    expect(await project.refused('init --adopt', 'NO_REPOSITORY')).toContain('qms init --adopt --git')
    expect(await project.ok('init --adopt --git')).toContain('Adopted 1 document on branch main')
  })

  it('never follows a link, and says what it left out', async () => {
    const project = peerProject([SOP, CR])
    project.write('elsewhere/secret.md', 'secret\n')
    symlinkSync('../../elsewhere/secret.md', project.path('QMS/SOP/SOP-002.md'))
    symlinkSync('../elsewhere', project.path('QMS/INV'))
    mkdirSync(project.path('QMS/.audit/VAR'), { recursive: true })
    symlinkSync('../../../elsewhere/secret.md', project.path('QMS/.audit/VAR/CR-001-VAR-001.jsonl'))
    project.write('QMS/CR/CR-001/CR-001-VAR-001-draft.md', textOf('CR-001-VAR-001'))
    symlinkSync('../../elsewhere/secret.md', project.path('.claude/agents/tu_x.md'))
    const done = await adopt(project)
    expect(done.findings.filter((f) => f.code === 'LEFT_OUT').map((f) => [f.document, f.file])).toEqual([
      [null, 'QMS/.audit/VAR/CR-001-VAR-001.jsonl'],
      [null, 'QMS/INV'],
      [null, 'QMS/SOP/SOP-002.md'],
      [null, '.claude/agents/tu_x.md'],
      ['CR-001-VAR-001', 'QMS/.audit/VAR/CR-001-VAR-001.jsonl'],
    ])
    expect(done.documents.map((d) => d.id)).toEqual(['CR-001', 'SOP-001'])
    expect(project.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('SOP-002')
    expect(project.read('elsewhere/secret.md')).toBe('secret\n')
  })

  it('keeps files that belong to no document, and names them', async () => {
    const project = peerProject([CR], {
      'QMS/README.md': 'about\n',
      'QMS/SOP/SOP-001-VAR-001-draft.md': textOf('SOP-001-VAR-001'),
      'QMS/.meta/CR/CR-001.source.json': '{"answers": {}}',
      'QMS/.audit/CR/CR-001.source.jsonl': '{}\n',
      'QMS/CR/CR-001/picture.png': 'not text',
    })
    const done = await adopt(project)
    expect(done.findings.filter((f) => f.code === 'UNKNOWN_FILE').map((f) => f.file)).toEqual([
      'QMS/CR/CR-001/picture.png',
      'QMS/README.md',
      'QMS/SOP/SOP-001-VAR-001-draft.md',
    ])
    expect(project.git('show', 'main:QMS/README.md')).toBe('about')
    const [event] = project.trail('CR/CR-001').slice(-1) as { files: { role: string; path: string }[] }[]
    expect(event?.files.filter((f) => f.role === 'sidecar').map((f) => f.path)).toEqual([
      'QMS/.audit/CR/CR-001.source.jsonl',
      'QMS/.meta/CR/CR-001.source.json',
    ])
    expect((await project.use((qms) => list(qms, {}))).map((m) => m.doc_id)).toEqual(['CR-001'])
  })

  it('never gives a number again that any file, trail, archive or folder has used', async () => {
    const project = peerProject([
      CR,
      { ...SOP, id: 'SOP-004' },
      { id: 'CR-007', status: 'RETIRED', version: '2.0', owner: null, archive: { '1.0': textOf('CR-007') } },
    ])
    emptyFolder(project, 'QMS/INV/INV-003')
    const done = await adopt(project)
    expect(codesOf(done, 'INV-003')).toEqual(
      ['METADATA_MISSING', 'NOTHING_LEFT', 'TITLE_MISSING', 'TRAIL_MISSING'].sort(),
    )
    expect(done.findings.filter((f) => f.code === 'NUMBER_GAP').map((f) => f.found)).toEqual([
      'CR-002, CR-003, CR-004, CR-005, CR-006',
      'INV-001, INV-002',
      'SOP-001, SOP-002, SOP-003',
    ])
    await project.use(async (qms) => {
      for (const [type, id] of [
        ['CR', 'CR-008'],
        ['INV', 'INV-004'],
        ['SOP', 'SOP-005'],
      ] as const)
        expect((await create(qms, claude, { type, title: 'Next' })).document?.doc_id).toBe(id)
    })
  })

  it('ends with commands that put right what keeps documents from moving', async () => {
    const project = peerProject([
      { ...CR, owner: 'ann' },
      { ...CR, id: 'CR-002', status: 'IN_PRE_REVIEW', pending: ['ghost', 'No Name'] },
      { ...CR, id: 'CR-003', owner: null, trail: null },
    ])
    rmSync(project.path('.claude/agents/qa.md'))
    const said = await project.ok('init --adopt')
    const commands = said
      .split('\n')
      .filter((l) => l.startsWith('  qms user') || l.startsWith('  qms assign'))
    expect(commands.map((l) => l.trim())).toEqual([
      'qms user add qa --group quality -u lead',
      'qms user add ann --group initiator -u lead',
      'qms user add ghost --group reviewer -u lead',
      'qms assign CR-003 --owner claude -u lead',
    ])
    for (const command of commands) await project.ok(command.trim().slice('qms '.length))
    expect(await project.ok('checkout CR-003 -u claude')).toContain('checked out by claude')
  })

  it('shows old lines of any shape, escaped, and never stumbles over them', async () => {
    const lines = [
      '{"timestamp": "2026-01-02T10:00:00.123456", "action": "seed", "user": "system", "details": {"version": "1.0", "status": "EFFECTIVE"}}',
      'no JSON \u001b[31mred',
      '[1, 2]',
      '',
      '{"ts": 7, "event": {"odd": true}}',
      '{"ts": "2026-01-03T10:00:00", "event": "ROUTE_REVIEW", "user": "system", "assignees": "qa"}',
      '{"ts": "2026-01-03T11:00:00Z", "event": "REVIEW", "user": "qa", "version": "1.0", "outcome": "MAYBE", "comment": "Hm."}',
    ]
    const project = peerProject([{ ...SOP, trail: lines.join('\r\n') }])
    const done = await adopt(project)
    expect(codesOf(done, 'SOP-001')).toEqual(
      [
        'LINES_UNKNOWN',
        'LINES_UNREADABLE',
        'TIMES_WITHOUT_ZONE',
        'TRAIL_UNENDED',
        'VERSION_DISAGREES',
      ].sort(),
    )
    const said = await project.ok('history SOP-001')
    expect(said).toContain('seed')
    expect(said).toContain('no JSON \\u001b[31mred')
    expect(said).not.toContain('\u001b')
    expect(said).toContain('Hm.')
    const answer = await project.use((qms) => history(qms, {}, 'SOP-001'))
    expect(answer.former.map((l) => [l.line, l.event])).toEqual([
      [1, 'seed'],
      [2, null],
      [3, null],
      [5, null],
      [6, 'ROUTE_REVIEW'],
      [7, 'REVIEW'],
    ])
    expect(answer.events.map((e) => e.event)).toEqual(['ADOPT'])
    expect(await project.ok('comments SOP-001')).toContain('Hm.')
  })
})

const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** As a stranger would who has read docs/store-format.md and has nothing of this program. Gives what is amiss. */
const strangersVerdict = (project: Project, trail: string): string[] => {
  const bytes = readFileSync(project.path(trail))
  const lines = bytes.toString('latin1').split('\n').slice(0, -1)
  const parsed = (line: string) => {
    try {
      return JSON.parse(Buffer.from(line, 'latin1').toString()) ?? {}
    } catch {
      return {}
    }
  }
  const begins = (line: string) => parsed(line).seq === 1 && parsed(line).prev === '0'.repeat(64)
  const first = begins(lines[0] ?? '')
    ? 0
    : lines.findIndex((l) => /^\{"ts":"[^"]*","event":"ADOPT",/.test(l) && begins(l))
  const former = Buffer.from(
    lines
      .slice(0, first)
      .map((l) => `${l}\n`)
      .join(''),
    'latin1',
  )
  const chain = lines.slice(first)
  const adoption = parsed(chain[0] ?? '')
  const linked = chain.every(
    (line, i) =>
      parsed(line).seq === i + 1 &&
      parsed(line).prev === (i === 0 ? '0'.repeat(64) : sha(Buffer.from(chain[i - 1] ?? '', 'latin1'))),
  )
  const texts: { role: string; path: string; content: string }[] = chain.length === 1 ? adoption.files : []
  return [
    ...(linked ? [] : ['chain']),
    ...(sha(former) === adoption.digest ? [] : ['digest']),
    ...texts.filter((f) => sha(readFileSync(project.path(f.path))) !== f.content).map((f) => f.path),
  ]
}

describe('docs/store-format.md', () => {
  it('is enough to verify an adopted trail, before and after it goes on', async () => {
    const project = peerProject([SOP, CR, { ...CR, id: 'CR-002', trail: 'no JSON\r\n\n{"seq":1}' }])
    await adopt(project)
    const trails = ['SOP/SOP-001', 'CR/CR-001', 'CR/CR-002'].map((name) => `QMS/.audit/${name}.jsonl`)
    for (const trail of trails) expect(strangersVerdict(project, trail)).toEqual([])
    await project.use((qms) => checkout(qms, claude, 'CR-001'))
    for (const trail of trails) expect(strangersVerdict(project, trail)).toEqual([])
    const [path = ''] = trails
    project.write(path, project.read(path).replace('About', 'about'))
    expect(strangersVerdict(project, path)).toEqual(['digest'])
    project.write('QMS/CR/CR-002/CR-002-draft.md', 'changed\n')
    expect(strangersVerdict(project, trails[2] ?? '')).toEqual(['QMS/CR/CR-002/CR-002-draft.md'])
  })

  it('lists every code of a note with what it says', () => {
    const said = readFileSync(join(ROOT, 'docs/store-format.md'), 'utf8')
    for (const [code, words] of Object.entries(NOTE_CODES))
      expect(said).toContain(`| \`${code}\` | ${words} |`)
  })
})
