/** Who may do what, and what the project chose: decisions on the system records. Source: lifecycle design, "Groups". */

import {
  declaredTypes,
  type Group,
  type LintLevels,
  lintLevels,
  type NewSystemEvent,
} from '../documents/event.ts'
import { isNamespace, isUserName } from '../documents/id.ts'
import { uniqueKeysProblem } from '../documents/json.ts'
import { LONGEST_PATTERN, MOST_PATTERNS, patternProblem } from '../documents/mask-pattern.ts'
import { isPolicyKey, POLICY_KEYS, type Policy, type PolicyKey, typesOf } from '../documents/policy.ts'
import { type Actor, enabledIn, isQuality, type Registry } from '../documents/registry.ts'
import { BUILT_IN_TYPES, findType } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import { checkLength } from './command.ts'

export interface Governing {
  readonly actor: Actor
  readonly now: string
  readonly request?: string | undefined
  readonly registry: Registry
  /** Events in the record so far: the record's version is their number. */
  readonly recorded: number
}

type Own = NewSystemEvent extends infer E
  ? E extends NewSystemEvent
    ? Omit<E, 'ts' | 'user' | 'version' | 'request'>
    : never
  : never

/** A record's version is `N.0`, with N its number of events: each change of it is one. */
export const systemHead = (
  c: Pick<Governing, 'now' | 'recorded' | 'request'> & { actor: { name: string } },
  own: Own,
): NewSystemEvent =>
  ({
    ts: c.now,
    user: c.actor.name,
    version: `${c.recorded + 1}.0`,
    ...own,
    ...(c.request ? { request: c.request } : {}),
  }) as NewSystemEvent

const administrating = (c: Governing, action: string): void => {
  if (!c.actor.enabled) throw refuse('USER_DISABLED', { name: c.actor.name })
  if (c.actor.group === 'administrator') return
  const who = enabledIn(c.registry, 'administrator').map((a) => a.name)
  throw refuse('NOT_ALLOWED', { user: c.actor.name, action, needs: 'administrator', who })
}

/** @throws BAD_NAME: names become folders and commit authors */
export const checkUserName = (name: string): void => {
  if (isUserName(name)) return
  const expected = 'lower-case letters, digits, single - or _, at most 32, beginning with a letter'
  throw refuse('BAD_NAME', { name: name.slice(0, 80), what: 'user', expected })
}

export const decideUserAdd = (
  name: string,
  group: Group,
  kind: Actor['kind'],
  c: Governing,
): NewSystemEvent => {
  administrating(c, 'user add')
  checkUserName(name)
  if (c.registry.has(name)) throw refuse('ALREADY_EXISTS', { what: 'user', name })
  return systemHead(c, { event: 'USER_ADD', name, group, kind })
}

const known = (name: string, registry: Registry): Actor => {
  const actor = registry.get(name)
  if (!actor) throw refuse('NO_USER', { name, users: [...registry.keys()] })
  return actor
}

/** The last administrator stays, or nobody could undo it. */
export const decideUserDisable = (name: string, reason: string | undefined, c: Governing): NewSystemEvent => {
  administrating(c, 'user disable')
  checkLength('reason', reason)
  const actor = known(name, c.registry)
  const unmet = (expected: string, found: string) =>
    refuse('GATE', {
      id: name,
      action: 'user disable',
      status: actor.enabled ? 'enabled' : 'disabled',
      unmet: [{ gate: 'user', expected, found }],
    })
  if (!actor.enabled) throw unmet('an enabled user', 'disabled already')
  const administrators = enabledIn(c.registry, 'administrator')
  if (actor.group === 'administrator' && administrators.length === 1)
    throw unmet('another enabled administrator', 'the only one')
  return systemHead(c, { event: 'USER_DISABLE', name, ...(reason ? { reason } : {}) })
}

export const decideUserEnable = (name: string, c: Governing): NewSystemEvent => {
  administrating(c, 'user enable')
  if (known(name, c.registry).enabled)
    throw refuse('GATE', {
      id: name,
      action: 'user enable',
      status: 'enabled',
      unmet: [{ gate: 'user', expected: 'a disabled user', found: 'enabled already' }],
    })
  return systemHead(c, { event: 'USER_ENABLE', name })
}

export const decideNamespaceAdd = (
  name: string,
  namespaces: readonly string[],
  c: Governing,
): NewSystemEvent => {
  administrating(c, 'namespace add')
  const upper = name.toUpperCase()
  if (!isNamespace(upper))
    throw refuse('BAD_NAME', {
      name: name.slice(0, 80),
      what: 'namespace',
      expected: 'letters and digits, at most 16, beginning with a letter',
    })
  if (namespaces.includes(upper)) throw refuse('ALREADY_EXISTS', { what: 'namespace', name: upper })
  return systemHead(c, { event: 'NAMESPACE_ADD', name: upper })
}

/** A setting of the configuration file: `content` is the digest of the whole file as it is then. */
export const decideConfigSet = (
  key: string,
  value: string,
  content: string,
  c: Governing,
): NewSystemEvent => {
  administrating(c, 'config')
  return systemHead(c, { event: 'CONFIG_SET', key, value, content })
}

export const decidePolicySet = (key: string, value: string, policy: Policy, c: Governing): NewSystemEvent => {
  administrating(c, 'policy set')
  if (!isPolicyKey(key))
    throw refuse('BAD_VALUE', {
      name: 'policy key',
      found: key,
      expected: Object.keys(POLICY_KEYS).join(', '),
    })
  const parsed = READERS[key](value, policy, c.registry)
  if (parsed === null)
    throw refuse('BAD_VALUE', { name: key, found: value.slice(0, 200), expected: POLICY_KEYS[key] })
  const previous = policy[key]
  return systemHead(c, {
    event: 'POLICY_SET',
    key,
    value: parsed,
    previous: previous === null ? null : (previous as never),
  })
}

type Value = string | string[] | ReturnType<typeof declaredTypes.parse> | LintLevels
type Reader = (value: string, policy: Policy, registry: Registry) => Value | null

const oneOf =
  (...values: string[]): Reader =>
  (value) =>
    values.includes(value) ? value : null

const READERS: Readonly<Record<PolicyKey, Reader>> = {
  quality: (value, _, registry) => (isQuality(registry, value) ? value : null),
  changeControl: oneOf('required', 'recommended'),
  selfApproval: oneOf('forbidden', 'allowed'),
  types: (value, policy) => readTypes(value, policy),
  commits: oneOf('free', 'recorded', 'listed'),
  lint: (value) => readLevels(value),
  masks: (value) => readMasks(value),
  identity: oneOf('declared', 'verified'),
  humanApproval: (value, policy) => readTypeNames(value, policy),
  agentQuota: (value) => (/^[1-9]\d{0,6}$/.test(value) ? value : null),
}

/** Types that there are, each once. */
const readTypeNames = (value: string, policy: Policy): string[] | null => {
  const names = listIn(value)
  const known = (name: string) => findType(typesOf(policy), name) !== undefined
  return names?.every(known) && new Set(names).size === names.length ? names : null
}

/** Which rules there are is not known here: a later version has others, and an old record stays true. */
const readLevels = (value: string): Value | null => {
  try {
    const levels = lintLevels.parse(JSON.parse(value))
    return uniqueKeysProblem(value) === null ? levels : null
  } catch {
    return null
  }
}

/** @throws BAD_VALUE naming the pattern that cannot be one, or could take for ever */
const readMasks = (value: string): string[] | null => {
  const masks = listIn(value)
  if (!masks || masks.length > MOST_PATTERNS) return null
  for (const pattern of masks) {
    const problem = patternProblem(pattern)
    if (problem)
      throw refuse('BAD_VALUE', {
        name: 'masks',
        found: `${pattern.slice(0, LONGEST_PATTERN)}: ${problem}`,
        expected: HARMLESS,
      })
  }
  return masks
}

const HARMLESS = `up to ${MOST_PATTERNS} patterns in ASCII, of ${LONGEST_PATTERN} characters at the most, without references back, looks ahead or behind, or a repeated group that holds a quantifier or a choice`

const listIn = (value: string): string[] | null => {
  try {
    const list: unknown = JSON.parse(value)
    return Array.isArray(list) && list.every((x) => typeof x === 'string') ? list : null
  } catch {
    return null
  }
}

/** Declared types may be added and retitled; one that is declared stays, since documents may bear its name. */
const readTypes = (value: string, policy: Policy): Value | null => {
  try {
    const types = declaredTypes.parse(JSON.parse(value))
    const names = new Set(types.map((t) => t.name))
    const sound =
      names.size === types.length &&
      types.every((t) => !findType(BUILT_IN_TYPES, t.name) && t.name !== 'SDLC') &&
      types.every((t) => t.parents.every((p) => names.has(p) || findType(BUILT_IN_TYPES, p))) &&
      policy.types.every((t) =>
        types.some(
          (x) => x.name === t.name && x.executable === t.executable && sameParents(x.parents, t.parents),
        ),
      )
    return sound ? types : null
  } catch {
    return null
  }
}

const sameParents = (a: readonly string[], b: readonly string[]): boolean => a.join() === b.join()
