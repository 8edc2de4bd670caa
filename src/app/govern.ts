/** Users, namespaces, policy and configuration: every change of them is an event. */
import type { Group, NewSystemEvent } from '../documents/event.ts'
import { POLICY_KEYS, type Policy, type PolicyKey } from '../documents/policy.ts'
import type { Actor } from '../documents/registry.ts'
import { refuse } from '../errors.ts'
import {
  decideConfigSet,
  decideNamespaceAdd,
  decidePolicySet,
  decideUserAdd,
  decideUserDisable,
  decideUserEnable,
  type Governing,
} from '../lifecycle/govern.ts'
import { CONFIG_FILE, type GoverningRecord } from '../store/layout.ts'
import type { Grants } from '../store/local.ts'
import {
  type Configuration,
  DEFAULTS,
  isSettable,
  parseConfiguration,
  SETTABLE,
  type SettableKey,
  withSetting,
} from './configuration.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import { openRecords, type Records } from './records.ts'
import { type Receipt, replayOf, transact } from './transact.ts'

const govern = async (
  qms: Qms,
  ask: Ask,
  record: GoverningRecord,
  verb: string,
  mark: string,
  decide: (records: Records, c: Governing) => NewSystemEvent,
): Promise<Receipt> => {
  const done = await transact(qms, ask, async (records) => {
    const { events } = records.system
    const replay = replayOf(ask, mark, events[record], () => null)
    if (replay) return replay
    const c = governing(qms, ask, records, record, verb)
    const event = decide(records, c)
    return {
      moves: [],
      system: [{ record, events: [event] }],
      subject: `${record}: ${subjectOf(event)}`,
      actor: c.actor.name,
    }
  })
  return done.receipt
}

/** @throws USER_MISSING, NO_USER */
const governing = (
  qms: Qms,
  ask: Ask,
  records: Records,
  record: GoverningRecord,
  verb: string,
): Governing => ({
  actor: records.actor(ask.user, verb),
  now: timestamp(qms),
  request: ask.request,
  registry: records.system.registry,
  recorded: records.system.events[record].length,
})

const subjectOf = (e: NewSystemEvent): string =>
  e.event === 'POLICY_SET' || e.event === 'CONFIG_SET'
    ? `set ${e.key}`
    : `${e.event.toLowerCase().replace('_', ' ')} ${'name' in e ? e.name : ''}`

export const addUser = (
  qms: Qms,
  ask: Ask,
  name: string,
  group: Group,
  kind: Actor['kind'],
): Promise<Receipt> =>
  govern(qms, ask, 'registry', 'user add', 'USER_ADD', (_, c) => decideUserAdd(name, group, kind, c))

/** Once the commit stands, what processes were given to act with as this user is taken back. */
export const disableUser = async (
  qms: Qms,
  ask: Ask,
  name: string,
  reason: string | undefined,
  grants?: Pick<Grants, 'revoke'>,
): Promise<Receipt> => {
  const receipt = await govern(qms, ask, 'registry', 'user disable', 'USER_DISABLE', (_, c) =>
    decideUserDisable(name, reason, c),
  )
  // One that is left is refused all the same: whoever calls with it is looked up in the registry.
  if (!receipt.dryRun) await grants?.revoke((grant) => grant.actor === name).catch(() => 0)
  return receipt
}

export const enableUser = (qms: Qms, ask: Ask, name: string): Promise<Receipt> =>
  govern(qms, ask, 'registry', 'user enable', 'USER_ENABLE', (_, c) => decideUserEnable(name, c))

export const addNamespace = (qms: Qms, ask: Ask, name: string): Promise<Receipt> =>
  govern(qms, ask, 'namespaces', 'namespace add', 'NAMESPACE_ADD', (records, c) =>
    decideNamespaceAdd(name, records.system.namespaces, c),
  )

export const setPolicy = async (qms: Qms, ask: Ask, key: string, value: string): Promise<Receipt> => {
  const unknown = key === 'lint' ? (await import('./lint/rules.ts')).unknownRules : () => undefined
  return govern(qms, ask, 'policy', 'policy set', 'POLICY_SET', (records, c) => {
    const event = decidePolicySet(key, value, records.system.policy, c)
    if (event.event === 'POLICY_SET') unknown(event.value)
    return event
  })
}

export const listUsers = async (qms: Qms): Promise<readonly Actor[]> => [
  ...(await openRecords(qms)).system.registry.values(),
]

export interface UserAccount extends Actor {
  readonly history: readonly { readonly ts: string; readonly event: string; readonly by: string }[]
}

/** One user, with what was decided about them. @throws NO_USER */
export const userAccount = ({ system }: Records, name: string): UserAccount => {
  const { registry, events } = system
  const actor = registry.get(name)
  if (!actor) throw refuse('NO_USER', { name, users: [...registry.keys()] })
  const history = events.registry.flatMap((e) =>
    'name' in e && e.name === name ? [{ ts: e.ts, event: e.event, by: e.user }] : [],
  )
  return { ...actor, history }
}

export const listNamespaces = async (qms: Qms): Promise<readonly string[]> =>
  (await openRecords(qms)).system.namespaces

/** The policy with its version: the number of changes it has seen. */
export const showPolicy = async (
  qms: Qms,
): Promise<{ version: string; policy: Policy; keys: Record<PolicyKey, string> }> => {
  const { policy, events } = (await openRecords(qms)).system
  return { version: `${events.policy.length}.0`, policy, keys: POLICY_KEYS }
}

export interface Setting {
  readonly key: string
  readonly value: string | number
  readonly from: 'default' | typeof CONFIG_FILE
  readonly expected: string
}

export const listConfiguration = async (qms: Qms): Promise<readonly Setting[]> => {
  const { raw, settings } = parseConfiguration(await (await qms.store.snapshot()).read(CONFIG_FILE))
  return (Object.keys(DEFAULTS) as (keyof Configuration)[]).map((key) => ({
    key,
    value: shown(raw[key] ?? settings[key]),
    from: key in raw ? CONFIG_FILE : 'default',
    expected: SETTABLE[key],
  }))
}

/** What has parts is shown as it is typed. */
const shown = (value: unknown): string | number =>
  typeof value === 'number' ? value : typeof value === 'string' ? value : JSON.stringify(value)

/** The file and the event that names its digest, in one commit: a file changed otherwise is seen. */
export const setConfiguration = async (qms: Qms, ask: Ask, key: string, value: string): Promise<Receipt> => {
  if (!isSettable(key))
    throw refuse('BAD_VALUE', { name: 'setting', found: key, expected: Object.keys(SETTABLE).join(', ') })
  const done = await transact(qms, ask, async (records) => {
    const replay = replayOf(ask, 'CONFIG_SET', records.system.events.policy, () => null)
    if (replay) return replay
    const c = governing(qms, ask, records, 'policy', 'config')
    const bytes = withSetting(await records.snapshot.read(CONFIG_FILE), key as SettableKey, value)
    const event = decideConfigSet(key, value, records.digest(bytes), c)
    return {
      moves: [],
      system: [{ record: 'policy', events: [event] }],
      files: new Map([[CONFIG_FILE, bytes]]),
      subject: `config: set ${key}`,
      actor: c.actor.name,
    }
  })
  return done.receipt
}
