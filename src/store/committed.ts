/** Whether bytes found on disk were ever committed at their path: then they are a view that lags, else a hand edit. */
import { gitFault } from './git-faults.ts'
import type { GitSnapshot } from './git-snapshot.ts'
import type { Repository } from './repository.ts'

export class Committed {
  readonly #repository: Repository
  readonly #snapshots: readonly GitSnapshot[]

  /** @param snapshots states to compare with first; the history of each is searched when they differ. */
  constructor(repository: Repository, snapshots: readonly GitSnapshot[]) {
    this.#repository = repository
    this.#snapshots = snapshots
  }

  hasBytes(path: string, bytes: Uint8Array): Promise<boolean> {
    return this.has(path, this.#repository.blobId(bytes))
  }

  async has(path: string, oid: string): Promise<boolean> {
    for (const snapshot of this.#snapshots) if ((await snapshot.oidOf(path)) === oid) return true
    if ((await this.#repository.objects.read(oid)) === null) return false
    for (const snapshot of this.#snapshots) if (await this.#inHistory(snapshot.tip, path, oid)) return true
    return false
  }

  async #inHistory(tip: string | null, path: string, oid: string): Promise<boolean> {
    if (tip === null) return false
    const args = [
      'log',
      '-1',
      '--format=%H',
      '--full-history',
      '--no-renames',
      `--find-object=${oid}`,
      tip,
      '--',
      path,
    ]
    const finished = await this.#repository.git.run(args)
    if (finished.code !== 0) throw gitFault('git log', finished)
    return finished.stdout.length > 0
  }
}
