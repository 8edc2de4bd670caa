import { describe, expect, it } from 'vitest'
import { documentEvent, type NewSystemEvent, systemEvent } from '../../src/documents/event.ts'
import { DEFAULT_POLICY, foldPolicy, isPolicyKey, POLICY_KEYS, typesOf } from '../../src/documents/policy.ts'
import { enabledIn, foldNamespaces, foldRegistry, isQuality } from '../../src/documents/registry.ts'
import { at } from '../support/given.ts'

const head = { ts: at(0), user: 'lead', version: '1.0' }
const add = (
  name: string,
  group: 'administrator' | 'initiator' | 'quality' | 'reviewer',
): NewSystemEvent => ({
  ...head,
  event: 'USER_ADD',
  name,
  group,
  kind: 'agent',
})
const set = (key: string, value: string): NewSystemEvent => ({
  ...head,
  event: 'POLICY_SET',
  key,
  value,
  previous: null,
})

describe('the registry is the fold of its events', () => {
  const disable: NewSystemEvent = { ...head, event: 'USER_DISABLE', name: 'qa', reason: 'left' }
  const enable: NewSystemEvent = { ...head, event: 'USER_ENABLE', name: 'qa' }

  it('adds, disables and enables', () => {
    const events = [add('qa', 'quality'), add('ann', 'initiator')]
    expect(foldRegistry(events).get('qa')).toEqual({
      name: 'qa',
      group: 'quality',
      kind: 'agent',
      enabled: true,
      since: at(0),
    })
    expect(foldRegistry([...events, disable]).get('qa')?.enabled).toBe(false)
    expect(foldRegistry([...events, disable, enable]).get('qa')?.enabled).toBe(true)
    expect([...foldRegistry(events).keys()]).toEqual(['qa', 'ann'])
  })

  it('knows quality by group and by being enabled', () => {
    const registry = foldRegistry([
      add('qa', 'quality'),
      add('qb', 'quality'),
      add('tu', 'reviewer'),
      disable,
    ])
    expect(['qa', 'qb', 'tu', 'ghost'].map((n) => isQuality(registry, n))).toEqual([
      false,
      true,
      false,
      false,
    ])
    expect(enabledIn(registry, 'quality').map((a) => a.name)).toEqual(['qb'])
  })

  it('takes no notice of a disabled stranger, nor of other events', () =>
    expect(
      foldRegistry([disable, enable, set('quality', 'x'), { ...head, event: 'NAMESPACE_ADD', name: 'QMS' }])
        .size,
    ).toBe(0))

  it('namespaces stand in the order in which they were added', () =>
    expect(
      foldNamespaces([
        { ...head, event: 'NAMESPACE_ADD', name: 'ZED' },
        add('a', 'reviewer'),
        { ...head, event: 'NAMESPACE_ADD', name: 'ABC' },
      ]),
    ).toEqual(['ZED', 'ABC']))
})

describe('the policy is the fold of its events', () => {
  it('begins with the defaults of the design', () =>
    expect(foldPolicy([])).toEqual({
      quality: null,
      changeControl: 'recommended',
      selfApproval: 'forbidden',
      types: [],
      commits: 'free',
      masks: [],
      lint: {},
      identity: 'declared',
      humanApproval: [],
      agentQuota: '1000',
    }))

  it('keeps what was set last', () => {
    const events = [set('quality', 'qa'), set('changeControl', 'required'), set('quality', 'qb')]
    expect(foldPolicy(events)).toEqual({ ...DEFAULT_POLICY, quality: 'qb', changeControl: 'required' })
  })

  it('takes no notice of keys that it does not know', () => {
    expect(foldPolicy([set('__proto__', 'x'), set('constructor', 'x'), set('Quality', 'qa')])).toEqual(
      DEFAULT_POLICY,
    )
    expect(['quality', 'types', 'toString', '__proto__'].map(isPolicyKey)).toEqual([true, true, false, false])
    expect(Object.keys(POLICY_KEYS)).toEqual(Object.keys(DEFAULT_POLICY))
  })

  it('declared types: with parents a child, without one numbered', () => {
    const types = typesOf({
      ...DEFAULT_POLICY,
      types: [
        { name: 'WI', title: 'W', executable: false, parents: [] },
        { name: 'NCR', title: 'N', executable: true, parents: ['CR'] },
      ],
    })
    expect(types.slice(-2)).toEqual([
      { name: 'WI', title: 'W', machine: 'controlled', numbering: 'numbered', parents: [], parentMust: null },
      {
        name: 'NCR',
        title: 'N',
        machine: 'executable',
        numbering: 'child',
        parents: ['CR'],
        parentMust: 'not be final',
      },
    ])
  })
})

describe('event schemas', () => {
  const chained = { ...head, seq: 1, prev: '0'.repeat(64) }
  const documentEvents = documentEvent.kinds
  const systemEvents = systemEvent.kinds

  it('name the kinds that may stand there where one is unknown, or is none', () => {
    for (const value of [
      { ...chained, event: 'NOPE' },
      { ...chained, event: 'toString' },
      { ...chained, event: 7 },
      null,
    ]) {
      const { success, error } = documentEvent.safeParse(value)
      expect(success).toBe(false)
      if (value?.event === 'NOPE') expect(error?.issues[0]?.message).toContain('"APPROVE"')
    }
  })

  /** Stable interface: names are only ever added. */
  it('have these names', () => {
    expect(documentEvents).toEqual(
      expect.arrayContaining([
        'INSTALL',
        'CREATE',
        'CHECKOUT',
        'CHECKIN',
        'ROUTE_REVIEW',
        'ROUTE_APPROVAL',
        'ASSIGN',
        'REVIEW',
        'APPROVE',
        'REJECT',
        'STATUS_CHANGE',
        'EFFECTIVE',
        'RETIRE',
        'RELEASE',
        'REVERT',
        'WITHDRAW',
        'CLOSE',
        'CANCEL',
        'FIX',
        'ESCALATE',
        'RESOLVE',
      ]),
    )
    expect(systemEvents).toEqual(
      expect.arrayContaining(['USER_ADD', 'USER_DISABLE', 'USER_ENABLE', 'NAMESPACE_ADD', 'POLICY_SET']),
    )
    expect(new Set([...documentEvents, ...systemEvents]).size).toBe(
      documentEvents.length + systemEvents.length,
    )
  })

  it('hold the longest id as parent, source and closing parent', () => {
    const long = `CR-001${'-VAR-001'.repeat(14)}`
    expect(long.length).toBe(118)
    const birth = { event: 'CREATE', title: 't', type: 'VAR', status: 'DRAFT', content: 'a'.repeat(64) }
    expect(documentEvent.safeParse({ ...chained, ...birth, parent: long, source: long }).success).toBe(true)
    expect(documentEvent.safeParse({ ...chained, event: 'CLOSE', with: long }).success).toBe(true)
  })

  it('hold any request id of 1 to 200 characters', () => {
    const release = (request: string) =>
      documentEvent.safeParse({ ...chained, event: 'RELEASE', request }).success
    expect(['', 'r', 'x'.repeat(200), 'x'.repeat(201)].map(release)).toEqual([false, true, true, false])
  })
})
