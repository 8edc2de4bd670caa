/** Which repository, which worktree, which branch: everything the store must know before it reads a byte. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { refuse } from '../errors.ts'
import { ordinaryRepository } from './discovery.ts'
import { appendNoFollow, readText } from './disk.ts'
import { errno, type Finished, gitFault, guarded, ioFault } from './git-faults.ts'
import {
  AUDIT_FOLDER,
  BRANCH_KEY,
  CONFIG_FILE,
  DEFAULT_BRANCH,
  GIT_FOLDER,
  STORE_FOLDER,
  SYSTEM_FOLDER,
} from './layout.ts'
import { ObjectReader } from './object-reader.ts'
import { checkPlaces, type Places } from './places.ts'
import { Git } from './plumbing.ts'
import { readSettings, readWriting, type Settings, type Writing } from './settings.ts'
import { checkoutOf, type Worktree, worktreesOf } from './worktrees.ts'

/** A commit, its tree, and whether only origin has the branch so far. */
export interface TipCommit {
  readonly oid: string
  readonly tree: string
  readonly borrowed: boolean
}

const OID = /^[0-9a-f]+$/
/** Of a branch that is packed, or is not there. */
const NO_FILE = new Set(['ENOENT', 'ENOTDIR', 'EISDIR'])

/** Folders on the way to what every command reads. */
const FIRST_FOLDERS = ['', STORE_FOLDER, AUDIT_FOLDER, SYSTEM_FOLDER]

export class Repository {
  /** Top folder of the worktree the caller stands in. */
  readonly root: string
  /** Top folder of the main worktree: where workspaces and the ignored view are. */
  readonly mainRoot: string
  /** Git folder of the caller's worktree, and the one all worktrees share. */
  readonly gitDir: string
  readonly commonDir: string
  /** False for a bare repository whose only worktrees are linked ones. */
  readonly hasMainWorktree: boolean
  /** Git bound to the shared folder. */
  readonly git: Git
  readonly objects: ObjectReader
  /** Short name of the control branch; null while the project is not initialised. */
  branch: string | null = null
  readonly #settings: Settings
  #writing: Promise<Writing> | undefined
  #expected = false

  /** @param environment of every git child, where it is not the closed one of this process */
  constructor(
    places: Places,
    settings: Settings,
    reader?: ObjectReader,
    environment?: Record<string, string>,
  ) {
    this.root = places.root
    this.gitDir = places.gitDir
    this.commonDir = places.commonDir
    this.hasMainWorktree = places.gitDir === places.commonDir || !settings.bare
    this.mainRoot = mainRootOf(places, settings)
    this.git = new Git(places.commonDir, places.commonDir, environment)
    this.objects = reader?.boundTo(this.git) ?? new ObjectReader(this.git)
    this.#settings = settings
  }

  /** This program's folder inside git's: locks, journals, what the view shows. */
  get ownFolder(): string {
    return join(this.commonDir, GIT_FOLDER)
  }

  get branchRef(): string {
    if (this.branch === null) throw refuse('NOT_INITIALISED', { root: this.mainRoot })
    return `refs/heads/${this.branch}`
  }

  /** The commit the caller's HEAD is at; null on an unborn branch. For the rules' caches and for `qms init`. */
  async head(): Promise<string | null> {
    return (await this.objects.commit(this.#headExpression()))?.oid ?? null
  }

  /** Short name of the branch checked out where the caller stands; null when HEAD is detached. */
  async currentBranch(): Promise<string | null> {
    const head = await this.git.at(this.root, this.gitDir).run(['symbolic-ref', '--short', '-q', 'HEAD'])
    return head.code === 0 ? head.stdout.toString('utf8').trim() : null
  }

  worktrees(): Promise<readonly Worktree[]> {
    return worktreesOf(this)
  }

  /** The control branch's tip now; in a fresh clone, that of its counterpart at origin. */
  async tip(): Promise<TipCommit | null> {
    const written = this.#writtenTip()
    const reading = this.objects.commit(written ?? this.branchRef)
    if (!this.#expected)
      this.objects.expect(FIRST_FOLDERS.map((folder) => `${written ?? this.branchRef}:${folder}`))
    this.#expected = true
    const local = (await reading) ?? (written === null ? null : await this.objects.commit(this.branchRef))
    if (local !== null) return { ...local, borrowed: false }
    const remote = await this.objects.commit(`refs/remotes/origin/${this.branch}`)
    return remote === null ? null : { ...remote, borrowed: true }
  }

  /** Of a branch that has a file of its own, what it says; null for every other: git is asked. @throws IO */
  #writtenTip(): string | null {
    if (!this.refsAreFiles) return null
    try {
      const [oid = '', ...more] = readFileSync(join(this.commonDir, this.branchRef), 'latin1').split('\n')
      return OID.test(oid) && oid.length === this.oidLength && more.join('') === '' ? oid : null
    } catch (error) {
      if (NO_FILE.has(errno(error) ?? '')) return null
      throw ioFault('read', this.branchRef, error)
    }
  }

  /** The worktree that has the control branch checked out, or null. */
  checkout(): Promise<Worktree | null> {
    return checkoutOf(this, this.branchRef)
  }

  /** Whether references are kept as files, so that reading HEAD files is allowed. */
  get refsAreFiles(): boolean {
    return this.#settings.refStorage === 'files'
  }

  get sparse(): boolean {
    return this.#settings.sparse
  }

  get hash(): 'sha1' | 'sha256' {
    return this.#settings.hash
  }

  /** Length of an object id in hexadecimal. */
  get oidLength(): number {
    return this.#settings.hash === 'sha256' ? 64 : 40
  }

  /** Id git gives to these bytes as a blob. */
  blobId(bytes: Uint8Array): string {
    return createHash(this.#settings.hash).update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  }

  /** Why history is not whole here, or null when it is. */
  incomplete(): string | null {
    const shallow = statSync(join(this.commonDir, 'shallow'), { throwIfNoEntry: false })
    if (shallow && shallow.size > 0) return 'this clone is shallow; run: git fetch --unshallow'
    return this.#settings.partial ? 'this clone is partial; run: git fetch --refetch --no-filter' : null
  }

  /** Asked for once. @throws GIT */
  writing(): Promise<Writing> {
    this.#writing ??= readWriting(this.git)
    return this.#writing
  }

  /** Records which branch holds the store, in this clone only. @throws IO, GIT */
  async setControlBranch(name: string): Promise<void> {
    await this.git.text(['config', '--local', BRANCH_KEY, name])
    this.branch = name
  }

  /** Lists patterns in `info/exclude` once each; the file is only ever appended to. @throws IO. */
  async ignore(patterns: readonly string[]): Promise<void> {
    const file = join(this.commonDir, 'info', 'exclude')
    await guarded('write', file, () => {
      const text = readText(file) ?? ''
      const present = new Set(text.split('\n').map((line) => line.trimEnd()))
      const absent = patterns.filter((pattern) => !present.has(pattern))
      if (absent.length === 0) return
      mkdirSync(dirname(file), { recursive: true })
      const separator = text === '' || text.endsWith('\n') ? '' : '\n'
      appendNoFollow(file, `${separator}${absent.join('\n')}\n`)
    })
  }

  close(): void {
    this.objects.close()
  }

  /** Setting, then the marker file at HEAD, then a branch of the default name. @throws BAD_VALUE */
  async findBranch(): Promise<string | null> {
    const { branch } = this.#settings
    if (branch !== null && !isBranchName(branch))
      throw refuse('BAD_VALUE', {
        name: `git config ${BRANCH_KEY}`,
        found: branch.slice(0, 80),
        expected: 'the name of a branch',
      })
    return branch ?? (await this.#branchOfMarker()) ?? (await this.#branchOfDefaultName())
  }

  async #branchOfMarker(): Promise<string | null> {
    const marker = await this.objects.read(`${this.#headExpression()}:${CONFIG_FILE}`)
    return marker?.type === 'blob' ? branchKey(marker.bytes) : null
  }

  async #branchOfDefaultName(): Promise<string | null> {
    for (const ref of [`refs/heads/${DEFAULT_BRANCH}`, `refs/remotes/origin/${DEFAULT_BRANCH}`]) {
      if ((await this.objects.commit(ref)) !== null) return DEFAULT_BRANCH
    }
    return null
  }

  /** HEAD of the caller's worktree, as the shared git folder names it. */
  #headExpression(): string {
    return this.gitDir === this.commonDir ? 'HEAD' : `worktrees/${basename(this.gitDir)}/HEAD`
  }
}

/** A marker that is not JSON, or names no branch, decides nothing here; whoever reads settings will complain. */
export function branchKey(bytes: Buffer): string | null {
  try {
    const marker: unknown = JSON.parse(bytes.toString('utf8'))
    const branch =
      marker !== null && typeof marker === 'object' && 'branch' in marker ? marker.branch : undefined
    return typeof branch === 'string' && isBranchName(branch) ? branch : null
  } catch {
    return null
  }
}

/** Stricter than git, which has the last word when the reference is written. */
export const isBranchName = (name: string): boolean =>
  /^(?![-/.])(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)|\/\.))[^\u0000-\u0020~^:?*[\\\u007f]+(?<![/.])$/.test(name)

function mainRootOf(places: Places, settings: Settings): string {
  if (places.gitDir === places.commonDir) return places.root
  if (settings.worktree !== undefined) return resolve(places.commonDir, settings.worktree)
  const besideGit = dirname(places.commonDir)
  if (basename(places.commonDir) === '.git' && existsSync(besideGit) && !settings.bare) return besideGit
  return places.root
}

/**
 * The repository that holds `cwd`, with its control branch (null when there is none yet).
 * Costs one git child, the reader, where it is an ordinary one; else two more at the same time.
 * @throws NO_REPOSITORY, GIT (bare, or owned by somebody else), LINK_IN_STORE, BAD_VALUE, GIT_MISSING, IO.
 */
export async function openRepository(cwd: string): Promise<Repository> {
  const repository = ordinary(cwd) ?? (await asked(cwd))
  await revisit(repository)
  return repository
}

/** What is looked at whenever a command begins, also in a repository that has stayed open. @throws as `openRepository` */
export async function revisit(repository: Repository): Promise<void> {
  await guarded('read', repository.root, () => checkPlaces(repository))
  repository.branch = await repository.findBranch()
}

function ordinary(cwd: string): Repository | null {
  const found = ordinaryRepository(cwd)
  if (found === null) return null
  return new Repository({ root: found.root, gitDir: found.gitDir, commonDir: found.gitDir }, found.settings)
}

async function asked(cwd: string): Promise<Repository> {
  const git = new Git(cwd)
  const reader = new ObjectReader(git).start() // it finds the same repository by itself
  try {
    const [places, settings] = await Promise.all([discover(git, cwd), readSettings(git)])
    return new Repository(places, settings, reader)
  } catch (error) {
    reader.close()
    throw error
  }
}

const QUESTIONS = ['--is-bare-repository', '--absolute-git-dir', '--git-common-dir', '--show-toplevel']

async function discover(git: Git, cwd: string): Promise<Places> {
  const answer = await guarded('read', cwd, () =>
    git.run(['rev-parse', '--path-format=absolute', ...QUESTIONS]),
  )
  const [bare, gitDir, commonDir, root] = answer.stdout.toString('utf8').split('\n')
  if (bare === 'true')
    throw refuse('GIT', {
      command: 'git rev-parse',
      reason: `the repository at ${gitDir} is bare: it has no work tree; clone it, or add one with git worktree add`,
    })
  if (answer.code === 0 && root && gitDir && commonDir) return { root, gitDir, commonDir }
  if (/must be run in a work tree/.test(answer.stderr)) throw refuse('NO_REPOSITORY', { cwd })
  if (/not a git repository/.test(answer.stderr)) throw noRepository(cwd, answer)
  throw gitFault('git rev-parse', answer)
}

/** Git says the same of a folder that is none and of one that it could not look into. */
function noRepository(cwd: string, answer: Finished): Error {
  for (let at = resolve(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, '.git', 'HEAD')) && existsSync(join(at, '.git', 'objects'))) {
      const { reason } = gitFault('git rev-parse', answer).facts as { reason: string }
      return refuse('IO', {
        operation: 'read',
        path: join(at, '.git'),
        reason: `git could not use it: ${reason}`,
      })
    }
    if (dirname(at) === at) return refuse('NO_REPOSITORY', { cwd })
  }
}

/** Makes `cwd` a repository with a branch `main`, for `qms init --git`. @throws GIT, IO. */
export async function initRepository(cwd: string): Promise<Repository> {
  const git = await new Git(cwd).porcelain()
  await git.init(false, ['--initial-branch=main']).catch((error: Error) => {
    throw gitFault('git init', { code: 1, signal: null, stderr: error.message })
  })
  return openRepository(cwd)
}
