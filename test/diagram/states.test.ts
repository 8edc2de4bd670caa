/** The graph of states is that of the rules, and shows the way of one document. */
import { describe, expect, it } from 'vitest'
import { type Life, lifeOf, stateDiagram } from '../../src/diagram/states.ts'
import type { DocumentEvent } from '../../src/documents/event.ts'
import type { MachineName, Status } from '../../src/documents/types.ts'
import { TABLES } from '../../src/lifecycle/tables.ts'

const MACHINES = Object.keys(TABLES) as MachineName[]

const life = (way: readonly Status[], home: Status | null = null): Life => ({
  now: way.at(-1) as Status,
  home,
  seen: new Set(way),
  steps: way.slice(1).map((to, i) => [way[i] as Status, to]),
})

// Verifies: REQ-QMS-871
describe('the states of a machine', () => {
  it.each(MACHINES)('are joined by every rule that moves, and by nothing else: %s', (machine) => {
    const rows = TABLES[machine].filter((row) => row.to !== 'home' && row.to !== row.from)
    const pairs = new Set(rows.map((row) => `${row.from} ${row.to}`))
    const { edges, nodes } = stateDiagram(machine)
    const drawn = edges.filter((e) => !e.actions.includes('close of its parent'))
    expect(new Set(drawn.map((e) => `${e.from} ${e.to}`))).toEqual(pairs)
    expect(drawn).toHaveLength(pairs.size)
    for (const row of rows) {
      const edge = drawn.find((e) => e.from === row.from && e.to === row.to)
      expect(edge?.actions.map((a) => a.replace(/ --.*/, ''))).toContain(row.action)
      expect(edge?.passed).toBe(false)
    }
    const named = new Set(nodes.map((n) => n.status))
    for (const { from, to } of edges) expect([named.has(from), named.has(to)]).toEqual([true, true])
    expect(new Set(nodes.map((n) => n.standing))).toEqual(new Set(['open']))
  })

  it('go down one line from the beginning to the end', () => {
    expect(stateDiagram('controlled').main.join(' ')).toBe('DRAFT IN_REVIEW REVIEWED IN_APPROVAL EFFECTIVE')
    expect(stateDiagram('executable').main.join(' ')).toBe(
      'DRAFT IN_PRE_REVIEW PRE_REVIEWED IN_PRE_APPROVAL PRE_APPROVED IN_EXECUTION IN_POST_REVIEW POST_REVIEWED IN_POST_APPROVAL POST_APPROVED CLOSED',
    )
    expect(stateDiagram('covered').main.join(' ')).toBe('IN_EXECUTION CLOSED')
    for (const machine of MACHINES) {
      const { main, edges } = stateDiagram(machine)
      expect(edges.filter((e) => e.main).map((e) => [e.from, e.to])).toHaveLength(main.length - 1)
    }
  })

  it('of a verification record end with its parent', () => {
    const { start, edges, nodes } = stateDiagram('covered')
    expect(start).toBe('IN_EXECUTION')
    expect(edges.find((e) => e.to === 'CLOSED')?.actions).toEqual(['close of its parent'])
    expect(nodes.filter((n) => n.final).map((n) => n.status)).toEqual(['CLOSED', 'CANCELLED'])
  })

  it('say by what flag a special way is gone', () => {
    const { edges } = stateDiagram('executable')
    const actions = (from: Status, to: Status) => edges.find((e) => e.from === from && e.to === to)?.actions
    expect(actions('PRE_APPROVED', 'IN_POST_REVIEW')).toEqual(['route review --abandon'])
    expect(actions('CLOSED', 'IN_POST_REVIEW')).toEqual(['route review --retire'])
    expect(actions('IN_EXECUTION', 'IN_POST_REVIEW')).toEqual(['route review --abandon', 'route review'])
  })
})

describe('the way of a document', () => {
  it('marks where it is, what it passed, and what lies ahead', () => {
    const { nodes, edges, now } = stateDiagram('controlled', life(['DRAFT', 'IN_REVIEW', 'DRAFT']))
    expect(now).toBe('DRAFT')
    expect(nodes.filter((n) => n.standing === 'now').map((n) => n.status)).toEqual(['DRAFT'])
    expect(nodes.filter((n) => n.standing === 'passed').map((n) => n.status)).toEqual(['IN_REVIEW'])
    expect(edges.filter((e) => e.passed).map((e) => `${e.from} ${e.to}`)).toEqual([
      'DRAFT IN_REVIEW',
      'IN_REVIEW DRAFT',
    ])
  })

  it('shows the way back of a retirement where one is under way', () => {
    const way: Status[] = ['EFFECTIVE', 'IN_REVIEW']
    const back = (home: Status | null) =>
      stateDiagram('controlled', life(way, home)).edges.find(
        (e) => e.from === 'IN_REVIEW' && e.to === 'EFFECTIVE',
      )
    expect(back('EFFECTIVE')?.actions).toEqual(['withdraw'])
    expect(back(null)).toBeUndefined()
  })

  it('shows what the rules of today do not have', () => {
    const { nodes, edges } = stateDiagram('controlled', life(['PRE_APPROVED', 'EFFECTIVE']))
    expect(nodes.map((n) => n.status)).toContain('PRE_APPROVED')
    expect(edges.find((e) => e.from === 'PRE_APPROVED')).toMatchObject({ actions: [], passed: true })
  })

  it('is read from a trail, also where that began elsewhere than in a draft', () => {
    const moved = (from: Status, to: Status) =>
      ({ event: 'STATUS_CHANGE', from_status: from, to_status: to }) as unknown as DocumentEvent
    const trail = [
      { event: 'CREATE' } as DocumentEvent,
      moved('DRAFT', 'IN_REVIEW'),
      moved('IN_REVIEW', 'DRAFT'),
    ]
    const found = lifeOf({ status: 'DRAFT', purpose: { home: null } }, trail)
    expect([...found.seen]).toEqual(['DRAFT', 'IN_REVIEW'])
    expect(found.steps).toEqual([
      ['DRAFT', 'IN_REVIEW'],
      ['IN_REVIEW', 'DRAFT'],
    ])
    const still = lifeOf({ status: 'EFFECTIVE', purpose: { home: null } }, [
      { event: 'INSTALL' } as DocumentEvent,
    ])
    expect([...still.seen]).toEqual(['EFFECTIVE'])
  })
})
