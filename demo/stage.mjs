// The stage: a throw-away repository, and commands that are run in it and shown as a person at a terminal sees them.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const packageRoot = dirname(dirname(fileURLToPath(import.meta.url)))
const program = join(packageRoot, 'bin', 'qms.cjs')
const WIDTH = 98

/** Something did not end as it should: the demonstration stops and fails. */
export class DemoFailure extends Error {}

const colour = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
const bold = paint(1)
const dim = paint(2)
const cyan = paint(36)

const say = (text = '') => process.stdout.write(`${text}\n`)

/** Plain prose, folded to the width of the screen. */
const folded = (text, indent = '') => {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)
    if (line && indent.length + line.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines.map((line) => indent + line).join('\n')
}

/** A word as it would be typed in a shell. */
const quoted = (word) =>
  /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : /["$`\\!]/.test(word)
      ? `'${word.replaceAll("'", "'\\''")}'`
      : `"${word}"`

/** A command as it would be typed; a long one over several lines, so that it can still be pasted. */
const typed = (words) => {
  const groups = []
  for (const word of words) {
    if (word.startsWith('-') || groups.length === 0) groups.push(quoted(word))
    else groups[groups.length - 1] += ` ${quoted(word)}`
  }
  const line = groups.join(' ')
  return line.length + 2 <= WIDTH ? line : groups.join(' \\\n    ')
}

const makeSandbox = (keep) => {
  if (!keep) return mkdtempSync(join(tmpdir(), 'qms-demo-'))
  const folder = resolve(keep)
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new DemoFailure(`--keep needs a new or an empty folder, and ${folder} is neither`)
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Nothing of the caller's git, npm or qms settings reaches the demonstration. */
const environment = (home) => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:GIT_|QMS_|npm_|XDG_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$|FORCE_COLOR$)/i.test(name),
  )
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    GIT_CONFIG_NOSYSTEM: '1',
    ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  }
}

export const openStage = (keep) => {
  const sandbox = makeSandbox(keep)
  const at = (...parts) => join(sandbox, ...parts)
  for (const folder of ['home', 'texts', 'repository']) mkdirSync(at(folder))
  writeFileSync(
    at('home', '.gitconfig'),
    '[user]\n\tname = Demonstration\n\temail = demo@example.invalid\n[init]\n\tdefaultBranch = main\n',
  )
  const env = environment(at('home'))
  const repository = at('repository')
  const options = { cwd: repository, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
  let commands = 0

  /** The token of whoever has a session, and who that is. */
  let signed = null

  const run = (file, words, { input, as } = {}) => {
    commands += 1
    const named = words[words.indexOf('-u') + 1]
    const holds = signed !== null && (as === signed.name || words.indexOf('-u') < 0 || named === signed.name)
    const ran = spawnSync(file, words, {
      ...options,
      input: input ?? '',
      env: holds ? { ...env, QMS_TOKEN: signed.token } : env,
    })
    if (ran.error) throw new DemoFailure(`${file} could not be started: ${ran.error.message}`)
    return { code: ran.status ?? 70, out: ran.stdout, err: ran.stderr }
  }
  const runQms = (words, how) => run(process.execPath, [program, ...words], how)

  const show = (name, words, { code, out, err }, { first, exit = 0, input }) => {
    if (input) say(dim(`${folded(`The tool says: ${input}`)}`))
    say(cyan(`$ ${typed([name, ...words])}`))
    const lines = [out, err].filter(Boolean).join('').trimEnd().split('\n')
    const cut = first !== undefined && lines.length > first + 3
    const shown = cut ? lines.slice(0, first) : lines
    if (shown.join('')) say(shown.join('\n'))
    if (cut) say(dim(`... ${lines.length - shown.length}${first > 0 ? ' more' : ''} lines, not shown here`))
    if (code !== 0) say(dim(`(exit code ${code})`))
    say()
    if (code !== exit)
      throw new DemoFailure(`${typed([name, ...words])} ended with exit code ${code}, expected ${exit}`)
  }

  const stage = {
    repository,
    /** A heading, and what is about to be seen. */
    chapter: (title, ...paragraphs) => {
      say(`\n${bold(`== ${title} ${'='.repeat(Math.max(3, WIDTH - title.length - 4))}`)}\n`)
      for (const text of paragraphs) say(`${folded(text)}\n`)
    },
    note: (text) => say(`${folded(text)}\n`),
    /** Runs `qms` and shows it. `first` shows that many lines; `exit` is the exit code that is expected. */
    qms: (words, options = {}) => {
      const ran = runQms(words, options)
      show('qms', words, ran, options)
      return ran
    },
    /** Runs `qms` without judging its exit code, and shows it. */
    try: (words) => {
      const ran = runQms(words)
      show('qms', words, ran, { exit: ran.code })
      return ran
    },
    /** Opens a session: from now on the commands of that actor carry its token, as in a shell that evaluated it. */
    sign: (name) => {
      say(cyan(`$ eval "$(qms session start --export -u ${name})"`))
      say()
      signed = { name, token: stage.ask(['session', 'start', '--export', '-u', name]).token }
    },
    leave: () => {
      signed = null
    },
    /** What `qms ... --json` answers, quietly. */
    ask: (words) => {
      const ran = runQms([...words, '--json'])
      if (ran.code !== 0) throw new DemoFailure(`${typed(['qms', ...words, '--json'])}: ${ran.out}${ran.err}`)
      return JSON.parse(ran.out).result
    },
    /** The text that is being worked on, quietly. */
    text: (id) => runQms(['read', id, '--draft']).out,
    git: (words, options = {}) => {
      const ran = run('git', words)
      show('git', words, ran, options)
      return ran
    },
    /** Paths of the files that the repository holds. */
    files: () => run('git', ['ls-files']).out.split('\n'),
    /** Puts a text beside the repository, for `--file`; gives the path as it is typed. */
    bring: (name, bytes) => {
      writeFileSync(at('texts', name), bytes)
      return `../texts/${name}`
    },
    say,
    dim,
    bold,
    /** A line of any length, folded by whole characters to the width of the screen. */
    fold: (line) => (line.match(new RegExp(`.{1,${WIDTH - 2}}`, 'gu')) ?? ['']).join('\n  '),
    /** The state that a document must have by now. */
    expect: (id, wanted) => {
      const { document } = stage.ask(['status', id])
      for (const [key, value] of Object.entries(wanted))
        if (document[key] !== value)
          throw new DemoFailure(`${id} should have ${key} ${value}, and has ${document[key]}`)
      return document
    },
    /** The reader's own later commands find an identity here too. */
    settle: () => {
      for (const [key, value] of [
        ['user.name', 'Demonstration'],
        ['user.email', 'demo@example.invalid'],
      ])
        execFileSync('git', ['config', key, value], options)
    },
    commands: () => commands,
    program,
  }
  return stage
}
