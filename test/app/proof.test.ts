/** Who may be believed, and what needs no proof: planned events, judged before anything is written. */
import { describe, expect, it } from 'vitest'
import { believed, refuseSystemEvents } from '../../src/app/proof.ts'
import type { Ask, Caller } from '../../src/app/qms.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/documents/policy.ts'
import { QmsError, refuse } from '../../src/errors.ts'
import { REGISTRY } from '../support/given.ts'

type Plan = Parameters<typeof refuseSystemEvents>[1]

const plan = (own: Partial<Plan> = {}): Plan => ({ moves: [], actor: 'ann', ...own })
const record = (name: string, ...events: readonly string[]) => ({
  record: name,
  events: events.map((event) => ({ event })),
})
const START = record('sessions', 'SESSION_START')
const caller = { kind: 'dispatch', actor: 'ann', dispatch: 'D-001' } as Caller

const asked = (ask: Ask, decided: object | QmsError, identity: Policy['identity'] = 'verified') =>
  believed(ask, { registry: REGISTRY, policy: { ...DEFAULT_POLICY, identity } }, async () => {
    if (decided instanceof Error) throw decided
    return decided as Plan
  }).then(
    () => 'done',
    (error) => (error instanceof QmsError ? error.code : String(error)),
  )

describe('an agent by its name alone', () => {
  const ann = { user: 'ann' }

  it.each([
    ['a document', plan({ moves: [1] })],
    ['a document, and its session', plan({ moves: [1], system: [START] })],
    ['nothing', plan()],
    ['an end of a session', plan({ system: [record('sessions', 'SESSION_END')] })],
    ['more than the beginning', plan({ system: [record('sessions', 'SESSION_START', 'SESSION_END')] })],
    [
      'a call, beside an incident',
      plan({ system: [record('incidents', 'ATTEMPT'), record('dispatches', 'DISPATCH')] }),
    ],
    ['what was done before', { replayed: { events: [{ event: 'SESSION_START' }, { event: 'CREATE' }] } }],
  ])('does not write %s', async (_, decided) => expect(await asked(ann, decided)).toBe('IDENTITY_UNPROVEN'))

  it.each([
    ['the beginning of a session', plan({ system: [START] })],
    ['what somebody tried', plan({ system: [record('incidents', 'ATTEMPT')] })],
    ['the beginning that it made before', { replayed: { events: [{ event: 'SESSION_START' }] } }],
  ])('writes %s', async (_, decided) => expect(await asked(ann, decided)).toBe('done'))

  it('is told that first, whatever else is wrong, but for what is a fault of the program', async () => {
    expect(await asked(ann, refuse('NO_USER', { name: 'x', users: [] }))).toBe('IDENTITY_UNPROVEN')
    expect(await asked(ann, new TypeError('a bug') as QmsError)).toBe('TypeError: a bug')
  })

  it('is believed where names are, and where something else shows who it is', async () => {
    expect(await asked(ann, plan({ moves: [1] }), 'declared')).toBe('done')
    expect(await asked({ ...ann, caller }, plan({ moves: [1] }))).toBe('done')
  })
})

describe('a person', () => {
  it('is believed, but not through an agent tool', async () => {
    expect(await asked({ user: 'lead' }, plan({ moves: [1] }))).toBe('done')
    expect(await asked({ user: 'lead', tool: 'Codex' }, plan({ moves: [1] }))).toBe('IDENTITY_UNPROVEN')
    expect(await asked({ user: 'stranger', tool: 'Codex' }, plan({ moves: [1] }))).toBe('done')
  })

  it('is told by which tool it is not', async () => {
    const governed = { registry: REGISTRY, policy: { ...DEFAULT_POLICY, identity: 'verified' } } as const
    const facts = (ask: Ask) =>
      believed(ask, governed, async () => plan()).catch((error: QmsError) => error.facts)
    expect(await facts({ user: 'lead', tool: 'Codex', verb: 'create' })).toEqual({
      user: 'lead',
      action: 'create',
      tool: 'Codex',
    })
    expect(await facts({ user: 'ann', tool: 'Codex' })).toEqual({ user: 'ann', action: 'this' })
  })
})

describe('whoever was called for one document', () => {
  const said = (ask: Ask, own: Partial<Plan>) => {
    try {
      refuseSystemEvents(ask, plan(own))
      return 'done'
    } catch (error) {
      return (error as QmsError).code
    }
  }

  it('records nothing of who there is and who is called, but for incidents', () => {
    for (const name of ['registry', 'policy', 'sessions', 'dispatches'])
      expect(said({ caller }, { system: [record('incidents'), record(name)] })).toBe('NOT_ALLOWED')
    expect(said({ caller }, { system: [record('incidents')], moves: [1] })).toBe('done')
    expect(said({ caller }, { moves: [1] })).toBe('done')
    expect(said({ caller: { ...caller, dispatch: null } }, { system: [START] })).toBe('done')
    expect(said({}, { system: [START] })).toBe('done')
  })
})
