/**
 * What a shell command would write, without running it. Where something is not known, it is taken as writing what the
 * command names; where the command cannot be read at all, the same. It fails closed, and is no proof: a program that is
 * started may do what its name does not tell.
 */
import {
  type Command,
  forEachChild,
  parse,
  type Redirection,
  type Script,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { writingCode } from './code.ts'
import { type Called, type Effect, programOf } from './effect.ts'
import { effectsOfGit } from './git.ts'
import { listedBy } from './listing.ts'
import { outputOf, sourceOf } from './output.ts'
import {
  absolute,
  BELOW,
  type Guarded,
  isKnown,
  mentions,
  ONE,
  SPLIT,
  STAR,
  touches,
  UNKNOWN,
} from './path.ts'
import { effectsOf } from './programs.ts'
import { oneValueOf, type Values, valuesOf } from './word.ts'

/** Where a command is called. Paths are absolute. */
export interface Scene {
  readonly cwd: string
  /** Top of the work tree. */
  readonly top: string
  readonly home: string | null
  readonly guarded: Guarded
  /** Name of the control branch. */
  readonly branch: string
  /** Whether it is what is checked out. */
  readonly onBranch: boolean
  /** Whether git, called in this folder, works on this repository. */
  ours(folder: string): boolean
  /** What a file holds that a command runs; null where there is none, or where it is no text. */
  text(path: string): string | null
  /** The same path with links resolved, as far as it is there. */
  real(path: string): string
}

export interface Harm {
  /** What is written, absolute; null where it is the store as a whole. */
  readonly path: string | null
  /** How, such as `sed` or `git update-ref`. */
  readonly by: string
}

/** A program that is started, with its words as far as they are known, and what stands on its standard input. */
export interface Started {
  readonly program: string
  readonly words: readonly string[]
  readonly input: string | null
}

export interface Reading {
  readonly harms: readonly Harm[]
  readonly started: readonly Started[]
}

/** Scripts in scripts, commands in commands. */
const DEEPEST = 8
/** Rounds of a loop over words that are known. */
const MOST_ROUNDS = 50
/** Calls that are looked at: whoever needs more is not read. */
const MOST_CALLS = 2000
/** The same of parts of a command, each as often as a loop comes to it. */
const MOST_PARTS = 20_000
/** Characters of a command: no system starts a longer one. */
const LONGEST = 1_000_000

interface State {
  cwd: string
  /** Whether the control branch is checked out. */
  onBranch: boolean
  readonly vars: Map<string, string>
  readonly fed: readonly string[] | null
  readonly piped: boolean
  /** A file that the command before it in a pipe gives as it is. */
  readonly source: string | null
}

/** A function of the command, which is read where it is called. */
interface Defined {
  readonly body: SyntaxNode
  called: boolean
}

export const readShell = (command: string, scene: Scene): Reading => new Reader(command, scene).read()

class Reader {
  readonly #harms: Harm[] = []
  readonly #started: Started[] = []
  readonly #scene: Scene
  readonly #command: string
  #named: boolean
  readonly #functions = new Map<string, Defined>()
  #depth = 0
  #calls = 0
  #parts = 0

  constructor(command: string, scene: Scene) {
    this.#command = command
    this.#scene = scene
    this.#named = mentions(command, scene.guarded)
  }

  read(): Reading {
    const { cwd, onBranch } = this.#scene
    const state: State = { cwd, onBranch, vars: new Map(), fed: null, piped: false, source: null }
    if (this.#command.length > LONGEST) this.#anything('a command too long to be read')
    else this.#text(this.#command, state)
    for (const { called, body } of this.#functions.values()) if (!called) this.#visit(body, copyOf(state))
    const seen = new Map(this.#harms.map((harm) => [`${harm.path} ${harm.by}`, harm]))
    return { harms: [...seen.values()], started: this.#started }
  }

  /** A text that a shell runs. */
  #text(text: string, state: State): undefined {
    const readable = this.#depth < DEEPEST && !text.includes(UNKNOWN)
    if (mentions(text, this.#scene.guarded)) this.#named = true
    if (!readable) return this.#anything('a command that is not known before it runs')
    this.#depth++
    this.#script(parse(text), state)
    this.#depth--
  }

  #script(script: Script & { errors?: readonly unknown[] | undefined }, state: State): undefined {
    if (script.errors?.length) this.#anything('a command that cannot be read')
    for (const statement of script.commands) this.#visit(statement, state)
  }

  #anything(by: string): undefined {
    if (this.#named) this.#harms.push({ path: null, by })
  }

  #visit(node: SyntaxNode, state: State): undefined {
    if (++this.#parts > MOST_PARTS) return this.#anything('a command too long to be read')
    switch (node.type) {
      case 'Command':
        return this.#simple(node, state)
      case 'Pipeline':
        return this.#pipeline(node.commands, state)
      case 'Subshell':
        return this.#visit(node.body, copyOf(state))
      case 'For':
      case 'Select':
        return this.#loop(node.name.value, node.wordlist ?? null, node.body, state)
      case 'Redirected':
        this.#visit(node.command, state)
        for (const redirect of node.redirects) this.#redirect(redirect, state)
        return
      case 'CommandExpansion':
      case 'ProcessSubstitution':
      case 'ArithmeticCommandExpansion':
        if (node.script) this.#script(node.script, copyOf(state))
        return
      case 'Coproc':
        return this.#visit(node.body, copyOf(state))
      case 'Function':
        this.#functions.set(node.name.value, { body: node.body, called: false })
        return
      default:
        forEachChild(node, (child) => this.#visit(child, state))
    }
  }

  #pipeline(commands: readonly SyntaxNode[], state: State): undefined {
    if (commands.length === 1 && commands[0]) return this.#visit(commands[0], state)
    let fed: readonly string[] | null = null
    let source: string | null = null
    for (const [i, command] of commands.entries()) {
      this.#visit(command, { ...copyOf(state), fed, source, piped: i > 0 })
      const words = command.type === 'Command' && command.name ? this.#words(command, state) : []
      fed = passesOn(command) ? fed : listedBy(programOf(words[0] ?? ''), words.slice(1))
      source = sourceOf(words)
    }
  }

  #loop(name: string, words: readonly Word[] | null, body: SyntaxNode, state: State): undefined {
    for (const word of words ?? []) this.#nested(word, state)
    const values = words?.flatMap((word) => valuesOf(word, this.#values(state))) ?? [UNKNOWN]
    const rounds = values.length > MOST_ROUNDS ? [UNKNOWN] : values
    for (const value of rounds) {
      if (this.#parts > MOST_PARTS) return
      state.vars.set(name, value)
      this.#visit(body, state)
    }
  }

  /** Commands inside of a word. */
  #nested(node: SyntaxNode, state: State): undefined {
    forEachChild(node, (child) => this.#visit(child, state))
  }

  #values(state: State): Values {
    const { home, top } = this.#scene
    return {
      home,
      variable: (name) => state.vars.get(name) ?? this.#known(name, state),
      output: (text) => {
        const { name, args } = outputOf(text)
        if (name === 'file') return this.#scene.text(absolute(args, state.cwd))?.trimEnd()
        return name === 'cwd'
          ? state.cwd
          : name === 'top'
            ? `${top}${args}`
            : name === 'text'
              ? args
              : undefined
      },
    }
  }

  #known(name: string, state: State): string | undefined {
    if (name === 'HOME') return this.#scene.home ?? undefined
    if (name === 'PWD') return state.cwd
    return name === 'CLAUDE_PROJECT_DIR' || name === 'GEMINI_PROJECT_DIR' ? this.#scene.top : undefined
  }

  #words(node: Command, state: State): string[] {
    const v = this.#values(state)
    const args = node.args.flatMap((arg) =>
      arg.type === 'Word'
        ? valuesOf(arg, v)
        : [`${arg.name}=${arg.value.type === 'Word' ? oneValueOf(arg.value, v) : UNKNOWN}`],
    )
    return [...(node.name ? valuesOf(node.name, v) : []), ...args]
  }

  #simple(node: Command, state: State): undefined {
    this.#nested(node, state)
    const v = this.#values(state)
    const set = new Map(
      node.prefix.flatMap((a) =>
        a.type === 'Assignment'
          ? [[a.name, a.value.type === 'Word' ? oneValueOf(a.value, v) : UNKNOWN] as const]
          : [],
      ),
    )
    for (const redirect of node.redirects) this.#redirect(redirect, state)
    const words = this.#words(node, state)
    const of = { state, set, ...inputOf(node.redirects, v) }
    if (words.length > 0) return this.#call(words, of)
    for (const [name, value] of set) this.#effect({ does: 'set', name, value }, name, of)
  }

  #redirect(redirect: Redirection, state: State): undefined {
    this.#nested(redirect, state)
    if (
      redirect.type !== 'Redirect' ||
      !redirect.target ||
      redirect.operator === '<' ||
      redirect.operator === '<&'
    )
      return
    const target = oneValueOf(redirect.target, this.#values(state))
    const isDescriptor = redirect.operator === '>&' && /^(?:\d+|-)$/.test(target)
    if (!isDescriptor) this.#write(target, false, redirect.operator, state.cwd)
  }

  #call(words: readonly string[], of: CallOf): undefined {
    if (++this.#calls > MOST_CALLS) return this.#anything('a command too long to be read')
    const [first = '', ...args] = words
    if (/^\w+\+?=/.test(first)) return this.#call(args.length > 0 ? args : [':'], of)
    const { state, set, input, inputFile } = of
    const defined = this.#functions.get(first)
    if (defined) return this.#function(defined, args, state)
    const { branch, ours, top } = this.#scene
    const name = programOf(first)
    this.#started.push({ program: name, words: args, input })
    if (!isKnown(name)) this.#anything('a program that is not known before it runs')
    const called: Called = {
      name,
      args,
      cwd: state.cwd,
      input,
      inputFile: inputFile ?? (input === null ? state.source : null),
      set,
      top,
      branch,
      onBranch: state.onBranch,
      ours,
      fed: state.fed,
      piped: state.piped,
    }
    if (this.#ownScript(first, state))
      return this.#effect({ does: 'script', path: first, as: 'code', words: args }, name, of)
    for (const [name, value] of set) this.#variable(name, value, of)
    for (const effect of name === 'git' ? effectsOfGit(called) : effectsOf(called))
      this.#effect(effect, name, of)
  }

  /** A file of the project that is called by its path. */
  #ownScript(first: string, { cwd }: State): boolean {
    return first.includes('/') && isKnown(first) && this.#scene.text(absolute(first, cwd)) !== null
  }

  /** Its words are its variables; where it goes, the command goes on. */
  #function(defined: Defined, args: readonly string[], state: State): undefined {
    defined.called = true
    if (this.#depth >= DEEPEST) return this.#anything('a function that calls itself')
    const inside = withWords(state, args)
    this.#depth++
    this.#visit(defined.body, inside)
    this.#depth--
    state.cwd = inside.cwd
  }

  /** Some programs run what a variable holds. */
  #variable(name: string, value: string, of: CallOf): undefined {
    if (RUN_BY_OTHERS.test(name)) this.#text(value, copyOf(of.state))
    if (name === 'BASH_ENV' || name === 'ENV')
      this.#effect({ does: 'script', path: value, as: 'shell' }, name, of)
  }

  #effect(effect: Effect, by: string, of: CallOf): undefined {
    const { state } = of
    switch (effect.does) {
      case 'write':
        if (effect.unless?.some((file) => this.#leavesOut(file, state))) return
        return this.#write(effect.path, effect.deep ?? false, by, state.cwd)
      case 'move':
        this.#harms.push({ path: null, by: effect.what })
        return
      case 'shell':
        return this.#text(effect.text, effect.words ? withWords(state, effect.words) : state)
      case 'run':
        return this.#run(effect.words, effect.cwd, of)
      case 'task':
        return this.#task(effect.name, state)
      case 'script':
        return this.#file(effect, by, state)
      case 'code':
        return this.#code(effect.text, by, state)
      case 'anything':
        return this.#anything(effect.what)
      case 'switch':
        state.onBranch = effect.toControl
        return
      case 'enter':
        state.cwd = effect.folder === '~' ? (this.#scene.home ?? UNKNOWN) : absolute(effect.folder, state.cwd)
        return
      case 'set':
        this.#variable(effect.name, effect.value, of)
        state.vars.set(effect.name, effect.value)
    }
  }

  #run(words: readonly string[], cwd: string | undefined, of: CallOf): undefined {
    if (words.length === 0) return
    const inside = cwd === undefined ? of.state : { ...copyOf(of.state), cwd: absolute(cwd, of.state.cwd) }
    this.#call(words, { ...of, state: inside })
  }

  #leavesOut(file: string, { cwd }: State): boolean {
    return mentions(this.#scene.text(absolute(file, cwd)) ?? '', this.#scene.guarded)
  }

  #write(path: string, deep: boolean, by: string, cwd: string): undefined {
    const at = absolute(path, cwd)
    const { guarded } = this.#scene
    const found = [at, this.#resolved(at), this.#walked(path, cwd)].map((way) => touches(way, guarded, deep))
    const harmful = found.includes('yes') || (found.includes('maybe') && this.#named)
    if (harmful) this.#harms.push({ path: shown(at), by })
  }

  /** As the system goes: `..` leads out of where a link leads to, not out of the link. */
  #walked(path: string, cwd: string): string {
    if (!isKnown(path) || !isKnown(cwd)) return absolute(path, cwd)
    const start = path.startsWith('/') ? '/' : this.#scene.real(cwd)
    const end = path
      .split('/')
      .reduce(
        (at, name) => (name === '..' ? absolute('..', this.#scene.real(at)) : absolute(name, at)),
        start,
      )
    return this.#resolved(end)
  }

  /** Links in the part of a path that is known. */
  #resolved(path: string): string {
    const names = path.split('/')
    const open = names.findIndex((name) => !isKnown(name))
    const known = open < 0 ? names : names.slice(0, open)
    if (known.length < 2) return path
    return [this.#scene.real(known.join('/') || '/'), ...names.slice(known.length)].join('/')
  }

  #file(effect: Extract<Effect, { does: 'script' }>, by: string, state: State): undefined {
    const { path, as, words = [] } = effect
    const at = absolute(path, state.cwd)
    if (!isKnown(at)) return this.#anything(`${by}, of a file that is not known before it runs`)
    const text = this.#scene.text(at)
    if (text === null) {
      for (const word of words) this.#write(word, false, by, state.cwd)
      return
    }
    const isShell = as === 'shell' || /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text)
    if (isShell) this.#text(text, withWords(state, words))
    else this.#code(as === 'patch' ? `write ${text}` : given(text, words), `${by} ${shown(path)}`, state)
  }

  /** A script of `package.json`, with those that run before and after it. */
  #task(name: string, state: State): undefined {
    const scripts = scriptsIn(this.#scene.text(absolute('package.json', state.cwd)))
    for (const key of [`pre${name}`, name, `post${name}`]) {
      const text = scripts[key]
      if (typeof text === 'string') this.#text(text, copyOf(state))
    }
  }

  #code(text: string, by: string, { vars }: State): undefined {
    const seen = READS_ENVIRONMENT.test(text) ? given(text, [...vars.values()]) : text
    if (mentions(seen, this.#scene.guarded) && writingCode(seen))
      this.#harms.push({ path: null, by: `${by}, whose text names it and writes` })
  }
}

/** A text with the words that it is given, as it may name what they name. */
const given = (text: string, words: readonly string[]): string => [text, ...words].join('\n')

const scriptsIn = (text: string | null): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(text ?? '{}').scripts)
  } catch {
    return {}
  }
}

const READS_ENVIRONMENT = /\benv\b|environ|getenv|\bENV\b/

/** Variables whose value git, a shell or a pager runs. */
const RUN_BY_OTHERS = /(?:^|_)(?:EDITOR|VISUAL|PAGER|COMMAND|EXTERNAL_DIFF|ASKPASS)$/

interface CallOf {
  readonly state: State
  readonly set: ReadonlyMap<string, string>
  readonly input: string | null
  readonly inputFile: string | null
}

const copyOf = (state: State): State => ({ ...state, vars: new Map(state.vars) })

/** What a script or a function is called with, as its own variables. */
const withWords = (state: State, words: readonly string[]): State => {
  const inside = copyOf(state)
  for (const [i, value] of words.entries()) inside.vars.set(String(i + 1), value)
  for (const name of ['@', '*']) inside.vars.set(name, words.join(SPLIT))
  return inside
}

const FILTERS = new Set([
  'sort',
  'uniq',
  'head',
  'tail',
  'grep',
  'egrep',
  'rg',
  'tr',
  'cut',
  'tac',
  'cat',
  'sed',
  'awk',
])

/** A filter in the middle of a pipe gives some of what it was given. */
const passesOn = (node: SyntaxNode): boolean => {
  if (node.type !== 'Command' || !node.name || !FILTERS.has(node.name.value)) return false
  return !node.args.some((arg) => arg.type === 'Word' && /^-[a-zA-Z]*[rlR]|--files/.test(arg.value))
}

const inputOf = (
  redirects: readonly Redirection[],
  v: Values,
): { input: string | null; inputFile: string | null } => {
  const last = redirects.findLast((r) => r.type !== 'Redirect' || r.operator === '<')
  if (last?.type === 'HereDoc') return { input: last.body.text, inputFile: null }
  const word = last?.target ? oneValueOf(last.target, v) : null
  return last?.type === 'HereString' ? { input: word, inputFile: null } : { input: null, inputFile: word }
}

/** A path for people: its marks as a shell writes them. */
const shown = (path: string): string =>
  path.replaceAll(UNKNOWN, '…').replaceAll(STAR, '*').replaceAll(ONE, '?').replaceAll(BELOW, '**/')
