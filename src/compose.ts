/** Puts the parts together: the store in git, local files, the clock. The only place that knows them all. */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { AgentTools } from './app/agents/backends.ts'
import type { AgentFiles } from './app/agents/definitions.ts'
import { type Configuration, DEFAULTS, readConfiguration } from './app/configuration.ts'
import type { BackendTrial } from './app/doctor/backend.ts'
import type { Patient } from './app/doctor/patient.ts'
import { lookBack, movedOn } from './app/last-seen.ts'
import type { Qms, Shipped } from './app/qms.ts'
import { QmsError, refuse } from './errors.ts'
import type { Commands } from './project/commands.ts'
import type { ProjectFiles } from './project/files.ts'
import type { Snapshots } from './project/snapshots.ts'
import type { Surroundings } from './project/surroundings.ts'
import type { WorkState } from './project/work-state.ts'
import { DiskCalls } from './store/calls.ts'
import type { Evidence } from './store/evidence.ts'
import { GitStore } from './store/git-store.ts'
import { DiskGrants } from './store/grants.ts'
import { LOCAL_FOLDER, META_FOLDER, PEER_WORKSPACE, STORE_FOLDER } from './store/layout.ts'
import type { Calls, Grants, LastSeen, LyingStore, Witness } from './store/local.ts'
import type { PackageSink, PackageSource } from './store/package.ts'
import { Git } from './store/plumbing.ts'
import { initRepository, isBranchName, openRepository, type Repository } from './store/repository.ts'
import type { Snapshot, StoreNotice } from './store/store.ts'
import { DiskWitness } from './store/witness.ts'
import { DiskWorkspace } from './store/workspace.ts'

export interface Opened {
  readonly qms: Qms
  readonly branch: string
  /** Top folder of the main worktree. */
  readonly root: string
  /** The record as an audit looks at it. @throws NOT_INITIALISED where the branch holds no commit */
  evidence(): Promise<Evidence>
  /** When the commit that a tag, a branch or an id names was made, in UTC; null where it names none. */
  timeOf(revision: string): Promise<string | null>
  /** The files around the store, of the work tree that the caller stands in. */
  files(): Promise<ProjectFiles>
  /** Definition files of agents, in the main work tree. */
  agents(): Promise<AgentFiles>
  /** What surrounds a command that a tool is about to run. */
  surroundings(): Promise<Surroundings>
  /** Pins the state of the project around the store. */
  readonly snapshots: Snapshots
  /** What was found amiss, and mended or left, when the project was opened. */
  readonly notices: readonly StoreNotice[]
  /** The same once more, or where nobody looked. */
  look(): Promise<readonly StoreNotice[]>
  /** What this machine remembers of the store. */
  readonly witness: Witness
  /** What processes of this user were given to act with here. */
  readonly grants: Grants
  readonly calls: Calls
  /** What agents are called with. */
  agentTools(): Promise<AgentTools>
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
export const clock = (): Date => new Date()

/**
 * An audit reads a whole history, and most of what it reads it needs once: what is garbage is collected when the heap
 * has grown by two fifths of what is in use, and not, as V8 likes where there is memory, when it is four times that.
 */
const holdLess = (): void => setFlagsFromString('--heap-growing-percent=40')

/** The project that holds `cwd`. @throws NO_REPOSITORY, NOT_INITIALISED, GIT, GIT_MISSING */
export const openQms = async (cwd: string): Promise<Opened> => openedIn(await openRepository(cwd))

/** The same in a repository that is open already: the record is read and looked at anew. @throws NOT_INITIALISED, GIT */
export const openedIn = async (repository: Repository): Promise<Opened> => {
  if (repository.branch === null) throw notInitialised(repository)
  const all = partsOf(repository, repository.branch)
  const seen = all.witness.seen()
  const reading = all.store.snapshot()
  const [settings, notices] = await Promise.all([reading.then(readConfiguration), look(all, seen, reading)])
  return opened(repository, all, settings, notices)
}

/** What every project is worked on with. */
interface Parts {
  readonly store: GitStore
  readonly witness: Witness
  readonly branch: string
}

const partsOf = (repository: Repository, branch: string): Parts => {
  const witness = new DiskWitness(repository.commonDir)
  return { store: new GitStore(repository, (base, tip) => movedOn(witness, base, tip)), witness, branch }
}

/** Mends what can be mended. What was seen must have been read before the present state: it may not be newer. */
const look = async (
  all: Parts,
  seen: LastSeen | null,
  reading: Promise<Snapshot>,
): Promise<readonly StoreNotice[]> => {
  const looking = reading.then((now) => lookBack({ ...all, digest, now: clock }, seen, now)).catch(() => null)
  const [notices, rewritten] = await Promise.all([all.store.refresh(), looking])
  return rewritten ? [...notices, rewritten] : notices
}

export const notInitialised = ({ root }: Repository) =>
  refuse('NOT_INITIALISED', { root, adoptable: existsSync(join(root, META_FOLDER)) })

/** The same for a mere look: nothing is brought up to date, mended or reported. @throws as `openQms` */
export const peekQms = async (cwd: string): Promise<Opened> => {
  const repository = await openRepository(cwd)
  if (repository.branch === null) throw notInitialised(repository)
  return opened(repository, partsOf(repository, repository.branch), DEFAULTS)
}

/** What `qms doctor` looks at: as much as can be opened, and for the rest the refusal that kept it closed. */
export interface Examination {
  readonly patient: Patient
  readonly root: string | null
  readonly branch: string | null
  close(): Promise<void>
}

/** Nothing is brought up to date, mended or refused by looking. */
export const examine = async (cwd: string): Promise<Examination> => {
  const [{ Patient }, { machineProbe }, { gitProbe }] = await Promise.all([
    import('./app/doctor/patient.ts'),
    import('./store/probe/machine.ts'),
    import('./store/probe/git-probe.ts'),
  ])
  const repository = await openRepository(cwd).catch(asRefusal)
  const isClosed = repository instanceof QmsError
  const project = isClosed ? repository : await peeked(repository).catch(asRefusal)
  const patient = new Patient({
    machine: machineProbe(cwd),
    repository: isClosed ? repository : gitProbe(repository, program),
    qms: project instanceof QmsError ? project : project.qms,
    toolHooks: isClosed ? repository : toolHooksOf(repository),
    shipped,
    pathOfShipped: (folder, name) => fileURLToPath(new URL(name, shippedFolder(folder))),
  })
  const place = isClosed
    ? { root: null, branch: null }
    : { root: repository.mainRoot, branch: repository.branch }
  return { patient, ...place, close: async () => (isClosed ? undefined : repository.close()) }
}

/** What `qms doctor --backend` looks at and, where it is to be tried in earnest, a place for that. */
export const backendTrial = async (
  cwd: string,
  live: boolean,
  show: (line: string) => void,
): Promise<BackendTrial & { close(): Promise<void> }> => {
  const repository = await openRepository(cwd).catch(() => null)
  const tools = await agentToolsOf(repository ?? { root: cwd, gitDir: cwd, commonDir: cwd })
  const prompts = live ? await shipped.files('prompts') : []
  const template = new TextDecoder().decode(prompts.find(({ name }) => name === 'review.md')?.bytes)
  const ground = live ? (await import('./project/throw-away.ts')).throwAway(program) : null
  return {
    tools,
    digest,
    live: ground && { ground, template, newName: randomUUID, show },
    close: async () => {
      ground?.remove()
      await repository?.close()
    },
  }
}

const toolHooksOf = ({ root }: Repository) => ({
  settings: async (path: string) => {
    const { readRegular } = await import('./store/disk.ts')
    return (await readRegular(root, path))?.toString('utf8') ?? null
  },
  fire: async (command: string, input: string) =>
    (await import('./project/fired-hook.ts')).fireHook(command, root, input),
})

const asRefusal = (error: unknown): QmsError => {
  if (error instanceof QmsError) return error
  throw error
}

/** With the built-in settings where those of the project cannot be read. @throws NOT_INITIALISED */
const peeked = async (repository: Repository): Promise<Opened> => {
  if (repository.branch === null) throw notInitialised(repository)
  const parts = partsOf(repository, repository.branch)
  const settings = await parts.store
    .snapshot()
    .then(readConfiguration)
    .catch(() => DEFAULTS)
  return opened(repository, parts, settings)
}

const opened = (
  repository: Repository,
  { store, witness, branch }: Parts,
  settings: Configuration,
  notices: readonly StoreNotice[] = [],
): Opened => ({
  qms: {
    store,
    local: new DiskWorkspace(repository, { root: settings.workspace, limit: settings.documentLimit }),
    digest,
    now: clock,
    work: () => workStateOf(repository),
  },
  branch,
  root: repository.mainRoot,
  evidence: async () => {
    const tip = await repository.tip()
    if (tip === null) throw notInitialised(repository)
    holdLess()
    return new (await import('./store/git-evidence.ts')).GitEvidence(repository, tip)
  },
  surroundings: async () => (await import('./project/disk-surroundings.ts')).surroundingsOf(repository),
  snapshots: {
    take: async (of) => (await import('./project/git-snapshots.ts')).takeSnapshot(repository, of),
  },
  timeOf: (revision) => commitTime(repository.git, revision),
  files: async () =>
    new (await import('./project/work-tree-files.ts')).WorkTreeFiles(
      repository.git.at(repository.root, repository.gitDir),
    ),
  agents: async () => {
    const { agentFilesIn } = await import('./store/agent-files.ts')
    return { folder: settings.agents, files: await agentFilesIn(repository.mainRoot, settings.agents) }
  },
  notices,
  look: () => look({ store, witness, branch }, witness.seen(), store.snapshot()),
  witness,
  grants: new DiskGrants(repository.commonDir),
  calls: new DiskCalls(repository.commonDir),
  agentTools: () => agentToolsOf(repository),
  close: () => store.close(),
})

const agentToolsOf = async ({
  root,
  gitDir,
  commonDir,
}: Pick<Repository, 'root' | 'gitDir' | 'commonDir'>): Promise<AgentTools> => {
  const [{ SpawnedAgents }, { DiskTrust }, { makeBackend }, { stateFolder }, { cloneAt }] = await Promise.all(
    [
      import('./project/spawned-agents.ts'),
      import('./store/trust.ts'),
      import('./backends/backends.ts'),
      import('./store/state-folder.ts'),
      import('./store/clone.ts'),
    ],
  )
  const state = stateFolder()
  return {
    runs: new SpawnedAgents(process.env),
    trust: new DiskTrust(commonDir),
    make: makeBackend,
    folder: root,
    writes: [...new Set([commonDir, gitDir, ...(state === null ? [] : [state])])],
    logOf: (dispatch) =>
      state === null ? null : join(state, 'agents', cloneAt(commonDir).name, `${dispatch}.log`),
  }
}

export const workStateOf = async (repository: Repository): Promise<WorkState> => {
  const { GitWorkState } = await import('./project/git-work-state.ts')
  return new GitWorkState(repository.git.at(repository.root, repository.gitDir), () =>
    repository.incomplete(),
  )
}

/** Runs commands of the user, with the environment that this program was called with. */
export const userCommands = async (): Promise<Commands> =>
  new (await import('./project/spawned-commands.ts')).SpawnedCommands(process.env)

const commitTime = async (git: Git, revision: string): Promise<string | null> => {
  const { code, stdout } = await git.run([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ])
  if (code !== 0) return null
  const seconds = await git.text(['show', '-s', '--format=%ct', stdout.toString('latin1').trim()])
  return new Date(Number(seconds) * 1000).toISOString()
}

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
  // Recorded by an init that was killed before it made the store.
  if (repository.branch !== null && (await repository.tip()) === null) repository.branch = null
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
  return {
    ...opened(repository, partsOf(repository, branch), DEFAULTS),
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
  const folder = join(root, DEFAULTS.agents)
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

const shippedFolder = (folder: string): URL => new URL(`../templates/${folder}/`, import.meta.url)

/** What goes into each export beside the records, and where it is in this program; what is not there is left out. */
const EXTRAS = ['docs/store-format.md', 'schemas/rules.json', 'verifier/verify.py']

/** Where an export is written to. @throws ALREADY_EXISTS, NO_FILE, IO */
export const packageSink = async (out: string, force: boolean): Promise<PackageSink> =>
  (await import('./store/package-sink.ts')).openSink(out, force)

/** A package that came from anywhere. @throws NO_FILE, BAD_PACKAGE, IO */
export const packageSource = async (file: string): Promise<PackageSource> =>
  (await import('./store/package-source.ts')).openSource(file)

/** Names that `packageExtras` may give. */
export const extraNames = EXTRAS.map((path) => basename(path))

/** Takes what would be written of a package, and keeps only the digests. */
export const digestSink = async (): Promise<PackageSink> =>
  new (await import('./store/package-sink.ts')).DigestSink()

/** A file that a command makes for its user, whole or not at all. @throws ALREADY_EXISTS, NO_FILE, IO */
export const outFile = async (file: string, text: string, force: boolean): Promise<void> =>
  (await import('./store/package-sink.ts')).writeOut(file, text, force)

/** A file of the user's that is there, with another text. @throws IO */
export const rewritten = async (file: string, text: string): Promise<void> =>
  (await import('./store/disk.ts')).rewriteFile(file, text, randomUUID())

export const packageExtras = async (): Promise<readonly { name: string; bytes: Uint8Array }[]> => {
  const read = EXTRAS.map(async (path) => {
    const bytes = await readFile(new URL(`../${path}`, import.meta.url)).catch(() => null)
    return bytes === null ? [] : [{ name: basename(path), bytes }]
  })
  return (await Promise.all(read)).flat()
}

/** Files that come with the package: document templates, procedures, agent definitions. */
export const shipped: Shipped = {
  files: async (folder) => {
    const root = shippedFolder(folder)
    const names = (await readdir(root)).filter((name) => name.endsWith('.md')).sort()
    return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(new URL(name, root)) })))
  },
}

/** Folder of the store in a work tree. */
export const storeFolder = STORE_FOLDER

/** The program that is running now, to be run again. */
export const program = {
  node: process.execPath,
  file: fileURLToPath(new URL('../bin/qms.cjs', import.meta.url)),
}
