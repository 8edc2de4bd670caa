/** What the store wants to know of git's configuration, read with one question. */
import { gitFault } from './git-faults.ts'
import { BRANCH_KEY } from './layout.ts'
import type { Git } from './plumbing.ts'

export interface Settings {
  /** `qms.branch` of this clone; a global setting would decide for every project of the user. */
  readonly branch: string | null
  readonly bare: boolean
  readonly sparse: boolean
  /** `core.worktree`: set in submodules. */
  readonly worktree: string | undefined
  readonly hash: 'sha1' | 'sha256'
  readonly refStorage: string
  readonly partial: boolean
}

/** A person as git names one. */
export interface Ident {
  readonly name: string
  readonly email: string
}

/** What writing must know besides. */
export interface Writing {
  /** The person of the environment or of git's configuration; never absent. */
  readonly committer: Ident
  /** Git gives the files of the repository to a group or to everyone. */
  readonly shared: boolean
  /** The user leaves packing to git, or has not said otherwise. */
  readonly maintained: boolean
}

const WANTED = '^(qms\\.branch|core\\.(bare|worktree|sparsecheckout)|extensions\\..*|remote\\..*\\.promisor)$'

export const readSettings = async (git: Git): Promise<Settings> => settingsOf(await matching(git, WANTED))

const WANTED_TO_WRITE = '^(user\\.(name|email)|core\\.sharedrepository|gc\\.auto|maintenance\\.auto)$'

/** Of whatever scope: only writing asks for it. */
export const readWriting = async (git: Git): Promise<Writing> => {
  const all = await matching(git, WANTED_TO_WRITE)
  /** What this program itself says to every git has the scope `command`. */
  const last = (key: string) => all.findLast((s) => s.key === key && s.scope !== 'command')?.value
  return {
    committer: {
      name: process.env.GIT_COMMITTER_NAME || last('user.name') || 'qms',
      email: process.env.GIT_COMMITTER_EMAIL || last('user.email') || 'qms@localhost',
    },
    shared: !/^(|umask|false|no|off|0)$/i.test(last('core.sharedrepository') ?? ''),
    maintained: last('gc.auto') !== '0' && !/^(false|no|off|0)$/i.test(last('maintenance.auto') ?? ''),
  }
}

/** What begins a comment in a message that an editor was opened for. */
export const commentMark = async (git: Git): Promise<string> => {
  const mark = (await matching(git, '^core\\.comment(char|string)$')).at(-1)?.value ?? '#'
  return mark === 'auto' ? '#' : mark
}

async function matching(git: Git, pattern: string): Promise<Setting[]> {
  const answer = await git.run(['config', '-z', '--show-scope', '--get-regexp', pattern])
  if (answer.code !== 0 && answer.code !== 1) throw gitFault('git config', answer)
  return parse(answer.stdout.toString('utf8'))
}

/** One line of git's configuration: keys in lower case, except for the middle part. */
export interface Setting {
  readonly scope: string
  readonly key: string
  readonly value: string
}

/** `scope NUL key LF value NUL`; a key without a value means true. */
function parse(text: string): Setting[] {
  const parts = text.split('\0')
  const all: Setting[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [key = '', ...value] = parts[at + 1]!.split('\n')
    all.push({ scope: parts[at]!, key, value: value.length === 0 ? 'true' : value.join('\n') })
  }
  return all
}

const isLocal = (setting: Setting): boolean => setting.scope === 'local' || setting.scope === 'worktree'

export function settingsOf(all: readonly Setting[]): Settings {
  const local = (key: string) => all.findLast((setting) => setting.key === key && isLocal(setting))?.value
  return {
    branch: local(BRANCH_KEY) || null,
    bare: isTrue(local('core.bare')),
    sparse: isTrue(local('core.sparsecheckout')),
    worktree: local('core.worktree'),
    hash: local('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    refStorage: local('extensions.refstorage') ?? 'files',
    partial: all.some((setting) => /^remote\..*\.promisor$/.test(setting.key) && isTrue(setting.value)),
  }
}

export const isTrue = (value: string | undefined): boolean =>
  value !== undefined && /^(true|yes|on|1)$/i.test(value)
