/** What git is told about a repository, and what its history and its disk are like. */
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { look, readText } from '../disk.ts'
import { gitFault, guarded } from '../git-faults.ts'
import { ATTRIBUTES_FILE, CONFIG_FILE, STORE_FOLDER } from '../layout.ts'
import type { Attribute, Disk, FileSystem, GitSetting, History, IndexFlag } from '../probe.ts'
import { snapshotOf } from '../recovery.ts'
import type { Repository } from '../repository.ts'
import { isTrue } from '../settings.ts'

/** Everything that the files of configuration say, but for what this program itself says to every git. */
export async function settingsIn(repository: Repository): Promise<GitSetting[]> {
  const git = repository.git.at(repository.root, repository.gitDir)
  const parts = (await git.text(['config', '--list', '-z', '--show-scope', '--show-origin'])).split('\0')
  const all: GitSetting[] = []
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [key = '', ...value] = (parts[at + 2] ?? '').split('\n')
    const said = value.length === 0 ? 'true' : value.join('\n')
    if (parts[at] !== 'command') all.push({ scope: parts[at]!, origin: parts[at + 1]!, key, value: said })
  }
  return all
}

export async function historyOf(repository: Repository): Promise<History> {
  const { commonDir, git } = repository
  const settings = await settingsIn(repository)
  const own = settings.filter(({ scope }) => scope !== 'global')
  const refs = await git.text(['for-each-ref', '--format=%(refname)', 'refs/replace/'])
  return {
    shallow: isFilled(join(commonDir, 'shallow')),
    partial: own.some(({ key, value }) => /^remote\..*\.promisor$/.test(key) && isTrue(value)),
    sparse: isTrue(own.findLast(({ key }) => key === 'core.sparsecheckout')?.value),
    replaced: lines(refs),
    grafted: isFilled(join(commonDir, 'info', 'grafts')),
    alternates: lines(readText(join(commonDir, 'objects', 'info', 'alternates')) ?? ''),
  }
}

const isFilled = (file: string): boolean => (look(file)?.size ?? 0) > 0
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** As git sees them in the work tree of the control branch: `.gitattributes` of every folder and `info/attributes`. */
export async function attributesOf(repository: Repository, names: readonly string[]): Promise<Attribute[]> {
  const worktree = await repository.checkout()
  const paths = (await (await snapshotOf(repository)).walk(STORE_FOLDER)).map(({ path }) => path)
  if (worktree === null || paths.length === 0) return []
  const input = paths.map((path) => `${path}\0`).join('')
  const git = repository.git.at(worktree.root, worktree.gitDir)
  const parts = (await git.text(['check-attr', '-z', '--stdin', ...names], { input })).split('\0')
  const all: Attribute[] = []
  for (let at = 0; at + 2 < parts.length; at += 3)
    all.push({ path: parts[at]!, name: parts[at + 1]!, value: parts[at + 2]! })
  return all
}

/** Files of the store that git was told not to look at. */
export async function indexFlagsOf(repository: Repository): Promise<IndexFlag[]> {
  const worktree = await repository.checkout()
  if (worktree === null) return []
  const git = repository.git.at(worktree.root, worktree.gitDir)
  const output = await git.text(['ls-files', '-v', '-z', '--', STORE_FOLDER, CONFIG_FILE, ATTRIBUTES_FILE])
  return output.split('\0').flatMap((line): IndexFlag[] => {
    const [tag = '', path] = [line.slice(0, 1), line.slice(2)]
    if (/s/i.test(tag)) return [{ path, flag: 'skip-worktree' }]
    return /[a-z]/.test(tag) ? [{ path, flag: 'assume-unchanged' }] : []
  })
}

/** Kinds of file systems on which locks and renames are known to be weak, by the number that the system gives them. */
const REMOTE: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB (CIFS)'],
  [0xfe534d42, 'SMB 2'],
  [0x01021997, '9P (a drive of the host)'],
  [0x5346414f, 'AFS'],
  [0x786f4256, 'a folder shared by VirtualBox'],
])

export const remoteKind = (type: number): string | null => REMOTE.get(type >>> 0) ?? null

export async function fileSystemOf(repository: Repository): Promise<FileSystem> {
  const { commonDir, mainRoot } = repository
  const same = look(commonDir)?.dev === look(mainRoot)?.dev
  const paths = same ? [mainRoot] : [mainRoot, commonDir]
  return {
    ignoresCase: look(join(commonDir, 'head')) !== null,
    disks: await Promise.all(paths.map(diskAt)),
  }
}

async function diskAt(path: string): Promise<Disk> {
  const { bavail, bsize, type } = await guarded('look at the disk of', path, () => statfs(path))
  return { path, freeBytes: bavail * bsize, remote: remoteKind(type) }
}

/** Tracked files below `folder` of the main work tree. @throws GIT */
export async function trackedBelow(repository: Repository, folder: string): Promise<string[]> {
  const git = repository.git.at(repository.mainRoot, repository.commonDir)
  const finished = await git.run(['ls-files', '-z', '--', folder])
  if (finished.code !== 0) throw gitFault('git ls-files', finished)
  return finished.stdout
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '')
}

/** Whether git would leave a file of this name alone, by whichever of its lists. @throws GIT */
export async function isIgnored(repository: Repository, path: string): Promise<boolean> {
  const git = repository.git.at(repository.mainRoot, repository.commonDir)
  const env = { GIT_LITERAL_PATHSPECS: '0' } // which this command of git does not understand
  const finished = await git.run(['check-ignore', '-q', '--no-index', '--', path], { env })
  if (finished.code === 0 || finished.code === 1) return finished.code === 0
  throw gitFault('git check-ignore', finished)
}
