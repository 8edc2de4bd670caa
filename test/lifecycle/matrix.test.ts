import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import { FINAL, type MachineName, STATUSES, type Status } from '../../src/documents/types.ts'
import { QmsError } from '../../src/errors.ts'
import { ACTIONS, type Circumstances, type Command } from '../../src/lifecycle/command.ts'
import { CONDITIONS, type ConditionName, type Frame, holds } from '../../src/lifecycle/conditions.ts'
import { decide, prospects } from '../../src/lifecycle/decide.ts'
import { GATES } from '../../src/lifecycle/gates.ts'
import { possibleIn, type Row, rowsFor, TABLES } from '../../src/lifecycle/tables.ts'
import { circumstancesOf, type Deed, given, type Story } from '../support/given.ts'
import { ASKERS, asking, NAMED, SITUATIONS } from './machine.ts'

const MACHINES = Object.keys(TABLES) as MachineName[]

type Answer = { to: string } | { refused: string }

const answer = (story: Story, deed: Deed): Answer => {
  try {
    const { after } = decide(story.doc, deed.command(story.doc), circumstancesOf(story.world, deed))
    return { to: `${after.status} ${after.version}` }
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    const gates = (error.facts as { unmet?: { gate: string }[] }).unmet?.map((u) => u.gate).join(', ')
    return { refused: gates ? `${error.code} ${gates}` : error.code }
  }
}

/** One row of the picture: what happens, and to whom it is allowed. Null where the status knows no such action. */
const pictured = (story: Story, index: number): string | null => {
  const answers = Object.entries(ASKERS).map(([role, name]) => {
    const [asked, , deed] = asking(name)[index] as ReturnType<typeof asking>[number]
    return { role, asked, answer: answer(story, deed) }
  })
  const allowed = answers.filter((a) => 'to' in a.answer)
  const asked = answers[0]?.asked
  if (allowed.length > 0) {
    const outcomes = new Set(allowed.map((a) => ('to' in a.answer ? a.answer.to : '')))
    return `| ${asked} | ${[...outcomes].join(' or ')} | ${allowed.map((a) => a.role).join(', ')} |`
  }
  const gated = answers
    .map((a) => ('refused' in a.answer ? a.answer.refused : ''))
    .filter((r) => r.startsWith('GATE'))
  return gated.length > 0
    ? `| ${asked} | - | nobody: ${[...new Set(gated)].map((g) => g.slice(5)).join('; ')} |`
    : null
}

const picture = (machine: MachineName): string =>
  SITUATIONS[machine]
    .map(({ name, story }) => {
      const rows = asking('ann').flatMap((_, i) => pictured(story, i) ?? [])
      const table =
        rows.length > 0 ? ['| action | to | who may |', '| --- | --- | --- |', ...rows] : ['Nothing.']
      return [`### ${name} (${story.doc.version})`, '', ...table, ''].join('\n')
    })
    .join('\n')

/** What stands in the way of each row, and what it writes: a gate that is dropped is seen here. */
const rowsOf = (machine: MachineName): string =>
  [
    '| from | action | when | gates | writes | version |',
    '| --- | --- | --- | --- | --- | --- |',
    ...TABLES[machine].map((r) =>
      ['', r.from, r.action, r.when?.join(' '), r.gates.join(' '), r.emits.join(' '), r.version, '']
        .map((cell) => cell ?? '')
        .join(' | ')
        .trim(),
    ),
    '',
  ].join('\n')

describe('the matrix status x action x role', () => {
  /** Read it as the rules: a change of this file is a change of who may do what. Update with `vitest -u`, and review. */
  it('is as reviewed', async () => {
    const intro =
      '# Who may do what, in every situation\n\nMade by `test/lifecycle/matrix.test.ts` from real decisions. The owner is ann.\n'
    const whole = [
      intro,
      ...MACHINES.map((m) => `## ${m}\n\n${picture(m)}\n### Rows of ${m}\n\n${rowsOf(m)}`),
    ].join('\n')
    await expect(whole).toMatchFileSnapshot('matrix.md')
  })

  it('shows every status of every machine', () => {
    for (const machine of MACHINES) {
      const shown = new Set(SITUATIONS[machine].map((s) => s.story.doc.status))
      const named = new Set(TABLES[machine].flatMap((r) => [r.from, ...(r.to === 'home' ? [] : [r.to])]))
      expect([...named].filter((s) => !shown.has(s))).toEqual([])
    }
  })

  it('is a file that people can read', () => {
    const lines = readFileSync(join(import.meta.dirname, 'matrix.md'), 'utf8').split('\n')
    expect(lines.filter((l) => l.startsWith('## '))).toEqual(['## controlled', '## executable', '## covered'])
  })
})

/** All that conditions look at, in every combination, as frames. */
const frames = (): Frame[] => {
  const base = given().world
  const template = SITUATIONS.controlled[0]?.story.doc as Document
  const all: Frame[] = []
  for (const kind of ['ordinary', 'retire', 'abandon'] as const)
    for (const purpose of [undefined, 'retire', 'abandon'] as const)
      for (const pending of [['me'], ['me', 'other']])
        for (const remove of [undefined, ['me'], ['me', 'other']])
          for (const fresh of [true, false])
            for (const live of [null, { version: '1.0', content: 'x' }])
              for (const digest of ['same', 'changed']) {
                const checkout = { by: 'me', at: '', base: 'same' }
                const round = {
                  number: 1,
                  void: false,
                  content: 'x',
                  reviews: [],
                  approvals: [],
                  pending,
                  openedAt: '',
                  openedBy: '',
                }
                const d = {
                  ...template,
                  fresh,
                  live,
                  checkout,
                  round,
                  purpose: { kind, home: null, reason: null },
                }
                const text = { digest, problem: null, title: null, empty: false, blanks: [] }
                const command: Command = { action: 'checkin', purpose, remove, text }
                const c = {
                  ...base,
                  actor: { ...base.registry.get('ann'), name: 'me' },
                } as unknown as Circumstances
                all.push({ d, command, c })
              }
  return all
}

const fits = (row: Row, frame: Frame): boolean => (row.when ?? []).every((name) => holds(name, frame))

const groups = (machine: MachineName) =>
  STATUSES.flatMap((from) =>
    ACTIONS.map((action) => ({ from, action, rows: rowsFor(machine, from, action) })),
  ).filter((g) => g.rows.length > 1)

// Verifies: REQ-QMS-001
describe.each(MACHINES)('the table %s', (machine) => {
  const rows = TABLES[machine]
  const FRAMES = frames()

  it('has at most one row for any circumstances', () => {
    for (const { from, action, rows: alike } of groups(machine))
      for (const frame of FRAMES) {
        const fitting = alike.filter((row) => fits(row, frame))
        expect(
          fitting.length,
          `${from} ${action}: ${fitting.map((r) => r.to).join(' and ')}`,
        ).toBeLessThanOrEqual(1)
      }
  })

  it('and each of its rows is the one for some', () => {
    for (const row of rows)
      expect(
        FRAMES.some((f) => fits(row, f)),
        `${row.from} ${row.action} ${row.when}`,
      ).toBe(true)
  })

  it('reaches every status that it names, from its first', () => {
    const first: Status = machine === 'covered' ? 'IN_EXECUTION' : 'DRAFT'
    const homes = new Set(
      rows.filter((r) => /asks(?:Retire|Abandon)/.test((r.when ?? []).join())).map((r) => r.from),
    )
    const reached = new Set<Status>([first])
    for (let before = 0; before < reached.size; ) {
      before = reached.size
      for (const row of rows.filter((r) => reached.has(r.from)))
        for (const to of row.to === 'home' ? homes : [row.to]) reached.add(to)
    }
    const named = new Set(rows.flatMap((r) => [r.from, ...(r.to === 'home' ? [] : [r.to])]))
    expect([...named].filter((s) => !reached.has(s))).toEqual([])
  })

  it('has a way on to an end from every status that is none', () => {
    const ends = (status: Status): boolean =>
      FINAL.has(status) || (machine === 'covered' && status === 'IN_EXECUTION')
    const good = new Set(
      rows.flatMap((r) => [r.from, r.to]).filter((s): s is Status => s !== 'home' && ends(s)),
    )
    for (let before = -1; before < good.size; ) {
      before = good.size
      for (const row of rows) if (row.to !== 'home' && good.has(row.to)) good.add(row.from)
    }
    expect([...new Set(rows.map((r) => r.from))].filter((s) => !good.has(s))).toEqual([])
  })

  it('moves by a STATUS_CHANGE exactly where the status changes', () => {
    for (const row of rows) {
      const emits: readonly string[] = row.emits
      expect(emits.filter((e) => e === 'STATUS_CHANGE')).toHaveLength(row.to === row.from ? 0 : 1)
    }
  })

  it('knows where an action is possible', () => {
    for (const action of ACTIONS)
      for (const from of STATUSES)
        expect(possibleIn(machine, action).includes(from)).toBe(rowsFor(machine, from, action).length > 0)
  })
})

describe('every word of the rules is used', () => {
  const all = MACHINES.flatMap((m) => TABLES[m])
  const unused = (names: readonly string[], used: readonly string[]) => names.filter((n) => !used.includes(n))

  it('gates', () =>
    expect(
      unused(
        Object.keys(GATES),
        all.flatMap((r) => [...r.gates]),
      ),
    ).toEqual([]))
  it('conditions', () =>
    expect(
      unused(
        Object.keys(CONDITIONS),
        all.flatMap((r) => [...(r.when ?? [])]),
      ),
    ).toEqual([]))
  it('actions', () =>
    expect(
      unused(
        ACTIONS,
        all.map((r) => r.action),
      ),
    ).toEqual([]))
  it('statuses', () =>
    expect(
      unused(
        STATUSES,
        all.flatMap((r) => [r.from, r.to]),
      ),
    ).toEqual([]))

  it('gates and conditions say what they expect', () => {
    for (const { expected } of [...Object.values(GATES), ...Object.values(CONDITIONS)])
      expect(expected).toMatch(/\w{3}/)
    expect(Object.keys(CONDITIONS).every((n) => n in CONDITIONS && !(n in GATES))).toBe(true)
  })

  it('none of the conditions is always so, or never', () => {
    const all = frames()
    for (const name of Object.keys(CONDITIONS) as ConditionName[]) {
      const so = all.filter((f) => holds(name, f)).length
      expect(so > 0 && so < all.length, name).toBe(true)
    }
  })
})

// Verifies: REQ-QMS-606
describe('prospects say what decide does', () => {
  const ways = MACHINES.flatMap((m) => SITUATIONS[m].map((s) => ({ ...s, machine: m })))

  it.each(ways)('$machine: $name', ({ story }) => {
    for (const name of Object.values(ASKERS)) {
      // Whom an item names is known once an item is named: no prospect of a document can tell.
      const deeds = asking(name).filter(([asked]) => asked !== NAMED)
      const c = circumstancesOf(story.world, { as: name, command: () => ({ action: 'checkout' }) })
      const open = prospects(story.doc, c).filter((p) => p.admitted && p.gates.every((g) => g.holds))
      const possible = new Set<string>()
      for (const [, action, deed] of deeds) if ('to' in answer(story, deed)) possible.add(action)
      const promised = new Set(open.map((p) => p.action))
      expect(
        [...possible].filter((a) => !promised.has(a as never)),
        `${name} can, and is not told`,
      ).toEqual([])
      expect(
        [...promised].filter((a) => !possible.has(a)),
        `${name} is told, and cannot`,
      ).toEqual([])
    }
  })
})
