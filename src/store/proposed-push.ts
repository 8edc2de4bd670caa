/** A push as the references that it would move show it, with their commits read here: in a clone, or in a server's quarantine. */
import { refuse } from '../errors.ts'
import type { Evidence } from './evidence.ts'
import { gitFault } from './git-faults.ts'
import { GitSnapshot } from './git-snapshot.ts'
import { AUDIT_FOLDER, CONFIG_FILE, STORE_FOLDER } from './layout.ts'
import type { ProposedPush, RefUpdate, TrailChange } from './proposed.ts'
import { parseRaw } from './proposed-commit.ts'
import { branchKey, type Repository } from './repository.ts'
import type { Snapshot } from './store.ts'

const HEADS = 'refs/heads/'

export class GitPush implements ProposedPush {
  readonly #repository: Repository

  constructor(repository: Repository) {
    this.#repository = repository
  }

  /** The branch that this repository knows as such, and any whose own marker file names it: a server may know none yet. */
  async isControl({ ref, from, to }: RefUpdate): Promise<boolean> {
    if (!ref.startsWith(HEADS)) return false
    const name = ref.slice(HEADS.length)
    if (name === this.#repository.branch) return true
    for (const commit of [from, to]) if (commit !== null && (await this.#names(commit, name))) return true
    return false
  }

  async #names(commit: string, branch: string): Promise<boolean> {
    const marker = await this.#repository.objects.read(`${commit}:${CONFIG_FILE}`)
    return marker?.type === 'blob' && branchKey(marker.bytes) === branch
  }

  async relation(from: string, to: string): Promise<'forward' | 'rewound' | 'unknown'> {
    if ((await this.#repository.objects.read(`${from}^{commit}`)) === null) return 'unknown'
    const answer = await this.#repository.git.run(['merge-base', '--is-ancestor', from, to])
    if (answer.code === 0) return 'forward'
    if (answer.code === 1) return 'rewound'
    throw gitFault('git merge-base', answer)
  }

  /** Each new commit is compared with each of its parents. */
  async trailChanges(from: string, to: string): Promise<readonly TrailChange[]> {
    const commits = await this.#repository.git.bytes(['rev-list', '--end-of-options', to, `^${from}`])
    if (commits.length === 0) return []
    const how = ['--stdin', '-m', '--root', '-r', '-z', '--no-renames', '--no-ext-diff', '--no-abbrev']
    const answer = await this.#repository.git.run(['diff-tree', ...how, '--', AUDIT_FOLDER], {
      input: commits,
    })
    if (answer.code !== 0) throw gitFault('git diff-tree', answer)
    return parseChanges(answer.stdout.toString('utf8'))
  }

  async changedPaths(from: string, to: string): Promise<readonly string[]> {
    const how = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--no-ext-diff']
    const answer = await this.#repository.git.bytes([...how, from, to, '--', STORE_FOLDER])
    return answer
      .toString('utf8')
      .split('\0')
      .filter((path) => path !== '')
  }

  async at(commit: string): Promise<Snapshot> {
    const found = await this.#repository.objects.commit(commit)
    return new GitSnapshot(found, this.#repository.objects, this.#repository.git)
  }

  async evidence(commit: string): Promise<Evidence> {
    const found = await this.#repository.objects.commit(commit)
    if (found === null)
      throw refuse('GIT', { command: 'git cat-file', reason: `${commit} is no commit that can be read` })
    return new (await import('./git-evidence.ts')).GitEvidence(this.#repository, found)
  }

  blob(oid: string): Promise<Uint8Array> {
    return this.#repository.objects.blob(oid)
  }

  incomplete(): string | null {
    return this.#repository.incomplete()
  }
}

/** Per commit (and parent of a merge) its id, then the changes; all ended by NUL. */
const parseChanges = (output: string): TrailChange[] => {
  const parts = output.split('\0')
  const all: TrailChange[] = []
  let commit = ''
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!
    if (!part.startsWith(':')) commit = part.trim() || commit
    else {
      const [change] = parseRaw(`${part}\0${parts[++at]}\0`)
      if (change) all.push({ ...change, commit, before: oidOf(change.before), after: oidOf(change.after) })
    }
  }
  return all
}

const oidOf = (side: { readonly oid: string } | null): string | null => side?.oid ?? null
