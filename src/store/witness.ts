/** What this machine remembers of stores: a small file for each clone, and the checkpoints of each store. */
import { dirname, join } from 'node:path'
import { refuse } from '../errors.ts'
import { cloneAt } from './clone.ts'
import { flushFolder, namesIn, readRegular, replaceFile } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { LastSeen, Witness } from './local.ts'
import { newOwnerId } from './owner.ts'
import { privateFolder, putSmall, readSmall } from './private-file.ts'
import { stateFolder } from './state-folder.ts'

/** Of the file for each clone; another number is not understood and written anew. */
const FORMAT = 1
const KEPT = /^\d{6,}-[0-9a-f]{16}\.json$/

export class DiskWitness implements Witness {
  readonly #folder: string | null
  readonly #commonDir: string

  /** @param commonDir git's folder that all work trees of the clone share */
  constructor(commonDir: string, folder: string | null = stateFolder()) {
    this.#folder = folder
    this.#commonDir = commonDir
  }

  seen(): LastSeen | null {
    if (this.#folder === null) return null
    try {
      return parse(readSmall(this.#ownFile(this.#folder)), cloneAt(this.#commonDir).path)
    } catch {
      return null // whatever is there, it is nothing that this program wrote
    }
  }

  see(before: LastSeen | null, seen: LastSeen): void {
    if (this.#folder === null || this.seen()?.tip !== before?.tip) return
    try {
      putSmall(
        this.#ownFile(this.#folder),
        `${JSON.stringify({ format: FORMAT, clone: cloneAt(this.#commonDir).path, ...seen })}\n`,
      )
    } catch {
      // a home that cannot be written is no reason to fail
    }
  }

  async kept(store: string): Promise<readonly string[]> {
    if (this.#folder === null) return []
    const names = await guarded('read', this.#folder, () =>
      namesIn(join(this.#folder ?? '', folderOf(store))),
    )
    return names
      .filter((name) => KEPT.test(name))
      .sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1))
  }

  async read(store: string, name: string): Promise<Uint8Array | null> {
    return this.#folder === null ? null : readRegular(this.#folder, `${folderOf(store)}/${name}`)
  }

  async keep(store: string, digest: string, bytes: Uint8Array): Promise<string> {
    const folder = this.#folder
    if (folder === null)
      throw refuse('IO', {
        operation: 'write',
        reason: 'this user has no home folder to keep a checkpoint in',
      })
    await guarded('create folder', folder, () => privateFolder(folder))
    const path = `${folderOf(store)}/${await this.#nextNumber(store)}-${digest.slice(0, 16)}.json`
    await replaceFile(folder, path, bytes, newOwnerId())
    await flushFolder(dirname(join(folder, path)))
    return join(folder, path)
  }

  /** Checkpoints are counted: clocks are set back. */
  async #nextNumber(store: string): Promise<string> {
    return String(numberOf((await this.kept(store)).at(-1) ?? '0') + 1).padStart(6, '0')
  }

  #ownFile(folder: string): string {
    return join(folder, 'clones', `${cloneAt(this.#commonDir).name}.json`)
  }
}

const numberOf = (name: string): number => Number.parseInt(name, 10)

const folderOf = (store: string): string => `checkpoints/${store.slice(0, 32)}`

function parse(text: string, clone: string): LastSeen | null {
  const { format, clone: of, tip, store, warned } = JSON.parse(text)
  const known = format === FORMAT && of === clone && typeof tip === 'string'
  return known ? { tip, store: typeof store === 'string' ? store : null, warned: parseWarned(warned) } : null
}

function parseWarned(value: LastSeen['warned'] | undefined): LastSeen['warned'] {
  const { tip, trails, path, reason } = value ?? {}
  const known = typeof trails === 'number' && typeof path === 'string' && typeof reason === 'string'
  return known ? { tip: tip ?? null, trails, path, reason } : null
}
