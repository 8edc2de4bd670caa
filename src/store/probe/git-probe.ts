/** The port `probe.ts` over one repository on disk. */
import { accessSync, constants } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { agentFilesIn } from '../agent-files.ts'
import { look, namesIn } from '../disk.ts'
import { gitFault, guarded } from '../git-faults.ts'
import { HookFiles } from '../hook-files.ts'
import { placeOfHooks } from '../hook-place.ts'
import { CLIENT_HOOKS, type Program } from '../hook-script.ts'
import { CACHE_FOLDER, LOCAL_FOLDER, STORE_FOLDER } from '../layout.ts'
import type { Hook, Leftover, LocalFiles, RepositoryProbe } from '../probe.ts'
import { recover, snapshotOf } from '../recovery.ts'
import type { Repository } from '../repository.ts'
import { TicketLock } from '../ticket-lock.ts'
import { findView } from '../views.ts'
import { leftoversIn, locksIn, sweepFiles, unfinishedIn } from './remains.ts'
import {
  attributesOf,
  fileSystemOf,
  historyOf,
  indexFlagsOf,
  isIgnored,
  settingsIn,
  trackedBelow,
} from './surroundings.ts'
import { bringUpView, strangersIn, viewState } from './view-state.ts'

/** How long a mend waits for somebody at work. */
const WAIT_MS = 10_000

/** @param program that hooks of this machine name */
export const gitProbe = (repository: Repository, program: Program): RepositoryProbe => ({
  root: repository.root,
  mainRoot: repository.mainRoot,
  commonDir: repository.commonDir,
  branch: repository.branch,
  settings: () => settingsIn(repository),
  history: () => historyOf(repository),
  attributes: (names) => attributesOf(repository, names),
  indexFlags: () => indexFlagsOf(repository),
  fileSystem: () => fileSystemOf(repository),
  localFiles: (workspace) => localFilesOf(repository, workspace),
  unfinished: () => unfinishedIn(repository),
  locks: () => locksIn(repository),
  leftovers: (workspace) => leftoversIn(repository, workspace),
  view: () => viewState(repository),
  strangers: () => strangersIn(repository),
  oddModes: () => oddModesOf(repository),
  agents: (folder) => agentFilesIn(repository.mainRoot, folder),
  hooks: () => hooksOf(repository, program),
  bringUp: (files) => underLock(repository, () => bringUpView(repository, files)),
  sweep: (leftovers) => sweep(repository, leftovers),
  ignore: (patterns) => repository.ignore(patterns),
})

/** The lock that every writer of files holds: nobody's work is in the middle of it. */
async function underLock(repository: Repository, work: () => Promise<void>): Promise<void> {
  const folder = repository.ownFolder
  await guarded('create folder', folder, () => mkdir(folder, { recursive: true }))
  await new TicketLock(folder, 'views', WAIT_MS).hold(work)
}

async function sweep(repository: Repository, leftovers: readonly Leftover[]): Promise<void> {
  await underLock(repository, async () => {
    if (repository.branch !== null) await recover(repository)
    await sweepFiles(leftovers)
  })
}

async function localFilesOf(repository: Repository, workspace: string): Promise<LocalFiles> {
  const { mainRoot } = repository
  const folders = look(join(mainRoot, LOCAL_FOLDER)) ? [LOCAL_FOLDER] : []
  const copies = workspace.startsWith(`${LOCAL_FOLDER}/`) ? [] : await foldersLike(mainRoot, workspace)
  if (copies.length > 0) folders.push(workspace.replaceAll('<user>', '*'))
  if (await showsIgnored(repository)) folders.push(STORE_FOLDER)
  const isMissing = async (folder: string) => !(await isIgnored(repository, `${folder}/file`))
  const [missing, tracked] = await Promise.all([
    Promise.all(folders.map(isMissing)),
    Promise.all([LOCAL_FOLDER, ...copies].map((folder) => trackedBelow(repository, folder))),
  ])
  return {
    unignored: folders.filter((_, i) => missing[i]).map((folder) => `/${folder}/`),
    tracked: tracked.flat(),
    unwritable: unwritable(mainRoot),
  }
}

/** Whether the store lies in the work tree of another branch, whose commits must not take it in. */
async function showsIgnored(repository: Repository): Promise<boolean> {
  if (repository.branch === null || look(join(repository.mainRoot, STORE_FOLDER)) === null) return false
  const now = await snapshotOf(repository)
  const view = now.tip === null ? null : await findView(repository, now)
  return view !== null && view.worktree === null
}

/** Folders that a path with `<user>` in it stands for. */
async function foldersLike(root: string, pattern: string): Promise<string[]> {
  const [before = '', after = ''] = pattern.split('<user>')
  const names = pattern.includes('<user>') ? await namesIn(join(root, before)).catch(() => []) : ['']
  return names
    .map((name) => `${before}${name}${after}`)
    .filter((path) => look(join(root, path))?.isDirectory())
}

/** Why the folder of local files cannot be written to; null where it can, or could be made. */
function unwritable(root: string): string | null {
  const present = [CACHE_FOLDER, LOCAL_FOLDER, '.'].find((folder) => look(join(root, folder)) !== null)!
  try {
    if (!look(join(root, present))?.isDirectory()) return `${present} is no folder`
    accessSync(join(root, present), constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    return (error as Error).message
  }
}

async function oddModesOf(repository: Repository): Promise<{ path: string; mode: string }[]> {
  const tip = await repository.tip()
  if (tip === null) return []
  const finished = await repository.git.run(['ls-tree', '-r', '-z', tip.oid, '--', STORE_FOLDER])
  if (finished.code !== 0) throw gitFault('git ls-tree', finished)
  const lines = finished.stdout.toString('utf8').split('\0')
  return lines.flatMap((line) => {
    const [, mode, path] = /^(\d+) [^\t]*\t(.*)$/s.exec(line) ?? []
    return mode && path && mode !== '100644' ? [{ path, mode }] : []
  })
}

async function hooksOf(repository: Repository, program: Program): Promise<Hook[]> {
  const files = new HookFiles(await placeOfHooks(repository), CLIENT_HOOKS, program).list()
  return files.map(({ hook, file, state }) => ({ name: hook, file, state }))
}
