/** Where the store of another program lies: in the work tree of the control branch, in its tip, or untracked. */
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { look, readRegular } from './disk.ts'
import { lookAt, namesBelow } from './found.ts'
import { AGENTS_FOLDER, CONFIG_FILE, STORE_FOLDER, USERS_FOLDER } from './layout.ts'
import type { FoundStore, LyingStore } from './local.ts'
import type { Repository } from './repository.ts'
import type { Snapshot } from './store.ts'
import type { Worktree } from './worktrees.ts'

/**
 * Where the control branch is checked out, what its work tree holds is the store, committed or not. Else it is what the
 * branch holds; and where that is nothing, an untracked folder.
 * @throws STORE_TRACKED where another branch, checked out, tracks the folder; IO, LINK_IN_STORE.
 */
export async function lyingStore(repository: Repository, at: Snapshot): Promise<LyingStore> {
  const worktree = await repository.checkout()
  const root = worktree?.root ?? repository.mainRoot
  const recorded = new Map((await at.walk(STORE_FOLDER)).map(({ path, oid }) => [path, oid]))
  const { agents, others } = await agentsIn(root)
  const local = { agents, copies: await copiesIn(repository.mainRoot) }
  const there = look(join(root, STORE_FOLDER)) !== null && !repository.sparse
  const onDisk = worktree !== null ? there || recorded.size === 0 : recorded.size === 0
  if (!onDisk) return { ...(await fromTip(at, recorded)), ...local, others }
  if (worktree === null) await refuseTracked(repository)
  const lying = await withConfiguration(root, await lookAt(root, [STORE_FOLDER]))
  const files = await withBlocked(lying, at, recorded)
  const config = await at.read(CONFIG_FILE)
  if (config) recorded.set(CONFIG_FILE, repository.blobId(config))
  const staged = worktree === null ? [] : await stagedIn(repository, worktree)
  const unrecorded = changesTo(repository, recorded, files, staged)
  return { ...lying, files, ...local, unrecorded, others: [...lying.others, ...others] }
}

async function fromTip(
  at: Snapshot,
  recorded: ReadonlyMap<string, string>,
): Promise<FoundStore & Pick<LyingStore, 'unrecorded'>> {
  const paths = [...recorded.keys(), CONFIG_FILE]
  const contents = await at.readAll(paths)
  const files = new Map(
    paths.flatMap((path, i) => {
      const bytes = contents[i]
      return bytes ? [[path, bytes] as const] : []
    }),
  )
  return { files, emptyFolders: [], others: [], unrecorded: new Map() }
}

async function refuseTracked(repository: Repository): Promise<void> {
  const head = await repository.objects.read(`HEAD:${STORE_FOLDER}`)
  if (head === null) return
  const current = (await repository.currentBranch()) ?? 'HEAD'
  throw refuse('STORE_TRACKED', { branch: repository.branch ?? '', current })
}

/** The configuration belongs to the store where it is a file. */
async function withConfiguration(root: string, lying: FoundStore): Promise<FoundStore> {
  const bytes = look(join(root, CONFIG_FILE))?.isFile() ? await readRegular(root, CONFIG_FILE) : null
  return bytes === null ? lying : { ...lying, files: new Map([...lying.files, [CONFIG_FILE, bytes]]) }
}

const isAt = (path: string, place: string): boolean => path === place || path.startsWith(`${place}/`)

/** Where a link stands in the place of a committed file, the committed bytes are the file's. */
async function withBlocked(
  { files, others }: FoundStore,
  at: Snapshot,
  recorded: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const blocked = [...recorded.keys()].filter((path) => others.some((other) => isAt(path, other.path)))
  const contents = await at.readAll(blocked)
  const kept = blocked.flatMap((path, i) => {
    const bytes = contents[i]
    return bytes ? [[path, bytes] as const] : []
  })
  return new Map([...files, ...kept])
}

/** @param recorded content addresses at the tip; @param staged paths that the index knows */
function changesTo(
  repository: Repository,
  recorded: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, Uint8Array>,
  staged: readonly string[],
): Map<string, Uint8Array | null> {
  const changes = new Map<string, Uint8Array | null>()
  for (const [path, bytes] of files)
    if (repository.blobId(bytes) !== recorded.get(path)) changes.set(path, bytes)
  for (const path of [...recorded.keys(), ...staged]) if (!files.has(path)) changes.set(path, null)
  return changes
}

async function stagedIn(repository: Repository, worktree: Worktree): Promise<string[]> {
  const git = repository.git.at(worktree.root, worktree.gitDir)
  const output = await git.text(['ls-files', '-z', '--', STORE_FOLDER])
  return output.split('\0').filter((path) => path !== '')
}

async function agentsIn(root: string): Promise<Pick<LyingStore, 'agents' | 'others'>> {
  const { files, others } = await lookAt(root, [AGENTS_FOLDER])
  return { agents: new Map([...files].filter(([path]) => AGENT.test(path))), others }
}

const AGENT = new RegExp(`^${AGENTS_FOLDER}/[^/]+\\.md$`)
const COPY = new RegExp(`^${USERS_FOLDER}/([^/]+)/workspace/([^/]+)\\.md$`)

async function copiesIn(root: string): Promise<string[]> {
  const { paths } = await namesBelow(root, [USERS_FOLDER])
  return paths.flatMap((path) => {
    const [, user, id] = COPY.exec(path) ?? []
    return user && id ? [`${user}/${id}`] : []
  })
}
