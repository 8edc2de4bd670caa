/**
 * Where an ordinary repository is and what its configuration says, read without asking git: to start it costs more
 * than all the rest of a short command. Ordinary is what nothing could be misread in; for everything else the answer
 * is null, and git is asked. Where there is an answer, it is git's own.
 */
import { lstatSync, readFileSync, realpathSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { look } from './disk.ts'
import { type Setting, type Settings, settingsOf } from './settings.ts'

export interface Ordinary {
  /** Top folder of the only worktree, its links resolved. */
  readonly root: string
  readonly gitDir: string
  readonly settings: Settings
}

/** The ordinary repository that holds `cwd`; null where there is none, or one that git should be asked about. */
export const ordinaryRepository = (cwd: string): Ordinary | null => {
  try {
    const root = process.geteuid && !process.env.GIT_CEILING_DIRECTORIES ? above(realpathSync(cwd)) : null
    if (root === null) return null
    const gitDir = join(root, '.git')
    if (!isWhole(gitDir) || look(join(gitDir, 'commondir')) || look(join(gitDir, 'worktrees'))) return null
    const settings = plainSettings(readFileSync(join(gitDir, 'config'), 'utf8'))
    return settings && { root, gitDir, settings: settingsOf(settings) }
  } catch {
    return null // whatever stands in the way: git has the better words for it
  }
}

/** The nearest folder at or above `from` with a `.git` folder; null where anything else that git looks at comes first. */
const above = (from: string): string | null => {
  const { dev } = lstatSync(from)
  for (let at = from; ; at = dirname(at)) {
    const own = lstatSync(at)
    if (own.dev !== dev || look(join(at, 'HEAD'))) return null
    const git = look(join(at, '.git'))
    if (git) return git.isDirectory() && isOurs(own) && isOurs(git) ? at : null
    if (dirname(at) === at) return null
  }
}

/** Git refuses repositories of other people unless it is told otherwise; whether it is told, only git knows. */
const isOurs = (stats: Stats): boolean => stats.uid === process.geteuid?.()

const isWhole = (gitDir: string): boolean =>
  look(join(gitDir, 'HEAD'))?.isFile() === true &&
  look(join(gitDir, 'config'))?.isFile() === true &&
  look(join(gitDir, 'objects'))?.isDirectory() === true &&
  look(join(gitDir, 'refs'))?.isDirectory() === true

const SECTION = /^\[([A-Za-z0-9.-]+)(?: "([^"\\]*)")?\]$/
const VALUE = /^([A-Za-z][A-Za-z0-9-]*)(?: *= *([^"\\#;]*))?$/

/** Sections that change where things are, or bring in other files. */
const UNUSUAL = new Set(['include', 'includeif', 'extensions'])
const UNUSUAL_KEYS = new Set(['core.worktree', 'core.repositoryformatversion', 'core.bare'])

/** The lines of a configuration that has nothing but sections and simple values; null where it has anything else. */
const plainSettings = (text: string): Setting[] | null => {
  const all: Setting[] = []
  let section = ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const head = SECTION.exec(line)
    const value = VALUE.exec(line)
    if (head) {
      const name = head[1]!.toLowerCase()
      if (UNUSUAL.has(name)) return null
      section = head[2] === undefined ? name : `${name}.${head[2]}`
    } else if (value && section !== '' && isUsual(`${section}.${value[1]!.toLowerCase()}`, value[2])) {
      const key = `${section}.${value[1]!.toLowerCase()}`
      all.push({ scope: 'local', key, value: value[2] === undefined ? 'true' : value[2].trimEnd() })
    } else return null
  }
  return all
}

/** A repository of format 0 with a work tree: everything else has extensions, or its files elsewhere. */
const isUsual = (key: string, value: string | undefined): boolean =>
  !UNUSUAL_KEYS.has(key) || (key === 'core.repositoryformatversion' ? value === '0' : value === 'false')
