/** Recording by command, in real repositories: who may, when, what it writes, and what it never touches. */
import { describe, expect, it } from 'vitest'
import { type ItemAsk, recordItem } from '../../src/app/execute.ts'
import { listItems } from '../../src/app/items.ts'
import { note, summarise } from '../../src/app/remarks.ts'
import {
  act,
  addUser,
  agreed,
  answered,
  checkin,
  checkout,
  claude,
  create,
  discard,
  drafted,
  effective,
  executing,
  initialised,
  lead,
  next,
  type Project,
  type Qms,
  qa,
  route,
} from '../support/cli.ts'
import { hasSample, SAMPLE } from '../support/peer.ts'
import { OPEN_ROW } from './given.ts'

const CR = 'CR-001'
const DRAFT = 'QMS/CR/CR-001/CR-001-draft.md'
const pass: ItemAsk = { action: 'record', item: 'EI-1', outcome: 'Pass', summary: 'Done' }

/** The form with its drafting answered, and this many items; `who` performs the first one. */
const planned =
  (items: number, who?: string) =>
  (form: string): string => {
    const rows = Array.from({ length: items }, (_, i) => OPEN_ROW(i + 1))
    if (who) rows[0] = (rows[0] ?? '').replace('[PERFORMER]', who)
    return answered(form).replace(/^\| EI-1 [\s\S]*?\n(?=\n)/m, `${rows.join('\n')}\n`)
  }

const running = async (items = 2, who?: string): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
    await executing(project, qms, 'CR', { text: planned(items, who) })
  })
  return project
}

const unmet = (error: { facts: unknown }) =>
  (error.facts as { unmet?: { gate: string; found: string }[] }).unmet?.map(({ gate, found }) => ({
    gate,
    found,
  }))

describe('an item', () => {
  // Verifies: REQ-QMS-701
  it('is recorded by the owner, or by whom it names; by nobody else', async () => {
    const project = await running(2, 'tu_api')
    await project.denied('NOT_ALLOWED', (qms) => recordItem(qms, qa, CR, pass))
    await project.denied('NOT_ALLOWED', (qms) =>
      recordItem(qms, { user: 'tu_api' }, CR, { ...pass, item: 'EI-2' }),
    )
    const before = project.read(DRAFT)
    await project.use((qms) => recordItem(qms, { user: 'tu_api' }, CR, pass))
    const after = project.read(DRAFT)
    expect(
      after.replace(
        /\| Done\. \| Pass \| tu_api - \d{4}-\d\d-\d\d \d\d:\d\d UTC \|/,
        '| [SUMMARY] | [Pass/Fail] | tu_api - [DATE] |',
      ),
    ).toBe(before)
    await project.use((qms) => recordItem(qms, claude, CR, { ...pass, item: '2' }))
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({
      event: 'EI',
      item: 'EI-2',
      outcome: 'Pass',
      version: '1.2',
    })
    expect(project.has('QMS/.archive/CR/CR-001/CR-001-v1.1.md')).toBe(true)
    // Whoever did the work does not judge it.
    await project.use((qms) => summarise(qms, claude, CR, { text: 'Done.' }))
    const error = await project.denied('GATE', (qms) => route(qms, claude, CR, { assign: ['tu_api'] }))
    expect(unmet(error)).toMatchObject([{ gate: 'teamAble', found: expect.stringContaining('tu_api') }])
  })

  // Verifies: REQ-QMS-702
  it('is recorded during execution, and not in a text that is handed out', async () => {
    const project = await initialised()
    await project.use((qms) => effective(project, qms, 'CR', { text: planned(2) }))
    const early = await project.denied('NOT_OPEN', (qms) => recordItem(qms, claude, CR, pass))
    expect(early.facts).toMatchObject({ status: 'PRE_APPROVED', possibleIn: ['IN_EXECUTION'] })
    await project.use((qms) => act(qms, claude, CR, { action: 'release' }))
    await project.use((qms) => checkout(qms, claude, CR))
    await project.denied('CHECKED_OUT', (qms) => recordItem(qms, claude, CR, pass))
    await project.denied('CHECKED_OUT', (qms) => note(qms, claude, CR, { text: 'Late' }))
    await project.use((qms) => discard(qms, claude, CR))
    await project.use((qms) => recordItem(qms, claude, CR, pass))
    await project.denied('NOT_OPEN', (qms) => recordItem(qms, claude, 'SOP-001', pass))
  })

  it('that has an outcome gets another for a reason, and keeps the first', async () => {
    const project = await running()
    await project.use((qms) => recordItem(qms, claude, CR, pass))
    const again = { ...pass, summary: 'Done twice' }
    const error = await project.denied('GATE', (qms) => recordItem(qms, claude, CR, again))
    expect(unmet(error)).toEqual([{ gate: 'itemReasoned', found: 'the item is Pass, and no reason' }])
    await project.use((qms) => recordItem(qms, claude, CR, { ...again, reason: 'Missed a case' }))
    expect(project.read(DRAFT)).toContain('| ~~Done.~~ Done twice. Amended: Missed a case | ~~Pass~~ Pass |')
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ event: 'EI', reason: 'Missed a case' })
  })

  it('is added with a name of its own, and never in place of another', async () => {
    const project = await running()
    await project.use((qms) => recordItem(qms, claude, CR, { action: 'add', task: 'Tell them' }))
    const taken = { action: 'add', item: 'EI-2', task: 'Another' } as const
    await project.denied('ALREADY_EXISTS', (qms) => recordItem(qms, claude, CR, taken))
    await project.denied('NO_ITEM', (qms) => recordItem(qms, claude, CR, { ...pass, item: 'EI-7' }))
    const { items } = await project.use((qms) => listItems(qms, {}, CR))
    expect(items.map((i) => [i.item, i.task])).toEqual([
      ['EI-1', 'Task 1'],
      ['EI-2', 'Task 2'],
      ['EI-3', 'Tell them'],
    ])
  })

  it('with words that no text may hold is refused, and nothing is written', async () => {
    const project = await running()
    const before = project.everything()
    const nul = await project.denied('NO_PLACE', (qms) =>
      recordItem(qms, claude, CR, { ...pass, summary: 'a\0b' }),
    )
    expect(nul.facts).toMatchObject({ found: 'it holds a NUL byte' })
    const long = { ...pass, summary: 'x'.repeat(200_000) }
    await project.denied('BAD_VALUE', (qms) => recordItem(qms, claude, CR, long))
    const blank = ['ei', 'pass', CR, 'EI-1', '--summary', ' ', '-u', 'claude']
    expect(await project.refused(blank, 'USAGE')).toContain('Say what was done')
    expect(project.everything()).toEqual(before)
  })
})

describe('a failure', () => {
  const fail = (carried: string[]): ItemAsk => ({
    action: 'record',
    item: 'EI-1',
    outcome: 'Fail',
    summary: 'Hangs',
    carried,
  })
  const variance = async (qms: Qms, parent: string): Promise<string> =>
    (await create(qms, claude, { type: 'VAR', parent, title: 'Takes over' })).document?.doc_id ?? ''

  it('is taken over by a variance of this record that is not cancelled', async () => {
    const project = await running()
    const [own, cancelled, foreign] = await project.use(async (qms) => {
      await executing(project, qms, 'CR')
      const made = [await variance(qms, CR), await variance(qms, CR), await variance(qms, 'CR-002')]
      await discard(qms, claude, made[1] ?? '')
      await act(qms, claude, made[1] ?? '', { action: 'cancel', reason: 'x', confirmed: true })
      return made
    })
    const found = async (...carried: string[]) =>
      unmet(await project.denied('GATE', (qms) => recordItem(qms, claude, CR, fail(carried))))?.[0]?.found
    expect(await found()).toBe('none named (--var ID)')
    expect(await found(foreign ?? '')).toBe('CR-002-VAR-001 is no VAR of CR-001')
    expect(await found(cancelled ?? '')).toBe('CR-001-VAR-002 is CANCELLED')
    expect(await found(own ?? '', 'CR-001-VAR-009')).toBe('CR-001-VAR-009 does not exist')
    await project.use((qms) => recordItem(qms, claude, CR, fail([own ?? ''])))
    expect(project.read(DRAFT)).toContain('| Hangs. Carried by CR-001-VAR-001. | Fail |')
  })

  it('or by one that is drafted in the same commit, with the scope that it takes over', async () => {
    const project = await running()
    const commits = Number(project.git('rev-list', '--count', 'HEAD'))
    const draft = { title: 'EI-1 hangs', kind: 2 } as const
    const done = await project.use((qms) => recordItem(qms, claude, CR, { ...fail([]), draft }))
    expect(Number(project.git('rev-list', '--count', 'HEAD'))).toBe(commits + 1)
    expect(done.copy).toBe(project.copy('claude', 'CR-001-VAR-001'))
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ outcome: 'Fail', carried: ['CR-001-VAR-001'] })
    expect(project.trail('VAR/CR-001-VAR-001')).toMatchObject([{ event: 'CREATE', kind: 2, parent: CR }])
    expect(project.read(done.copy ?? '')).toContain('EI-1: Task 1')
    const shown = await project.use((qms) =>
      recordItem(qms, { ...claude, dryRun: true }, CR, { ...fail([]), item: 'EI-2', draft }),
    )
    expect(shown.commit).toBeNull()
    expect(project.has('QMS/CR/CR-001/CR-001-VAR-002-draft.md')).toBe(false)
  })
})

describe('the whole', () => {
  it('has remarks, with a variance where one is named, and a summary that is written anew for a reason', async () => {
    const project = await running()
    await project.use((qms) => create(qms, claude, { type: 'VAR', parent: CR, title: 'Plan B' }))
    await project.use((qms) => note(qms, claude, CR, { text: 'Plan B', carried: ['CR-001-VAR-001'] }))
    expect(project.read(DRAFT)).toContain('| Plan B (CR-001-VAR-001) | claude - ')
    const strange = { text: 'Plan C', carried: ['CR-001-VAR-007'] }
    expect(unmet(await project.denied('GATE', (qms) => note(qms, claude, CR, strange)))).toMatchObject([
      { gate: 'carriersExist' },
    ])
    await project.use((qms) => summarise(qms, claude, CR, { text: 'All is well.' }))
    const anew = { text: 'Almost.' }
    const error = await project.denied('GATE', (qms) => summarise(qms, claude, CR, anew))
    expect(unmet(error)).toMatchObject([{ gate: 'summaryReasoned' }])
    await project.use((qms) => summarise(qms, claude, CR, { ...anew, reason: 'One was left' }))
    expect(project.read(DRAFT)).toContain('\nAlmost.\n')
    expect(project.read(DRAFT)).not.toContain('All is well.')
    const swallowing = await project.denied('NO_PLACE', (qms) =>
      summarise(qms, claude, CR, { text: '<!-- ', reason: 'x' }),
    )
    expect(swallowing.facts).toMatchObject({ wanted: 'words that stay within their section' })
  })

  // Verifies: REQ-QMS-703
  it('keeps its seal: a copy that changes the plan is refused with what it changes, and the ways out work', async () => {
    const project = await running()
    await project.use((qms) => checkout(qms, claude, CR))
    project.edit('claude', CR, (text) =>
      text.replace('## 1. Purpose\n\nas agreed', '## 1. Purpose\n\nas wished'),
    )
    const said = await project.refused(`checkin ${CR} -u claude`, 'SEAL_BROKEN')
    expect(said).toMatch(/^\s+-as agreed\n\s+\+as wished$/m)
    expect(said).toContain('1. Purpose')
    for (const line of [`qms checkin ${CR} --discard`, `qms create VAR --parent ${CR} --title "TEXT"`])
      expect(said).toContain(line)
    await project.ok(`checkin ${CR} --discard -u claude`)
    await project.ok(`create VAR --parent ${CR} --title "Another purpose" -u claude`)
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ event: 'CHECKIN', discarded: true })
  })

  it('keeps rows that a check-in added, and takes none that cannot be read', async () => {
    const project = await running(1)
    const written = async (change: (text: string) => string): Promise<string[]> => {
      await project.use((qms) => checkout(qms, claude, CR))
      project.edit('claude', CR, change)
      const denied = unmet(await project.denied('GATE', (qms) => checkin(qms, claude, CR)))
      await project.use((qms) => discard(qms, claude, CR))
      return (denied ?? []).flatMap(({ gate, found }) => (gate === 'recordsKept' ? [found] : []))
    }
    await project.use((qms) => checkout(qms, claude, CR))
    project.edit('claude', CR, (text) => text.replace(OPEN_ROW(1), `${OPEN_ROW(1)}\n${OPEN_ROW(2)}`))
    await project.use((qms) => checkin(qms, claude, CR))
    expect(await written((text) => text.replace(`${OPEN_ROW(2)}\n`, ''))).toEqual(['EI-2 is gone'])
    expect(await written((text) => text.replace('Task 2', 'Task two'))).toEqual(['EI-2 Task Description'])
    const again = await written((text) => text.replace(OPEN_ROW(2), `${OPEN_ROW(2)}\n${OPEN_ROW(1)}`))
    expect(again).toEqual([expect.stringContaining('EI-1 once more')])
  })

  // Verifies: REQ-QMS-705
  it('is judged once every item has an outcome and what it announces is in force', async () => {
    const project = await initialised()
    const announcing = (form: string): string =>
      planned(1)(form).replace(
        /(### 7\.2[\s\S]*?\| --- \|[^\n]*\n)[^\n]*/,
        '$1| SOP-005 | Modify | wording |',
      )
    await project.use((qms) => executing(project, qms, 'CR', { text: announcing }))
    const lacking = async () =>
      unmet(await project.denied('GATE', (qms) => route(qms, claude, CR, {})))?.map(({ found }) => found)
    expect(await lacking()).toEqual([
      'EI-1 has no outcome',
      expect.stringMatching(/^line \d+ \[EXECUTION_SUMMARY\]$/),
      'SOP-005 is EFFECTIVE 1.0 since before the release, needs a text in force since',
    ])
    await project.use(async (qms) => {
      await recordItem(qms, claude, CR, pass)
      await summarise(qms, claude, CR, { text: 'Done.' })
    })
    const hinted = await project.refused(`route ${CR} -u claude`, 'GATE')
    expect(hinted).toContain(`qms checkout SOP-005 --under ${CR} -u claude`)
    const { prospects } = await project.use((qms) => next(qms, claude, CR, 'route review'))
    expect(prospects[0]?.gates.filter((g) => !g.holds)).toEqual([
      expect.objectContaining({
        gate: 'documentsInForce',
        found: expect.stringContaining('SOP-005 is EFFECTIVE 1.0'),
      }),
    ])
    await project.use(async (qms) => {
      await checkout(qms, claude, 'SOP-005', CR)
      project.edit('claude', 'SOP-005', (text) => `${text}\nMore.\n`)
      await checkin(qms, claude, 'SOP-005')
    })
    expect(await lacking()).toEqual(['SOP-005 is DRAFT, needs EFFECTIVE'])
    await project.use(async (qms) => {
      for (const id of ['SOP-005', 'SOP-005', CR, CR]) {
        await route(qms, claude, id, {})
        await agreed(qms, id)
      }
      await act(qms, claude, CR, { action: 'close' })
    })
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ to_status: 'CLOSED' })
  })

  // Verifies: REQ-QMS-706
  it('of requirements and their matrix has a commit that is there', async () => {
    const project = await initialised()
    const code = project.tip()
    const row =
      (commit: string) =>
      (form: string): string =>
        answered(form).replace(
          /(## 4\. Qualified Commit[\s\S]*?\| --- \|[^\n]*\n)[^\n]*/,
          `$1| here | \`${commit}\` | run 1 |`,
        )
    const announcing = (form: string): string =>
      planned(1)(form).replace(
        /(### 7\.2[\s\S]*?\| --- \|[^\n]*\n)[^\n]*/,
        '$1| SDLC-APP-RTM | Create | all |',
      )
    await project.use(async (qms) => {
      await project.ok('namespace add APP -u lead')
      await executing(project, qms, 'CR', { text: announcing })
      await recordItem(qms, claude, CR, pass)
      await summarise(qms, claude, CR, { text: 'Done.' })
      await drafted(project, qms, 'RS', {
        with: { namespace: 'APP' },
        text: (form) => answered(form).replaceAll('as agreed', 'The system shall answer.'),
      })
      await effective(project, qms, 'RTM', { with: { namespace: 'APP' }, text: row('d4'.repeat(20)) })
    })
    const lacking = async () =>
      unmet(await project.denied('GATE', (qms) => route(qms, claude, CR, {})))?.map(({ found }) => found)
    expect(await lacking()).toEqual(['SDLC-APP-RS is DRAFT, needs EFFECTIVE'])
    await project.use(async (qms) => {
      for (const _ of [1, 2]) {
        await route(qms, claude, 'SDLC-APP-RS', {})
        await agreed(qms, 'SDLC-APP-RS')
      }
    })
    expect(await lacking()).toEqual([
      'SDLC-APP-RTM names commit d4d4d4d4d4d4, which is not in this repository',
    ])
    await project.use(async (qms) => {
      await checkout(qms, claude, 'SDLC-APP-RTM', CR)
      project.edit('claude', 'SDLC-APP-RTM', (text) => text.replace('d4'.repeat(20), code))
      await checkin(qms, claude, 'SDLC-APP-RTM')
      for (const _ of [1, 2]) {
        await route(qms, claude, 'SDLC-APP-RTM', {})
        await agreed(qms, 'SDLC-APP-RTM')
      }
      await route(qms, claude, CR, {})
    })
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({ to_status: 'IN_POST_REVIEW' })
  })
})

it('eight processes that record different items at once lose none of them', async () => {
  const project = await running(8)
  const said = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      project.run(['ei', 'pass', CR, `EI-${i + 1}`, '--summary', `Done ${i + 1}`, '-u', 'claude']),
    ),
  )
  expect(said.map(({ code, err }) => ({ code, err }))).toEqual(Array(8).fill({ code: 0, err: '' }))
  const { items } = await project.use((qms) => listItems(qms, {}, CR))
  expect(items.map((i) => [i.outcome, i.summary])).toEqual(
    Array.from({ length: 8 }, (_, i) => ['Pass', `Done ${i + 1}.`]),
  )
  const versions = project.trail('CR/CR-001').flatMap((e) => (e.event === 'EI' ? [e.version] : []))
  expect(versions).toEqual(Array.from({ length: 8 }, (_, i) => `1.${i + 1}`))
}, 120_000)

describe.skipIf(!hasSample)('an adopted record in execution (skipped where there is no ../shared)', () => {
  it('is recorded with exactly its cells differing', async () => {
    const { cpSync } = await import('node:fs')
    const { repository } = await import('../support/cli.ts')
    const { join } = await import('node:path')
    const project = repository()
    cpSync(join(SAMPLE, 'QMS'), project.path('QMS'), { recursive: true })
    await project.ok('init --adopt')
    const [id, path] = ['CR-036-VAR-002', 'QMS/CR/CR-036/CR-036-VAR-002-draft.md']
    const before = project.read(path)
    await project.ok(`ei pass ${id} EI-1 --summary "Put right" -u claude`)
    const after = project.read(path)
    expect(after).not.toBe(before)
    const put = /\| Put right\. \| Pass \| claude - [^|]* \|/
    const row = (text: string): string => text.split('\n').find((line) => /^\| *EI-1 /.test(line)) ?? ''
    expect(row(after)).toMatch(put)
    expect(after.replace(row(after), '')).toBe(before.replace(row(before), ''))
    const [planned] = row(before).split('| [')
    expect(row(after).startsWith(planned ?? '?')).toBe(true)
  }, 120_000)
})
