/** Programs that run texts: shells, whose language is read, and others, of which only is seen what they name. */
import { type Called, type Effect, firstWord, optionsOf, writes } from './effect.ts'
import { isKnown } from './path.ts'

type Program = (c: Called) => Effect[]

export const shell: Program = ({ args, input, inputFile, piped }) => {
  const at = firstWord(args, ['o', 'O', 'rcfile', 'init-file'])
  const o = optionsOf(args.slice(0, at), ['o', 'O', 'rcfile', 'init-file'])
  const [first] = args.slice(at)
  if (o.has('c')) return first === undefined ? [] : [{ does: 'shell', text: first }]
  if (first !== undefined && !o.has('s')) return [{ does: 'script', path: first, as: 'shell' }]
  if (input !== null) return [{ does: 'shell', text: input }]
  if (inputFile !== null) return [{ does: 'script', path: inputFile, as: 'shell' }]
  return piped ? [{ does: 'anything', what: 'a shell that reads what another command writes' }] : []
}

const INLINE = new Set(['c', 'e', 'E', 'p', 'r', 'eval', 'print'])

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
  if (o.has('m')) return writes(o.words.filter(isKnown))
  const words = ['run', 'test', 'eval'].includes(o.words[0] ?? '') ? o.words.slice(1) : o.words
  const [first] = words
  if (first !== undefined && first !== '-')
    return [{ does: 'script', path: first, as: 'code' }, ...writes(words.slice(1))]
  if (input !== null) return [{ does: 'code', text: `${input} ${words.join(' ')}` }]
  if (inputFile !== null) return [{ does: 'script', path: inputFile, as: 'code' }]
  return piped ? [{ does: 'anything', what: `${c.name} that reads what another command writes` }] : []
}

export const awk: Program = ({ args }) => {
  const o = optionsOf(args, ['f', 'v', 'F', 'i', 'include', 'file'])
  const inPlace = o.values('i', 'include').includes('inplace')
  const text = o.has('f', 'file') ? [] : o.words.slice(0, 1)
  const files = o.has('f', 'file') ? o.words : o.words.slice(1)
  return [
    ...text.flatMap((code): Effect[] => (/>|system|\|/.test(code) ? [{ does: 'code', text: code }] : [])),
    ...o
      .values('v')
      .flatMap((v): Effect[] =>
        text.some((t) => t.includes('>')) ? [{ does: 'code', text: `> ${v}` }] : [],
      ),
    ...(inPlace ? writes(files) : []),
  ]
}

/** In place it writes the files that it is given. */
export const perl: Program = (c) => {
  const inPlace = c.args.some((a) => /^-[a-zA-Z0]*i/.test(a))
  const o = optionsOf(c.args, ['e', 'E', 'I', 'M', 'm'])
  return inPlace && o.has('e', 'E') ? writes(o.words) : interpreter(c)
}
