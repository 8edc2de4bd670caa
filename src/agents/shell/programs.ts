/** What the usual programs of a shell write, by their options and words. */
import { baseName, type Called, type Effect, firstWord, optionsOf, write, writes } from './effect.ts'
import { awk, interpreter, perl, shell } from './interpreters.ts'
import { foundBy } from './listing.ts'
import { BELOW, isKnown, STAR, UNKNOWN } from './path.ts'

type Program = (c: Called) => Effect[]

/** Programs that only read what they are given: the words of all others that name what is guarded are taken as written. */
const READERS = new Set(
  `: [ [[ ag alias arch awk b2sum b3sum base32 base64 basename bat bg cal cat cd cksum clear cloc cmp code
  codespell column comm command compgen cspell csvlook cut date declare df diff diffstat dig dirname dirs du
  echo egrep exa exit expr eza fd fdfind fg fgrep file fmt fold free fold getfacl glow grep groups
  head hexdump history host hostname iconv id jobs join jq kill less let ll local locate look ls lsattr lsof
  lychee markdown-link-check md5sum mdcat more namei nl nproc numfmt od open paste pathchk pgrep printenv printf
  ps pwd read readarray readlink readonly realpath return rev rg sha1sum sha224sum sha256sum sha384sum sha512sum
  seq set shasum shift sleep sort stat strings sum tac tail test time tldr tokei tr trap tree true false tsort
  tty type typeset ulimit umask unalias uname unexpand uniq unset uptime vale vdir dir wait wc wdiff whereis
  which who whoami xdg-open xxd yes yq zcat zgrep zipinfo zless qms`.split(/\s+/),
)

const all: Program = ({ args }) => writes(optionsOf(args).words)
const deepAll: Program = ({ args }) => writes(optionsOf(args).words, true)

const remove: Program = ({ args }) => {
  const o = optionsOf(args)
  return writes(o.words, o.has('r', 'R', 'recursive'))
}

/** `chmod MODE FILE...`, where the mode may begin with `-`; deep where it goes down. */
const changed: Program = ({ args: all }) => {
  const args = all.map((arg) => (/^-[rwxXstugo]/.test(arg) ? `a${arg}` : arg))
  const o = optionsOf(args)
  return writes(o.words.slice(1), o.has('R', 'recursive'))
}

/** The last word is written, or the folder of `-t`; a folder gets what has the names of the others. */
const copied = (valued: readonly string[], moves: boolean): Program => {
  return ({ args }) => {
    const o = optionsOf(args, ['t', 'target-directory', 'S', 'suffix', 'm', 'o', 'g', ...valued])
    const [folder] = o.values('t', 'target-directory')
    const from = folder === undefined ? o.words.slice(0, -1) : o.words
    const to = folder ?? o.words.at(-1)
    if (to === undefined) return []
    const deep = moves || o.has('delete', 'del', 'delete-after', 'delete-excluded', 'delete-during')
    const whole = o.has('r', 'R', 'a', 'recursive', 'archive')
    return [
      write(to, deep && !moves),
      ...from.flatMap((path) => into(path, to, whole)),
      ...(moves ? writes(from, true) : []),
      ...(o.has('remove-source-files') ? writes(from, true) : []),
    ]
  }
}

/** What of a source comes to stand in a folder: its name, or everything that is in it. */
const into = (from: string, to: string, whole: boolean): Effect[] => {
  if (/(?:^|\/)\.?\/?$/.test(from) && whole && from !== '') return [write(`${to}/${STAR}`)]
  const name = baseName(from)
  return name === '' || name === '..' ? [] : [write(`${to}/${name}`)]
}

const linked: Program = ({ args }) => writes(optionsOf(args, ['t', 'target-directory', 'S', 'suffix']).words)

const diskDump: Program = ({ args }) =>
  args.flatMap((arg) => (arg.startsWith('of=') ? [write(arg.slice(3))] : []))

const options =
  (...names: readonly string[]): Program =>
  ({ args }) =>
    writes(optionsOf(args, names).values(...names))

const sed: Program = ({ args }) => {
  const inPlace = args.some((a) => /^-[a-zA-Z]*i/.test(a) || /^--in-place/.test(a))
  const o = optionsOf(
    args.filter((a) => !/^-[nErsuz]*i/.test(a)),
    ['e', 'f', 'expression', 'file', 'l'],
  )
  const given = o.values('e', 'expression')
  const scripts = given.length > 0 ? given : o.words.slice(0, 1)
  const files = given.length > 0 || o.has('f', 'file') ? o.words : o.words.slice(1)
  const written = scripts.flatMap((s) =>
    [...s.matchAll(/(?:^|[;\n/}\d])\s*[wW]\s+([^\n;]+)/g)].map((m) => m[1]!),
  )
  return [
    ...(inPlace ? writes(files) : []),
    ...writes(written.map((w) => w.trim())),
    ...scripts.flatMap((s) => startedBy(s)),
  ]
}

/** The commands `e WORDS` and `s/.../WORDS/e`, which a shell runs. */
const startedBy = (script: string): Effect[] => {
  const run = [...script.matchAll(/(?:^|[;\n}\d$])\s*e\s+([^\n]+)/g)].map((m) => m[1]!)
  const put = [...script.matchAll(/(?:^|[;\n}\d$])\s*s([^\w\s\\])(?:(?!\1).)*\1((?:(?!\1).)*)\1[gpiIm\d]*e/g)]
  return [...run, ...put.map((m) => m[2]!)].map((text) => ({ does: 'shell', text }))
}

const tar: Program = ({ args }) => {
  const [first = '', ...rest] = args
  const all = first.startsWith('-') ? args : [`-${first}`, ...rest]
  const o = optionsOf(all, ['f', 'file', 'C', 'directory', 'X', 'T', 'exclude', 'strip-components'])
  const files = o.values('f', 'file')
  if (o.has('c', 'r', 'u', 'A', 'create', 'append', 'update'))
    return [...writes(files), ...(o.has('remove-files') ? writes(o.words, true) : [])]
  return o.has('x', 'extract', 'get')
    ? [...writes(o.values('C', 'directory')), ...writes(o.words), { does: 'anything', what: 'tar' }]
    : []
}

const unzip: Program = ({ args }) => {
  const o = optionsOf(args, ['d', 'x'])
  return o.has('l', 't', 'p', 'Z', 'v')
    ? []
    : [...writes(o.values('d')), ...writes(o.words.slice(1)), { does: 'anything', what: 'unzip' }]
}

const patched: Program = ({ args, input, inputFile }) => {
  const o = optionsOf(args, ['d', 'directory', 'p', 'strip', 'i', 'input', 'o', 'output'])
  const from = [...o.values('i', 'input'), ...o.words.slice(1), ...(inputFile === null ? [] : [inputFile])]
  return [
    ...writes([...o.words.slice(0, 1), ...o.values('d', 'directory', 'o', 'output')]),
    ...from.map((path): Effect => ({ does: 'script', path, as: 'patch' })),
    { does: input === null ? 'anything' : 'code', what: 'patch', text: `write ${input}` } as Effect,
  ]
}

const find: Program = ({ args, cwd: _ }) => {
  const start = args.findIndex((a) => /^[-(!]/.test(a) && !/^-[HLP]$/.test(a))
  const folders = (start < 0 ? args : args.slice(0, start)).filter((a) => !a.startsWith('-'))
  const tests = start < 0 ? [] : args.slice(start)
  const found = foundBy(folders.length > 0 ? folders : ['.'], tests)
  return [
    ...(tests.includes('-delete') ? writes(found) : []),
    ...['-fprint', '-fprintf', '-fprint0', '-fls'].flatMap((option) => writes(after(tests, option))),
    ...commandsOf(tests).map((words): Effect => ({ does: 'run', words: filled(words, found) })),
  ]
}

const after = (args: readonly string[], option: string): string[] =>
  args.flatMap((arg, i) => (arg === option && args[i + 1] !== undefined ? [args[i + 1]!] : []))

const commandsOf = (tests: readonly string[]): string[][] =>
  tests.flatMap((test, i) => {
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(test)) return []
    const rest = tests.slice(i + 1)
    const end = rest.findIndex((word, j) => word === ';' || (word === '+' && rest[j - 1] === '{}'))
    return [rest.slice(0, end < 0 ? undefined : end)]
  })

const filled = (words: readonly string[], found: readonly string[]): string[] =>
  words.flatMap((word) =>
    word === '{}'
      ? [...found]
      : word.includes('{}')
        ? found.map((path) => word.replaceAll('{}', path))
        : [word],
  )

const xargs: Program = ({ args, fed }) => {
  const valued = [
    'I',
    'i',
    'n',
    'P',
    'L',
    'd',
    'E',
    's',
    'a',
    'max-args',
    'max-procs',
    'delimiter',
    'arg-file',
  ]
  const at = firstWord(args, valued)
  const words = args.slice(at)
  const mark = optionsOf(args.slice(0, at), valued).values('I')[0]
  const given = fed ?? [UNKNOWN]
  if (words.length === 0) return []
  const run = mark
    ? words.flatMap((word) =>
        word.includes(mark) ? given.map((path) => word.replaceAll(mark, path)) : [word],
      )
    : [...words, ...given]
  return [{ does: 'run', words: run }]
}

/** A program that runs what follows its own options, and `more` words of its own. */
const prefix = (valued: readonly string[] = [], more = 0): Program => {
  return ({ args }) => [{ does: 'run', words: args.slice(firstWord(args, valued) + more) }]
}

const env: Program = ({ args }) => {
  const valued = ['u', 'unset', 'C', 'chdir', 'S', 'split-string']
  const at = firstWord(args, valued)
  const o = optionsOf(args.slice(0, at), valued)
  const split = o.values('S', 'split-string').map((text): Effect => ({ does: 'shell', text }))
  const words = args.slice(at)
  const start = words.findIndex((word) => !/^\w+=/.test(word))
  const [cwd] = o.values('C', 'chdir')
  return [...split, ...(start < 0 ? [] : [{ does: 'run', words: words.slice(start), cwd } as Effect])]
}

const tee: Program = ({ args }) => writes(optionsOf(args).words)

const pushd: Program = ({ args }) => [{ does: 'enter', folder: optionsOf(args).words[0] ?? UNKNOWN }]

const cd: Program = ({ args }) => {
  const [to] = optionsOf(args).words
  return [{ does: 'enter', folder: to === '-' ? UNKNOWN : (to ?? '~') }]
}

const declared: Program = ({ args }) =>
  args.flatMap((arg): Effect[] => {
    const at = arg.indexOf('=')
    return at > 0 ? [{ does: 'set', name: arg.slice(0, at), value: arg.slice(at + 1) }] : []
  })

const sort = options('o', 'output')

/** Programs by name that mend or make files in place. */
const FORMATTERS = /^(?:--write|-w|--fix|--in-place|-i|--apply|format|fmt)$/
const formatter: Program = ({ args }) =>
  args.some((arg) => FORMATTERS.test(arg)) ? writes(optionsOf(args).words) : []

/** Formatters of texts and JSON go down into folders, and write what is in them unless they are told to leave it out. */
const formatsBelow = (unless: readonly string[], always: boolean): Program => {
  return ({ args }) => {
    if (!args.some((arg) => FORMATTERS.test(arg)) && (!always || args.includes('--check'))) return []
    const words = optionsOf(args).words.filter((word) => !/^(?:check|format|fmt|lint)$/.test(word))
    return words.map((word) => ({ does: 'write', path: globbed(word), deep: true, unless }))
  }
}

/** A quoted pattern that the program itself reads. */
const globbed = (word: string): string => word.replaceAll('**/', BELOW).replaceAll('*', STAR)

/** What comes packed is replaced by what does not, unless that is only shown. */
const unpacked: Program = (c) => {
  const o = optionsOf(c.args)
  return o.has('c', 'stdout', 'l', 'list', 't', 'test') ? [] : all(c)
}

/** `-c TEXT` among other options. */
const withCommand: Program = ({ args }) =>
  optionsOf(args, ['c', 'command', 's', 'g'])
    .values('c', 'command')
    .map((text) => ({ does: 'shell', text }))

/** What an editor is told to do, besides the files that it is given. */
const editor: Program = (c) => {
  const told = optionsOf(c.args, ['c', 'cmd', 'S', 'eval']).values('c', 'cmd', 'eval')
  const more = c.args.filter((arg) => arg.startsWith('+'))
  return [...all(c), ...[...told, ...more].map((text): Effect => ({ does: 'code', text: `write( ${text}` }))]
}

/** A text of several words that is run as a command, in a window or later. */
const texts: Program = ({ args, input }) =>
  [...args.filter((arg) => /\s/.test(arg)), ...(input === null ? [] : [input])].map((text) => ({
    does: 'shell',
    text,
  }))

/** A shell may know another name for a command: its text is read where the name is given. */
const aliased: Program = ({ args }) =>
  args.flatMap((arg): Effect[] =>
    /^[\w.-]+=/.test(arg) ? [{ does: 'shell', text: arg.slice(arg.indexOf('=') + 1) }] : [],
  )

/** Words of npm and its like before the name of a script, or of a program. */
const TASKS = new Set(['test', 't', 'start', 'stop', 'restart'])
const packages: Program = (c) => {
  const o = optionsOf(c.args, ['w', 'workspace', 'C', 'prefix'])
  const [verb = '', ...words] = o.words
  if (verb === 'run' || verb === 'run-script') return [{ does: 'task', name: words[0] ?? '' }, ...unknown(c)]
  if (TASKS.has(verb)) return [{ does: 'task', name: verb === 't' ? 'test' : verb }, ...unknown(c)]
  if (/^(?:exec|x|dlx)$/.test(verb)) return [{ does: 'run', words }]
  return [{ does: 'task', name: c.name === 'npm' ? '' : verb }, ...unknown(c)]
}

const ssh: Program = () => []

const NAMED: Readonly<Record<string, Program>> = {
  rm: remove,
  ...same(deepAll, 'rmdir', 'unlink', 'shred', 'trash', 'trash-put', 'srm', 'rimraf', 'del-cli'),
  ...same(all, 'touch', 'truncate', 'mkdir', 'mkfifo', 'mknod', 'fallocate', 'sponge', 'ed'),
  ...same(editor, 'ex', 'vi', 'vim', 'nvim', 'emacs'),
  ...same(unpacked, 'gunzip', 'bunzip2', 'unxz', 'bzip2', 'xz'),
  ...same(withCommand, 'su', 'runuser', 'script'),
  ...same(texts, 'tmux', 'at', 'batch'),
  alias: aliased,
  ...same(packages, 'npm', 'pnpm', 'yarn'),
  ...same(all, 'nano', 'pico', 'chattr', 'dos2unix', 'unix2dos', 'split', 'csplit', 'gzip'),
  ...same(changed, 'chmod', 'chown', 'chgrp', 'setfacl'),
  cp: copied([], false),
  install: copied([], false),
  rsync: copied(['e', 'exclude', 'include', 'f', 'filter'], false),
  scp: copied(['i', 'P', 'F'], false),
  mv: copied([], true),
  ...same(linked, 'ln', 'link', 'symlink'),
  dd: diskDump,
  tee,
  sed,
  gsed: sed,
  ...same(perl, 'perl', 'ruby'),
  ...same(awk, 'awk', 'gawk', 'mawk', 'nawk'),
  tar,
  bsdtar: tar,
  unzip,
  zip: ({ args }) => writes(optionsOf(args).words.slice(0, 1)),
  patch: patched,
  find,
  xargs,
  parallel: xargs,
  ...same(prefix(), 'nohup', 'setsid', 'command', 'builtin', 'caffeinate', 'unbuffer', 'busybox'),
  ...same(prefix(['p', 'package']), 'npx', 'bunx'),
  ...same(prefix(['a']), 'exec'),
  ...same(prefix(['u', 'g', 'h', 'p', 'C', 'D', 'user', 'group']), 'sudo', 'doas'),
  ...same(prefix(['n', 'c', 'p', 'adjustment']), 'nice', 'ionice', 'chrt'),
  ...same(prefix(['i', 'o', 'e', 'input', 'output', 'error']), 'stdbuf'),
  ...same(prefix(['n', 'interval', 'd']), 'watch'),
  time: (c) => [...options('o', 'output')(c), ...prefix(['o', 'f', 'output', 'format'])(c)],
  strace: (c) => [...options('o')(c), ...prefix(['o', 'e', 'p', 's'])(c)],
  timeout: prefix(['s', 'k', 'signal', 'kill-after'], 1),
  taskset: prefix([], 1),
  flock: ({ args }) => {
    const o = optionsOf(args, ['w', 'E', 'c', 'timeout', 'command'])
    const text = o.values('c', 'command').map((t): Effect => ({ does: 'shell', text: t }))
    return [...text, { does: 'run', words: o.words.slice(1) }]
  },
  env,
  ...same(shell, 'sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'fish'),
  ...same(interpreter, 'python', 'python2', 'python3', 'node', 'nodejs', 'php', 'deno', 'bun', 'tsx'),
  ...same(interpreter, 'ts-node', 'lua', 'Rscript', 'osascript', 'pypy3', 'tclsh', 'pwsh'),
  eval: ({ args }) => [{ does: 'shell', text: args.join(' ') }],
  ...same(({ args }) => (args[0] ? [{ does: 'script', path: args[0], as: 'shell' }] : []), 'source', '.'),
  cd,
  chdir: cd,
  pushd,
  popd: () => [{ does: 'enter', folder: UNKNOWN }],
  ...same(declared, 'export', 'local', 'declare', 'typeset', 'readonly'),
  read: ({ args }) =>
    optionsOf(args, ['p', 'd', 'n', 't', 'a']).words.map(
      (name): Effect => ({ does: 'set', name, value: UNKNOWN }),
    ),
  sort,
  shuf: sort,
  uniq: ({ args }) => writes(optionsOf(args, ['f', 's', 'w']).words.slice(1)),
  yq: formatter,
  jq: formatter,
  xxd: ({ args }) => writes(optionsOf(args, ['s', 'l', 'c', 'g']).words.slice(1)),
  curl: options('o', 'output', 'D', 'dump-header', 'c', 'cookie-jar', 'output-dir', 'trace'),
  wget: options('O', 'output-document', 'P', 'directory-prefix', 'o', 'output-file', 'a'),
  pandoc: options('o', 'output'),
  iconv: options('o', 'output'),
  tree: options('o'),
  ...same(formatter, 'eslint', 'black', 'ruff', 'gofmt', 'rustfmt', 'codespell'),
  prettier: formatsBelow(['.prettierignore'], false),
  biome: formatsBelow(['biome.json', 'biome.jsonc'], false),
  dprint: formatsBelow(['dprint.json'], false),
  mdformat: formatsBelow(['.mdformat.toml'], true),
  ...same(
    formatsBelow(['.markdownlintignore', '.markdownlint-cli2.jsonc', '.markdownlint-cli2.yaml'], false),
    'markdownlint',
    'markdownlint-cli2',
  ),
  trap: ({ args }) => (args[0] ? [{ does: 'shell', text: args[0] }] : []),
  ssh,
}

function same(program: Program, ...names: readonly string[]): Record<string, Program> {
  return Object.fromEntries(names.map((name) => [name, program]))
}

/** What a call of a program, by its name without folders, does. What is not known here and names what is guarded may write it. */
export const effectsOf = (c: Called): Effect[] => {
  const program = Object.hasOwn(NAMED, c.name) ? NAMED[c.name] : undefined
  if (program) return program(c)
  if (READERS.has(c.name)) return []
  return unknown(c)
}

/** Words, values behind `=`, and what follows the letter of an option at once; of a pattern, where it begins. */
function unknown({ args }: Called): Effect[] {
  const words = args.filter((arg) => !/\s/.test(arg) && !arg.includes(UNKNOWN))
  const paths = words.flatMap((arg) => [
    arg.replace(/^--?[\w-]+=/, ''),
    ...(/^-[a-zA-Z]./.test(arg) ? [arg.slice(2)] : []),
  ])
  return writes(
    paths
      .map((path) => (isKnown(path) ? path : path.slice(0, path.search(/[^/]*[\uE000-\uE004]/))))
      .filter(Boolean),
  )
}
