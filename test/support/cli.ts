/**
 * The program as its users have it: real repositories in temporary folders, each with its own HOME and a made-up person;
 * the command line as a child process with standard input closed, judged by output, complaint and exit code together.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect } from 'vitest'
import { act, route, verdict } from '../../src/app/act.ts'
import { checkin, checkout, discard } from '../../src/app/author.ts'
import { workspace } from '../../src/app/copies.ts'
import { type CreateAsk, create } from '../../src/app/create.ts'
import { fix } from '../../src/app/fix.ts'
import { next } from '../../src/app/foresight.ts'
import { addNamespace, addUser, disableUser, setConfiguration, setPolicy } from '../../src/app/govern.ts'
import { interact } from '../../src/app/interact.ts'
import type { Qms } from '../../src/app/qms.ts'
import { comments, diff, history, read, showTemplate, status } from '../../src/app/read.ts'
import { initialise } from '../../src/app/setup.ts'
import { list } from '../../src/app/survey.ts'
import { inbox } from '../../src/app/tasks.ts'
import { digest, openForInit, openQms, shipped } from '../../src/compose.ts'
import { EXIT, type FaultCode, QmsError } from '../../src/errors.ts'

export type { Qms }
/** The use cases, for tests that call them in this process. */
export {
  act,
  addNamespace,
  addUser,
  checkin,
  checkout,
  comments,
  create,
  diff,
  disableUser,
  discard,
  fix,
  history,
  inbox,
  initialise,
  interact,
  list,
  next,
  read,
  route,
  setConfiguration,
  setPolicy,
  showTemplate,
  status,
  verdict,
  workspace,
}

export const ROOT = resolve(import.meta.dirname, '../..')
export const BIN = join(ROOT, 'bin/qms.cjs')

const base = realpathSync(mkdtempSync(join(tmpdir(), 'qms-cli-')))
const home = join(base, 'home')
let projects = 0

afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 5 }))

const GITCONFIG =
  '[user]\n\tname = Project Maintainer\n\temail = maintainer@example.test\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n'

mkdirSync(home)
writeFileSync(join(home, '.gitconfig'), GITCONFIG)

/** What a person at a shell has, without what this machine adds. */
const hermetic = (): NodeJS.ProcessEnv => {
  const foreign =
    /^(?:GIT_.*|NODE_EXTRA_CA_CERTS|NODE_OPTIONS|NODE_ENV|QMS_.*|CLAUDE.*|CODEX.*|GEMINI.*|CURSOR.*|AGENT|AI_AGENT|NO_COLOR|FORCE_COLOR|PAGER|VITEST.*|CI)$/
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(own),
    HOME: home,
    XDG_CACHE_HOME: join(ROOT, 'node_modules/.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    LANG: 'C.UTF-8',
  }
}

const ENV = hermetic()

// The same holds for use cases that are called in this process.
for (const name of Object.keys(process.env)) if (!(name in ENV)) delete process.env[name]
Object.assign(process.env, ENV)

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface How {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** Standard input; closed at once where absent. */
  readonly input?: string | Uint8Array
}

/** Words of a command line as a shell reads them: quotes and backslashes, nothing else. */
export const words = (line: string): string[] => {
  const found: string[] = []
  let word: string | null = null
  let quote: string | null = null
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    if (quote) {
      if (c === quote) quote = null
      else word = (word ?? '') + (c === '\\' && quote === '"' ? line[++i] : c)
    } else if (c === '"' || c === "'") {
      quote = c
      word ??= ''
    } else if (/\s/.test(c)) {
      if (word !== null) found.push(word)
      word = null
    } else word = (word ?? '') + (c === '\\' ? line[++i] : c)
  }
  return word === null ? found : [...found, word]
}

type Line = string | readonly string[]
const argv = (line: Line): readonly string[] => (typeof line === 'string' ? words(line) : line)

/** Runs a program to its end. A child that waits for input that never comes is killed and fails the test. */
export const launch = (program: string, args: readonly string[], how: How & { cwd: string }): Promise<Said> =>
  new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: how.cwd, env: { ...ENV, ...how.env }, stdio: 'pipe' })
    const [out, err]: Buffer[][] = [[], []]
    child.stdout.on('data', (chunk) => out?.push(chunk))
    child.stderr.on('data', (chunk) => err?.push(chunk))
    child.stdin.on('error', () => undefined)
    child.stdin.end(how.input)
    const late = setTimeout(() => child.kill('SIGKILL'), 50_000)
    child.on('error', fail)
    child.on('close', (code) => {
      clearTimeout(late)
      done({ code, out: Buffer.concat(out ?? []).toString(), err: Buffer.concat(err ?? []).toString() })
    })
  })

export type Answer = {
  readonly schemaVersion: number
  readonly ok: boolean
  readonly command: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not typed
  readonly result: any
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly error: any
  readonly notices?: readonly object[]
}

/** Everything of a project that a refused command must leave as it is. */
export interface Everything {
  readonly refs: string
  readonly head: string
  readonly status: string
  readonly files: Readonly<Record<string, string>>
}

export class Project {
  readonly root: string
  constructor(root: string) {
    this.root = root
  }

  run(line: Line, how: How = {}): Promise<Said> {
    return launch(process.execPath, [BIN, ...argv(line)], { cwd: this.root, ...how })
  }

  /** Succeeds and complains of nothing; what it printed. */
  async ok(line: Line, how: How = {}): Promise<string> {
    const said = await this.run(line, how)
    expect({ line, code: said.code, err: said.err }).toEqual({ line, code: 0, err: '' })
    return said.out
  }

  /** Refused with this code, its exit code, and nothing on standard output; what it complained. */
  async refused(line: Line, code: FaultCode, how: How = {}): Promise<string> {
    const said = await this.run(line, how)
    const found = /^Refused \[(\w+)\]/.exec(said.err)?.[1]
    expect({ line, found, exit: said.code, out: said.out }).toEqual({
      line,
      found: code,
      exit: EXIT[code],
      out: '',
    })
    return said.err
  }

  /** The one object of `--json`, whatever it says; nothing on standard error. */
  async json(line: Line, how: How = {}): Promise<Answer> {
    const said = await this.run([...argv(line), '--json'], how)
    expect({ line, err: said.err }).toEqual({ line, err: '' })
    const answer = JSON.parse(said.out) as Answer
    expect(said.code).toBe(answer.ok ? 0 : answer.error.exit)
    return answer
  }

  git(...args: readonly string[]): string {
    return execFileSync('git', args, { cwd: this.root, env: ENV, encoding: 'utf8', stdio: 'pipe' }).trimEnd()
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts)
  }

  has(path: string): boolean {
    return existsSync(this.path(path))
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8')
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(this.path(path)), { recursive: true })
    writeFileSync(this.path(path), text)
  }

  copy(user: string, id: string): string {
    return `.qms/workspace/${user}/${id}.md`
  }

  /** Edits a workspace copy as its author would. */
  edit(user: string, id: string, change: (text: string) => string): void {
    const path = this.copy(user, id)
    this.write(path, change(this.read(path)))
  }

  tip(branch = 'main'): string {
    return this.git('rev-parse', branch)
  }

  /** The trail of a document as it is committed. */
  trail(path: string, branch = 'main'): Record<string, unknown>[] {
    return this.git('show', `${branch}:QMS/.audit/${path}.jsonl`)
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  everything(): Everything {
    return {
      refs: this.git('for-each-ref', '--format=%(refname) %(objectname)'),
      head: readFileSync(this.path('.git/HEAD'), 'utf8'),
      status: this.git('status', '--porcelain=v1', '--ignored'),
      files: filesBelow(this.root),
    }
  }

  /** Works with the use cases in this process, on this project. */
  async use<T>(work: (qms: Qms) => Promise<T>, cwd = this.root): Promise<T> {
    const opened = await openQms(cwd)
    try {
      return await work(opened.qms)
    } finally {
      await opened.close()
    }
  }

  /** Refused in this process, by name. */
  async denied(code: FaultCode, work: (qms: Qms) => Promise<unknown>): Promise<QmsError> {
    const error = await this.use(work).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof QmsError)) throw error ?? new Error(`not refused (${code} was expected)`)
    expect({ code: error.code, facts: error.facts }).toMatchObject({ code })
    return error
  }

  /** Init in this process: the lead, claude and qa, and what else the test needs. */
  async init(options: { branch?: string; bare?: boolean } = {}): Promise<this> {
    const opened = await openForInit(this.root, { git: false, branch: options.branch })
    try {
      await initialise(opened.qms, shipped, {
        lead: 'lead',
        bare: options.bare ?? false,
        without: [],
        branch: opened.branch,
        ownBranch: opened.ownBranch,
        present: opened.present,
        dryRun: false,
      })
      await opened.remember(!options.bare && !options.branch)
    } finally {
      await opened.close()
    }
    return this
  }
}

/** Digests by path, without git's own folder. */
const filesBelow = (root: string): Record<string, string> => {
  const found: Record<string, string> = {}
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path === '.git' || path.startsWith('.git/')) continue
    const stats = statSync(join(root, path), { throwIfNoEntry: false })
    if (stats?.isFile()) found[path] = digest(readFileSync(join(root, path)))
  }
  return found
}

/** A fresh folder, not a repository, that is removed after the tests of this file. */
export const folder = (name = 'folder'): string => {
  const path = join(base, `${name}-${++projects}`)
  mkdirSync(path)
  return path
}

/** A repository with one commit of ordinary code on `main`, without a store. */
export const repository = (): Project => {
  const project = new Project(folder('project'))
  project.git('init', '-q')
  project.write('src/code.txt', 'code\n')
  project.git('add', '.')
  project.git('commit', '-q', '-m', 'code')
  return project
}

const made = new Map<string, Promise<string>>()

/** The same with a store on `main`, or on a branch of its own; made once a test file, then copied. */
export const initialised = async (branch?: string): Promise<Project> => {
  const key = branch ?? ''
  if (!made.has(key))
    made.set(
      key,
      repository()
        .init(branch ? { branch } : {})
        .then((p) => p.root),
    )
  const copy = join(base, `project-${++projects}`)
  cpSync((await made.get(key)) as string, copy, { recursive: true, preserveTimestamps: true })
  return new Project(copy)
}

/** What an agent is told when it is called, before its blanks are filled. */
export const shippedPrompt = async (task: 'review' | 'approval'): Promise<string> => {
  const found = (await shipped.files('prompts')).find(({ name }) => name === `${task}.md`)
  return new TextDecoder().decode(found?.bytes)
}

/** A form with every blank answered, of the first kind or of both. */
export const answered = (form: string, kinds: 'drafting' | 'all' = 'drafting'): string => {
  const drafted = form
    .replaceAll(/\{\{REQ_\d+_TEXT\b[^{}\n]*\}\}/g, 'The system shall do as agreed.')
    .replaceAll(/\{\{COMMIT\b[^{}\n]*\}\}/g, `\`${'1'.repeat(40)}\``)
    .replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed')
  if (kinds === 'drafting') return drafted
  return drafted.replaceAll('[Pass/Fail]', 'Pass').replaceAll(/\[[A-Z][A-Z_]*\]/g, 'done')
}

/** Every prompt of a document answered, until nothing is asked any more. */
export const interviewed = async (project: Project, id: string, user = 'claude'): Promise<void> => {
  const opened = await openQms(project.root)
  try {
    for (let respond: string | undefined; ; ) {
      const { open } = await interact(opened.qms, opened.snapshots, { user }, id, { respond })
      if (open === null) return
      respond = open.kind === 'yesno' ? 'no' : (open.choices[0] ?? 'as agreed')
    }
  } finally {
    await opened.close()
  }
}

interface Stage {
  /** What `create` needs besides the type. */
  readonly with?: Partial<CreateAsk>
  readonly as?: string
  /** The text that is checked in; by default the form with every blank of drafting answered. */
  readonly text?: (form: string) => string
}

/** A document with a first text checked in. Gives its id. */
export const drafted = async (
  project: Project,
  qms: Qms,
  type: string,
  stage: Stage = {},
): Promise<string> => {
  const user = stage.as ?? 'claude'
  const made = await create(qms, { user }, { type, title: `About ${type}`, ...stage.with })
  const id = made.document?.doc_id ?? ''
  if (type !== 'VR') project.edit(user, id, stage.text ?? answered)
  else if (stage.text) await interviewed(project, id, user)
  await checkin(qms, { user }, id)
  return id
}

export const claude = { user: 'claude' }
export const qa = { user: 'qa' }
export const lead = { user: 'lead' }

export const recommend = { action: 'review', outcome: 'RECOMMEND', comment: 'Read it.' } as const
export const approve = { action: 'approve' } as const

/** A round of verdicts by everyone who is asked: reviews, approvals. */
export const agreed = async (qms: Qms, id: string): Promise<void> => {
  for (const user of (await status(qms, {}, id)).document.pending_assignees) {
    const approval = (await status(qms, {}, id)).document.status.endsWith('APPROVAL')
    await inbox(qms, { user })
    await verdict(qms, { user }, id, approval ? approve : recommend, undefined)
  }
}

/** Review and approval by the team: a procedure becomes EFFECTIVE, a plan PRE_APPROVED, a record POST_APPROVED. */
export const approved = async (qms: Qms, id: string, user = 'claude'): Promise<void> => {
  await route(qms, { user }, id, {})
  await agreed(qms, id)
  await route(qms, { user }, id, {})
  await agreed(qms, id)
}

export const effective = async (project: Project, qms: Qms, type: string, stage: Stage = {}) => {
  const id = await drafted(project, qms, type, stage)
  await approved(qms, id, stage.as)
  return id
}

export const executing = async (project: Project, qms: Qms, type: string, stage: Stage = {}) => {
  const id = await effective(project, qms, type, stage)
  await act(qms, { user: stage.as ?? 'claude' }, id, { action: 'release' })
  return id
}

/** The record of a document in execution completed and checked in. */
export const executed = async (project: Project, qms: Qms, id: string, user = 'claude'): Promise<void> => {
  if ((await status(qms, {}, id)).document.checked_out_by === null) await checkout(qms, { user }, id)
  if (id.includes('-VR-')) await interviewed(project, id, user)
  else project.edit(user, id, (text) => answered(text, 'all'))
  await checkin(qms, { user }, id)
}

export const closed = async (project: Project, qms: Qms, id: string, user = 'claude'): Promise<void> => {
  await executed(project, qms, id, user)
  await approved(qms, id, user)
  await act(qms, { user }, id, { action: 'close' })
}

/** What happens at a terminal, step by step, for a file that people read. Hexadecimal names and times are numbered or cut. */
export class Transcript {
  readonly #project: Project
  readonly #lines: string[] = []
  readonly #names = new Map<string, string>()
  constructor(project: Project) {
    this.#project = project
  }

  /** A command as it is typed, with what it prints; `!` marks standard error. */
  async $(line: string, exit = 0, how: How = {}): Promise<void> {
    const said = await this.#project.run(words(line).slice(1), how)
    expect({ line, code: said.code, err: exit === 0 ? said.err : '' }).toEqual({ line, code: exit, err: '' })
    this.#lines.push(`$ ${line}`, ...lines(said.out), ...lines(said.err).map((l) => `! ${l}`))
    if (exit !== 0) this.#lines.push(`[exit ${exit}]`)
    this.#lines.push('')
  }

  /** What a person does between commands. */
  note(text: string): void {
    this.#lines.push(`# ${text}`, '')
  }

  toString(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`
      .replaceAll(this.#project.root, '/project')
      .replaceAll(
        /\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z| \d\d:\d\d:\d\d [+-]\d\d:\d\d| \d\d:\d\d UTC)/g,
        'TIME',
      )
      .replaceAll(/\b20\d\d-\d\d-\d\d\b/g, 'DATE')
      .replaceAll(/\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|\b[0-9a-f]{8}\b/g, (hex) => this.#name(hex))
  }

  #name(hex: string): string {
    const key = hex.slice(0, 8)
    const name = this.#names.get(key) ?? `hex-${this.#names.size + 1}`
    this.#names.set(key, name)
    return name
  }
}

const lines = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))
