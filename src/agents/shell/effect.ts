/** What running a program does that matters to what is guarded. */

export type Effect =
  /** Writes a file; `deep`: and all that is below it; `unless`: a file that may leave it out names what is guarded. */
  | {
      readonly does: 'write'
      readonly path: string
      readonly deep?: boolean
      readonly unless?: readonly string[]
    }
  /** Moves the store, or its configuration, whatever its paths. */
  | { readonly does: 'move'; readonly what: string }
  /** Runs a text as a shell would; `words` are its `$1` and so on. */
  | { readonly does: 'shell'; readonly text: string; readonly words?: readonly string[] }
  /** Runs other words as a command. */
  | { readonly does: 'run'; readonly words: readonly string[]; readonly cwd?: string }
  /** Runs a script of `package.json`. */
  | { readonly does: 'task'; readonly name: string }
  /** Runs a file; `words` are what it is given. */
  | {
      readonly does: 'script'
      readonly path: string
      readonly as: 'shell' | 'code' | 'patch'
      readonly words?: readonly string[]
    }
  /** Runs a text in a language that is not read here. */
  | { readonly does: 'code'; readonly text: string }
  /** May write anything: let through only where nothing that is guarded is named. */
  | { readonly does: 'anything'; readonly what: string }
  | { readonly does: 'enter'; readonly folder: string }
  /** Checks the control branch out, or another. */
  | { readonly does: 'switch'; readonly toControl: boolean }
  | { readonly does: 'set'; readonly name: string; readonly value: string }

/** What a program is called with. */
export interface Called {
  readonly name: string
  readonly args: readonly string[]
  readonly cwd: string
  /** What stands on its standard input, where that is known: a here-document. */
  readonly input: string | null
  /** A file that its standard input comes from. */
  readonly inputFile: string | null
  /** Standard input comes from another command. */
  readonly piped: boolean
  /** Files that the command before it in a pipe names in its output, as far as that is known. */
  readonly fed: readonly string[] | null
  /** Names that a variable before the command sets for it. */
  readonly set: ReadonlyMap<string, string>
  /** Top of the work tree. */
  readonly top: string
  /** Of the control branch. */
  readonly branch: string
  /** Whether that branch is what is checked out. */
  readonly onBranch: boolean
  /** Whether git, called in this folder, works on this repository. */
  ours(folder: string): boolean
}

export const write = (path: string, deep = false): Effect => ({ does: 'write', path, deep })
export const writes = (paths: readonly string[], deep = false): Effect[] => paths.map((p) => write(p, deep))

/** Options of a call, and the words that are none. An option that takes a value is named with it. */
export interface Options {
  readonly words: readonly string[]
  has(...names: readonly string[]): boolean
  values(...names: readonly string[]): string[]
}

/**
 * @param valued options that take a value: `o` for `-o FILE` and `-oFILE`, `output` for `--output FILE` and `--output=FILE`
 */
export const optionsOf = (args: readonly string[], valued: readonly string[] = []): Options => {
  const words: string[] = []
  const found: [name: string, value: string | null][] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      words.push(...args.slice(i + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') words.push(arg)
    else if (arg.startsWith('--')) i += long(arg.slice(2), args[i + 1], valued, found)
    else i += short(arg.slice(1), args[i + 1], valued, found)
  }
  return {
    words,
    has: (...names) => found.some(([name]) => names.includes(name)),
    values: (...names) =>
      found.flatMap(([name, value]) => (names.includes(name) && value !== null ? [value] : [])),
  }
}

type Found = [name: string, value: string | null][]

/** How many words more belong to it. */
const long = (text: string, next: string | undefined, valued: readonly string[], found: Found): number => {
  const at = text.indexOf('=')
  if (at >= 0) found.push([text.slice(0, at), text.slice(at + 1)])
  else if (valued.includes(text)) {
    found.push([text, next ?? null])
    return 1
  } else found.push([text, null])
  return 0
}

const short = (text: string, next: string | undefined, valued: readonly string[], found: Found): number => {
  for (const [i, letter] of [...text].entries()) {
    if (!valued.includes(letter)) {
      found.push([letter, null])
      continue
    }
    const rest = text.slice(i + 1)
    found.push([letter, rest === '' ? (next ?? null) : rest])
    return rest === '' ? 1 : 0
  }
  return 0
}

/** Where the words begin behind the options of a program that runs others. */
export const firstWord = (args: readonly string[], valued: readonly string[]): number => {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') return i + 1
    if (!arg.startsWith('-')) return i
    const takes = arg.startsWith('--') ? valued.includes(arg.slice(2)) : valued.includes(arg.slice(-1))
    if (takes && (arg.startsWith('--') || arg.length === 2)) i++
  }
  return args.length
}

export const baseName = (path: string): string => path.replace(/\/+$/, '').split('/').at(-1) ?? ''

/** Names of programs without their folders, as `/usr/bin/git`. */
export const programOf = (name: string): string => baseName(name)
