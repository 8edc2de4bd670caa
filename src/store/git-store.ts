/** The store in git: the port of `store.ts` over one branch of one repository. */
import { mkdirSync } from 'node:fs'
import { QmsError, refuse } from '../errors.ts'
import { errno, gitFault, guarded } from './git-faults.ts'
import { GitSnapshot } from './git-snapshot.ts'
import { packLater } from './maintenance.ts'
import { checkPath } from './paths.ts'
import { isBehind, recover, refreshIgnoredView, snapshotOf } from './recovery.ts'
import type { Repository } from './repository.ts'
import type { Change, Outcome, Revision, Store, StoreNotice, Tip } from './store.ts'
import { dropDeadTickets, TicketLock } from './ticket-lock.ts'
import { transact } from './transaction.ts'
import { rebaseOf } from './worktrees.ts'

const WAIT_MS = 30_000
/** More commits than most projects see in an hour. */
const FEW = 32

export class GitStore implements Store {
  readonly #repository: Repository
  /** For fairness: held over a whole decision. */
  readonly #turn: TicketLock
  /** For the files people see: held while they, the index and the journal are at work. */
  readonly #views: TicketLock
  /** Tips read from origin while this clone has no such branch yet: they are followed by creating it. */
  readonly #borrowed = new Set<string>()

  readonly #moved: (base: Tip, tip: string) => void

  /** @param moved is told of each change of this store; it must not throw */
  constructor(repository: Repository, moved: (base: Tip, tip: string) => void = () => undefined) {
    this.#repository = repository
    this.#moved = moved
    this.#turn = new TicketLock(repository.ownFolder, 'turn', WAIT_MS)
    this.#views = new TicketLock(repository.ownFolder, 'views', WAIT_MS)
  }

  async snapshot(): Promise<GitSnapshot> {
    const tip = await this.#repository.tip()
    if (tip?.borrowed) this.#borrowed.add(tip.oid)
    else if (tip) this.#borrowed.delete(tip.oid)
    return new GitSnapshot(tip, this.#repository.objects, this.#repository.git)
  }

  async at(tip: string): Promise<GitSnapshot | null> {
    if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(tip)) return null
    const { objects, git } = this.#repository
    if ((await objects.read(tip))?.type !== 'commit') return null
    return new GitSnapshot(await objects.commit(tip), objects, git)
  }

  async commit(base: Tip, change: Change): Promise<Outcome> {
    for (const path of change.files.keys()) checkPath(path)
    const reason = this.#repository.incomplete()
    if (reason !== null) throw refuse('HISTORY_INCOMPLETE', { reason })
    void this.#repository.writing().catch(() => undefined) // asked for now, needed later
    await this.#makeOwnFolder()
    const outcome = await this.#views.hold(async () => {
      await recover(this.#repository)
      if (!(await this.#isAt(base))) return { won: false } as const
      await this.#refuseRebase()
      return this.#attempt(base, change)
    })
    if (outcome.won) {
      this.#moved(base, outcome.tip)
      await packLater(this.#repository)
    }
    return outcome
  }

  /** A rebase that ends, or is given up, would take the branch back to before the change. @throws LOCKED */
  async #refuseRebase(): Promise<void> {
    const path = await rebaseOf(this.#repository, this.#repository.branchRef)
    if (path !== null)
      throw refuse('LOCKED', { path, waitedMs: 0, holder: `a rebase of ${this.#repository.branch}` })
  }

  /** A refusal counts only while the base is the tip: files that follow a newer tip look edited from an older one. */
  async #attempt(base: Tip, change: Change): Promise<Outcome> {
    try {
      const from = await snapshotOf(this.#repository, base)
      return await transact(this.#repository, from, this.#expected(base), change)
    } catch (error) {
      const edited = error instanceof QmsError && error.code === 'HAND_EDIT'
      if (edited && !(await this.#isAt(base))) return { won: false }
      throw error
    }
  }

  async #isAt(base: Tip): Promise<boolean> {
    return ((await this.#repository.tip())?.oid ?? null) === base
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    await this.#makeOwnFolder()
    return this.#turn.hold(async () => {
      await this.refresh()
      return work()
    })
  }

  async refresh(): Promise<readonly StoreNotice[]> {
    try {
      await dropDeadTickets(this.#repository.ownFolder)
      if (!(await isBehind(this.#repository))) return []
      await this.#makeOwnFolder()
      return await this.#views.hold(async () => [
        ...(await recover(this.#repository)),
        ...(await refreshIgnoredView(this.#repository)),
      ])
    } catch (error) {
      if (isReadOnly(error)) return []
      throw error
    }
  }

  async revisions(options: {
    readonly folder: string
    readonly limit: number
  }): Promise<readonly Revision[]> {
    const tip = (await this.#repository.tip())?.oid
    if (tip === undefined) return []
    if (options.folder !== '') checkPath(options.folder)
    const below = options.folder === '' ? [] : [options.folder]
    const format = '--format=%H%x00%at%x00%an%x00%s'
    const args = ['log', '-z', format, '--no-color', '--no-notes', '--no-show-signature', `-${options.limit}`]
    const finished = await this.#repository.git.run([...args, '--end-of-options', tip, '--', ...below])
    if (finished.code !== 0) throw gitFault('git log', finished)
    return parseRevisions(finished.stdout.toString('utf8'))
  }

  async nthBy(author: string, since: string, n: number): Promise<string | null> {
    const tip = (await this.#repository.tip())?.oid
    if (tip === undefined || !(await this.#mayHold(tip, since, n))) return null
    const seconds = String(Math.floor(Date.parse(since) / 1000))
    const args = ['log', '-z', '--format=%at%x00%an', '--first-parent', `--max-age=${seconds}`, '--no-color']
    const finished = await this.#repository.git.run([...args, '--end-of-options', tip, '--'])
    if (finished.code !== 0) throw gitFault('git log', finished)
    const words = finished.stdout.toString('utf8').split('\0')
    const times = words.flatMap((word, i) => (i % 2 === 1 && word === author ? [Number(words[i - 1])] : []))
    const nth = times.map((time) => new Date(time * 1000).toISOString()).filter((at) => at > since)[n - 1]
    return nth ?? null
  }

  /** Whether so many commits can have been made since then: two looks back instead of a walk, where little happened. */
  async #mayHold(tip: string, since: string, n: number): Promise<boolean> {
    for (const back of [...(n > FEW ? [FEW] : []), n].map((count) => count - 1)) {
      const made = await this.#repository.objects.commitTime(`${tip}~${back}`)
      if (made === null || made * 1000 < Date.parse(since) - 1000) return false
    }
    return true
  }

  /** Ends the reading process. The store can still be used; it starts another one. */
  async close(): Promise<void> {
    this.#repository.close()
  }

  /** Where the branch must be for a change of `base` to count. */
  #expected(base: Tip): string {
    return base === null || this.#borrowed.has(base) ? '0'.repeat(this.#repository.oidLength) : base
  }

  #makeOwnFolder(): Promise<unknown> {
    const folder = this.#repository.ownFolder
    return guarded('create folder', folder, () => mkdirSync(folder, { recursive: true }))
  }
}

function parseRevisions(output: string): Revision[] {
  const parts = output.split('\0')
  const all: Revision[] = []
  for (let at = 0; at + 3 < parts.length; at += 4) {
    const [id, seconds, author, subject] = parts.slice(at, at + 4) as [string, string, string, string]
    all.push({ id, at: new Date(Number(seconds) * 1000).toISOString(), author, subject })
  }
  return all
}

/** A reader on a read-only disk has nothing to mend and no way to. */
function isReadOnly(error: unknown): boolean {
  if (!(error instanceof QmsError) || error.code !== 'IO') return false
  return (
    ['EROFS', 'EACCES', 'EPERM'].includes(errno(error.cause) ?? '') ||
    /Read-only|Permission denied/.test((error as QmsError<'IO'>).facts.reason)
  )
}
