/** Commands that this user trusts, in a small file for each clone. */
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { cloneAt } from './clone.ts'
import { guarded } from './git-faults.ts'
import type { Trust, TrustedCommand } from './local.ts'
import { putSmall, readSmall } from './private-file.ts'
import { stateFolder } from './state-folder.ts'

/** Of the file; another number is not understood, and nothing in it is trusted. */
const FORMAT = 1

export class DiskTrust implements Trust {
  readonly #folder: string | null
  readonly #commonDir: string

  /** @param commonDir git's folder that all work trees of the clone share */
  constructor(commonDir: string, folder: string | null = stateFolder()) {
    this.#folder = folder
    this.#commonDir = commonDir
  }

  list(): readonly TrustedCommand[] {
    if (this.#folder === null) return []
    try {
      const { format, clone, trusted } = JSON.parse(readSmall(this.#fileIn(this.#folder)))
      if (format !== FORMAT || clone !== cloneAt(this.#commonDir).path || !Array.isArray(trusted)) return []
      return trusted.filter(isTrusted)
    } catch {
      return [] // whatever is there, it is nothing that this program wrote
    }
  }

  async trust(command: TrustedCommand): Promise<void> {
    const others = this.list().filter(({ name }) => name !== command.name)
    await this.#keep([...others, command].sort((a, b) => (a.name < b.name ? -1 : 1)))
  }

  async remove(name: string): Promise<boolean> {
    const all = this.list()
    const left = all.filter((command) => command.name !== name)
    if (left.length < all.length) await this.#keep(left)
    return left.length < all.length
  }

  async #keep(trusted: readonly TrustedCommand[]): Promise<void> {
    const folder = this.#folder
    if (folder === null)
      throw refuse('IO', {
        operation: 'write',
        reason: 'this user has no home folder to remember trusted commands in',
      })
    const clone = cloneAt(this.#commonDir).path
    const file = this.#fileIn(folder)
    await guarded('write', file, () =>
      putSmall(file, `${JSON.stringify({ format: FORMAT, clone, trusted })}\n`),
    )
  }

  #fileIn(folder: string): string {
    return join(folder, 'trust', `${cloneAt(this.#commonDir).name}.json`)
  }
}

const isTrusted = (value: Partial<TrustedCommand> | null): value is TrustedCommand =>
  [value?.name, value?.digest, value?.command, value?.at].every((part) => typeof part === 'string')
