/**
 * A command under strace: the system calls that it makes, and one of them hit by a signal or an error.
 *
 * Injection counts calls by name in each thread, so the first thread that gets so far is hit. With one thread for the
 * file system, a command makes its changes on disk one after the other, and `aims` tells from a first run which count
 * hits which call. Source: strace(1), "Tampering".
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BIN, folder, launch, type Project, type Said, words } from '../support/cli.ts'

export const hasStrace = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
if (!hasStrace) console.log('skipped: kills and faults at system calls need strace')

/** Every call by which a file, a folder or a name comes, goes or changes. */
const CHANGING = [
  ...['write', 'pwrite64', 'writev', 'pwritev', 'ftruncate', 'truncate', 'copy_file_range', 'sendfile'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'unlink', 'unlinkat'],
  ...['mkdir', 'mkdirat', 'rmdir', 'chmod', 'fchmod', 'fchmodat', 'utimensat'],
]
const TRACED = [...CHANGING, 'openat', 'open', 'creat', 'fsync', 'fdatasync', 'execve', 'socketpair', 'pipe2']
const FLUSHING = new Set(['fsync', 'fdatasync'])

/** One system call of a command. */
export interface Call {
  readonly thread: number
  /** `qms`, or the git child by its verb. */
  readonly program: string
  readonly name: string
  /** Relative to the project, object ids and names of temporary files shortened; null for what is not a file there. */
  readonly path: string | null
  /** The same as it was, absolute. */
  readonly file: string | null
  /** Whether it tells the event loop that something on disk was done. */
  readonly tells: boolean
  /** Whether it changes what is on disk, or flushes it. */
  readonly changes: boolean
  readonly failed: boolean
  /** How many changes were made before it. */
  readonly moment: number
  readonly struck: boolean
}

/** What hits a call: its name, how often it may pass, and, where that tells it from others, the file that it is about. */
export interface Aim {
  readonly name: string
  readonly when: number
  readonly path?: string
}

const LINE = /^(\d+) +(?:(\w+)\(|<\.\.\. (\w+) resumed>|\+\+\+ killed by (\w+))(.*)$/
/** An owner's id, a temporary name of git's or of ours: another one in every run. */
const OWNER = /\d+-\d+-[0-9a-f]{6}-[0-9a-f]{8}-[0-9a-f]{6}-[0-9a-f]{8}/g
const DRAWN = /(tmp_(?:obj|pack|idx|rev)_)\w+/g
const OBJECT = /(objects\/)[0-9a-f]{2}(?:\/[0-9a-f]{38,62})?/g

const shortened = (path: string): string =>
  path.replaceAll(OWNER, 'ID').replaceAll(DRAWN, '$1X').replaceAll(OBJECT, '$1XX')

/** What a thread for the file system writes to when it has done something: the surest way to hit it between two things. */
const EVENTS = 'anon_inode:[eventfd]'

interface Raw {
  readonly thread: number
  readonly name: string
  readonly text: string
}

/** The log as whole calls in the order in which they began; those that were cut short are joined with their ends. */
const joined = (log: string): { calls: Raw[]; killed: ReadonlySet<number> } => {
  const calls: { thread: number; name: string; text: string }[] = []
  const open = new Map<number, (typeof calls)[number]>()
  const killed = new Set<number>()
  for (const line of log.split('\n')) {
    const [, id, begun, resumed, signal, rest = ''] = LINE.exec(line) ?? []
    const thread = Number(id)
    if (signal === 'SIGKILL') killed.add(thread)
    if (begun) {
      const call = { thread, name: begun, text: rest }
      calls.push(call)
      if (rest.includes('<unfinished ...>')) open.set(thread, call)
    } else if (resumed) {
      const call = open.get(thread)
      if (call) call.text = call.text.replace(/<unfinished \.\.\.>.*/, '') + rest
      open.delete(thread)
    }
  }
  return { calls, killed }
}

const fileOf = ({ name, text }: Raw): string | null => {
  if (name === 'execve') return null
  if (/^\d+</.test(text)) return /^\d+<(\/[^>]*)>/.exec(text)?.[1] ?? null
  const quoted = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] as string)
  const named = name.startsWith('rename') || name.startsWith('link') ? quoted[1] : quoted[0]
  if (named === undefined || named.startsWith('/')) return named ?? null
  const at = /^AT_FDCWD<([^>]*)>/.exec(text)?.[1]
  return at === undefined ? null : join(at, named)
}

const opensToChange = (call: Raw): boolean => /O_CREAT|O_TRUNC|creat/.test(`${call.name}(${call.text}`)

/** The verb of a git child, from the line by which it was started. */
const verbOf = (text: string): string | null => {
  if (!/^"[^"]*git"/.test(text)) return null
  const args = [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] as string).slice(2)
  const verb = args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '-c')
  return `git ${verb ?? ''}`.trim()
}

/** What a log tells, calls outside of `root` without a path. */
export const callsOf = (log: string, root: string): Call[] => {
  const { calls, killed } = joined(log)
  const programs = new Map<number, string>()
  const lastOf = new Map(calls.map((call) => [call.thread, call]))
  let moment = 0
  return calls.map((call): Call => {
    if (call.name === 'execve') programs.set(call.thread, verbOf(call.text) ?? 'qms')
    const found = fileOf(call)
    const file = found?.startsWith(`${root}/`) ? found : null
    const writes = CHANGING.includes(call.name) || FLUSHING.has(call.name) || opensToChange(call)
    const changes = file !== null && writes
    const failed = / = -1 E/.test(call.text)
    const killedHere = / = \?/.test(call.text) && killed.has(call.thread) && lastOf.get(call.thread) === call
    const at = moment
    if (changes && !failed && !killedHere && !FLUSHING.has(call.name)) moment += 1
    return {
      thread: call.thread,
      program: programs.get(call.thread) ?? 'qms',
      name: call.name,
      path: file && shortened(file.slice(root.length + 1)),
      file,
      tells: call.name === 'write' && call.text.includes(`<${EVENTS}>`),
      changes,
      failed,
      moment: at,
      struck: killedHere || call.text.includes('(INJECTED)'),
    }
  })
}

/** An aim at a call that was seen in an earlier run. */
export interface Seen extends Aim {
  readonly call: Call
}

/** For each call that can be hit, what hits it: by its file where that has the same name in every run, else by count. */
export const aimsAt = (calls: readonly Call[]): Seen[] => {
  const [counts, first]: [Map<string, number>, Map<string, Call>] = [new Map(), new Map()]
  const aims: Seen[] = []
  const counted = (call: Call, key: string): number => {
    const own = `${call.thread} ${key}`
    const n = (counts.get(own) ?? 0) + 1
    counts.set(own, n)
    if (!first.has(`${key} ${n}`)) first.set(`${key} ${n}`, call)
    return first.get(`${key} ${n}`) === call ? n : 0
  }
  for (const call of calls) {
    const byCount = counted(call, call.name)
    const stable = call.file !== null && call.path !== null && call.file.endsWith(`/${call.path}`)
    const path = call.tells ? EVENTS : stable ? call.path : null
    const byFile = path ? counted(call, `${call.name} ${path}`) : 0
    if (path && byFile > 0) aims.push({ call, name: call.name, when: byFile, path })
    else if (byCount > 0) aims.push({ call, name: call.name, when: byCount })
  }
  return aims
}

export interface Struck extends Said {
  readonly calls: readonly Call[]
}

/** Runs a command with something done to the call that is aimed at. @param what as strace says it: `signal=SIGKILL`. */
export const struck = async (
  project: Project,
  line: string,
  aim?: Aim,
  what?: string,
  forEver = false,
): Promise<Struck> => {
  const log = join(folder('trace'), 'log')
  const when = aim && `when=${aim.when}${forEver ? '+' : ''}`
  const inject = aim ? ['-e', `inject=${aim.name}:${what}:${when}`] : []
  const where = aim?.path ? ['-P', aim.path === EVENTS ? EVENTS : project.path(aim.path)] : []
  // Signals are lost where only the traced calls stop.
  const quick = what?.startsWith('signal') ? [] : ['--seccomp-bpf']
  const options = [
    '-f',
    '-q',
    '-y',
    ...quick,
    '-o',
    log,
    ...where,
    '-e',
    `trace=${TRACED.map((name) => `?${name}`).join(',')}`,
    ...inject,
  ]
  const said = await launch('strace', [...options, process.execPath, BIN, ...words(line)], {
    cwd: project.root,
    env: { UV_THREADPOOL_SIZE: '1' },
  })
  const calls = callsOf(readFileSync(log, 'utf8'), project.root)
  rmSync(join(log, '..'), { recursive: true, force: true })
  return { ...said, calls }
}
