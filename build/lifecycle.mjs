// docs/lifecycle.md from the tables of rules: the same data by which the program decides.
import { stateMermaid } from '../dist/diagram/mermaid.js'
import { stateDiagram } from '../dist/diagram/states.js'
import { GROUPS } from '../dist/documents/event.js'
import { BUILT_IN_TYPES } from '../dist/documents/types.js'
import { CONDITIONS } from '../dist/lifecycle/conditions.js'
import { EDITION } from '../dist/lifecycle/emit.js'
import { GATES } from '../dist/lifecycle/gates.js'
import { TABLES } from '../dist/lifecycle/tables.js'

const MACHINES = {
  controlled: {
    title: 'Documents that are not executed',
    types: 'A procedure, a specification, a matrix, a template: reviewed, approved, in force.',
  },
  executable: {
    title: 'Documents that are executed',
    types:
      'A change record and its like: a plan that is approved, carried out, and approved again as a record of what was done.',
  },
  covered: {
    title: 'Verification records',
    types:
      'The template of a verification record is the approved form. It is born in execution, and closes together with its parent, whose reviews and approvals cover it.',
  },
}

const VERSIONS = {
  major: '(N+1).0',
  minor: 'next N.M',
  text: 'next N.M if the text changed',
  live: 'back to the text in force',
}

const cell = (text) => String(text).replaceAll('|', '\\|')
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

/** Drawn by the same function as `qms status ID --diagram --format mermaid`. */
const diagram = (name) => ['```mermaid', stateMermaid(stateDiagram(name)), '```'].join('\n')

const rowCells = (row) => [
  row.from,
  row.action,
  (row.when ?? []).map((name) => `\`${name}\``).join(', '),
  row.from === row.to ? 'same' : row.to === 'home' ? '*home*' : row.to,
  row.who,
  row.gates.map((name) => `\`${name}\``).join(', '),
  row.version ? VERSIONS[row.version] : '',
  row.emits.join(', '),
]

const HEAD = ['From', 'Action', 'When', 'To', 'Who', 'Gates', 'Version', 'Events']

const machineSection = ([name, machine]) => {
  const types = BUILT_IN_TYPES.filter((type) => type.machine === name).map((type) => type.name)
  return [
    `## ${machine.title}`,
    `${machine.types} Types: ${types.join(', ')}.`,
    diagram(name),
    table(HEAD, TABLES[name].map(rowCells)),
  ].join('\n\n')
}

const idOf = (type) =>
  ({
    numbered: `\`${type.name}-NNN\``,
    child: `\`<parent>-${type.name}-NNN\``,
    named: `\`${type.name}-<NAME>\``,
    namespaced: `\`SDLC-<NAMESPACE>-${type.name}\``,
  })[type.numbering]

const typeCells = (type) => [
  type.name,
  type.title,
  idOf(type),
  type.machine,
  type.numbering === 'numbered' && type.parents.length > 0
    ? `source: ${type.parents.join(', ')}`
    : type.parents.join(', '),
  type.parentMust ?? '',
]

const used = (key) => new Set(Object.values(TABLES).flatMap((rows) => rows.flatMap((row) => row[key] ?? [])))

export const lifecycleDocument = () => {
  const [conditions, gates] = [used('when'), used('gates')]
  return `${[
    '# Lifecycle',
    `This file is generated from the tables in \`src/lifecycle\` (\`npm run docs\`); edition ${EDITION}. Every status change in a trail names the edition of the tables by which it was decided.`,
    'A row is a transition: in this status, this action, by this role, if these gates hold. Rows that share status and action differ by their conditions (*When*), of which at most one set can hold. A condition selects a row; a gate refuses. *home* is the status from which a retirement or an abandonment began. No action but check-in is possible while a document is checked out. The diagrams leave out what does not change the status, and the ways back to *home*; `qms status ID --diagram` draws them for one document, the ways back included.',
    '## Types',
    table(['Type', 'Title', 'Id', 'Table', 'Parents', 'The parent must'], BUILT_IN_TYPES.map(typeCells)),
    'Further types can be declared in the policy (`qms policy set types`).',
    ...Object.entries(MACHINES).map(machineSection),
    '## Conditions',
    table(
      ['Condition', 'Holds for'],
      Object.entries(CONDITIONS)
        .filter(([name]) => conditions.has(name))
        .map(([name, c]) => [`\`${name}\``, c.expected]),
    ),
    '## Gates',
    'What each gate expects, in the words of a refusal.',
    table(
      ['Gate', 'Expected'],
      Object.entries(GATES)
        .filter(([name]) => gates.has(name))
        .map(([name, g]) => [`\`${name}\``, g.expected]),
    ),
    '## Roles',
    table(
      ['Role', 'Who'],
      [
        ['owner', 'the responsible user, of the group administrator or initiator'],
        ['holder', 'who has the document checked out, of the group administrator or initiator'],
        ['assignee', 'who is asked in the open round and has not answered'],
        ['initiator', 'anyone of the group administrator or initiator'],
        ['administrator', 'anyone of the group administrator'],
        ['quality or administrator', 'anyone of these two groups'],
      ],
    ),
    `Groups: ${GROUPS.join(', ')}. An actor has exactly one, is human or agent, and has to be enabled.`,
  ].join('\n\n')}\n`
}
