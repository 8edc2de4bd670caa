// schemas/rules.json: the rules as data, for a verifier that is not this program. Everything comes from the program's
// own tables; written here is only what of a gate or a condition can be decided from the records alone.
import { z } from 'zod'
import { documentEvent, GROUPS, POLICY_VALUES, systemEvent } from '../dist/documents/event.js'
import { ID_FORMS } from '../dist/documents/id.js'
import { DEFAULT_POLICY } from '../dist/documents/policy.js'
import { BUILT_IN_TYPES, FINAL, isExecutable, STATUSES } from '../dist/documents/types.js'
import { CONDITIONS } from '../dist/lifecycle/conditions.js'
import { FIRST_EDITION, tablesOf } from '../dist/lifecycle/editions.js'
import { BEFORE, EDITION } from '../dist/lifecycle/emit.js'
import { GATES } from '../dist/lifecycle/gates.js'
import { admits, INITIATING } from '../dist/lifecycle/roles.js'
import { TABLES } from '../dist/lifecycle/tables.js'

const EVERY_ROW = Object.values(TABLES).flat()

/** Gates that the records do not decide, or only in part, and what is missing. All others they decide. */
const UNDECIDED = {
  textParses: { decidable: 'no', missing: 'what the text says' },
  contentReady: {
    decidable: 'partly',
    missing: 'what the text says; that one was checked in is on record',
  },
  childrenDone: {
    decidable: 'partly',
    missing: 'whether the text of a verification record is complete; that it is checked in is on record',
  },
  dispatched: {
    decidable: 'partly',
    missing: 'whether the dispatch was for it; that the verdict names one is on record',
  },
  packetRead: { decidable: 'no', missing: 'what the packet was made of; that one is named is asked apart' },
  sawThisText: { decidable: 'no', missing: 'what the actor was shown' },
  confirmed: { decidable: 'no', missing: 'what the actor confirmed' },
  fixIsSmall: { decidable: 'no', missing: 'what the text says' },
  sealKept: { decidable: 'no', missing: 'what the texts say' },
  recordsKept: { decidable: 'no', missing: 'what the texts say' },
  itemReasoned: {
    decidable: 'partly',
    missing: 'an outcome that only the text has; one that was recorded is on record',
  },
  summaryReasoned: { decidable: 'no', missing: 'whether the text had a summary already' },
  itemsDone: { decidable: 'no', missing: 'what the text says' },
  failuresCarried: { decidable: 'no', missing: 'what the text says' },
  evidenceStands: { decidable: 'no', missing: 'whether what was cited is still to be found' },
  blanksAnswered: { decidable: 'no', missing: 'what the text says' },
  documentsInForce: { decidable: 'no', missing: 'what the text says' },
  matrixQualified: { decidable: 'no', missing: 'what the text says' },
}

const gatesOf = () => {
  const unknown = Object.keys(UNDECIDED).filter((name) => !(name in GATES))
  if (unknown.length > 0) throw new Error(`build/rules.mjs names gates that are none: ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(GATES).map(([name, { expected }]) => [
      name,
      { expected, decidable: 'yes', ...UNDECIDED[name] },
    ]),
  )
}

const conditionsOf = () =>
  Object.fromEntries(
    Object.entries(CONDITIONS).map(([name, { expected }]) => [name, { expected, decidable: 'yes' }]),
  )

/** A document on which `me` stands in one relation, and nobody in another. */
const RELATIONS = {
  anyone: {},
  owner: { owner: 'me' },
  holder: { checkout: { by: 'me' } },
  assignee: { round: { pending: ['me'] } },
  named: {},
}

/** By asking the program about every group and relation: whom a role admits, as groups by relation. */
const roleOf = (role) => {
  const groups = (relation) =>
    GROUPS.filter((group) =>
      admits(
        role,
        RELATIONS[relation],
        { name: 'me', group, enabled: true },
        relation === 'named' ? 'me' : null,
      ),
    )
  const anyone = groups('anyone')
  const more = Object.keys(RELATIONS)
    .slice(1)
    .map((relation) => [relation, groups(relation)])
    .filter(([, found]) => found.length > anyone.length)
  return Object.fromEntries([...(anyone.length > 0 ? [['anyone', anyone]] : []), ...more])
}

const rolesOf = () =>
  Object.fromEntries([...new Set(EVERY_ROW.map((row) => row.who))].map((r) => [r, roleOf(r)]))

const HEAD = ['ts', 'event', 'user', 'version', 'request', 'seq', 'prev']

const OPTIONAL_HEAD = ['request']

/** One event: its own keys, their form, and whether it names the version before or after its transition. */
const eventOf = ({ properties, required }, names) => {
  const name = properties.event.const
  const own = Object.keys(properties).filter((key) => !HEAD.includes(key))
  return [
    name,
    {
      required: own.filter((key) => required.includes(key)),
      optional: own.filter((key) => !required.includes(key)),
      ...(names ? { version: BEFORE.has(name) ? 'before' : 'after' } : {}),
      properties: Object.fromEntries(own.map((key) => [key, properties[key]])),
    },
  ]
}

const variantsOf = ({ union }) => z.toJSONSchema(union(), { io: 'input' }).oneOf

const eventsOf = (kinds, names) =>
  Object.fromEntries(variantsOf(kinds).map((schema) => eventOf(schema, names)))

/** Keys that every event has, in the order in which they are written: `seq` and `prev` come last. */
const headOf = () => {
  const [{ properties }] = variantsOf(documentEvent)
  return {
    required: HEAD.filter((key) => !OPTIONAL_HEAD.includes(key)),
    optional: OPTIONAL_HEAD,
    properties: Object.fromEntries(
      HEAD.map((key) => [key, key === 'event' ? { type: 'string' } : properties[key]]),
    ),
  }
}

const schemaOf = (type) => {
  const { $schema, ...schema } = z.toJSONSchema(type, { io: 'input' })
  return schema
}

const rowOf = ({ from, action, when, to, who, gates, version, emits }) => ({
  from,
  action,
  when: when ?? [],
  to,
  who,
  gates,
  version: version ?? null,
  emits,
})

const rules = () => ({
  about: 'The rules of qms as data. docs/store-format.md says how to read them.',
  edition: EDITION,
  statuses: STATUSES,
  final: [...FINAL],
  groups: GROUPS,
  initiating: [...INITIATING],
  roles: rolesOf(),
  ids: ID_FORMS,
  types: BUILT_IN_TYPES.map((type) => ({ ...type, executable: isExecutable(type) })),
  policy: {
    defaults: DEFAULT_POLICY,
    values: Object.fromEntries(Object.entries(POLICY_VALUES).map(([key, type]) => [key, schemaOf(type)])),
  },
  conditions: conditionsOf(),
  gates: gatesOf(),
  events: {
    head: headOf(),
    document: eventsOf(documentEvent, true),
    system: eventsOf(systemEvent, false),
  },
  editions: Object.fromEntries(everyEdition().map((edition) => [edition, rowsIn(edition)])),
})

const everyEdition = () => Array.from({ length: EDITION - FIRST_EDITION + 1 }, (_, i) => FIRST_EDITION + i)

const rowsIn = (edition) =>
  Object.fromEntries(Object.entries(tablesOf(edition)).map(([name, rows]) => [name, rows.map(rowOf)]))

const WIDTH = 300

/** JSON that people read: what fits into a line stands in one. */
const written = (value, indent = '') => {
  const line = JSON.stringify(value)
  if (value === null || typeof value !== 'object' || line.length + indent.length <= WIDTH) return line
  const inner = `${indent}  `
  const items = Array.isArray(value)
    ? value.map((item) => `${inner}${written(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${written(item, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${items.join(',\n')}\n${indent}${close}`
}

export const rulesDocument = () => `${written(rules())}\n`
