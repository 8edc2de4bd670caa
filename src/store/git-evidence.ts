/** The evidence of an audit in git. Nothing is written to the repository, and nothing is believed but bytes. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commitEdges } from './commit-edges.ts'
import { deviationsOf } from './deviations.ts'
import { look, nullIfAbsent, replaceFile } from './disk.ts'
import type { CommitEdge, Deviation, Evidence, Extent, Surroundings, TreeFile } from './evidence.ts'
import { gitFault } from './git-faults.ts'
import { GitSnapshot } from './git-snapshot.ts'
import { newOwnerId } from './owner.ts'
import type { Repository } from './repository.ts'

const KEPT = 'audit.json'

export class GitEvidence implements Evidence {
  readonly tip: string
  commits = 0
  readonly #repository: Repository
  readonly #tree: string

  /** @param commit the commit to look at, and its tree */
  constructor(repository: Repository, commit: { readonly oid: string; readonly tree: string }) {
    this.#repository = repository
    this.tip = commit.oid
    this.#tree = commit.tree
  }

  incomplete(): string | null {
    return this.#repository.incomplete()
  }

  blobId(bytes: Uint8Array): string {
    return this.#repository.blobId(bytes)
  }

  async tree(paths: readonly string[]): Promise<TreeFile[]> {
    const args = ['ls-tree', '-r', '-z', '--full-tree', this.#tree, '--', ...paths]
    const lines = (await this.#repository.git.bytes(args)).toString('utf8').split('\0')
    return lines.flatMap((line) => {
      const [, mode, oid, path] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(line) ?? []
      return mode && oid && path ? [{ path, mode, oid }] : []
    })
  }

  async blob(oid: string): Promise<Uint8Array | null> {
    const bytes = await this.#repository.objects.blob(oid).catch(() => this.#alone(oid))
    return bytes !== null && this.blobId(bytes) === oid ? bytes : null
  }

  /** A damaged object ends the reader for all that wait: each is asked for again, by itself. */
  async #alone(oid: string): Promise<Uint8Array | null> {
    const answer = await this.#repository.git.run(['cat-file', 'blob', oid])
    return answer.code === 0 ? answer.stdout : null
  }

  edges(paths: readonly string[], after?: string): AsyncIterable<CommitEdge> {
    const { git, hash } = this.#repository
    const emptyTree = createHash(hash).update('tree 0\0').digest('hex')
    const counted = () => {
      this.commits += 1
    }
    return commitEdges(git, { tip: this.tip, after, paths, emptyTree, counted })
  }

  async holds(commit: string): Promise<boolean> {
    if (!/^[0-9a-f]{40,64}$/.test(commit)) return false
    const answer = await this.#repository.git.run(['merge-base', '--is-ancestor', commit, this.tip])
    return answer.code === 0
  }

  async surroundings(): Promise<Surroundings> {
    const { git, commonDir } = this.#repository
    const answer = await git.run(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/replace/'])
    if (answer.code !== 0) throw gitFault('git for-each-ref', answer)
    const alternates = textOr(join(commonDir, 'objects', 'info', 'alternates'))
    return {
      replaced: answer.stdout.toString('utf8').split('\n').filter(Boolean),
      grafts: (look(join(commonDir, 'info', 'grafts'))?.size ?? 0) > 0,
      alternates: alternates.split('\n').filter(Boolean),
    }
  }

  async deviations(paths: readonly string[], extent: Extent, since = 0): Promise<Deviation[]> {
    const { objects, git } = this.#repository
    const at = new GitSnapshot({ oid: this.tip, tree: this.#tree }, objects, git)
    return deviationsOf(this.#repository, at, () => this.tree(paths), extent, since)
  }

  async recall(): Promise<Uint8Array | null> {
    return readFile(join(this.#repository.ownFolder, KEPT)).catch(nullIfAbsent)
  }

  async keep(bytes: Uint8Array): Promise<void> {
    const { ownFolder } = this.#repository
    await mkdir(ownFolder, { recursive: true }).catch(() => undefined)
    await replaceFile(ownFolder, KEPT, bytes, newOwnerId()).catch(() => undefined)
  }
}

const textOr = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
