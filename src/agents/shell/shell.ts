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
import { type Called, type Effect, programOf } from './effect.ts'
import { effectsOfGit } from './git.ts'
import { listedBy } from './listing.ts'
import { absolute, BELOW, type Guarded, isKnown, mentions, ONE, STAR, touches, UNKNOWN } from './path.ts'
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

interface State {
  cwd: string
  readonly vars: Map<string, string>
  readonly fed: readonly string[] | null
  readonly piped: boolean
}

export const readShell = (command: string, scene: Scene): Reading => new Reader(command, scene).read()

class Reader {
  readonly #harms: Harm[] = []
  readonly #started: Started[] = []
  readonly #scene: Scene
  readonly #command: string
  #named: boolean
  #depth = 0
  #calls = 0

  constructor(command: string, scene: Scene) {
    this.#command = command
    this.#scene = scene
    this.#named = mentions(command, scene.guarded)
  }

  read(): Reading {
    const state: State = { cwd: this.#scene.cwd, vars: new Map(), fed: null, piped: false }
    this.#text(this.#command, state)
    const seen = new Map(this.#harms.map((harm) => [`${harm.path} ${harm.by}`, harm]))
    return { harms: [...seen.values()], started: this.#started }
  }

  /** A text that a shell runs. */
  #text(text: string, state: State): undefined {
    const readable = this.#depth < DEEPEST && isKnown(text)
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
      default:
        forEachChild(node, (child) => this.#visit(child, state))
    }
  }

  #pipeline(commands: readonly SyntaxNode[], state: State): undefined {
    if (commands.length === 1 && commands[0]) return this.#visit(commands[0], state)
    let fed: readonly string[] | null = null
    for (const [i, command] of commands.entries()) {
      this.#visit(command, { ...copyOf(state), fed, piped: i > 0 })
      fed = passesOn(command) ? fed : this.#listed(command, state)
    }
  }

  #listed(node: SyntaxNode, state: State): readonly string[] | null {
    if (node.type !== 'Command' || !node.name) return null
    const words = this.#words(node, state)
    return listedBy(programOf(words[0] ?? ''), words.slice(1))
  }

  #loop(name: string, words: readonly Word[] | null, body: SyntaxNode, state: State): undefined {
    for (const word of words ?? []) this.#nested(word, state)
    const values = words?.flatMap((word) => valuesOf(word, this.#values(state))) ?? [UNKNOWN]
    const rounds = values.length > MOST_ROUNDS ? [UNKNOWN] : values
    for (const value of rounds) {
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
        const inner = text.replace(/^\$\(\s*|^`|\s*\)$|`$/g, '')
        return inner === 'pwd' ? state.cwd : inner === 'git rev-parse --show-toplevel' ? top : undefined
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
    if (words.length === 0) for (const [name, value] of set) state.vars.set(name, value)
    else this.#call(words, { state, set, ...inputOf(node.redirects, v) })
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
    const { branch, onBranch, ours } = this.#scene
    const name = programOf(first)
    this.#started.push({ program: name, words: args, input })
    if (!isKnown(name)) this.#anything('a program that is not known before it runs')
    const called: Called = {
      name,
      args,
      cwd: state.cwd,
      input,
      inputFile,
      set,
      branch,
      onBranch,
      ours,
      fed: state.fed,
      piped: state.piped,
    }
    if (this.#ownScript(first, state))
      return this.#effect({ does: 'script', path: first, as: 'code' }, name, of)
    for (const effect of name === 'git' ? effectsOfGit(called) : effectsOf(called))
      this.#effect(effect, name, of)
  }

  /** A file of the project that is called by its path. */
  #ownScript(first: string, { cwd }: State): boolean {
    return first.includes('/') && isKnown(first) && this.#scene.text(absolute(first, cwd)) !== null
  }

  #effect(effect: Effect, by: string, of: CallOf): undefined {
    const { state } = of
    switch (effect.does) {
      case 'write':
        return this.#write(effect.path, effect.deep ?? false, by, state.cwd)
      case 'move':
        this.#harms.push({ path: null, by: effect.what })
        return
      case 'shell':
        return this.#text(effect.text, state)
      case 'run':
        return this.#run(effect.words, effect.cwd, of)
      case 'script':
        return this.#file(effect, by, state)
      case 'code':
        return this.#code(effect.text, by)
      case 'anything':
        return this.#anything(effect.what)
      case 'enter':
        state.cwd = effect.folder === '~' ? (this.#scene.home ?? UNKNOWN) : absolute(effect.folder, state.cwd)
        return
      case 'set':
        state.vars.set(effect.name, effect.value)
    }
  }

  #run(words: readonly string[], cwd: string | undefined, of: CallOf): undefined {
    if (words.length === 0) return
    const inside = cwd === undefined ? of.state : { ...copyOf(of.state), cwd: absolute(cwd, of.state.cwd) }
    this.#call(words, { ...of, state: inside })
  }

  #write(path: string, deep: boolean, by: string, cwd: string): undefined {
    const at = absolute(path, cwd)
    const { guarded } = this.#scene
    const found = [at, this.#resolved(at)].map((way) => touches(way, guarded, deep))
    const harmful = found.includes('yes') || (found.includes('maybe') && this.#named)
    if (harmful) this.#harms.push({ path: shown(at), by })
  }

  /** Links in the part of a path that is known. */
  #resolved(path: string): string {
    const names = path.split('/')
    const open = names.findIndex((name) => !isKnown(name))
    const known = open < 0 ? names : names.slice(0, open)
    if (known.length < 2) return path
    return [this.#scene.real(known.join('/') || '/'), ...names.slice(known.length)].join('/')
  }

  #file({ path, as }: Extract<Effect, { does: 'script' }>, by: string, state: State): undefined {
    const at = absolute(path, state.cwd)
    if (!isKnown(at)) return this.#anything(`${by}, of a file that is not known before it runs`)
    const text = this.#scene.text(at)
    if (text === null) return
    const isShell = as === 'shell' || /^#!.*\b(?:ba|da|z|k)?sh\b/.test(text)
    if (isShell) this.#text(text, copyOf(state))
    else this.#code(as === 'patch' ? `write ${text}` : text, `${by} ${shown(path)}`)
  }

  #code(text: string, by: string): undefined {
    if (mentions(text, this.#scene.guarded) && WRITES.test(text))
      this.#harms.push({ path: null, by: `${by}, whose text names it and writes` })
  }
}

/** Words by which the usual languages write, remove or start something. */
const WRITES =
  /\b(?:write\w*|append\w*|unlink\w*|remove\w*|rm(?:tree|Sync|dir\w*)?|rename\w*|replace|move|copy\w*|cp(?:Sync)?|mk\w+|touch|truncate\w*|chmod\w*|symlink\w*|link\w*|system|popen|subprocess|check_call|exec\w*|spawn\w*|dump|save|put|edit|inplace|fileinput|sed|tee)\b|['"](?:[wax]b?\+?|r\+b?|rb\+)['"]|>/i

interface CallOf {
  readonly state: State
  readonly set: ReadonlyMap<string, string>
  readonly input: string | null
  readonly inputFile: string | null
}

const copyOf = (state: State): State => ({ ...state, vars: new Map(state.vars) })

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
