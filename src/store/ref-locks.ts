/** Lock files of references that a killed git child of ours left. A lock that could be anybody else's stays. */
import { readdirSync, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readText, removeIfThere } from './disk.ts'
import type { Repository } from './repository.ts'
import type { LockLeft } from './store.ts'

interface Traces {
  /** The commit that only our transaction could have written into a lock. */
  readonly next: string | null
  /** When the transaction began, milliseconds since the epoch. */
  readonly since: number
}

/** A living git holds a lock that it has not yet written into for a moment only, and open. */
const QUARANTINE_MS = 1000

/**
 * Removes `<branch>.lock` and `HEAD.lock` where they are ours beyond doubt: they name our commit, or they are empty,
 * were made since our transaction began, still lie there after a second, and no process has them open.
 * Call only when the git child that may have made them is known to be dead.
 * @returns what could not be removed, which the disk or a limit is to blame for.
 */
export async function dropDeadRefLocks(
  repository: Pick<Repository, 'commonDir' | 'branchRef'>,
  gitDir: string,
  traces: Traces,
): Promise<LockLeft[]> {
  const left: LockLeft[] = []
  for (const file of [join(repository.commonDir, `${repository.branchRef}.lock`), join(gitDir, 'HEAD.lock')])
    if (await isOurs(file, traces))
      await removeIfThere(file).catch((error) =>
        left.push({ kind: 'LOCK_LEFT', path: file, reason: String(error) }),
      )
  return left
}

async function isOurs(file: string, traces: Traces): Promise<boolean> {
  const text = textOr(file)
  if (text === null) return false
  if (text !== '') return text.trim() === traces.next
  const before = await stat(file).catch(() => null)
  if (before === null || before.ctimeMs < traces.since - 1000) return false
  await sleep(QUARANTINE_MS)
  const after = await stat(file).catch(() => null)
  return (
    after !== null && after.ino === before.ino && after.ctimeMs === before.ctimeMs && !isOpenSomewhere(after)
  )
}

function textOr(file: string): string | null {
  try {
    return readText(file)
  } catch {
    return null
  }
}

/** Looks through the open files of every process; where that cannot be seen the answer is yes. */
function isOpenSomewhere(file: { readonly ino: number; readonly dev: number }): boolean {
  if (process.platform !== 'linux') return true
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => openFilesOf(pid).some((open) => open.ino === file.ino && open.dev === file.dev))
}

function openFilesOf(pid: string): { ino: number; dev: number }[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const stats = statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false })
      return stats ? [{ ino: stats.ino, dev: stats.dev }] : []
    })
  } catch {
    return []
  }
}
