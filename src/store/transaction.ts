/** One attempt to make a change the successor of its base. Source: design of the store, "One transaction", 3 to 5. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { QmsError, refuse } from '../errors.ts'
import { Committed } from './committed.ts'
import { flushFolder } from './disk.ts'
import { errno } from './git-faults.ts'
import { GitSnapshot } from './git-snapshot.ts'
import { importCommit } from './import-commit.ts'
import { IndexLock } from './index-lock.ts'
import { Journal } from './journal.ts'
import { STORE_FOLDER } from './layout.ts'
import { newOwnerId } from './owner.ts'
import { dropDeadRefLocks } from './ref-locks.ts'
import { RefTransaction } from './ref-transaction.ts'
import type { Repository } from './repository.ts'
import type { Writing } from './settings.ts'
import type { Change, LockLeft, Outcome, StoreNotice, Tip } from './store.ts'
import {
  bringUp,
  changedPaths,
  findView,
  handEdited,
  rememberShown,
  shownTip,
  type View,
  type Wanted,
} from './views.ts'
import { headOf } from './worktrees.ts'
import { isSmall, writeCommit } from './write-commit.ts'

const REF_WAIT_MS = 5000
const READ_BACK = 'read back'

/** @param expected where the branch must be for the change to count: zeros for a branch that must not exist. */
export async function transact(
  repository: Repository,
  base: GitSnapshot,
  expected: string,
  change: Change,
): Promise<Outcome> {
  const [view, writing] = await Promise.all([findView(repository, base, change), repository.writing()])
  const attempt = new Attempt(repository, base, expected, change, view, writing)
  await attempt.refuseHandEdits()
  return attempt.run()
}

class Attempt {
  readonly #repository: Repository
  readonly #base: GitSnapshot
  readonly #expected: string
  readonly #change: Change
  readonly #view: View | null
  readonly #writing: Writing
  readonly #id = newOwnerId()
  readonly #startedAt = Date.now()
  readonly #committed: Committed
  readonly #locksLeft: LockLeft[] = []
  #index: IndexLock | null = null

  constructor(
    repository: Repository,
    base: GitSnapshot,
    expected: string,
    change: Change,
    view: View | null,
    writing: Writing,
  ) {
    this.#repository = repository
    this.#base = base
    this.#expected = expected
    this.#change = change
    this.#view = view
    this.#writing = writing
    this.#committed = new Committed(repository, [base])
  }

  /** @throws HAND_EDIT, LINK_IN_STORE: before anything is written. */
  async refuseHandEdits(): Promise<void> {
    for (const path of this.#paths) await this.#base.oidOf(path)
    if (this.#view === null) return
    const paths = await handEdited(this.#view, this.#change, this.#committed)
    if (paths.length > 0) throw refuse('HAND_EDIT', { paths })
  }

  async run(): Promise<Outcome> {
    const journal = await this.#openJournal()
    const next = await this.#publish(journal)
    if (next === null) return { won: false }
    try {
      return { won: true, tip: next, warnings: await this.#follow(journal, next) }
    } catch (error) {
      await journal.behind()
      throw error
    }
  }

  /** The new tip; null when somebody else was faster. Leaves nothing behind unless it moved the reference. */
  async #publish(journal: Journal): Promise<string | null> {
    const mover = this.#startMover()
    let next: string | null = null
    try {
      next = await this.#build()
      await journal.moving(next, mover.pid)
      if (await this.#move(mover, next)) return next
    } catch (error) {
      await mover.abandon()
      await this.#undo(journal, next)
      throw error
    }
    await this.#undo(journal, next)
    return null
  }

  get #paths(): readonly string[] {
    return [...this.#change.files.keys()]
  }

  #openJournal(): Promise<Journal> {
    const view = this.#view && { root: this.#view.root, gitDir: this.#view.worktree?.gitDir ?? null }
    return Journal.open(this.#repository.ownFolder, this.#id, {
      branchRef: this.#repository.branchRef,
      old: this.#base.tip,
      view,
      paths: this.#paths,
      startedAt: this.#startedAt,
    })
  }

  #startMover(): RefTransaction {
    const { git, commonDir } = this.#repository
    const subject = this.#change.message.split('\n', 1)[0]!.replace(/[\u0000-\u001f\u007f]/g, ' ')
    const at = git.at(commonDir, this.#view?.worktree?.gitDir ?? commonDir)
    return new RefTransaction(at, `qms: ${subject}`, this.#writing.committer)
  }

  /** The commit and, at the same time, the index that will go with it. Waits for both even when one fails. */
  async #build(): Promise<string> {
    const [imported, indexed] = await Promise.allSettled([this.#writeCommit(), this.#prepareIndex()])
    if (indexed.status === 'rejected') throw indexed.reason
    if (imported.status === 'rejected') throw imported.reason
    return imported.value
  }

  #writeCommit(): Promise<string> {
    const { committer, shared } = this.#writing
    if (isSmall(this.#change) && !shared)
      return writeCommit(this.#repository, this.#base, this.#change, committer)
    return importCommit(this.#repository.git, this.#base.tip, this.#change, committer)
  }

  async #prepareIndex(): Promise<void> {
    const view = this.#view
    if (!view?.worktree) return
    const { git, oidLength } = this.#repository
    this.#index = await IndexLock.take(view.worktree, git, this.#id, oidLength)
    const entries = await this.#index.entries(this.#paths)
    await this.#refuseStagedEdits(entries)
    const skipped = new Set(entries.filter((entry) => entry.skipped).map((entry) => entry.path))
    const updates = new Map(
      [...this.#change.files].map(([path, bytes]) => [path, bytes && this.#repository.blobId(bytes)]),
    )
    const absent = (path: string) => skipped.has(path) || (this.#repository.sparse && this.#isLeftOut(path))
    await this.#index.write(
      updates,
      [...updates.keys()].filter((path) => updates.get(path) !== null && absent(path)),
    )
  }

  #isLeftOut(path: string): boolean {
    return this.#view?.withoutStore === true && path.startsWith(`${STORE_FOLDER}/`)
  }

  /** @throws HAND_EDIT where the user staged text that was never committed, or a merge left the path open. */
  async #refuseStagedEdits(entries: Awaited<ReturnType<IndexLock['entries']>>): Promise<void> {
    const edited = new Set<string>()
    for (const { path, oid, stage } of entries) {
      if (stage === 0 && this.#change.overStaged?.has(path)) continue
      const next = this.#change.files.get(path)
      if (stage === 0 && next && this.#repository.blobId(next) === oid) continue
      if (stage !== 0 || !(await this.#committed.has(path, oid))) edited.add(path)
    }
    if (edited.size > 0) throw refuse('HAND_EDIT', { paths: [...edited] })
  }

  /** Compare and swap. False: the branch is not where the base was read. @throws LOCKED, IO, GIT. */
  async #move(first: RefTransaction, next: string): Promise<boolean> {
    const start = Date.now()
    for (let mover = first; ; mover = this.#startMover()) {
      const prepared = await mover.prepare(this.#repository.branchRef, next, this.#expected)
      if (prepared === 'lost') return false
      if (prepared === 'ready') return this.#settle(mover, next)
      const waitedMs = Date.now() - start
      const path = join(this.#repository.commonDir, `${this.#repository.branchRef}.lock`)
      if (waitedMs > REF_WAIT_MS) throw refuse('LOCKED', { path, waitedMs, holder: 'another git program' })
      await sleep(5 + Math.random() * 20)
    }
  }

  /** When git dies while it moves, only the reference itself tells how far it came. Locks that it left are taken away. */
  async #settle(mover: RefTransaction, next: string): Promise<boolean> {
    const { tidy } = await mover.commit().catch(async (error) => {
      if ((await this.#repository.tip())?.oid !== next) throw error
      return { tidy: false }
    })
    if (!tidy) this.#locksLeft.push(...(await this.#dropLocks(next)))
    return true
  }

  /** After the reference moved nothing throws: the change is made, and what lags is named and mended later. */
  async #follow(journal: Journal, next: string): Promise<StoreNotice[]> {
    const refFolder = join(this.#repository.commonDir, this.#repository.branchRef, '..')
    await flushFolder(refFolder)
    const notices = [...this.#locksLeft, ...(await this.#publishIndex())]
    notices.push(...(await this.#show(next).catch((error) => this.#unread(error))))
    if (notices.some(isForTheNext)) await journal.behind()
    else await journal.close()
    return notices
  }

  async #publishIndex(): Promise<StoreNotice[]> {
    const worktree = this.#view?.worktree
    if (!this.#index || !worktree) return []
    try {
      if ((await headOf(this.#repository, worktree)) === this.#repository.branchRef)
        await this.#index.publish()
      else await this.#index.abandon()
      return []
    } catch (error) {
      return [{ kind: 'VIEW_BEHIND', path: join(worktree.gitDir, 'index'), reason: String(error) }]
    }
  }

  async #show(next: string): Promise<StoreNotice[]> {
    return this.#bringView(await this.#readBack(next), next)
  }

  /** Git said that the reference moved. What cannot be looked at since is named; a branch without it is no success. */
  #unread(error: unknown): StoreNotice[] {
    const contradicted =
      error instanceof QmsError && 'operation' in error.facts && error.facts.operation === READ_BACK
    if (contradicted || !(error instanceof QmsError || errno(error))) throw error
    return [{ kind: 'VIEW_BEHIND', path: this.#repository.branchRef, reason: (error as Error).message }]
  }

  /** The tip as it is now, which need not be ours any more. @throws IO when the branch does not hold what was written. */
  async #readBack(next: string): Promise<GitSnapshot> {
    const { objects, git } = this.#repository
    const tip = await this.#repository.tip()
    if (tip === null)
      throw refuse('IO', { operation: READ_BACK, path: this.#repository.branchRef, reason: 'gone' })
    if (tip.oid !== next && !(await git.isAncestor(next, tip.oid)))
      throw refuse('IO', {
        operation: READ_BACK,
        path: this.#repository.branchRef,
        reason: `it holds ${tip.oid}, not ${next}`,
      })
    return new GitSnapshot(tip, objects, git)
  }

  async #bringView(now: GitSnapshot, next: string): Promise<StoreNotice[]> {
    const view = this.#view
    if (view === null) return []
    const paths = view.worktree ? this.#paths : await this.#ignoredPaths(now)
    const committed = new Committed(this.#repository, [this.#base, now])
    const notices = await bringUp(view, this.#wanted(now, next), committed, paths, this.#id)
    const whole = notices.every((notice) => notice.kind !== 'VIEW_BEHIND')
    if (!view.worktree && whole && now.tip !== null) await rememberShown(this.#repository, now.tip)
    return notices
  }

  /** Where the tip is our own commit, what it says of our paths is known without reading it. */
  #wanted(now: GitSnapshot, next: string): Wanted {
    if (now.tip !== next) return now
    const { files } = this.#change
    return { read: async (path) => (files.has(path) ? asBuffer(files.get(path)) : now.read(path)) }
  }

  async #ignoredPaths(now: GitSnapshot): Promise<readonly string[]> {
    const shown: Tip = shownTip(this.#repository)
    if (shown === null) await this.#repository.ignore([`/${STORE_FOLDER}/`])
    if (shown !== null && shown === this.#base.tip) return this.#paths
    // Where nothing tells what was shown, only the change itself tells what is no longer there.
    return [...new Set([...(await changedPaths(this.#repository, shown, now)), ...this.#paths])]
  }

  async #undo(journal: Journal, next: string | null): Promise<void> {
    await this.#index?.abandon().catch(() => undefined)
    const left = await this.#dropLocks(next)
    await (left.length > 0 ? journal.behind() : journal.close())
  }

  #dropLocks(next: string | null): Promise<LockLeft[]> {
    const gitDir = this.#view?.worktree?.gitDir ?? this.#repository.commonDir
    return dropDeadRefLocks(this.#repository, gitDir, { next, since: this.#startedAt })
  }
}

/** Whether the next command has something to finish. A work tree without the folder is so on purpose. */
const isForTheNext = ({ kind, path }: StoreNotice): boolean =>
  kind === 'LOCK_LEFT' || (kind === 'VIEW_BEHIND' && path !== STORE_FOLDER)

const asBuffer = (bytes: Uint8Array | null | undefined): Buffer | null => (bytes ? Buffer.from(bytes) : null)
