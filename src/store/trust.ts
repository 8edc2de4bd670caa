/** Commands that this user trusts, in a small file for each clone. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { replaceFile } from './disk.ts'
import { guarded } from './git-faults.ts'
import type { Trust, TrustedCommand } from './local.ts'
import { newOwnerId } from './owner.ts'
import { stateFolder } from './state-folder.ts'

/** Of the file; another number is not understood, and nothing in it is trusted. */
const FORMAT = 1

export class DiskTrust implements Trust {
  readonly #folder: string | null
  readonly #clone: string

  /** @param commonDir git's folder that all work trees of the clone share */
  constructor(commonDir: string, folder: string | null = stateFolder()) {
    this.#folder = folder
    this.#clone = realpathSync(commonDir)
  }

  list(): readonly TrustedCommand[] {
    if (this.#folder === null) return []
    try {
      const { format, clone, trusted } = JSON.parse(readFileSync(join(this.#folder, this.#path), 'utf8'))
      if (format !== FORMAT || clone !== this.#clone || !Array.isArray(trusted)) return []
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
    await guarded('create folder', folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }))
    const text = `${JSON.stringify({ format: FORMAT, clone: this.#clone, trusted })}\n`
    await replaceFile(folder, this.#path, Buffer.from(text), newOwnerId())
  }

  get #path(): string {
    return `trust/${createHash('sha256').update(this.#clone).digest('hex').slice(0, 32)}.json`
  }
}

const isTrusted = (value: Partial<TrustedCommand> | null): value is TrustedCommand =>
  [value?.name, value?.digest, value?.command, value?.at].every((part) => typeof part === 'string')
