/** Where the hooks of a repository are, and who else writes there. */
import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { look } from './disk.ts'
import { gitFault } from './git-faults.ts'
import type { Repository } from './repository.ts'

export interface HookPlace {
  /**
   * `own`: a folder that git does not track; `versioned`: one in the work tree, which others get, too; `husky`: that of
   * its hooks; `lefthook`: the work tree, for its local settings.
   */
  readonly kind: 'own' | 'versioned' | 'husky' | 'lefthook'
  /** Absolute, links resolved. */
  readonly folder: string
  /** Why it is not the folder `hooks` of this repository alone, or null. */
  readonly because: string | null
}

export const placeOfHooks = async (repository: Repository): Promise<HookPlace> => {
  const { root, commonDir } = repository
  const set = await hooksPath(repository)
  const folder = set === null ? join(commonDir, 'hooks') : resolve(root, set.value)
  const named = set === null ? null : `core.hooksPath (${set.scope}) names it`
  const husky = huskyFolder(root, set === null ? null : folder)
  if (husky !== null) return { kind: 'husky', folder: husky, because: named ?? 'husky will use it' }
  const lefthook = lefthookFile(root)
  if (lefthook !== null) return { kind: 'lefthook', folder: root, because: `${lefthook} is there` }
  const real = realOf(folder)
  const linked =
    real === realOf(dirname(folder)) + folder.slice(dirname(folder).length) ? null : `${folder} leads to it`
  const versioned = isBelow(realOf(root), real) && !isBelow(realOf(commonDir), real)
  return { kind: versioned ? 'versioned' : 'own', folder: real, because: named ?? linked }
}

/** A bare repository has nothing but its own folder, unless its configuration says otherwise. */
export const placeOnServer = async (repository: Repository): Promise<HookPlace> => {
  const set = await hooksPath(repository)
  const folder = realOf(
    set === null ? join(repository.gitDir, 'hooks') : resolve(repository.gitDir, set.value),
  )
  return { kind: 'own', folder, because: set && `core.hooksPath (${set.scope}) names it` }
}

/** As every git of this user sees it: what this program says to its own gits does not count. */
const hooksPath = async ({ git, root, gitDir }: Repository) => {
  const args = ['config', '-z', '--show-scope', '--type=path', '--get-all', 'core.hooksPath']
  const answer = await git.at(root, gitDir).run(args, { env: { GIT_CONFIG_NOSYSTEM: '0' } })
  if (answer.code !== 0) throw gitFault('git config', answer)
  const parts = answer.stdout.toString('utf8').split('\0')
  let last: { readonly scope: string; readonly value: string } | null = null
  for (let at = 0; at + 1 < parts.length; at += 2)
    if (parts[at] !== 'command') last = { scope: parts[at]!, value: parts[at + 1]! }
  return last
}

/** Its `_` is written anew at every installation of the project's packages; the files beside it are the project's. */
const huskyFolder = (root: string, used: string | null): string | null => {
  const own = join(root, '.husky')
  if (used === null) return look(own)?.isDirectory() ? own : null
  return used === own || used === join(own, '_') ? own : null
}

/** It moves files that are not its own out of the way whenever its settings change. */
const lefthookFile = (root: string): string | null =>
  readdirSync(root).find((name) => /^\.?lefthook\.(?:ya?ml|toml|jsonc?)$/.test(name)) ?? null

const isBelow = (folder: string, path: string): boolean => {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`)
}

/** The folder itself may not be there yet. */
const realOf = (folder: string): string => {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
