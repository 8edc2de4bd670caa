import { onTestFinished } from 'vitest'
import { GitStore } from '../../src/store/git-store.ts'
import { openRepository, type Repository } from '../../src/store/repository.ts'
import type { Change, Outcome, Store, Tip } from '../../src/store/store.ts'

/** A change that puts texts (null removes), by a fixed person at a fixed time. */
export function change(
  files: Record<string, string | Uint8Array | null>,
  message = 'CR-001: change',
): Change {
  const entries = Object.entries(files).map(
    ([path, content]) => [path, typeof content === 'string' ? Buffer.from(content) : content] as const,
  )
  return {
    files: new Map(entries),
    message,
    author: { name: 'ann', email: 'ann@qms' },
    at: 1_700_000_000_000,
  }
}

/** The git store over the repository that holds `cwd`, closed when the test ends. */
export async function openStore(
  cwd: string,
  branch = 'main',
): Promise<{ store: GitStore; repository: Repository }> {
  const repository = await openRepository(cwd)
  if (repository.branch === null) await repository.setControlBranch(branch)
  const store = new GitStore(repository)
  onTestFinished(() => store.close())
  return { store, repository }
}

/** Commits on top of whatever is there, and insists that it won. */
export async function put(
  store: Store,
  files: Record<string, string | Uint8Array | null>,
  message?: string,
): Promise<Extract<Outcome, { won: true }>> {
  const { tip } = await store.snapshot()
  const outcome = await store.commit(tip, change(files, message))
  if (!outcome.won) throw new Error('lost a race that nobody else ran')
  return outcome
}

export async function text(store: Store, path: string): Promise<string | null> {
  const bytes = await (await store.snapshot()).read(path)
  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
}

/** Repeats a decision until it wins. Gives the number of attempts. */
export async function retry(store: Store, decide: (base: Tip) => Promise<Change>): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { tip } = await store.snapshot()
    if ((await store.commit(tip, await decide(tip))).won) return attempt
  }
}
