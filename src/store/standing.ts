/** Whether a repository that has stayed open is still the one that would be opened now. */
import { type BigIntStats, lstatSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Repository } from './repository.ts'

/**
 * What opening a repository depends on, as one text: which folders it is, and every file that its settings come from.
 * Another text means that it must be opened anew. Never fails: what is not there is part of the text.
 * @param cwd folder that it was opened from
 */
export const standingOf = (cwd: string, { root, gitDir, commonDir }: Repository): string => {
  const here = realOf(cwd)
  const folders = [root, gitDir, commonDir, join(commonDir, 'objects'), join(commonDir, 'refs')]
  const settings = [join(commonDir, 'config'), join(gitDir, 'config.worktree'), ...ofTheUser()]
  const links = [join(gitDir, 'commondir'), ...levels(here, root).map((level) => join(level, '.git'))]
  return [here, ...folders.map(identityOf), ...[...settings, ...links].map(contentOf)].join('\n')
}

const realOf = (folder: string): string => {
  try {
    return realpathSync(folder)
  } catch {
    return ''
  }
}

/** Settings of the user: they name who commits. */
const ofTheUser = (): string[] => {
  const { GIT_CONFIG_GLOBAL, XDG_CONFIG_HOME, HOME } = process.env
  if (GIT_CONFIG_GLOBAL !== undefined) return [GIT_CONFIG_GLOBAL]
  const home = HOME || homedir()
  return [join(home, '.gitconfig'), join(XDG_CONFIG_HOME || join(home, '.config'), 'git', 'config')]
}

/** Folders from `from` up to `top`: a repository that appears in one of them comes first. */
const levels = (from: string, top: string): string[] => {
  const all: string[] = []
  for (let at = from; ; at = dirname(at)) {
    all.push(at)
    if (at === top || dirname(at) === at) return all
  }
}

const told = (path: string, tell: (stats: BigIntStats) => string, look: typeof lstatSync): string => {
  const stats = look(path, { bigint: true, throwIfNoEntry: false })
  return stats ? tell(stats) : '-'
}

/** Which folder it is, whatever has changed in it. */
const identityOf = (path: string): string => {
  try {
    return told(path, ({ dev, ino }) => `${dev}:${ino}`, lstatSync)
  } catch {
    return '?'
  }
}

/** Which file it is and when it was written, links followed; of a folder only which it is. */
const contentOf = (path: string): string => {
  try {
    const tell = (s: BigIntStats) =>
      s.isDirectory() ? `${s.dev}:${s.ino}` : `${s.dev}:${s.ino}:${s.size}:${s.mtimeNs}:${s.ctimeNs}`
    return told(path, tell, statSync)
  } catch {
    return '?'
  }
}
