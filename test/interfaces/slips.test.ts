/** Slips of the hand: the nearest is named, the whole line is offered put right, and nothing is ever run by guess. */
import { execFileSync } from 'node:child_process'
import { beforeAll, describe, expect, it } from 'vitest'
import { closest } from '../../src/app/suggest.ts'
import { callOf, NO_CALL } from '../../src/interfaces/call.ts'
import { drafted, initialised, type Project, words } from '../support/cli.ts'
import { parseLine } from '../support/grammar.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
  })
})

/** What is refused; what is offered first; what the message names. */
const SLIPS: readonly (readonly [string, string, string])[] = [
  ['aprove CR-001 -u qa', 'qms approve CR-001 -u qa', 'approve'],
  ['lits --type CR', 'qms list --type CR', 'list'],
  ['polcy show', 'qms policy show', 'policy show'],
  ['user shw qa', 'qms user show qa', 'user show'],
  ['list --opne', 'qms list --open', '--open'],
  ['list --tpye CR', 'qms list --type CR', '--type'],
  ['list --statsu=DRAFT', 'qms list --status=DRAFT', '--status'],
  ['list --status DRAFTT', 'qms list --status DRAFT', 'DRAFT'],
  ['list --status=in-executon', 'qms list --status=IN_EXECUTION', 'IN_EXECUTION'],
  ['list --fields id,titel', 'qms list --fields id,title', 'title'],
  ['inbox -u qaa', 'qms inbox -u qa', 'qa'],
  ['status CR-001 --user=claud', 'qms status CR-001 --user=claude', 'claude'],
  ['next CR-001 relese -u claude', 'qms next CR-001 release -u claude', 'release'],
  ['why CR-001 aproove -u qa', 'qms why CR-001 approve -u qa', 'approve'],
  ['create CRR --title "Two words" -u claude', 'qms create CR --title "Two words" -u claude', 'CR'],
  ['user add x --group qualty -u lead', 'qms user add x --group quality -u lead', 'quality'],
  ['config documentLimti', 'qms config documentLimit', 'documentLimit'],
  [
    'policy set selfAproval forbidden -u lead',
    'qms policy set selfApproval forbidden -u lead',
    'selfApproval',
  ],
  ['completion bsh', 'qms completion bash', 'bash'],
]

describe('a slip', () => {
  it.each(SLIPS)('%s', async (line, right, named) => {
    const before = project.everything()
    const { error } = await project.json(line)
    expect({ next: error.next[0], named: error.message.includes(`did you mean ${named}?`) }).toEqual({
      next: right,
      named: true,
    })
    expect(project.everything()).toEqual(before)
    await expect(parseLine(right)).resolves.toBeTruthy()
    const [, ...again] = words(right)
    const { error: left } = await project.json(again)
    expect(['USAGE', 'BAD_VALUE', 'BAD_TYPE', 'NO_USER']).not.toContain(left?.code)
  })

  it('that is like nothing is refused without a guess', async () => {
    for (const line of ['xyzzy', 'list --xyzzy', 'user xyzzy', 'list --status OPEN', 'inbox -u zzz']) {
      const { error } = await project.json(line)
      expect({ line, guess: /did you mean/.test(error.message) }).toEqual({ line, guess: false })
    }
  })

  it('is not taken for an abbreviation', async () => {
    for (const line of ['stat', 'appr CR-001 -u qa', 'list --stat DRAFT', 'status SOP-1'])
      expect({ line, ok: (await project.json(line)).ok }).toEqual({ line, ok: false })
  })
})

describe('what is missing is offered with the rest of the line', () => {
  it.each([
    ['inbox', 'qms inbox -u lead'],
    ['create CR --title "Two words" --json', 'qms create CR --title "Two words" -u lead'],
    ['cancel CR-001 -u claude', 'qms cancel CR-001 -u claude --confirm --reason "TEXT"'],
    ['cancel CR-001 --confirm -u claude', 'qms cancel CR-001 --confirm -u claude --reason "TEXT"'],
    ['read SOP-001 --version 4.2', 'qms read SOP-001 --version 1.0'],
    ['close', 'qms close CR-001 -u claude'],
  ])('%s', async (line, whole) => {
    const { error } = await project.json(line)
    expect(error.next[0]).toBe(whole)
    await expect(parseLine(whole)).resolves.toBeTruthy()
  })

  it('a command put right does what was meant', async () => {
    const { error } = await project.json('cancel CR-001 -u claude --dry-run')
    const [, ...again] = words(error.next[0])
    expect((await project.json(again)).result.events.map((e: { event: string }) => e.event)).toContain(
      'CANCEL',
    )
  })
})

describe('the line to type again', () => {
  const inShell = (line: string): string[] =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1)

  it('means the same to a shell', () => {
    for (const argv of [
      ['CR-001', '--title', 'two words'],
      ['--reason', `it's "so" $HOME \`id\` \\ !x`],
      ['--comment', ''],
      ['a*b', '~', '#', ';', '(x)', '&'],
    ])
      expect(inShell(callOf('create', argv).line ?? '')).toEqual(['qms', 'create', ...argv])
  })

  it('is none where it could not be shown or is too long, and none where nothing was typed', () => {
    for (const word of ['a\u001b[31m', 'x\u202ey', 'two\nlines', 'x'.repeat(500)])
      expect(callOf('create', ['CR', word]).line).toBeNull()
    expect([NO_CALL.line, NO_CALL.with('x'), NO_CALL.replacing('a', 'b')]).toEqual([null, null, null])
  })

  it('keeps what stands behind --, and leaves out how the answer was to be printed', () => {
    expect(callOf('search', ['--json', '--', '-x']).with('-u qa')).toBe('qms search -u qa -- -x')
    expect(callOf('list', ['-q', '--open']).replacing('--open', '--plain')).toBe('qms list --plain')
    expect(callOf('list', ['--open']).replacing('--shut', '--plain')).toBeNull()
  })
})

describe('closeness', () => {
  it('is no more than half of a short word, and a third of a long one', () => {
    expect(closest('XR', ['CR', 'TP'])).toEqual(['CR'])
    expect(closest('id', ['kind', 'doc_id'])).toEqual([])
    expect(closest('IN_EXECUTOIN', ['IN_EXECUTION', 'DRAFT'])).toEqual(['IN_EXECUTION'])
  })
})
