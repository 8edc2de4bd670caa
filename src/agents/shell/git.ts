/** What calls of git would do to the store: its plumbing writes past every rule, and its hooks can be left out. */
import { type Called, type Effect, optionsOf, write, writes } from './effect.ts'

const move = (what: string): Effect => ({ does: 'move', what })

/** Commands that write objects, references or the index as they are told to. */
const PLUMBING = new Set(
  `update-ref commit-tree mktree mktag fast-import write-tree read-tree filter-branch filter-repo
  unpack-objects index-pack receive-pack http-backend checkout-index prune prune-packed sparse-checkout
  pack-redundant lost-found merge-index merge-one-file quiltimport subtree`.split(/\s+/),
)

interface GitCall {
  readonly verb: string
  readonly args: readonly string[]
  readonly c: Called
}

const GLOBAL_VALUED = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--config-env',
])

/** @returns what it does, in the folder that `-C` names */
export const effectsOfGit = (c: Called): Effect[] => {
  const found: Effect[] = []
  let at = 0
  let folder: string | null = null
  for (; at < c.args.length; at++) {
    const arg = c.args[at]!
    if (!arg.startsWith('-')) break
    const [name = '', own] = arg.startsWith('--') ? split(arg) : [arg, null]
    const value = own ?? (GLOBAL_VALUED.has(name) ? c.args[++at] : null)
    if (name === '-C' && value) folder = value
    if (name === '-c' && value) found.push(...configured(value))
    if ((name === '--git-dir' || name === '--work-tree') && value) folder = value
  }
  const rest = c.args.slice(at)
  if (folder !== null) return [{ does: 'run', words: ['git', ...rest], cwd: folder }, ...found]
  const [verb, ...args] = rest
  if (verb === undefined || !(c.ours(c.cwd) || c.set.has('GIT_DIR'))) return elsewhere(verb, args)
  return [...found, ...effects({ verb, args, c })]
}

const split = (arg: string): [string, string | null] => {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, null] : [arg.slice(0, at), arg.slice(at + 1)]
}

/** In a repository of its own git may do as it likes, but for where it puts files. */
const elsewhere = (verb: string | undefined, args: readonly string[]): Effect[] =>
  verb === 'clone' ? writes(optionsOf(args).words.slice(1)) : output(args)

const GUARDING = /^(?:core\.(?:hookspath|worktree|bare|fsmonitor|sshcommand)|qms\.|include|receive\.)/i

/** Settings whose value git runs. */
const RUN =
  /(?:^|\.)(?:editor|pager|cmd|command|external|textconv|clean|smudge|process|driver|helper)$|^pager\./i

/** A setting that takes hooks out, moves the work tree, belongs to this program, or is a command of its own. */
const configured = (setting: string): Effect[] => {
  const [key = '', value] = split(setting)
  if (GUARDING.test(key)) return [move(`git config ${key}`)]
  if (RUN.test(key) && value !== null) return [{ does: 'shell', text: value }]
  if (!/^alias\./i.test(key) || value === null) return []
  return value.startsWith('!')
    ? [{ does: 'shell', text: value.slice(1) }]
    : [{ does: 'shell', text: `git ${value}` }]
}

const output = (args: readonly string[]): Effect[] => writes(optionsOf(args, ['output']).values('output'))

type Verb = (call: GitCall) => Effect[]

const effects = (call: GitCall): Effect[] => {
  if (PLUMBING.has(call.verb)) return [move(`git ${call.verb}`)]
  const verb = Object.hasOwn(VERBS, call.verb) ? VERBS[call.verb] : undefined
  return [...output(call.args), ...(verb?.(call) ?? [])]
}

const hashObject: Verb = ({ args }) => (args.includes('-w') ? [move('git hash-object -w')] : [])

const CHANGES_NOTES = new Set(['add', 'append', 'copy', 'edit', 'merge', 'remove', 'prune'])
const notes: Verb = ({ args }) => (args.some((a) => CHANGES_NOTES.has(a)) ? [move('git notes')] : [])

const READS_REPLACED = new Set(['-l', '--list'])
const replace: Verb = ({ args }) =>
  args.length === 0 || args.some((a) => READS_REPLACED.has(a)) ? [] : [move('git replace')]

const symbolicRef: Verb = ({ args }) =>
  optionsOf(args, ['m']).words.length > 1 || args.includes('-d') ? [move('git symbolic-ref')] : []

const reflog: Verb = ({ args }) =>
  args[0] === 'expire' || args[0] === 'delete' ? [move(`git reflog ${args[0]}`)] : []

const gc: Verb = ({ args }) => (args.some((a) => /^--prune=/.test(a)) ? [move('git gc --prune')] : [])

/** Of a commit also `-n`, alone or among letters before one that takes a value. */
const noVerify: Verb = ({ verb, args }) =>
  args.includes('--no-verify') || (verb === 'commit' && args.some((arg) => /^-[abeiopqsvz]*n/.test(arg)))
    ? [move(`git ${verb} --no-verify`)]
    : []

const reset: Verb = ({ args, c }) => {
  const o = optionsOf(args)
  if (o.has('hard')) return [move('git reset --hard')]
  if (o.has('keep', 'merge') || (o.has('soft') && c.onBranch)) return [move('git reset')]
  const [first = 'HEAD'] = o.words
  const moves = /[~^]|@\{|^[0-9a-f]{7,64}$|^(?:origin|upstream)\//.test(first)
  return moves && c.onBranch && o.words.length === 1
    ? [move('git reset to another commit')]
    : paths(o.words, c)
}

/** Words that may be paths: written where they name what is guarded. */
const paths = (words: readonly string[], c: Called, deep = false): Effect[] =>
  writes(
    words.flatMap((word) => fromTop(word, c)),
    deep,
  )

/** `:/docs` and `:(top)docs` begin at the top of the work tree; `:!docs` leaves out. */
const fromTop = (spec: string, { top }: Called): string[] => {
  const [, words = '', signs = '', path = ''] = /^:(?:\(([a-z,]*)\)|([/!^]*))(.*)$/.exec(spec) ?? []
  if (!spec.startsWith(':')) return [spec]
  if (/[!^]/.test(signs) || words.includes('exclude')) return []
  return [signs.includes('/') || words.includes('top') ? `${top}/${path}` : path]
}

/** From another commit everything below a path comes; from the index only what was committed or staged. */
const checkout: Verb = ({ args, c }) => {
  const at = args.indexOf('--')
  const o = optionsOf(at < 0 ? args : args.slice(0, at), ['b', 'B', 'orphan', 'conflict'])
  const named = at < 0 ? o.words : args.slice(at + 1)
  const source = at < 0 ? o.words.length > 1 : o.words.length > 0
  const forced = o.values('B').filter((name) => name === c.branch)
  return [
    ...paths(named, c, source),
    ...forced.map(() => move('git checkout -B')),
    ...(at < 0 && !source ? onto(o.values('b', 'orphan'), o.words, c) : []),
  ]
}

/** A new branch, or one that is there; what is no branch is a path. */
const onto = (made: readonly string[], words: readonly string[], c: Called): Effect[] => {
  if (made.length > 0) return [{ does: 'switch', toControl: false }]
  return words[0] === c.branch || words[0] === '-' ? [{ does: 'switch', toControl: true }] : []
}

const restore: Verb = ({ args, c }) => {
  const o = optionsOf(args, ['s', 'source'])
  return paths(o.words, c, o.has('s', 'source'))
}

const switched: Verb = ({ args, c }) => {
  const o = optionsOf(args, ['C', 'force-create', 'c', 'create', 'orphan'])
  return o.values('C', 'force-create').includes(c.branch)
    ? [move('git switch -C')]
    : onto(o.values('c', 'create', 'orphan'), o.words, c)
}

const branch: Verb = ({ args, c }) => {
  const o = optionsOf(args, ['u', 'set-upstream-to', 'sort', 'format', 'contains', 'points-at'])
  const changes = o.has('f', 'force', 'd', 'D', 'delete', 'm', 'M', 'move', 'C')
  const named = o.words.includes(c.branch) || (o.words.length < 2 && o.has('m', 'M', 'move') && c.onBranch)
  return changes && named ? [move('git branch, of the control branch')] : []
}

const FORCED = ['f', 'force', 'force-with-lease', 'force-if-includes', 'mirror', 'delete', 'd', 'prune']

/** Other branches may be forced; the control branch never, nor whatever happens to be pushed while it is checked out. */
const push: Verb = (call) => {
  const { args, c } = call
  const o = optionsOf(args, ['o', 'push-option', 'repo', 'receive-pack', 'exec'])
  const specs = o.words.slice(1)
  const forced = o.has(...FORCED) || specs.some((spec) => /^[+:]/.test(spec))
  const toControl = specs.some((spec) => /(?:^|[:/+])HEAD$/.test(spec) || to(spec) === c.branch)
  if (forced && ((specs.length === 0 && c.onBranch) || o.has('mirror', 'prune', 'all') || toControl))
    return [move('git push --force')]
  return o.words[0] === '.' && toControl ? [move('git push .')] : noVerify(call)
}

const to = (spec: string): string =>
  (spec.split(':').at(-1) ?? '').replace(/^\+/, '').replace(/^refs\/heads\//, '')

const fetch: Verb = ({ args, c }) =>
  optionsOf(args, ['depth', 'o', 'j']).words.some((spec) => spec.includes(':') && to(spec) === c.branch)
    ? [move('git fetch into the control branch')]
    : []

const READS_CONFIG = /^--(?:get|list|get-all|get-regexp|get-urlmatch|show-.*|name-only)|^-l$/

const config: Verb = ({ args }) => {
  if (args.some((a) => READS_CONFIG.test(a)) || args[0] === 'get' || args[0] === 'list') return []
  if (args.some((a) => a === '-e' || a === '--edit') || args[0] === 'edit') return [move('git config --edit')]
  const o = optionsOf(args, ['f', 'file', 'type', 'blob', 'default'])
  const words = ['set', 'unset', 'remove-section', 'rename-section'].includes(o.words[0] ?? '')
    ? o.words.slice(1)
    : o.words
  const [key = '', value] = words
  const sets =
    value !== undefined ||
    o.has('unset', 'unset-all', 'remove-section', 'rename-section') ||
    words !== o.words
  const file = writes(o.values('f', 'file'))
  return sets ? [...file, ...configured(`${key}=${value ?? ''}`), ...section(key)] : []
}

const section = (key: string): Effect[] =>
  key === 'qms' || key === 'core' ? [move(`git config, section ${key}`)] : []

const clean: Verb = ({ args, c }) => {
  const o = optionsOf(args, ['e', 'exclude'])
  if (o.has('n', 'dry-run')) return []
  return o.has('x', 'X') ? writes(o.words.length > 0 ? o.words : [c.cwd], true) : paths(o.words, c)
}

const worktree: Verb = ({ args, c }) =>
  args[0] === 'add' && args.includes(c.branch)
    ? [move('git worktree add, of the control branch')]
    : args[0] === 'add'
      ? writes(optionsOf(args.slice(1), ['b', 'B', 'reason']).words.slice(0, 1))
      : []

const removed: Verb = ({ args }) => {
  const o = optionsOf(args)
  return writes(o.words, o.has('r'))
}

const moved: Verb = ({ args }) => writes(optionsOf(args).words, true)

const stash: Verb = ({ args, c }) => {
  const at = args.indexOf('--')
  if (at >= 0) return paths(args.slice(at + 1), c)
  return args[0] === 'push' ? paths(optionsOf(args.slice(1), ['m', 'message']).words, c) : []
}

/** A patch is read as a text that writes what it names. */
const applied: Verb = ({ args, c }) => {
  const o = optionsOf(args, ['p', 'directory', 'exclude', 'include', 'C'])
  if (o.has('stat', 'numstat', 'check', 'summary', 'abort', 'skip')) return []
  const files = o.words.map((path): Effect => ({ does: 'script', path, as: 'patch' }))
  const text: Effect[] = c.input === null ? [] : [{ does: 'code', text: `write ${c.input}` }]
  return [...files, ...text, { does: 'anything', what: 'git apply' }]
}

const foreach: Verb = ({ args }) =>
  args[0] === 'foreach'
    ? [
        {
          does: 'shell',
          text: args
            .slice(1)
            .filter((a) => a !== '--recursive')
            .join(' '),
        },
      ]
    : []

const bisect: Verb = ({ args }) => (args[0] === 'run' ? [{ does: 'run', words: args.slice(1) }] : [])

/** Of the control branch only what puts others' commits beneath one's own: no commit may be left out. */
const rebase: Verb = (call) => {
  const o = optionsOf(call.args, ['x', 'exec', 's', 'X', 'onto', 'strategy', 'strategy-option'])
  const branch = o.words[o.has('root') ? 0 : 1] ?? (call.c.onBranch ? call.c.branch : '')
  const chooses = o.has('onto', 'i', 'interactive', 'root') && branch === call.c.branch
  return [
    ...(chooses ? [move('git rebase, of the control branch')] : []),
    ...o.values('x', 'exec').map((text): Effect => ({ does: 'shell', text })),
    ...noVerify(call),
  ]
}

const archive: Verb = ({ args }) =>
  writes(optionsOf(args, ['o', 'output-directory']).values('o', 'output-directory'))

/** Where a repository or a bundle is made. */
const made: Verb = ({ args }) =>
  writes([
    ...optionsOf(args, ['b', 'template']).words.slice(-1),
    ...optionsOf(args).values('separate-git-dir'),
  ])

const bundle: Verb = ({ args }) =>
  args[0] === 'create' ? writes(optionsOf(args.slice(1)).words.slice(0, 1)) : []

const updateIndex: Verb = ({ args }) =>
  args.every((arg) => /^(?:-q|--refresh|--really-refresh)$/.test(arg)) ? [] : [move('git update-index')]

const cloned: Verb = ({ args }) => writes(optionsOf(args, ['b', 'depth', 'o', 'u']).words.slice(1))

const added: Verb = ({ args }) => optionsOf(args).words.flatMap((word) => (word === '.' ? [] : [write(word)]))

const VERBS: Readonly<Record<string, Verb>> = {
  'hash-object': hashObject,
  notes,
  replace,
  'symbolic-ref': symbolicRef,
  reflog,
  gc,
  commit: noVerify,
  merge: noVerify,
  reset,
  checkout,
  restore,
  switch: switched,
  branch,
  push,
  fetch,
  pull: fetch,
  config,
  clean,
  worktree,
  rm: removed,
  mv: moved,
  stash,
  apply: applied,
  am: applied,
  submodule: (call) => [...foreach(call), ...(call.args[0] === 'add' ? made(call) : [])],
  init: made,
  bundle,
  'update-index': updateIndex,
  bisect,
  rebase,
  archive,
  'format-patch': archive,
  clone: cloned,
  add: added,
}
