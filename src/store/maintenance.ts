/**
 * Loose objects are packed by git's own maintenance, in a process that outlives this one: one at a time (git's lock),
 * at the lowest priority, and only where they are many. It removes what is in a pack already, and never prunes.
 */
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import type { Repository } from './repository.ts'

/** Git's own estimate: ids are spread evenly, so that one folder of 256 tells how many there are. */
const SAMPLE = '17'
/** Some 4,000 objects: half of what makes git pack by itself, and some 400 transitions. */
const MANY = 16

const TASKS = ['--task=loose-objects', '--task=commit-graph']

/** Whether a process was started. Never throws: nothing of the work depends on it. */
export async function packLater(repository: Repository, many = MANY): Promise<boolean> {
  if (looseIn(repository) < many || !(await isOurs(repository))) return false
  const child = repository.git.startDetached(['maintenance', 'run', '--quiet', ...TASKS])
  child.on('error', () => undefined)
  if (child.pid === undefined) return false
  lower(child.pid)
  child.unref()
  return true
}

/** Whether its objects are ours to pack: not where the user forbids it, and not of a clone that lacks some. */
async function isOurs(repository: Repository): Promise<boolean> {
  const { shared, maintained } = await repository.writing()
  return maintained && !shared && repository.incomplete() === null
}

function looseIn(repository: Repository): number {
  try {
    return readdirSync(join(repository.commonDir, 'objects', SAMPLE)).length
  } catch {
    return 0
  }
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW)
  } catch {
    // It has ended, or the system knows no priorities.
  }
}
