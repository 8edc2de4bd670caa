/** The surroundings of a command, as they are on disk. Everything is looked at when it is asked for. */
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { CONFIG_FILE, LOCAL_FOLDER, STORE_FOLDER } from '../store/layout.ts'
import type { Repository } from '../store/repository.ts'
import { stateFolder } from '../store/state-folder.ts'
import type { Surroundings } from './surroundings.ts'

/** Bytes of a script that is still read. */
const LARGEST_SCRIPT = 400_000

/** Where agent tools keep the hooks of a project. */
export const TOOL_SETTINGS = [
  '.claude/settings.json',
  '.claude/settings.local.json',
  '.codex/hooks.json',
  '.gemini/settings.json',
] as const

export const surroundingsOf = async (repository: Repository): Promise<Surroundings> => {
  const tops = [...new Set([repository.root, repository.mainRoot])]
  const at = (names: readonly string[]) => tops.flatMap((top) => names.map((name) => join(top, name)))
  const state = stateFolder()
  const own = [repository.gitDir, repository.commonDir, ...(state === null ? [] : [state])]
  return {
    top: repository.root,
    home: homeOrNull(),
    places: [...new Set([...at([STORE_FOLDER, LOCAL_FOLDER, '.git', CONFIG_FILE]), ...own])],
    settings: at(TOOL_SETTINGS),
    mainTop: repository.mainRoot,
    ignoresCase: process.platform === 'darwin' || process.platform === 'win32',
    onBranch: (await repository.currentBranch()) === repository.branch,
    ours: (folder) => repositoryAt(folder) === realOf(repository.commonDir),
    text: textOf,
    real: (path) => realOf(path),
  }
}

const homeOrNull = (): string | null => {
  try {
    return homedir()
  } catch {
    return null
  }
}

/** The shared git folder that git would find from here; null where there is none. */
const repositoryAt = (folder: string): string | null => {
  for (let at = folder; ; at = dirname(at)) {
    if (basename(at) === '.git') return realOf(at)
    const found = gitFolderAt(join(at, '.git'))
    if (found !== null) return found
    if (dirname(at) === at) return null
  }
}

const gitFolderAt = (path: string): string | null => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (!stats) return null
  if (stats.isDirectory()) return realOf(path)
  const named = /^gitdir: (.+)$/m.exec(textOf(path) ?? '')?.[1]
  if (named === undefined) return null
  const own = resolve(dirname(path), named)
  const common = textOf(join(own, 'commondir'))
  return realOf(common === null ? own : resolve(own, common.trim()))
}

const textOf = (path: string): string | null => {
  try {
    const stats = statSync(path)
    if (!stats.isFile() || stats.size > LARGEST_SCRIPT) return null
    const text = readFileSync(path, 'utf8')
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** Links that lead to links. */
const MOST_LINKS = 20

/** A link to what is not there yet leads there all the same: whoever writes to it makes it. */
const realOf = (path: string, links = 0): string => {
  try {
    return realpathSync(path)
  } catch {
    const above = dirname(path)
    if (above === path) return path
    const to = links < MOST_LINKS ? linkOf(path) : null
    return to === null ? join(realOf(above, links), basename(path)) : realOf(resolve(above, to), links + 1)
  }
}

const linkOf = (path: string): string | null => {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
