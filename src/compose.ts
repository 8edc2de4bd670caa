/** Puts the parts together: the store in git, local files, the clock. The only place that knows them all. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Configuration, DEFAULTS, readConfiguration } from './app/configuration.ts'
import type { Qms, Shipped } from './app/qms.ts'
import { refuse } from './errors.ts'
import { GitStore } from './store/git-store.ts'
import type { HookChange, HookFile } from './store/hook-files.ts'
import type { HookPlace } from './store/hook-place.ts'
import { CLIENT_HOOKS, type HookName, SERVER_HOOKS } from './store/hook-script.ts'
import { AGENTS_FOLDER, LOCAL_FOLDER, META_FOLDER, PEER_WORKSPACE, STORE_FOLDER } from './store/layout.ts'
import type { LyingStore } from './store/local.ts'
import { Git } from './store/plumbing.ts'
import type { ProposedCommit, ProposedPush } from './store/proposed.ts'
import { IndexCommit } from './store/proposed-commit.ts'
import { GitPush } from './store/proposed-push.ts'
import { initRepository, isBranchName, openRepository, type Repository } from './store/repository.ts'
import { commentMark } from './store/settings.ts'
import type { Snapshot, StoreNotice } from './store/store.ts'
import { DiskWorkspace } from './store/workspace.ts'

export interface Opened {
  readonly qms: Qms
  readonly branch: string
  /** Top folder of the main worktree. */
  readonly root: string
  /** What was found amiss, and mended or left, when the project was opened. */
  readonly notices: readonly StoreNotice[]
  close(): Promise<void>
}

/** Of the git that would be used, such as `2.43.0`; null where there is none. */
export const gitVersion = async (): Promise<string | null> => {
  try {
    return (await new Git(process.cwd()).text(['--version'])).replace(/^git version /, '')
  } catch {
    return null
  }
}

/** SHA-256 of raw bytes, lower-case hex. */
export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The time that events bear. A fixed clock serves demonstrations and tests; the trail's order never depends on it. */
const now = (): Date => new Date()

/** The project that holds `cwd`. @throws NO_REPOSITORY, NOT_INITIALISED, GIT, GIT_MISSING */
export const openQms = async (cwd: string): Promise<Opened> => {
  const repository = await openRepository(cwd)
  if (repository.branch === null) throw notInitialised(repository)
  const store = new GitStore(repository)
  const [settings, notices] = await Promise.all([store.snapshot().then(readConfiguration), store.refresh()])
  return opened(repository, store, repository.branch, settings, notices)
}

const notInitialised = ({ root }: Repository) =>
  refuse('NOT_INITIALISED', { root, adoptable: existsSync(join(root, META_FOLDER)) })

/** The same for a mere look: nothing is brought up to date, mended or reported. @throws as `openQms` */
export const peekQms = async (cwd: string): Promise<Opened> => {
  const repository = await openRepository(cwd)
  if (repository.branch === null) throw notInitialised(repository)
  return opened(repository, new GitStore(repository), repository.branch, DEFAULTS)
}

const opened = (
  repository: Repository,
  store: GitStore,
  branch: string,
  settings: Configuration,
  notices: readonly StoreNotice[] = [],
): Opened => ({
  qms: {
    store,
    local: new DiskWorkspace(repository, { root: settings.workspace, limit: settings.documentLimit }),
    digest,
    now,
  },
  branch,
  root: repository.mainRoot,
  notices,
  close: () => store.close(),
})

export interface InitPlace {
  /** Create the repository where there is none. */
  readonly git: boolean
  /** A branch of its own; else the one that is checked out. */
  readonly branch: string | undefined
  /** Another program's store is to be taken over. */
  readonly adopting?: boolean
}

/** A repository ready to be initialised: its control branch chosen and, where nothing exists yet, not recorded. */
export interface InitOpened extends Opened {
  /** The branch is checked out nowhere: it will hold nothing but the store. */
  readonly ownBranch: boolean
  /** What another program kept here. */
  lying(at: Snapshot): Promise<LyingStore>
  present(path: string): boolean
  /** Records the branch in this clone, ignores local files and, beside a branch of its own, places agent definitions. */
  remember(agents: boolean): Promise<void>
}

export const openForInit = async (cwd: string, place: InitPlace): Promise<InitOpened> => {
  const repository = await findOrMake(cwd, place)
  const branch = place.branch ?? repository.branch ?? (await repository.currentBranch())
  if (!branch)
    throw refuse('USAGE', {
      problem: 'HEAD is detached: no branch is checked out',
      usage: 'qms init --branch qms',
    })
  if (!isBranchName(branch))
    throw refuse('BAD_NAME', {
      name: branch.slice(0, 80),
      what: 'branch',
      expected: 'a name that git accepts',
    })
  if (repository.branch && repository.branch !== branch)
    throw refuse('ALREADY_INITIALISED', { root: repository.root, branch: repository.branch })
  repository.branch = branch
  const ownBranch = place.branch !== undefined && place.branch !== (await repository.currentBranch())
  const store = new GitStore(repository)
  return {
    ...opened(repository, store, branch, DEFAULTS),
    ownBranch,
    lying: async (at) => (await import('./store/lying.ts')).lyingStore(repository, at),
    present: (path) => existsSync(join(repository.mainRoot, path)),
    remember: async (agents) => {
      await repository.setControlBranch(branch)
      const local = [LOCAL_FOLDER, ...(place.adopting ? [PEER_WORKSPACE.replace('<user>', '*')] : [])]
      const view = ownBranch ? [STORE_FOLDER] : []
      await repository.ignore([...local, ...view].map((folder) => `/${folder}/`))
      if (ownBranch && agents) await placeAgents(repository.mainRoot)
    },
  }
}

/** Uncommitted, for the project to keep or not; an existing file stays. */
const placeAgents = async (root: string): Promise<void> => {
  const folder = join(root, AGENTS_FOLDER)
  await mkdir(folder, { recursive: true })
  for (const { name, bytes } of await shipped.files('agents'))
    await writeFile(join(folder, name), bytes, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
}

const findOrMake = async (cwd: string, { git, adopting }: InitPlace): Promise<Repository> => {
  try {
    return await openRepository(cwd)
  } catch (error) {
    if ((error as { code?: string }).code !== 'NO_REPOSITORY') throw error
    if (git) return initRepository(cwd)
    throw adopting ? refuse('NO_REPOSITORY', { cwd, adopting }) : error
  }
}

/** Files that come with the package: document templates, procedures, agent definitions. */
export const shipped: Shipped = {
  files: async (folder) => {
    const root = new URL(`../templates/${folder}/`, import.meta.url)
    const names = (await readdir(root)).filter((name) => name.endsWith('.md')).sort()
    return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(new URL(name, root)) })))
  },
}

/** What a hook of git's is started for. */
export interface HookOpened {
  /** The control branch; null where this is no project. */
  readonly branch: string | null
  readonly commit: ProposedCommit
  readonly push: ProposedPush
  /** The store as it is now; null where this is no project. */
  snapshot(): Promise<Snapshot | null>
  /** How git marks comments in a message; null where no editor was opened. */
  comment(): Promise<string | null>
  close(): void
}

/** The repository that git has started a hook in. Nothing is mended or brought up to date. @throws as `openHookRepository` */
export const openForHook = async (cwd: string, receiving = false): Promise<HookOpened> => {
  const { openHookRepository } = await import('./store/hook-repository.ts')
  const repository = await openHookRepository({ cwd, env: process.env, receiving })
  const { branch } = repository
  return {
    branch,
    commit: new IndexCommit(repository, cwd, process.env),
    push: new GitPush(repository),
    snapshot: async () => (branch === null ? null : new GitStore(repository).snapshot()),
    comment: async () => (process.env.GIT_EDITOR === ':' ? null : commentMark(repository.git)),
    close: () => repository.close(),
  }
}

export type { HookChange, HookFile, HookPlace }

/** The hooks of one repository, as they are on disk. */
export interface HooksOpened {
  readonly place: HookPlace
  list(): readonly HookFile[]
  install(dryRun: boolean): Promise<readonly HookChange[]>
  uninstall(dryRun: boolean): Promise<readonly HookChange[]>
}

/** Of the repository that holds `cwd`. @throws as `openRepository`; NOT_INITIALISED where they are to guard nothing */
export const openHooks = async (cwd: string, installing: boolean): Promise<HooksOpened> => {
  const repository = await openRepository(cwd)
  try {
    if (installing && repository.branch === null) throw notInitialised(repository)
    const { placeOfHooks } = await import('./store/hook-place.ts')
    return await hooksAt(await placeOfHooks(repository), CLIENT_HOOKS)
  } finally {
    repository.close()
  }
}

/** Of a bare repository, to which others push. @throws USAGE where it has a work tree; NO_REPOSITORY, GIT, IO */
export const openServerHooks = async (folder: string): Promise<HooksOpened> => {
  const { openHookRepository } = await import('./store/hook-repository.ts')
  const env = { ...process.env, GIT_DIR: undefined }
  const repository = await openHookRepository({ cwd: folder, env, receiving: false })
  try {
    const bare = await repository.git.text(['rev-parse', '--is-bare-repository'])
    if (bare !== 'true')
      throw refuse('USAGE', {
        problem: `${folder} is no bare repository: people commit there`,
        usage: 'qms hooks install --git',
      })
    const { placeOnServer } = await import('./store/hook-place.ts')
    return await hooksAt(await placeOnServer(repository), SERVER_HOOKS)
  } finally {
    repository.close()
  }
}

/** The program that is running now, to be run again. */
const program = { node: process.execPath, file: fileURLToPath(new URL('../bin/qms.cjs', import.meta.url)) }

const hooksAt = async (place: HookPlace, names: readonly HookName[]): Promise<HooksOpened> => {
  const { HookFiles } = await import('./store/hook-files.ts')
  return new HookFiles(place, names, program)
}
