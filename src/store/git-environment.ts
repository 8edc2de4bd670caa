import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve, sep } from 'node:path'
import { refuse } from '../errors.ts'

/** What of the parent's `GIT_*` reaches a git child. Everything else could redirect it (`GIT_DIR`) or run programs. */
const PASSED_ON = new Set(['GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'GIT_CEILING_DIRECTORIES'])

/** Not of git, but git (or simple-git's guard) would act on them; the certificates cost 125 ms a node child. */
const REMOVED = new Set(['NODE_EXTRA_CA_CERTS', 'EDITOR', 'VISUAL', 'PAGER', 'PREFIX', 'SSH_ASKPASS'])

const FIXED = {
  GIT_ADVICE: '0',
  // No transport at all: nothing here fetches, and a partial clone would by running what its configuration names.
  GIT_ALLOW_PROTOCOL: '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_GRAFT_FILE: '/dev/null/none',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Configuration that beats whatever a repository says about itself. */
export const HARDENING: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.ignoreCase=false',
  'core.quotePath=false',
  'core.pager=cat',
  'core.fsync=all',
  'protocol.ext.allow=never',
  'commit.gpgsign=false',
  'log.showSignature=false',
  'i18n.logOutputEncoding=UTF-8',
  'gc.auto=0',
  'maintenance.auto=false',
]

export const HARDENING_ARGS: readonly string[] = HARDENING.flatMap((setting) => ['-c', setting])

/** The environment of every git child: the parent's, closed to all that could steer git. */
export function closedEnvironment(parent: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && isHarmless(name)) kept[name] = value
  }
  return { ...kept, ...FIXED }
}

/** Where git keeps the objects of a push until it is accepted. */
const QUARANTINE = ['GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES', 'GIT_QUARANTINE_PATH']

/**
 * What lets a git child see the objects of a push that is not accepted yet; nothing where git keeps none apart.
 * @throws GIT where the quarantine is not one of this very repository.
 */
export function quarantineOf(
  commonDir: string,
  cwd: string,
  parent: NodeJS.ProcessEnv,
): Record<string, string> {
  const path = parent.GIT_QUARANTINE_PATH
  if (!path) return {}
  const own = realpathSync(join(commonDir, 'objects')) + sep
  const apart = [path, parent.GIT_OBJECT_DIRECTORY ?? ''].map((folder) => realpathSync(resolve(cwd, folder)))
  if (!apart.every((folder) => folder.startsWith(own)))
    throw refuse('GIT', {
      command: 'git receive-pack',
      reason: `GIT_QUARANTINE_PATH names ${path}, which is no part of ${commonDir}`,
    })
  return Object.fromEntries(QUARANTINE.flatMap((name) => (parent[name] ? [[name, parent[name]]] : [])))
}

function isHarmless(name: string): boolean {
  const upper = name.toUpperCase()
  return upper.startsWith('GIT_') ? PASSED_ON.has(upper) : !REMOVED.has(upper)
}

let found: { readonly path: string; readonly binary: string } | undefined

/** Absolute path of git, looked up once. Relative entries of PATH are skipped: they would run what a project planted. */
export function gitBinary(): string {
  const path = process.env.PATH ?? ''
  if (found?.path !== path) found = { path, binary: lookUp(path) }
  return found.binary
}

function lookUp(path: string): string {
  const name = process.platform === 'win32' ? 'git.exe' : 'git'
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    const candidate = join(folder, name)
    if (isProgram(candidate)) return candidate
  }
  throw refuse('GIT_MISSING', { reason: 'no git in any absolute folder of PATH' })
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
