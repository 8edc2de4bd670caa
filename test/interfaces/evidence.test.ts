/** Evidence on the command line: runs that are captured, evidence that is named, and what of it counts later. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, symlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  act,
  BIN,
  claude,
  drafted,
  executing,
  folder,
  initialised,
  lead,
  Project,
  type Qms,
  setPolicy,
} from '../support/cli.ts'
import { hasTerminal, onTerminal } from '../support/pty.ts'

let made: Project
let p: Project
beforeAll(async () => {
  made = await initialised()
  await made.use((qms) => executing(made, qms, 'CR'))
})
beforeEach(() => {
  p = new Project(folder())
  cpSync(made.root, p.root, { recursive: true, preserveTimestamps: true })
})

/** A change record that was given up, as CR-002. */
const cancelled = async (project: Project, qms: Qms): Promise<void> => {
  const id = await drafted(project, qms, 'CR')
  await act(qms, claude, id, { action: 'cancel', reason: 'not needed', confirmed: true })
}

const RUN = 'ei run CR-001 EI-1 -u claude'
const sh = (line: string, flags = ''): string[] => [...`${RUN}${flags}`.split(' '), '--', 'sh', '-c', line]
const evidenceOf = () => p.trail('CR/CR-001').flatMap((e) => (e.evidence as Record<string, unknown>[]) ?? [])
const output = (n: number, item = 'EI-1'): Promise<string> => p.ok(`ei show CR-001 ${item} --output E${n}`)

describe('ei run', () => {
  // Verifies: REQ-QMS-704
  it('shows what the command writes, where it writes it, and records what came of it', async () => {
    const commit = p.tip()
    const said = await p.run(sh('echo out; echo err >&2'))
    expect(said).toMatchObject({ code: 0, err: 'err\n' })
    expect(said.out).toMatch(/^out\nCR-001 EI-1 has evidence E1: sh -c echo out; echo err >&2: exit 0, /)
    expect(said.out).toMatch(/\n {2}claude {2}qms /)
    expect(evidenceOf()).toMatchObject([
      {
        kind: 'run',
        command: ['sh', '-c', 'echo out; echo err >&2'],
        exit: 0,
        commit,
        clean: true,
        bytes: 8,
      },
    ])
    expect((await output(1)).split('\n').sort()).toEqual(['', 'err', 'out'])
    expect(p.git('status', '--porcelain')).toBe('')
  })

  it('ends with 6 where the command failed, which is recorded, and supports no Pass until it is made good', async () => {
    expect((await p.run(sh('exit 3'))).code).toBe(6)
    await p.refused('ei pass CR-001 EI-1 -s done -u claude', 'GATE')
    await p.ok(sh('exit 0'))
    await p.refused('ei pass CR-001 EI-1 -s done -u claude', 'GATE')
    await p.ok('ei pass CR-001 EI-1 -s done --set-aside E1 --reason "a slip" -u claude')
    expect(p.read('QMS/CR/CR-001/CR-001-draft.md')).toContain('E2 `sh -c exit 0`, exit 0 at')
  })

  it('says nothing on standard output but the answer with --json, and leaves the flags of the command alone', async () => {
    const said = await p.run([
      ...RUN.split(' '),
      '--json',
      '--',
      'echo',
      '--json',
      '-u',
      'qa',
      '--',
      '--dry-run',
    ])
    const { ok, result } = JSON.parse(said.out)
    expect({ ok, err: said.err }).toEqual({ ok: true, err: '--json -u qa -- --dry-run\n' })
    expect(result).toMatchObject({
      number: 1,
      run: { command: ['echo', '--json', '-u', 'qa', '--', '--dry-run'] },
    })
    const plain = await p.ok(`${RUN} -- echo --json --help`)
    expect(plain).toMatch(/^--json --help\n/)
  })

  it('refuses what cannot be recorded before anything is run', async () => {
    const before = p.tip()
    for (const [code, line] of [
      ['USAGE', RUN],
      ['USAGE', `${RUN} npm test`],
      ['USAGE', `${RUN} --`],
      ['USAGE', `${RUN} more -- touch ran`],
      ['NO_ITEM', 'ei run CR-001 EI-9 -u claude -- touch ran'],
      ['NOT_ALLOWED', 'ei run CR-001 EI-1 -u qa -- touch ran'],
      ['USER_MISSING', 'ei run CR-001 EI-1 -- touch ran'],
      ['NO_DOCUMENT', 'ei run CR-099 EI-1 -u claude -- touch ran'],
      ['NOT_STARTED', `${RUN} -- no-such-program`],
      ['USAGE', `${RUN} --timeout 0 -- touch ran`],
    ] as const) {
      await p.refused(line, code)
      expect({ line, ran: p.has('ran'), tip: p.tip() }).toEqual({ line, ran: false, tip: before })
    }
  })

  it('refuses where nothing can be recorded now: checked out, or not in execution', async () => {
    await p.ok('checkout CR-001 -u claude')
    await p.refused(`${RUN} -- touch ran`, 'CHECKED_OUT')
    await p.use((qms) => drafted(p, qms, 'CR'))
    await p.refused('ei run CR-002 EI-1 -u claude -- touch ran', 'NOT_OPEN')
    expect(p.has('ran')).toBe(false)
  })

  it('runs nothing for a dry run, nor for a request that was answered', async () => {
    expect(await p.ok(`${RUN} --dry-run -- touch ran`)).toContain('Nothing was run')
    const once = `${RUN} --request-id one -- sh -c "echo x >> ran; exit 4"`
    expect((await p.run(once)).code).toBe(6)
    const again = await p.run(once)
    expect(again).toMatchObject({ code: 6 })
    expect(again.out).toContain('nothing was written')
    expect(p.read('ran')).toBe('x\n')
    expect(evidenceOf()).toHaveLength(1)
  })

  it('says that the work tree was changed: before, meanwhile, and not by what the command leaves', async () => {
    await p.ok(sh('mkdir -p made && echo x > made/report'))
    p.git('clean', '-qfd', 'made')
    await p.ok(sh('echo edited > src/code.txt'))
    await p.ok(sh('true'))
    expect(evidenceOf().map((e) => e.clean)).toEqual([true, false, false])
    expect(await p.ok('ei show CR-001 EI-1')).toContain(', work tree changed')
  })

  it('keeps neither secrets of the output nor of the command, nor those of the environment or the policy', async () => {
    await p.use((qms) => setPolicy(qms, lead, 'masks', '["MYAPP-[0-9]+"]'))
    const env = { DEPLOY_TOKEN: 'zq8w7e6r5t' }
    const line = 'echo token $DEPLOY_TOKEN; echo MYAPP-1234; echo https://me:hush@git.test/x'
    const said = await p.run([...sh(line), '--password', 'swordfish'], { env })
    expect(said.out).toContain('zq8w7e6r5t')
    const kept = `${await output(1)}${JSON.stringify(evidenceOf())}`
    expect(kept).not.toMatch(/zq8w7e6r5t|MYAPP-1234|hush|swordfish/)
    expect(evidenceOf()[0]).toMatchObject({ masked: 6 })
    expect(p.git('log', '-p', 'main', '--', 'QMS')).not.toMatch(/zq8w7e6r5t|swordfish/)
  })

  it('keeps the first and the last half of the limit', async () => {
    await p.ok('config evidenceLimit 2048 -u lead')
    await p.run([...RUN.split(' '), '--', process.execPath, '-e', 'process.stdout.write("ab".repeat(5e6))'])
    expect(await output(1)).toBe(`${'ab'.repeat(512)}\n[9997952 bytes cut out here]\n${'ab'.repeat(512)}`)
    expect(evidenceOf()[0]).toMatchObject({ bytes: 10_000_000, cut: true })
  })

  it('keeps bytes that are no text as they are', async () => {
    await p.run([
      ...RUN.split(' '),
      '--',
      process.execPath,
      '-e',
      'process.stdout.write(Buffer.from([0,255,27,200]))',
    ])
    const { result } = await p.json('ei show CR-001 EI-1 --output E1')
    expect(result.output).toMatchObject({ encoding: 'base64', content: 'AP8byA==', bytes: 4 })
  })

  it('ends a command whose time is over, and records that', async () => {
    const said = await p.run(sh('sleep 30', ' --timeout 1'))
    expect(said).toMatchObject({ code: 6 })
    expect(evidenceOf()).toMatchObject([{ exit: null, signal: 'SIGTERM', timeout: 1 }])
  })

  it('goes on, and records, where its reader has gone', async () => {
    const line = `'${process.execPath}' '${BIN}' ${RUN} -- sh -c 'yes | head -c 500000; exit 4' | head -1 >/dev/null; exit \${PIPESTATUS[0]}`
    const child = spawn('bash', ['-c', line], { cwd: p.root, stdio: 'ignore' })
    const code = await new Promise((done) => child.on('close', done))
    expect({ code, evidence: evidenceOf() }).toMatchObject({
      code: 6,
      evidence: [{ exit: 4, bytes: 500_000 }],
    })
  })
})

describe.skipIf(!hasTerminal)('on a terminal', () => {
  it('a text ends with how much evidence there is, and a kept output shows what it hides', async () => {
    await p.ok(sh('printf "\\033[31mred\\n"'))
    const read = await onTerminal(p, ['read', 'CR-001', '--draft', '--no-pager'])
    expect(read.out).toMatch(/1 piece of evidence on record: qms ei list CR-001, .*\n$/)
    const shown = await onTerminal(p, ['ei', 'show', 'CR-001', 'EI-1', '--output', 'E1', '--no-pager'])
    expect(shown.out).toBe('\\u001b[31mred\n')
    expect(await output(1)).toBe('\u001b[31mred\n')
  })
})

describe('what goes on while a command runs', () => {
  /** The program with a command that waits for the file `go`. */
  const waiting = () => {
    const line = 'echo $$ > begun; while [ ! -e go ]; do sleep 0.05; done; exit 5'
    const child = spawn(process.execPath, [BIN, ...sh(line)], { cwd: p.root, stdio: 'ignore' })
    const ended = new Promise<number | null>((done) => child.on('close', done))
    return { child, ended }
  }
  const begun = async (): Promise<void> => {
    while (!existsSync(p.path('begun'))) await sleep(20)
  }

  it('others record: no lock is held, and both are there in the end', async () => {
    const { ended } = waiting()
    await begun()
    await p.ok('ei pass CR-001 EI-2 -s done -u claude')
    p.write('go', '')
    expect(await ended).toBe(6)
    expect(p.trail('CR/CR-001').filter((e) => e.event === 'EI')).toMatchObject([
      { item: 'EI-2', outcome: 'Pass' },
      { item: 'EI-1', action: 'evidence' },
    ])
    expect(await p.ok('audit')).toContain('sound')
  })

  it('the document is checked out: nothing is recorded', async () => {
    const { ended } = waiting()
    await begun()
    await p.ok('checkout CR-001 -u claude')
    p.write('go', '')
    expect(await ended).toBe(1)
    expect(evidenceOf()).toEqual([])
  })

  it('it is killed: nothing is recorded, and nothing is left behind in the store', async () => {
    const { child, ended } = waiting()
    await begun()
    const before = p.tip()
    child.kill('SIGKILL')
    await ended
    p.write('go', '')
    expect({ tip: p.tip(), evidence: evidenceOf() }).toEqual({ tip: before, evidence: [] })
    p.git('clean', '-qf')
    expect(p.git('status', '--porcelain')).toBe('')
    await p.ok('ei pass CR-001 EI-2 -s done -u claude')
  })

  it('it is interrupted: the command gets it, and that is recorded', async () => {
    const { child, ended } = waiting()
    await begun()
    child.kill('SIGINT')
    expect(await ended).toBe(6)
    expect(evidenceOf()).toMatchObject([{ exit: null, signal: 'SIGINT' }])
  })
})

describe('--evidence', () => {
  it('takes what is there, and records what it found', async () => {
    p.write('shot.png', Uint8Array.of(1, 2, 255))
    const kinds = [
      'commit:main',
      'doc:SOP-001',
      'file:shot.png',
      'url:https://x.test/a?b=c',
      'text:Seen | by eye',
    ]
    await p.ok([
      'ei',
      'pass',
      'CR-001',
      'EI-1',
      '-s',
      'done',
      '-u',
      'claude',
      ...kinds.flatMap((k) => ['--evidence', k]),
    ])
    expect(evidenceOf()).toEqual([
      { kind: 'commit', commit: p.tip('main~1') },
      { kind: 'doc', document: 'SOP-001', version: '1.0', status: 'EFFECTIVE' },
      { kind: 'file', path: 'shot.png', content: expect.any(String), bytes: 3 },
      { kind: 'url', url: 'https://x.test/a?b=c' },
      { kind: 'text', text: 'Seen | by eye' },
    ])
    const shown = await p.ok('ei show CR-001 EI-1')
    expect(shown).toContain('https://x.test/a?b=c (not verified)')
    expect((await p.json('ei show CR-001 EI-1 --output E3')).result.output.content).toBe('AQL/')
    await p.refused('ei show CR-001 EI-1 --output E1', 'BAD_VALUE')
    expect((await p.json('read CR-001 --draft')).result.evidence).toBe(5)
    expect(await p.ok('audit')).toContain('sound')
  })

  it('refuses what is not there, or cannot be followed', async () => {
    symlinkSync('/etc/hostname', p.path('link'))
    await p.use((qms) => cancelled(p, qms))
    for (const [code, evidence, words] of [
      ['BAD_VALUE', 'run:npm test', 'qms ei run'],
      ['BAD_VALUE', 'picture:shot.png', 'commit:REV, doc:ID, file:PATH, url:URL, text:WORDS'],
      ['BAD_VALUE', 'shot.png', 'commit:REV'],
      ['BAD_VALUE', 'text: ', 'text:WORDS'],
      ['BAD_VALUE', 'commit:nothing', 'a commit of this repository'],
      ['BAD_VALUE', 'url:ftp://x.test/', 'http or https'],
      ['BAD_VALUE', 'url:https://u:hush@x.test/', 'without a name or password'],
      ['BAD_VALUE', 'url:javascript:alert(1)', 'http or https'],
      ['BAD_VALUE', 'file:link', 'no link'],
      ['BAD_VALUE', 'file:/etc/hostname', 'of this work tree'],
      ['BAD_VALUE', 'file:QMS/SOP/SOP-001.md', 'outside of QMS/'],
      ['BAD_VALUE', 'file:src', 'no link'],
      ['BAD_ID', 'doc:nothing', 'CR-001'],
      ['NO_DOCUMENT', 'doc:CR-099', 'CR-099'],
      ['BAD_VALUE', 'doc:CR-002', 'CANCELLED'],
    ] as const) {
      const line = ['ei', 'note', 'CR-001', 'EI-1', '-s', 'seen', '-u', 'claude', '--evidence', evidence]
      const said = await p.refused(line, code)
      expect(said).toContain(words)
      expect(said).not.toContain('hush')
    }
    expect(evidenceOf()).toEqual([])
  })
})

describe('evidence that does not stand any more', () => {
  const passed = async (...evidence: readonly string[]): Promise<void> => {
    for (const item of ['EI-1', 'EI-2'])
      await p.ok([
        'ei',
        'pass',
        'CR-001',
        item,
        '-s',
        'done',
        '-u',
        'claude',
        ...(item === 'EI-1' ? evidence : []),
      ])
    await p.ok('summarise CR-001 --text Done. -u claude')
  }
  const found = async (): Promise<string> => {
    const { result } = await p.json('next CR-001 route-review -u claude')
    const gates = result.prospects.flatMap((x: { gates: object[] }) => x.gates) as Record<string, string>[]
    return gates.find((g) => g.gate === 'evidenceStands')?.found || 'nothing'
  }

  it('is none while all of it does', async () => {
    await p.ok(sh('true'))
    await passed('--evidence', 'commit:HEAD', '--evidence', 'doc:SOP-001')
    expect(await found()).toBe('nothing')
  })

  it('is a commit to which nothing leads any more', async () => {
    p.git('checkout', '-q', '-b', 'topic')
    p.git('commit', '-q', '--allow-empty', '-m', 'work')
    const commit = p.tip('topic')
    p.git('checkout', '-q', 'main')
    await passed('--evidence', 'commit:topic')
    p.git('branch', '-q', '-D', 'topic')
    expect(await found()).toBe(
      `EI-1 E1: commit ${commit.slice(0, 12)}: no branch, no tag and not HEAD leads to it`,
    )
    expect(await p.refused('route CR-001 --review -u claude', 'GATE')).toContain('no branch, no tag')
    await p.ok('ei note CR-001 EI-1 -s "squashed" --set-aside E1 --reason "branch is gone" -u claude')
    expect(await found()).toBe('nothing')
  })

  it('is a document that was cancelled', async () => {
    await p.use((qms) => drafted(p, qms, 'CR'))
    await passed('--evidence', 'doc:CR-002')
    await p.ok('cancel CR-002 --confirm --reason "not needed" -u claude')
    expect(await found()).toBe('EI-1 E1: CR-002 is CANCELLED, expected one that stands')
  })

  it('is a file that was changed or taken away by hand', async () => {
    await p.ok(sh('echo proof'))
    await passed()
    const file = `QMS/.evidence/CR/CR-001/${evidenceOf()[0]?.output}`
    p.write(file, 'other\n')
    p.git('commit', '-qam', 'by hand')
    expect(await found()).toMatch(/^EI-1 E1: its file has SHA-256 \w{12}, expected \w{12}$/)
    p.git('rm', '-q', file)
    p.git('commit', '-qm', 'by hand')
    expect(await found()).toMatch(/^EI-1 E1: its file is missing, expected SHA-256 \w{12}$/)
    await p.refused('ei show CR-001 EI-1 --output E1', 'DAMAGED')
  })

  it('is a run that failed, under a Pass that was written by hand', async () => {
    await p.run(sh('exit 3'))
    await p.ok('checkout CR-001 -u claude')
    p.edit('claude', 'CR-001', (text) =>
      text.replace(/(EI-1 \|[^|]*\|[^|]*\| )[^|]*\|[^|]*\|/, '$1Pass | claude - 2026-01-02 |'),
    )
    await p.ok('checkin CR-001 -u claude')
    expect(await found()).toBe('EI-1 is Pass, and E1 sh -c exit 3: exit 3')
  })
})
