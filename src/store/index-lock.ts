/**
 * Git's index of one work tree, changed at named paths only. The lock is taken as git takes it, by creating
 * `index.lock`, but as a second name of a file of ours: equal inodes prove later that the lock is ours to remove.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { refuse } from '../errors.ts'
import { flush, linkNew, namesIn, nullIfAbsent, removeIfThere, sameFile } from './disk.ts'
import { guarded } from './git-faults.ts'
import { IndexFile, type IndexUpdates, type Staged } from './index-file.ts'
import { OWNER_PATTERN } from './owner.ts'
import type { Git } from './plumbing.ts'
import { ownerGone } from './ticket-lock.ts'
import type { Worktree } from './worktrees.ts'

const WAIT_MS = 5000
const PATHS_A_CALL = 400
/** Every call reads the whole index: for more paths it is read once, and they are picked out. */
const CALLS_AT_MOST = 4
const OURS = new RegExp(`^index\\.qms-tmp-(${OWNER_PATTERN})$`)

const lockOf = (gitDir: string): string => join(gitDir, 'index.lock')
const temporaryIn = (gitDir: string, id: string): string => join(gitDir, `index.qms-tmp-${id}`)
const scratchIn = (gitDir: string, id: string): string => join(gitDir, `index.qms-new-${id}`)

export class IndexLock {
  readonly #worktree: Worktree
  readonly #git: Git
  readonly #id: string
  readonly #oidLength: number
  #held = false
  #file: Promise<IndexFile | null> | undefined

  private constructor(worktree: Worktree, git: Git, id: string, oidLength: number) {
    this.#worktree = worktree
    this.#git = git.at(worktree.gitDir, worktree.gitDir)
    this.#id = id
    this.#oidLength = oidLength
  }

  /** @throws LOCKED when another program keeps `index.lock` for five seconds; IO. */
  static async take(worktree: Worktree, git: Git, id: string, oidLength: number): Promise<IndexLock> {
    const lock = new IndexLock(worktree, git, id, oidLength)
    await guarded('lock', lockOf(worktree.gitDir), () => lock.#take())
    return lock
  }

  /** What the index says at `paths`. */
  async entries(paths: readonly string[]): Promise<Staged[]> {
    const file = await this.#read()
    return file === null ? this.#asked(paths) : file.entries(paths)
  }

  /** The lock is ours, so that nobody changes it meanwhile. Null where only git understands it, or there is none. */
  #read(): Promise<IndexFile | null> {
    const { gitDir } = this.#worktree
    this.#file ??= guarded('read', join(gitDir, 'index'), () => {
      const bytes = bytesOf(join(gitDir, 'index'))
      return bytes && IndexFile.read(bytes, this.#oidLength / 2)
    })
    return this.#file
  }

  async #asked(paths: readonly string[]): Promise<Staged[]> {
    const all: Staged[] = []
    if (paths.length > PATHS_A_CALL * CALLS_AT_MOST) return this.#entriesOf([], new Set(paths))
    for (let at = 0; at < paths.length; at += PATHS_A_CALL) {
      const some = paths.slice(at, at + PATHS_A_CALL)
      all.push(...(await this.#entriesOf(some, new Set(some))))
    }
    return all
  }

  async #entriesOf(asked: readonly string[], wanted: ReadonlySet<string>): Promise<Staged[]> {
    const output = await this.#git.bytes(['ls-files', '-s', '-t', '-z', '--', ...asked])
    return parseStaged(output.toString('utf8'), wanted)
  }

  /** Writes the new index into the lock file and flushes it. @param skip paths to mark as absent by intent. */
  async write(updates: IndexUpdates, skip: readonly string[]): Promise<void> {
    const { gitDir } = this.#worktree
    const bytes = skip.length === 0 ? (await this.#read())?.with(updates) : null
    await guarded('write', lockOf(gitDir), async () => {
      const old = statsOf(join(gitDir, 'index'))
      await this.#fill(bytes ?? (await this.#madeByGit(updates, skip)), old)
    })
  }

  async #madeByGit(updates: IndexUpdates, skip: readonly string[]): Promise<Buffer> {
    const { gitDir } = this.#worktree
    const scratch = scratchIn(gitDir, this.#id)
    try {
      copyIfThere(join(gitDir, 'index'), scratch)
      await this.#update(scratch, updates, skip)
      return readFileSync(scratch)
    } finally {
      await removeIfThere(scratch)
    }
  }

  /** Makes the written index the index. */
  async publish(): Promise<void> {
    const { gitDir } = this.#worktree
    await guarded('rename', lockOf(gitDir), () => renameSync(lockOf(gitDir), join(gitDir, 'index')))
    this.#held = false
    await removeIfThere(temporaryIn(gitDir, this.#id))
  }

  /** Lets go, leaving the index as it is. */
  async abandon(): Promise<void> {
    if (!this.#held) return
    this.#held = false
    await dropIndexLock(this.#worktree.gitDir, this.#id)
  }

  async #take(): Promise<void> {
    const { gitDir } = this.#worktree
    const temporary = temporaryIn(gitDir, this.#id)
    closeSync(openSync(temporary, 'wx', 0o666))
    this.#held = true
    try {
      await this.#takeTurn(temporary, lockOf(gitDir))
    } catch (error) {
      await this.abandon()
      throw error
    }
  }

  async #takeTurn(temporary: string, lock: string): Promise<void> {
    const start = Date.now()
    while (!linkNew(temporary, lock)) {
      if (await dropLockOfTheDead(this.#worktree.gitDir)) continue
      const waitedMs = Date.now() - start
      if (waitedMs > WAIT_MS) throw refuse('LOCKED', { path: lock, waitedMs, holder: 'another git program' })
      await sleep(10 + Math.random() * 30)
    }
  }

  async #update(scratch: string, updates: IndexUpdates, skip: readonly string[]): Promise<void> {
    const env = { GIT_INDEX_FILE: scratch, GIT_WORK_TREE: this.#worktree.gitDir }
    const options = { env, config: ['core.fsync=none'] }
    const zero = '0'.repeat(this.#oidLength)
    const input = [...updates].map(([path, oid]) => indexLine(path, oid, zero)).join('')
    await this.#git.bytes(['update-index', '-z', '--index-info'], { ...options, input })
    if (skip.length === 0) return
    const names = skip.map((path) => `${path}\0`).join('')
    await this.#git.bytes(['update-index', '-z', '--skip-worktree', '--stdin'], { ...options, input: names })
  }

  /**
   * Git is shown no work tree while it writes, or it would compare files changed in the last instant by running the
   * repository's filters. The index therefore keeps its old time, by which git knows that they need a second look.
   */
  async #fill(bytes: Uint8Array, old: Stats | null): Promise<void> {
    const descriptor = openSync(temporaryIn(this.#worktree.gitDir, this.#id), 'r+')
    try {
      ftruncateSync(descriptor)
      writeFileSync(descriptor, bytes)
      if (old) futimesSync(descriptor, old.atimeMs / 1000, Math.floor(old.mtimeMs) / 1000)
      await flush(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }
}

const statsOf = (file: string): Stats | null => statSync(file, { throwIfNoEntry: false }) ?? null

const bytesOf = (file: string): Buffer | null => {
  try {
    return readFileSync(file)
  } catch (error) {
    return nullIfAbsent(error)
  }
}

const copyIfThere = (file: string, to: string): void => {
  try {
    copyFileSync(file, to, constants.COPYFILE_FICLONE)
  } catch (error) {
    nullIfAbsent(error)
  }
}

/** Mode 0 removes; the object id is then ignored but must have the right length. */
const indexLine = (path: string, oid: string | null, zero: string): string =>
  oid === null ? `0 ${zero}\t${path}\0` : `100644 ${oid} 0\t${path}\0`

/** `<tag> <mode> <oid> <stage> TAB <path> NUL`. */
function parseStaged(output: string, wanted: ReadonlySet<string>): Staged[] {
  const all: Staged[] = []
  for (const line of output.split('\0')) {
    const [, tag, oid, stage, path] = /^(\S) \d+ ([0-9a-f]+) (\d)\t(.*)$/s.exec(line) ?? []
    if (oid && path && wanted.has(path))
      all.push({ path, oid, stage: Number(stage), skipped: tag === 'S' || tag === 's' })
  }
  return all
}

/** Whether `index.lock` is the one that owner `id` made. */
export const isIndexLockOf = (gitDir: string, id: string): boolean =>
  sameFile(temporaryIn(gitDir, id), lockOf(gitDir))

/** Makes the index that owner `id` had finished writing the index; false when its lock is no longer there. */
export async function finishIndex(gitDir: string, id: string): Promise<boolean> {
  if (!isIndexLockOf(gitDir, id)) return false
  renameSync(lockOf(gitDir), join(gitDir, 'index'))
  return true
}

/** Removes `index.lock` where owner `id` made it, and what else it had lying there. */
export async function dropIndexLock(gitDir: string, id: string): Promise<void> {
  if (isIndexLockOf(gitDir, id)) await removeIfThere(lockOf(gitDir))
  for (const file of [temporaryIn(gitDir, id), scratchIn(gitDir, id), `${scratchIn(gitDir, id)}.lock`])
    await removeIfThere(file)
}

/** An `index.lock` of ours whose journal was lost with the power: its second name still tells the owner. */
async function dropLockOfTheDead(gitDir: string): Promise<boolean> {
  const present = statsOf(lockOf(gitDir))
  if (present === null) return true
  if (present.nlink < 2) return false
  for (const name of await namesIn(gitDir)) {
    const id = OURS.exec(name)?.[1]
    if (id && isIndexLockOf(gitDir, id) && (await ownerGone(join(gitDir, name), id))) {
      await dropIndexLock(gitDir, id)
      return true
    }
  }
  return false
}
