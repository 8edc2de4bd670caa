/** Kinds of controlled document, and the statuses that they pass through. Source: lifecycle design, "Types and ids". */

export const STATUSES = [
  'DRAFT',
  'IN_REVIEW',
  'REVIEWED',
  'IN_APPROVAL',
  'EFFECTIVE',
  'IN_PRE_REVIEW',
  'PRE_REVIEWED',
  'IN_PRE_APPROVAL',
  'PRE_APPROVED',
  'IN_EXECUTION',
  'IN_POST_REVIEW',
  'POST_REVIEWED',
  'IN_POST_APPROVAL',
  'POST_APPROVED',
  'CLOSED',
  'RETIRED',
  'CANCELLED',
] as const

export type Status = (typeof STATUSES)[number]

/** Nothing more can happen to a document in these, but a retirement or an addendum. */
export const FINAL: ReadonlySet<Status> = new Set(['CLOSED', 'RETIRED', 'CANCELLED'])

/** Given up before it was ever approved: nothing can rest on it. */
export const isGivenUp = (status: string): boolean => status === 'CANCELLED'

/** Which table of rules a type obeys. `covered`: its parent's reviews and approvals are its own (VR). */
export type MachineName = 'controlled' | 'executable' | 'covered'

/** How ids of a type are made: `SOP-001`, `CR-001-VAR-001`, `TEMPLATE-CR`, `SDLC-QMS-RS`. */
export type Numbering = 'numbered' | 'child' | 'named' | 'namespaced'

export interface DocType {
  readonly name: string
  readonly title: string
  readonly machine: MachineName
  readonly numbering: Numbering
  /** Types that may be its parent; for a `numbered` type, those that it may name as its source. */
  readonly parents: readonly string[]
  /** What the parent must be when a child is created: closed, in execution, or merely not final. */
  readonly parentMust: 'be closed' | 'be in execution' | 'not be final' | null
}

const numbered = (name: string, title: string, machine: MachineName, parents: string[] = []): DocType => ({
  name,
  title,
  machine,
  numbering: 'numbered',
  parents,
  parentMust: null,
})

const child = (
  name: string,
  title: string,
  parents: string[],
  parentMust: DocType['parentMust'],
  machine: MachineName = 'executable',
): DocType => ({ name, title, machine, numbering: 'child', parents, parentMust })

const single = (name: string, title: string, numbering: 'named' | 'namespaced'): DocType => ({
  name,
  title,
  machine: 'controlled',
  numbering,
  parents: [],
  parentMust: null,
})

/** The built-in types. Others are declared in the policy, in the same form (`policy set types`). */
export const BUILT_IN_TYPES: readonly DocType[] = [
  numbered('SOP', 'Standard operating procedure', 'controlled'),
  numbered('CR', 'Change record', 'executable', ['INV']),
  numbered('INV', 'Investigation', 'executable'),
  child('TP', 'Test protocol', ['CR'], 'not be final'),
  child('ER', 'Exception report', ['TP', 'ER'], 'not be final'),
  child('VAR', 'Variance report', ['CR', 'INV', 'VAR', 'ADD'], 'be in execution'),
  child('ADD', 'Addendum', ['CR', 'INV', 'TP', 'ER', 'VAR', 'ADD'], 'be closed'),
  child('VR', 'Verification record', ['CR', 'VAR', 'ADD'], 'be in execution', 'covered'),
  single('RS', 'Requirements specification', 'namespaced'),
  single('RTM', 'Requirements traceability matrix', 'namespaced'),
  single('TEMPLATE', 'Document template', 'named'),
]

export const isExecutable = (type: DocType): boolean => type.machine !== 'controlled'

export const findType = (types: readonly DocType[], name: string): DocType | undefined =>
  types.find((type) => type.name === name)
