/** What this program stands on: node, git, and the compiled code that is kept between starts. */
import { accessSync, constants } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { look, namesIn } from '../disk.ts'
import { processLives, startOf } from '../owner.ts'
import { Git } from '../plumbing.ts'
import type { CodeCache, MachineProbe } from '../probe.ts'

export const machineProbe = (cwd: string): MachineProbe => ({
  node: process.versions.node,
  git: async () => (await new Git(cwd).text(['--version'])).replace(/^git version /, ''),
  codeCache: () => codeCache(codeFolder()),
  dropCode: (names) => dropCode(codeFolder(), names),
})

/** As bin/qms.cjs finds it. */
function codeFolder(): string | null {
  const { QMS_CODE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env
  const base = [XDG_CACHE_HOME, LOCALAPPDATA, join(homedir(), '.cache')].find((f) => f && isAbsolute(f))
  return QMS_CODE_CACHE === '0' || !base ? null : join(base, 'qms', 'code')
}

async function codeCache(folder: string | null): Promise<CodeCache> {
  if (folder === null || look(folder) === null) return { folder, writable: true, unusable: [] }
  const names = await namesIn(folder).catch(() => [])
  const unusable = names.filter((name) => isUnusable(folder, name))
  return { folder, writable: isWritable(folder), unusable }
}

const NAME = /\.bin(?:\.(\d+))?$/

/** What a start would neither believe nor be able to replace, and what a killed one had half written. */
function isUnusable(folder: string, name: string): boolean {
  const [matched, pid] = NAME.exec(name) ?? []
  const stats = look(join(folder, name))
  if (matched === undefined || stats === null) return false
  if (pid !== undefined) return !processLives(Number(pid), startOf(Number(pid)) ?? 'none')
  const own = process.geteuid === undefined || stats.uid === process.geteuid()
  return !stats.isFile() || !own || (stats.mode & 0o022) !== 0
}

async function dropCode(folder: string | null, names: readonly string[]): Promise<string[]> {
  const gone: string[] = []
  if (folder === null) return gone
  for (const name of names.filter((n) => NAME.test(n) && isUnusable(folder, n))) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined)
    if ((await lstat(join(folder, name)).catch(() => null)) === null) gone.push(name)
  }
  return gone
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
