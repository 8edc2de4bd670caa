import { describe, expect, it } from 'vitest'
import { systemEvent } from '../../src/documents/event.ts'
import { DEFAULT_POLICY, type Policy } from '../../src/documents/policy.ts'
import {
  decideNamespaceAdd,
  decidePolicySet,
  decideUserAdd,
  decideUserDisable,
  decideUserEnable,
} from '../../src/lifecycle/govern.ts'
import { refusal } from '../documents/refusal.ts'
import { at, people, REGISTRY } from '../support/given.ts'

const by = (name: string, registry = REGISTRY) => ({
  actor: registry.get(name)!,
  now: at(9),
  registry,
  recorded: 8,
  request: 'r',
})
const LEAD = by('lead')

const valid = <E extends object>(event: E): E => {
  expect(systemEvent.safeParse({ ...event, seq: 9, prev: '0'.repeat(64) }).error?.issues ?? []).toEqual([])
  return event
}

// Verifies: REQ-QMS-011
describe('only administrators govern (peer 13.18)', () => {
  const acts = {
    'user add': (c: typeof LEAD) => decideUserAdd('new', 'reviewer', 'agent', c),
    'user disable': (c: typeof LEAD) => decideUserDisable('tu', undefined, c),
    'user enable': (c: typeof LEAD) => decideUserEnable('gone', c),
    'namespace add': (c: typeof LEAD) => decideNamespaceAdd('NEW', [], c),
    'policy set': (c: typeof LEAD) => decidePolicySet('selfApproval', 'allowed', DEFAULT_POLICY, c),
  }

  it.each(Object.entries(acts))('%s', (action, act) => {
    expect(valid(act(LEAD))).toMatchObject({ ts: at(9), user: 'lead', version: '9.0', request: 'r' })
    for (const name of ['ann', 'qa', 'tu'])
      expect(refusal(() => act(by(name)))).toMatchObject({
        code: 'NOT_ALLOWED',
        facts: { action, needs: 'administrator', who: ['lead'] },
      })
    const stranded = people({ lead: { enabled: false }, other: { group: 'administrator' } })
    expect(refusal(() => act(by('lead', stranded))).code).toBe('USER_DISABLED')
  })
})

describe('users', () => {
  it('are added once, by a name that can be a folder', () => {
    expect(decideUserAdd('tu_ui', 'reviewer', 'human', LEAD)).toMatchObject({
      event: 'USER_ADD',
      name: 'tu_ui',
      group: 'reviewer',
      kind: 'human',
    })
    expect(refusal(() => decideUserAdd('ann', 'reviewer', 'agent', LEAD))).toMatchObject({
      code: 'ALREADY_EXISTS',
      facts: { name: 'ann' },
    })
    expect(refusal(() => decideUserAdd('gone', 'reviewer', 'agent', LEAD)).code).toBe('ALREADY_EXISTS')
    for (const name of ['../../x', 'Ann', '', '-u', 'con', 'x'.repeat(200)])
      expect(refusal(() => decideUserAdd(name, 'reviewer', 'agent', LEAD))).toMatchObject({
        code: 'BAD_NAME',
        facts: { name: name.slice(0, 80) },
      })
  })

  it('are disabled and enabled, each only where it changes something', () => {
    expect(decideUserDisable('tu', 'left', LEAD)).toMatchObject({
      event: 'USER_DISABLE',
      name: 'tu',
      reason: 'left',
    })
    expect(decideUserDisable('tu', undefined, LEAD)).not.toHaveProperty('reason')
    expect(refusal(() => decideUserDisable('gone', undefined, LEAD)).facts).toMatchObject({
      unmet: [{ found: 'disabled already' }],
    })
    expect(refusal(() => decideUserEnable('tu', LEAD)).facts).toMatchObject({
      unmet: [{ found: 'enabled already' }],
    })
    expect(decideUserEnable('gone', LEAD)).toMatchObject({ event: 'USER_ENABLE', name: 'gone' })
    for (const act of [decideUserEnable, (n: string, c: typeof LEAD) => decideUserDisable(n, undefined, c)])
      expect(refusal(() => act('ghost', LEAD))).toMatchObject({ code: 'NO_USER', facts: { name: 'ghost' } })
    expect(refusal(() => decideUserDisable('tu', 'x'.repeat(65_537), LEAD)).code).toBe('BAD_VALUE')
  })

  // Verifies: REQ-QMS-011
  it('the last enabled administrator stays', () => {
    expect(refusal(() => decideUserDisable('lead', undefined, LEAD)).facts).toMatchObject({
      unmet: [{ found: 'the only one' }],
    })
    const two = people({ second: { group: 'administrator' } })
    expect(decideUserDisable('lead', undefined, by('lead', two))).toMatchObject({ name: 'lead' })
    const off = people({ second: { group: 'administrator', enabled: false } })
    expect(refusal(() => decideUserDisable('lead', undefined, by('lead', off))).code).toBe('GATE')
  })
})

describe('namespaces', () => {
  it('are raised, once each, and one word', () => {
    expect(decideNamespaceAdd('flow', ['QMS'], LEAD)).toMatchObject({ event: 'NAMESPACE_ADD', name: 'FLOW' })
    expect(refusal(() => decideNamespaceAdd('qms', ['QMS'], LEAD)).code).toBe('ALREADY_EXISTS')
    for (const name of ['', '../x', 'A-B', '1A', 'x'.repeat(17)])
      expect(refusal(() => decideNamespaceAdd(name, [], LEAD)).code).toBe('BAD_NAME')
  })
})

describe('policy', () => {
  const set = (key: string, value: string, policy: Policy = DEFAULT_POLICY) =>
    decidePolicySet(key, value, policy, LEAD)
  const bad = (key: string, value: string, policy?: Policy) =>
    expect(refusal(() => set(key, value, policy)).code).toBe('BAD_VALUE')
  const WI = { name: 'WI', title: 'Work instruction', executable: false, parents: [] as string[] }

  it('keeps what was before', () => {
    expect(valid(set('selfApproval', 'allowed'))).toMatchObject({
      key: 'selfApproval',
      value: 'allowed',
      previous: 'forbidden',
    })
    expect(valid(set('quality', 'qb'))).toMatchObject({ value: 'qb', previous: null })
    expect(valid(set('types', JSON.stringify([WI])))).toMatchObject({ value: [WI], previous: [] })
  })

  it('takes only keys and values that it knows', () => {
    for (const key of ['identity', 'Quality', '__proto__', 'toString', '']) bad(key, 'x')
    bad('changeControl', 'sometimes')
    bad('selfApproval', 'true')
    for (const name of ['ghost', 'tu', 'gone', '']) bad('quality', name)
  })

  it.each([
    ['not JSON', '{'],
    ['not a list', '{}'],
    ['a built-in name', JSON.stringify([{ ...WI, name: 'CR' }])],
    ['SDLC', JSON.stringify([{ ...WI, name: 'SDLC' }])],
    ['lower case', JSON.stringify([{ ...WI, name: 'wi' }])],
    ['a path', JSON.stringify([{ ...WI, name: '../X' }])],
    ['twice', JSON.stringify([WI, WI])],
    ['an unknown parent', JSON.stringify([{ ...WI, parents: ['NOPE'] }])],
    ['an unknown key', JSON.stringify([{ ...WI, extra: 1 }])],
  ])('declares no type that is %s', (_, value) => bad('types', value))

  it('sets rules of the linter, each one of three, whatever rules this version has', () => {
    const levels = { 'end-marker': 'error', 'of-another-version': 'off' }
    expect(valid(set('lint', JSON.stringify(levels)))).toMatchObject({ value: levels, previous: {} })
    expect(set('lint', '{}', { ...DEFAULT_POLICY, lint: { blanks: 'off' } })).toMatchObject({
      previous: { blanks: 'off' },
    })
    for (const value of [
      '{',
      '[]',
      '"off"',
      '{"end-marker":"loud"}',
      '{"End Marker":"off"}',
      '{"a":"off","a":"error"}',
    ])
      bad('lint', value)
    bad('lint', `{"${'x'.repeat(65)}":"off"}`)
  })

  it('asks of agents what it knows, of types that there are', () => {
    const declared = { ...DEFAULT_POLICY, types: [WI] }
    expect(valid(set('identity', 'verified'))).toMatchObject({ value: 'verified', previous: 'declared' })
    expect(valid(set('humanApproval', '["SOP","CR"]'))).toMatchObject({ value: ['SOP', 'CR'], previous: [] })
    expect(set('humanApproval', '["WI"]', declared)).toMatchObject({ value: ['WI'] })
    for (const value of ['SOP', '{}', '["WI"]', '["SOP","SOP"]', '[1]']) bad('humanApproval', value)
    expect(valid(set('agentQuota', '9999999'))).toMatchObject({ value: '9999999', previous: '1000' })
    for (const value of ['', '0', '05', '-1', '1.5', '10000000']) bad('agentQuota', value)
  })

  it('never takes a declared type away, nor changes what its documents are', () => {
    const policy = { ...DEFAULT_POLICY, types: [WI] }
    bad('types', '[]', policy)
    bad('types', JSON.stringify([{ ...WI, executable: true }]), policy)
    bad('types', JSON.stringify([{ ...WI, parents: ['CR'] }]), policy)
    expect(
      set(
        'types',
        JSON.stringify([
          { ...WI, title: 'Other' },
          { ...WI, name: 'AUD' },
        ]),
        policy,
      ),
    ).toMatchObject({ event: 'POLICY_SET' })
  })
})
