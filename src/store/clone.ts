/** Which clone this is, among all that this user has: what is kept for it outside of it goes by that. */
import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'

export interface Clone {
  /** Where git's folder that all work trees of the clone share truly lies. */
  readonly path: string
  /** 32 hex digits of that: the name of what is kept for it. */
  readonly name: string
}

const known = new Map<string, Clone>()

/** @throws what the system says where the folder is gone, such as ENOENT */
export const cloneAt = (commonDir: string): Clone => {
  const clone = known.get(commonDir) ?? lookedUp(commonDir)
  known.set(commonDir, clone)
  return clone
}

const lookedUp = (commonDir: string): Clone => {
  const path = realpathSync(commonDir)
  return { path, name: createHash('sha256').update(path).digest('hex').slice(0, 32) }
}
