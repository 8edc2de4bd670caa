/** Files that searches and listings name on their output: what is run on them is run on all of those. */
import { optionsOf } from './effect.ts'
import { BELOW, STAR } from './path.ts'

/** The files that a search gives: those of this name below these folders, without folders that are left out. */
export const foundBy = (folders: readonly string[], tests: readonly string[]): string[] => {
  const sets = narrowing(tests)
  const names = sets.length > 0 ? sets : ['']
  const left = leftOut(tests)
  const clear = ['QMS', '.git'].every((name) => left.some((path) => path.includes(name)))
  if (clear) return []
  return folders.flatMap((folder) => names.map((name) => `${folder}/${BELOW}${name}`))
}

const NARROWS = /^-i?name$/

const narrowing = (tests: readonly string[]): string[] =>
  tests.flatMap((test, i) => {
    const negated = tests[i - 1] === '!' || tests[i - 1] === '-not' || tests[i + 2] === '-prune'
    return NARROWS.test(test) && !negated && tests[i + 1] !== undefined ? [globbed(tests[i + 1]!)] : []
  })

const leftOut = (tests: readonly string[]): string[] =>
  tests.flatMap((test, i) => {
    const negated = tests[i - 1] === '!' || tests[i - 1] === '-not' || tests[i + 2] === '-prune'
    return /^-(?:i?(?:name|path)|wholename)$/.test(test) && negated ? [tests[i + 1] ?? ''] : []
  })

/** A quoted pattern that the program itself reads. */
const globbed = (pattern: string): string => pattern.replaceAll('*', STAR)

const LISTS = new Set([
  'find',
  'ls',
  'fd',
  'fdfind',
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'ag',
  'git',
  'echo',
  'printf',
])

/** The files that a command names on its output; null where that is not known. */
export const listedBy = (name: string, args: readonly string[]): string[] | null => {
  if (!LISTS.has(name)) return null
  if (name === 'echo' || name === 'printf') return args.filter((arg) => !arg.startsWith('-'))
  if (name === 'find') {
    const start = args.findIndex((a) => /^[-(!]/.test(a))
    const folders = start < 0 ? args : args.slice(0, start)
    return foundBy(folders.length > 0 ? folders : ['.'], start < 0 ? [] : args.slice(start))
  }
  return name === 'git' ? listedByGit(args) : listedBySearch(name, args)
}

const listedByGit = (args: readonly string[]): string[] | null => {
  const [verb, ...rest] = args
  if (verb !== 'ls-files' && verb !== 'grep' && verb !== 'diff') return null
  const words = optionsOf(rest, ['e']).words.slice(verb === 'grep' ? 1 : 0)
  return words.length === 0 ? [`./${BELOW}`] : words.map((word) => namedBelow(word))
}

/** A path spec of git: a pattern may match in every folder. */
const namedBelow = (spec: string): string =>
  spec.startsWith('*') || spec.startsWith(STAR) ? `./${BELOW}${globbed(spec)}` : globbed(spec)

const listedBySearch = (name: string, args: readonly string[]): string[] => {
  const valued = [
    'e',
    'f',
    'A',
    'B',
    'C',
    'm',
    'g',
    't',
    'T',
    'glob',
    'type',
    'include',
    'exclude',
    'exclude-dir',
  ]
  const o = optionsOf(args, valued)
  const words = name === 'ls' || o.has('e', 'f') ? o.words : o.words.slice(1)
  const names = o.values('include', 'g', 'glob').map(globbed)
  const types = o.values('t', 'type').map((type) => `${STAR}.${type}`)
  const clear = ['QMS', '.git'].every((part) => o.values('exclude-dir').some((dir) => dir.includes(part)))
  if (clear) return []
  const tails = [...names, ...types]
  const below = (folder: string) =>
    (tails.length > 0 ? tails : ['']).map((tail) => `${folder}/${BELOW}${tail}`)
  return (words.length > 0 ? words : ['.']).flatMap((word) => (name === 'ls' ? [word] : below(word)))
}
