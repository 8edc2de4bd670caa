/**
 * Calls of agents that are under way, as files of this user: `<dispatch>.<owner>.json`, where the owner is the process
 * that waits for the agent, with what the agent is resumed by as soon as that is known.
 */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { cloneAt } from './clone.ts'
import { guarded } from './git-faults.ts'
import type { Calls, Waiting } from './local.ts'
import { liveness, newOwnerId, OWNER_PATTERN } from './owner.ts'
import { putSmall, readSmall } from './private-file.ts'
import { stateFolder } from './state-folder.ts'

const FORMAT = 1
const FILE = new RegExp(`^(D-\\d+)\\.(${OWNER_PATTERN})\\.json$`)

interface Kept {
  readonly file: string
  readonly owner: string
}

export class DiskCalls implements Calls {
  readonly #state: string | null
  readonly #commonDir: string
  /** Of this process: the file of each dispatch that it waits for. */
  readonly #own = new Map<string, string>()

  /** @param commonDir git's folder that all work trees of the clone share */
  constructor(commonDir: string, state: string | null = stateFolder()) {
    this.#state = state
    this.#commonDir = commonDir
  }

  async wait(dispatch: string): Promise<void> {
    if (this.#own.has(dispatch)) return
    const folder = this.#folder()
    if (folder === null)
      throw refuse('IO', { operation: 'write', reason: 'this user has no home folder to keep a call in' })
    // What is there of this name and not alive is of another store, which stood here before.
    for (const { file, owner } of this.#of(dispatch)) if (liveness(owner) !== 'alive') this.#remove(file)
    const file = `${dispatch}.${newOwnerId()}.json`
    await guarded('write', folder, () => this.#put(file, null))
    this.#own.set(dispatch, file)
  }

  met(dispatch: string, instance: string): void {
    const file = this.#own.get(dispatch)
    if (file === undefined) return
    try {
      this.#put(file, instance)
    } catch {
      // A full disk is no reason to end the agent.
    }
  }

  known(dispatch: string): Waiting | null {
    const kept = this.#of(dispatch)
    if (kept.length === 0) return null
    const instances = kept.flatMap(({ file }) => this.#instance(file) ?? [])
    // Of one that cannot be looked at from here, its time has to tell.
    const waits = kept.some(({ owner }) => liveness(owner) !== 'dead')
    return { waits, instance: instances[0] ?? null }
  }

  forget(dispatch: string): void {
    const own = this.#own.get(dispatch)
    this.#own.delete(dispatch)
    for (const { file, owner } of this.#of(dispatch))
      if (file === own || liveness(owner) === 'dead') this.#remove(file)
  }

  #of(dispatch: string): Kept[] {
    return this.#names().flatMap((file) => {
      const [, of, owner] = FILE.exec(file) ?? []
      return of === dispatch && owner !== undefined ? [{ file, owner }] : []
    })
  }

  #names(): string[] {
    try {
      const folder = this.#folder()
      return folder === null ? [] : readdirSync(folder)
    } catch {
      return []
    }
  }

  #put(file: string, instance: string | null): void {
    putSmall(join(this.#folder() ?? '', file), `${JSON.stringify({ format: FORMAT, instance })}\n`)
  }

  #instance(file: string): string | null {
    try {
      const { format, instance } = JSON.parse(readSmall(join(this.#folder() ?? '', file)))
      return format === FORMAT && typeof instance === 'string' ? instance : null
    } catch {
      return null // whatever is there, it is nothing that this program wrote
    }
  }

  #remove(file: string): void {
    try {
      rmSync(join(this.#folder() ?? '', file), { force: true })
    } catch {
      // It is of a process that has ended: nobody is misled by it.
    }
  }

  #folder(): string | null {
    if (this.#state === null) return null
    return join(this.#state, 'calls', cloneAt(this.#commonDir).name)
  }
}
