/**
 * Files as lists and definition files name them: a path, a folder, or a pattern. `*` stands for signs within a name, `?`
 * for one, double stars for anything, folders included. Whatever is named names what is below it, too.
 */

const LONGEST = 1024

/** Relative, within the repository, without blanks of a form or signs that mean something else to a shell. */
export const isPattern = (path: string): boolean =>
  path.length <= LONGEST &&
  /^[^\s\\{}[\]<>|"'`]+(?: [^\s\\{}[\]<>|"'`]+)*$/.test(path) &&
  !path.startsWith('/') &&
  !path.split('/').includes('..')

export const withoutDot = (path: string): string => path.replace(/^\.\//, '')

const bare = (entry: string): string => entry.replace(/\/+$/, '')

/** Whether an entry covers a path: the path itself, a folder above it, or a pattern. */
export const covers = (entry: string, path: string): boolean => {
  const folder = bare(entry)
  if (!/[*?]/.test(entry)) return path === folder || path.startsWith(`${folder}/`)
  return haveCommon(machineOf(folder), machineOfPath(path))
}

/** Whether there can be a file that both entries cover. */
export const overlap = (a: string, b: string): boolean => {
  if (!/[*?]/.test(a + b)) return covers(a, bare(b)) || covers(b, bare(a))
  return haveCommon(machineOf(bare(a)), machineOf(bare(b)))
}

/** One sign, any sign but a slash, or any sign. */
type Sign = string | typeof WITHIN | typeof ANY
const WITHIN = 'within'
const ANY = 'any'

interface State {
  readonly moves: readonly (readonly [Sign, to: number])[]
  /** A state that is reached without reading anything. */
  readonly skip: number | null
  readonly final: boolean
}

/** What a pattern fits, as a machine without memory: fitting takes no longer than its length times that of the other. */
type Machine = readonly State[]

const machineOf = (pattern: string): Machine => {
  const states: State[] = []
  for (const part of pattern.split(/(\*\*\/?|\*|\?)/))
    for (const token of /^[*?]/.test(part) ? [part] : part.split(''))
      states.push(...statesOf(token, states.length))
  const end = states.length
  const below: State = { moves: [[ANY, end + 1]], skip: null, final: true }
  return [...states, { moves: [['/', end + 1]], skip: null, final: true }, below]
}

const statesOf = (token: string, at: number): State[] => {
  const next = at + 1
  if (token === '**/') return folders(at)
  if (token === '?') return [{ moves: [[WITHIN, next]], skip: null, final: false }]
  if (token === '*') return [{ moves: [[WITHIN, at]], skip: next, final: false }]
  if (token === '**') return [{ moves: [[ANY, at]], skip: next, final: false }]
  return [sign(token, next)]
}

const sign = (token: string, to: number): State => ({ moves: [[token, to]], skip: null, final: false })

/** Nothing at all, or anything that ends with a slash. */
const folders = (at: number): State[] => {
  const moves: State['moves'] = [
    [ANY, at + 1],
    ['/', at + 2],
  ]
  return [
    { moves, skip: at + 2, final: false },
    { moves, skip: null, final: false },
  ]
}

const machineOfPath = (path: string): Machine => [
  ...path.split('').map((token, at) => sign(token, at + 1)),
  { moves: [], skip: null, final: true },
]

const meet = (a: Sign, b: Sign): boolean =>
  a === b || a === ANY || b === ANY || (a === WITHIN && b !== '/') || (b === WITHIN && a !== '/')

/** Both at once, each pair of states looked at once. */
const haveCommon = (a: Machine, b: Machine): boolean => {
  const seen = new Uint8Array(a.length * b.length)
  const open: [number, number][] = []
  const visit = (i: number, j: number): void => {
    const pair = i * b.length + j
    if (seen[pair]) return
    seen[pair] = 1
    open.push([i, j])
  }
  visit(0, 0)
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [i, j] = pair
    const [left, right] = [a[i] as State, b[j] as State]
    if (left.final && right.final) return true
    if (left.skip !== null) visit(left.skip, j)
    if (right.skip !== null) visit(i, right.skip)
    for (const [one, to] of left.moves)
      for (const [other, there] of right.moves) if (meet(one, other)) visit(to, there)
  }
  return false
}
