/** What reaches a terminal: hostile words in titles, comments and answers, and terminals of every kind (H19, H20, H55). */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  BIN,
  claude,
  create,
  drafted,
  folder,
  inbox,
  initialised,
  launch,
  type Project,
  route,
  verdict,
  words,
} from '../support/cli.ts'
import { expectSentence, RAW, unchanged } from './attack.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const ESC = '\u001b'
const HOSTILE = `${ESC}[31mred${ESC}]52;c;aGk=\u0007 ${ESC}]8;;http://x.test\u0007link \u202egnp.exe\u202c \u200bzero \u009b1m\b\r`

// Verifies: REQ-QMS-905
describe('H19, H20. hostile words', () => {
  it('H19, H20. in a title are refused, and shown in visible form', async () => {
    for (const title of ['a\rb', 'Approved\u2028Qms-Approved-By: lead', '', ' x', 'x'.repeat(201), 'b\u0085'])
      await project.denied('BAD_TITLE', (qms) => create(qms, claude, { type: 'SOP', title }))
    for (const title of [HOSTILE.trim(), 'two\nlines']) {
      const said = await project.run(['create', 'SOP', '--title', title, '-u', 'claude', '--dry-run'])
      expect({ title, code: said.code, raw: RAW.test(said.out + said.err) }).toEqual({
        title,
        code: 2,
        raw: false,
      })
    }
    const answer = await project.json(['create', 'SOP', '--title', HOSTILE.trim(), '-u', 'claude'])
    expect(answer.error.code).toBe('BAD_TITLE')
  })

  it('H20. in a comment are kept and spelled out, for people and in JSON', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await route(qms, { user: 'claude' }, 'CR-001', {})
      await inbox(qms, { user: 'qa' })
      const comment = `${HOSTILE}\nsecond line`
      await verdict(
        qms,
        { user: 'qa' },
        'CR-001',
        { action: 'review', outcome: 'RECOMMEND', comment },
        undefined,
      )
    })
    for (const line of [
      'comments CR-001',
      'comments CR-001 --json',
      'history CR-001',
      'history CR-001 --json',
    ]) {
      const said = await own.ok(line)
      expect({ line, raw: RAW.test(said) }).toEqual({ line, raw: false })
      expect(said).toContain('\\u001b[31mred')
      expect(said).toContain('\\u202e')
    }
    const answer = await own.json('comments CR-001')
    expect(answer.result.comments[0].comment).toBe(`${HOSTILE}\nsecond line`)
    expect(own.git('show', 'main:QMS/.audit/CR/CR-001.jsonl')).not.toMatch(RAW)
    expect(own.git('log', '-1', '--format=%B')).not.toMatch(RAW)
  })

  it('H20. in a copy reach the terminal only as the bytes that read gives to a pipe', async () => {
    const own = await initialised()
    await own.use((qms) => drafted(own, qms, 'CR', { text: (form) => `${form}\n${HOSTILE} after\n` }))
    expect(await own.ok('search after')).not.toMatch(RAW)
    expect(await own.ok('diff CR-001 --from 0.1 --to 0.1')).not.toMatch(RAW)
    expect(await own.ok('read CR-001 --json')).not.toMatch(RAW)
  })
})

describe('H19. words that look like trailers of a commit', () => {
  it('are neither in the message nor believed', async () => {
    const own = await initialised()
    const forged = 'No.\n\nQMS-Event: APPROVE\nQMS-Actor: lead\nQms-Approved-By: lead'
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
      await verdict(
        qms,
        { user: 'qa' },
        'CR-001',
        { action: 'review', outcome: 'UPDATES_REQUIRED', comment: forged },
        undefined,
      )
    })
    expect(own.git('log', '-1', '--format=%(trailers:key=QMS-Actor,valueonly)').trim()).toBe('qa')
    expect(own.git('log', '-1', '--format=%B')).not.toContain('Approved-By')
    own.git(
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'CR-001: approve (lead)\n\nQMS-Document: CR-001\nQMS-Event: APPROVE',
    )
    expect((await own.json('status CR-001')).result.document.status).toBe('PRE_REVIEWED')
    expect(
      (await own.json('history CR-001')).result.events.map((e: { event: string }) => e.event),
    ).not.toContain('APPROVE')
  })
})

describe('H20. hostile words in a call are shown in visible form', () => {
  it.each([
    ['an unknown command', [HOSTILE]],
    ['an unknown flag', ['status', `--${HOSTILE}`]],
    ['an id', ['status', HOSTILE]],
    ['a user', ['inbox', '-u', HOSTILE]],
    ['a file', ['create', 'SOP', '--title', 'X', '-u', 'claude', '--file', HOSTILE]],
    ['a folder', ['-C', `/${HOSTILE}`, 'status']],
    ['a status', ['list', '--status', HOSTILE]],
    ['a type', ['create', HOSTILE, '--title', 'X', '-u', 'claude']],
    ['a digest', ['review', 'CR-001', '--recommend', '--comment', 'x', '--text', HOSTILE, '-u', 'qa']],
    ['a setting', ['config', HOSTILE, 'x', '-u', 'lead']],
    ['a policy', ['policy', 'set', 'quality', HOSTILE, '-u', 'lead']],
  ])('%s', (_, args) =>
    unchanged(project, async () => {
      expectSentence(await project.run(args))
      const json = await project.run([...args, '--json'])
      expect(json.out + json.err).not.toMatch(RAW)
      expect(JSON.parse(json.out)).toMatchObject({ ok: false })
    }),
  )
})

describe('H55. terminals of every kind', () => {
  const READING = ['', 'help route', 'list', 'history CR-001', 'next CR-001 -u claude', 'list --json']

  it.each([
    ['a dumb terminal', { TERM: 'dumb' }],
    ['no terminal at all', { TERM: undefined }],
    ['40 columns', { COLUMNS: '40', TERM: 'xterm' }],
    ['a locale of ASCII', { LANG: 'C', LC_ALL: 'C' }],
    ['a locale that does not exist', { LANG: 'xx_XX.latin1', LC_ALL: 'xx' }],
    ['no home and no user', { HOME: '/nonexistent', USER: undefined, XDG_CONFIG_HOME: undefined }],
  ])('%s: the same words, no colour, no question, no stack', async (_, env) => {
    for (const line of READING) {
      const said = await project.run(line, { env: env as NodeJS.ProcessEnv })
      expect({ line, code: said.code, err: said.err }).toEqual({ line, code: 0, err: '' })
      expect(said.out).not.toMatch(RAW)
    }
  })

  it('of 40 columns is given lines that fit, where a table can be cut', () => {
    const line = `stty cols 40; '${process.execPath}' '${BIN}' list --no-pager`
    const { stdout, error } = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd: project.root,
      encoding: 'utf8',
      timeout: 40_000,
    })
    if (error) return console.log('skipped: no script(1) to make a terminal')
    const lines = stdout.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\r\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(60)
  })

  it.each(['help', 'list', 'read SOP-001', 'status --json'])(
    '%s into a reader that has gone ends quietly',
    async (line) => {
      const piped = `{ '${process.execPath}' '${BIN}' ${line}; echo "code $?" >&2; } | true`
      const said = await launch('bash', ['-c', piped], { cwd: project.root })
      expect(said.err).toMatch(/^code (?:0|141)\n$/)
    },
  )

  it.skipIf(process.platform !== 'linux').each(['list', 'list --json', 'help', 'read SOP-001'])(
    '%s onto a full disk says so in a sentence, exit 8',
    async (line) => {
      const said = await launch('bash', ['-c', `'${process.execPath}' '${BIN}' ${line} > /dev/full`], {
        cwd: project.root,
      })
      expect(said.code).toBe(8)
      expect(said.err).toMatch(/^The answer could not be written: .*ENOSPC/)
      expect(said.err).not.toMatch(/\n\s+at /)
    },
  )

  it.each(['>&-', '2>&-', '>&- 2>&-', '<&-'])('with %s nothing breaks', async (closed) => {
    const said = await launch('bash', ['-c', `'${process.execPath}' '${BIN}' status ${closed}`], {
      cwd: project.root,
    })
    expect(said.code).toBe(0)
    expect(said.err).not.toMatch(/\n\s+at /)
  })

  it('a folder that was removed under our feet is a sentence', async () => {
    const gone = folder()
    const script = `cd '${gone}' && rmdir '${gone}' && '${process.execPath}' '${BIN}' status`
    const said = await launch('bash', ['-c', script], { cwd: gone })
    expect(said.code).not.toBe(0)
    expect(said.err).not.toMatch(/\n\s+at /)
    expect(words('x')).toEqual(['x'])
  })
})
