/** Programs that run texts: shells, whose language is read, and others, of which only is seen what they name. */
import { type Called, type Effect, firstWord, optionsOf, writes } from './effect.ts'
import { isKnown } from './path.ts'

type Program = (c: Called) => Effect[]

export const shell: Program = ({ args, input, inputFile, piped }) => {
  const at = firstWord(args, ['o', 'O', 'rcfile', 'init-file'])
  const o = optionsOf(args.slice(0, at), ['o', 'O', 'rcfile', 'init-file'])
  const [first, ...words] = args.slice(at)
  if (o.has('c')) return first === undefined ? [] : [{ does: 'shell', text: first, words: words.slice(1) }]
  if (first !== undefined && !o.has('s')) return [{ does: 'script', path: first, as: 'shell', words }]
  if (input !== null) return [{ does: 'shell', text: input }]
  if (inputFile !== null) return [{ does: 'script', path: inputFile, as: 'shell' }]
  return piped ? [{ does: 'anything', what: 'a shell that reads what another command writes' }] : []
}

const INLINE = new Set(['c', 'e', 'E', 'p', 'r', 'eval', 'print'])

/** Modules of Python that read what they are given. */
const READING = new Set([
  'pytest',
  'unittest',
  'timeit',
  'tokenize',
  'ast',
  'dis',
  'mypy',
  'pdb',
  'http.server',
])

const module = (name: string, words: readonly string[]): Effect[] =>
  READING.has(name) ? [] : writes(name === 'json.tool' ? words.slice(1) : words.filter(isKnown))

/** Interpreters of other languages: their text is not read, but for what it names. */
export const interpreter: Program = (c) => {
  const { args, input, inputFile, piped } = c
  const o = optionsOf(args, [
    'c',
    'e',
    'E',
    'p',
    'r',
    'eval',
    'print',
    'm',
    'W',
    'X',
    'require',
    'import',
    'I',
    'M',
  ])
  const code = o
    .values(...INLINE)
    .map((text): Effect => ({ does: 'code', text: `${text} ${o.words.join(' ')}` }))
  if (code.length > 0) return code
  if (o.has('m')) return module(o.values('m')[0] ?? '', o.words)
  if (o.words[0] === 'eval') return [{ does: 'code', text: o.words.slice(1).join(' ') }]
  const words = ['run', 'test'].includes(o.words[0] ?? '') ? o.words.slice(1) : o.words
  const [first] = words
  if (first !== undefined && first !== '-')
    return [{ does: 'script', path: first, as: 'code', words: words.slice(1) }]
  if (input !== null) return [{ does: 'code', text: `${input} ${words.join(' ')}` }]
  if (inputFile !== null) return [{ does: 'script', path: inputFile, as: 'code' }]
  return piped ? [{ does: 'anything', what: `${c.name} that reads what another command writes` }] : []
}

export const awk: Program = ({ args }) => {
  const o = optionsOf(args, ['f', 'v', 'F', 'i', 'include', 'file'])
  const inPlace = o.values('i', 'include').includes('inplace')
  const text = o.has('f', 'file') ? [] : o.words.slice(0, 1)
  const files = o.has('f', 'file') ? o.words : o.words.slice(1)
  return [...text.flatMap((code) => printed(code, o.values('v'))), ...(inPlace ? writes(files) : [])]
}

/** Where `print > "FILE"` goes; what goes elsewhere, or starts something, may go anywhere that the text names. */
const printed = (code: string, variables: readonly string[]): Effect[] => {
  const whole = [code, ...variables].join('\n')
  const targets = [...code.matchAll(/>\s*"([^"]*)"(?=\s*(?:[;}\n]|$))/g)].map((m) => m[1]!)
  const rest = code.replaceAll(/>\s*"[^"]*"(?=\s*(?:[;}\n]|$))/g, '').replaceAll(/\|\||\$\w+\s*>=?\s*\d/g, '')
  const more = />|system|\|/.test(rest) ? [{ does: 'code', text: `write ${whole}` } as Effect] : []
  return [...writes(targets), ...more]
}

const IN_PLACE = /^-[a-zA-Z0-9]*i/

/** Letters before a name, as in `-MFile::Path`, are no switches. */
const inPlace = (args: readonly string[]): boolean => args.some((a) => IN_PLACE.test(a) && !/^-[IMm]/.test(a))

/** In place it writes the files that it is given. */
export const perl: Program = (c) => {
  const o = optionsOf(c.args, ['e', 'E', 'I', 'M', 'm'])
  return inPlace(c.args) && o.has('e', 'E') ? [...writes(o.words), ...interpreter(c)] : interpreter(c)
}
