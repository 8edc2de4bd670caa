/** What the store wants to know of git's configuration, read with one question. */
import { gitFault } from './git-faults.ts'
import { BRANCH_KEY } from './layout.ts'
import type { Git } from './plumbing.ts'

export interface Settings {
  /** `qms.branch` of this clone; a global setting would decide for every project of the user. */
  readonly branch: string | null
  readonly userName: string | undefined
  readonly userEmail: string | undefined
  readonly bare: boolean
  readonly sparse: boolean
  /** `core.worktree`: set in submodules. */
  readonly worktree: string | undefined
  readonly hash: 'sha1' | 'sha256'
  readonly refStorage: string
  readonly partial: boolean
  /** Files of the repository are for a group or for everyone. */
  readonly shared: boolean
  /** The user leaves packing to git, or has not said otherwise. */
  readonly maintained: boolean
}

const WANTED =
  '^(qms\\.branch|user\\.(name|email)|core\\.(bare|worktree|sparsecheckout|sharedrepository)|gc\\.auto|maintenance\\.auto|extensions\\..*|remote\\..*\\.promisor)$'

export async function readSettings(git: Git): Promise<Settings> {
  const answer = await git.run(['config', '-z', '--show-scope', '--get-regexp', WANTED])
  if (answer.code !== 0 && answer.code !== 1) throw gitFault('git config', answer)
  return settingsOf(parse(answer.stdout.toString('utf8')))
}

interface Setting {
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

function settingsOf(all: readonly Setting[]): Settings {
  /** What this program itself says to every git has the scope `command`. */
  const last = (key: string) => all.findLast((s) => s.key === key && s.scope !== 'command')?.value
  const local = (key: string) => all.findLast((setting) => setting.key === key && isLocal(setting))?.value
  return {
    branch: local(BRANCH_KEY) || null,
    userName: last('user.name'),
    userEmail: last('user.email'),
    bare: isTrue(local('core.bare')),
    sparse: isTrue(local('core.sparsecheckout')),
    worktree: local('core.worktree'),
    hash: local('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    refStorage: local('extensions.refstorage') ?? 'files',
    shared: !/^(|umask|false|no|off|0)$/i.test(last('core.sharedrepository') ?? ''),
    maintained: last('gc.auto') !== '0' && !/^(false|no|off|0)$/i.test(last('maintenance.auto') ?? ''),
    partial: all.some((setting) => /^remote\..*\.promisor$/.test(setting.key) && isTrue(setting.value)),
  }
}

const isTrue = (value: string | undefined): boolean => value !== undefined && /^(true|yes|on|1)$/i.test(value)
