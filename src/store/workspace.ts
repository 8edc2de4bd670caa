import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  flushFolder,
  LARGEST_FILE,
  look,
  makeParents,
  namesIn,
  parentsStand,
  readRegular,
  removeIfThere,
  replaceFile,
} from './disk.ts'
import { guarded } from './git-faults.ts'
import { ANSWERS_END, CACHE_FOLDER, LOCAL_FOLDER, SEEN_FOLDER, WORKSPACE_FOLDER } from './layout.ts'
import type { Seen, Workspace } from './local.ts'
import { discardedPath } from './memory-workspace.ts'
import { newOwnerId, OWNER_PATTERN } from './owner.ts'
import { checkPath, checkSegment } from './paths.ts'
import type { Repository } from './repository.ts'
import { ownerGone } from './ticket-lock.ts'

export interface WorkspaceOptions {
  /** Folder of the copies, relative to the main work tree; `<user>` stands for the user, else it is appended. */
  readonly root?: string
  /** Largest copy that is read, in bytes. */
  readonly limit?: number
}

const USER = '<user>'
const TEMPORARY = new RegExp(`\\.qms-tmp-(${OWNER_PATTERN})$`)

/** The local files on disk, in the main work tree, listed in git's own ignore file. */
export class DiskWorkspace implements Workspace {
  readonly #repository: Repository
  readonly #pattern: string
  readonly #limit: number
  #ignored: Promise<void> | undefined

  /** @throws BAD_NAME where the root is not a plain relative path. */
  constructor(repository: Repository, options: WorkspaceOptions = {}) {
    const root = (options.root ?? WORKSPACE_FOLDER).replace(/\/+$/, '')
    this.#repository = repository
    this.#pattern = root.includes(USER) ? root : `${root}/${USER}`
    this.#limit = options.limit ?? LARGEST_FILE
    checkPath(this.#folder('user'))
  }

  read(user: string, id: string): Promise<Uint8Array | null> {
    return readRegular(this.#root, this.pathOf(user, id), this.#limit)
  }

  /** The copy first: if the power goes before the record of its base, the copy looks older than it is, which is safe. */
  async write(user: string, id: string, bytes: Uint8Array, base: string | null): Promise<void> {
    await this.#ignore()
    await this.#put(this.pathOf(user, id), bytes)
    if (base === null) await this.#drop(this.#basePath(user, id))
    else await this.#put(this.#basePath(user, id), Buffer.from(`${base}\n`))
  }

  async base(user: string, id: string): Promise<string | null> {
    const bytes = await readRegular(this.#root, this.#basePath(user, id), 1000)
    return bytes?.toString('utf8').trim() || null
  }

  async remove(user: string, id: string): Promise<void> {
    await this.#drop(this.pathOf(user, id))
    await this.#drop(this.#basePath(user, id))
  }

  async discard(user: string, id: string): Promise<string | null> {
    const aside = await this.#putAside(user, id, this.pathOf(user, id))
    if (aside !== null) await this.#drop(this.#basePath(user, id))
    return aside
  }

  answers(user: string, id: string): Promise<Uint8Array | null> {
    return readRegular(this.#root, this.answersPath(user, id))
  }

  async keepAnswers(user: string, id: string, bytes: Uint8Array): Promise<void> {
    await this.#ignore()
    await this.#put(this.answersPath(user, id), bytes)
  }

  removeAnswers(user: string, id: string): Promise<void> {
    return this.#drop(this.answersPath(user, id))
  }

  discardAnswers(user: string, id: string): Promise<string | null> {
    return this.#putAside(user, id, this.answersPath(user, id), ANSWERS_END)
  }

  answersPath(user: string, id: string): string {
    return `${this.#place(user, id)}/${id}${ANSWERS_END}`
  }

  async list(user: string): Promise<readonly string[]> {
    checkSegment(user, 'user')
    const folder = this.#folder(user)
    if (!parentsStand(this.#root, `${folder}/x`)) return []
    const names = await guarded('read', folder, () => namesIn(join(this.#root, folder)))
    const copies = names.filter((name) => !name.startsWith('.') && name.endsWith('.md'))
    return copies
      .filter((name) => look(join(this.#root, folder, name))?.isFile())
      .map((name) => name.slice(0, -3))
      .sort()
  }

  pathOf(user: string, id: string): string {
    return `${this.#place(user, id)}/${id}.md`
  }

  async seen(user: string, id: string): Promise<Seen | null> {
    const bytes = await readRegular(this.#root, this.#seenPath(user, id), 10_000).catch(() => null)
    return bytes === null ? null : parseSeen(bytes)
  }

  async markSeen(user: string, id: string, seen: Seen): Promise<void> {
    const path = this.#seenPath(user, id)
    const text = `${JSON.stringify({ content: seen.content, round: seen.round })}\n`
    await this.#note(path, Buffer.from(text))
  }

  async recall(name: string): Promise<Uint8Array | null> {
    return readRegular(this.#root, cachePath(name)).catch(() => null)
  }

  async keep(name: string, bytes: Uint8Array): Promise<void> {
    const path = cachePath(name)
    await this.#sweep(dirname(join(this.#root, path))).catch(() => undefined)
    await this.#note(path, bytes)
  }

  get #root(): string {
    return this.#repository.mainRoot
  }

  #folder(user: string): string {
    return this.#pattern.replaceAll(USER, user)
  }

  #place(user: string, id: string): string {
    checkSegment(user, 'user')
    checkSegment(id, 'document')
    return this.#folder(user)
  }

  #basePath(user: string, id: string): string {
    return `${this.#place(user, id)}/.base/${id}`
  }

  #seenPath(user: string, id: string): string {
    this.#place(user, id)
    return `${SEEN_FOLDER}/${user}/${id}.json`
  }

  /** Whole or not at all, unless the power goes: then it may be gone or torn, and counts as absent. Never fails. */
  async #note(path: string, bytes: Uint8Array): Promise<void> {
    await this.#ignore()
      .then(() => replaceFile(this.#root, path, bytes, newOwnerId(), undefined, { flush: false }))
      .catch(() => undefined)
  }

  async #put(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.#root, path)
    await makeParents(this.#root, path)
    // Renaming would replace a link, not follow it; but a link in the place of a copy is somebody's doing.
    await readRegular(this.#root, path)
    await this.#sweep(dirname(file)).catch(() => undefined)
    await replaceFile(this.#root, path, bytes, newOwnerId())
    await flushFolder(dirname(file))
  }

  async #putAside(user: string, id: string, path: string, end?: string): Promise<string | null> {
    const bytes = await readRegular(this.#root, path)
    if (bytes === null) return null
    await this.#ignore()
    const aside = discardedPath(user, id, bytes, end)
    await makeParents(this.#root, aside)
    await guarded('move', path, () => renameSync(join(this.#root, path), join(this.#root, aside)))
    await flushFolder(dirname(join(this.#root, aside)))
    return aside
  }

  async #drop(path: string): Promise<void> {
    if (!parentsStand(this.#root, path)) return
    await guarded('remove', path, () => removeIfThere(join(this.#root, path)))
  }

  /** Temporary files that killed processes left in a folder we write to anyway. */
  async #sweep(folder: string): Promise<void> {
    for (const name of await namesIn(folder)) {
      const owner = TEMPORARY.exec(name)?.[1]
      if (owner && (await ownerGone(join(folder, name), owner))) await removeIfThere(join(folder, name))
    }
  }

  #ignore(): Promise<void> {
    const inside = this.#pattern.startsWith(`${LOCAL_FOLDER}/`)
    const own = inside ? [] : [`/${this.#pattern.replaceAll(USER, '*')}/`]
    this.#ignored ??= this.#repository.ignore([`/${LOCAL_FOLDER}/`, ...own]).catch((error: unknown) => {
      this.#ignored = undefined
      throw error
    })
    return this.#ignored
  }
}

function cachePath(name: string): string {
  checkSegment(name, 'cache')
  return `${CACHE_FOLDER}/${name}`
}

function parseSeen(bytes: Buffer): Seen | null {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value !== 'object' || value === null || !('content' in value) || !('round' in value))
      return null
    const { content, round } = value
    return typeof content === 'string' && typeof round === 'number' ? { content, round } : null
  } catch {
    return null
  }
}
