/** What the columns of an execution table are, by their headings, in the forms that real documents have. */

export type Field =
  | 'item'
  | 'task'
  | 'expected'
  | 'depends'
  | 'assignee'
  | 'summary'
  | 'evidence'
  | 'commit'
  | 'vr'
  | 'outcome'
  | 'performer'
  | 'other'

export interface Column {
  readonly field: Field
  /** As the document writes it. */
  readonly heading: string
}

const FIELDS: readonly (readonly [Field, RegExp])[] = [
  ['item', /^(?:ei|ei id|capa|item|step|#)$/],
  ['task', /^(?:task description|description|task|instruction)$/],
  ['expected', /^expected (?:outcome|result)s?$/],
  ['depends', /^depends on$/],
  ['assignee', /^(?:assignee|assigned to|responsible)$/],
  ['summary', /^(?:execution summary|implementation|actual result)$/],
  ['evidence', /^evidence$/],
  ['commit', /^commit$/],
  ['vr', /^vr$/],
  ['outcome', /^(?:task outcome|outcome|status|pass ?\/ ?fail|result)$/],
  ['performer', /^(?:performed|verified|executed) by(?: ?[-/] ?date)?$/],
]

/** Written while the work is done; every other column is part of the plan. */
export const EXECUTED: ReadonlySet<Field> = new Set([
  'summary',
  'evidence',
  'commit',
  'vr',
  'outcome',
  'performer',
])

/** Columns of older forms that are filled during execution although no rule of today speaks of them. */
const EXECUTED_HEADINGS: ReadonlySet<string> = new Set(['follow-up'])

export const isExecuted = ({ field, heading }: Column): boolean =>
  EXECUTED.has(field) || EXECUTED_HEADINGS.has(plain(heading))

const plain = (heading: string): string =>
  heading
    .replaceAll(/[‐‑‒–—−]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase()

export const fieldOf = (heading: string): Field =>
  FIELDS.find(([, pattern]) => pattern.test(plain(heading)))?.[0] ?? 'other'

/** The columns, where these headings are those of an execution table: it has items and their outcomes. */
export const columnsOf = (headings: readonly string[]): Column[] | null => {
  const fields = headings.map(fieldOf)
  if (!fields.includes('item') || !fields.includes('outcome') || !fields.includes('task')) return null
  const summed = fields.includes('summary')
  const seen = new Set<Field>()
  return headings.map((heading, i) => {
    const named = fields[i]!
    const field = named === 'evidence' && !summed ? 'summary' : named
    if (field !== 'other' && seen.has(field)) return { field: 'other', heading }
    seen.add(field)
    return { field, heading }
  })
}
