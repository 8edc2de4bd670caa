/**
 * The state of a work tree as a commit, made with an index of its own. Bytes are taken as they are: no filter of the
 * project runs, and nothing that its configuration names.
 */
import { constants, existsSync, readlinkSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { look, removeIfThere } from '../store/disk.ts'
import { gitFault } from '../store/git-faults.ts'
import { SNAPSHOT_REFS } from '../store/layout.ts'
import { newOwnerId } from '../store/owner.ts'
import { Git } from '../store/plumbing.ts'
import type { Repository } from '../store/repository.ts'
import type { SnapshotOf } from './snapshots.ts'

/** An entry of an index as `update-index --index-info` reads it. */
interface Entry {
  readonly mode: string
  readonly oid: string
  readonly path: string
}

/** @throws SNAPSHOT_IMPOSSIBLE, GIT, IO */
export const takeSnapshot = async (repository: Repository, of: SnapshotOf): Promise<string> => {
  const { root, gitDir, ownFolder } = repository
  const index = join(ownFolder, `snapshot-${newOwnerId()}.index`)
  try {
    await mkdir(ownFolder, { recursive: true })
    await copyIndex(join(gitDir, 'index'), index)
    const tree = await new WorkTree(root, gitDir, index).tree()
    return await kept(repository, await commitOf(repository, tree, of), of)
  } finally {
    for (const left of [index, `${index}.lock`]) await removeIfThere(left)
  }
}

/** What git has read before need not be read again. A repository in which nothing was added has no index yet. */
const copyIndex = async (from: string, to: string): Promise<void> => {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw refuse('IO', { operation: 'read', path: from, reason: (error as Error).message }, error)
  }
}

/** Files of one work tree, seen through an index of our own. */
class WorkTree {
  readonly #root: string
  readonly #git: Git
  readonly #env: Readonly<Record<string, string>>

  constructor(root: string, gitDir: string, index: string) {
    this.#root = root
    this.#git = new Git(root, gitDir)
    this.#env = { GIT_WORK_TREE: root, GIT_INDEX_FILE: index }
  }

  async tree(): Promise<string> {
    await this.#lookAtAll()
    const changed = await this.#changed()
    const others = await this.#list(['ls-files', '-z', '--others', '--exclude-standard'])
    const present = [...changed, ...others.filter((path) => !path.endsWith('/'))]
    const zero = '0'.repeat(await this.#hexLength())
    await this.#updateIndex(changed.map((path) => ({ mode: '0', oid: zero, path })))
    await this.#updateIndex(await this.#files(present))
    await this.#addSubmodules(changed.filter((path) => look(join(this.#root, path))?.isDirectory()))
    return this.#text(['write-tree', '--missing-ok'])
  }

  /** Files that git was told to take for unchanged are looked at all the same. */
  async #lookAtAll(): Promise<void> {
    const tagged = await this.#list(['ls-files', '-z', '-v'])
    const assumed = tagged.filter((line) => /^[a-z] /.test(line)).map((line) => line.slice(2))
    if (assumed.length > 0)
      await this.#feed(['update-index', '-z', '--no-assume-unchanged', '--stdin'], assumed)
  }

  /** Tracked paths that may differ from the index; unmerged ones among them. No file is read for it. */
  async #changed(): Promise<string[]> {
    const paths = await this.#list(['diff-files', '-z', '--name-only', '--ignore-submodules=dirty'])
    return [...new Set(paths)]
  }

  async #hexLength(): Promise<number> {
    const format = await this.#text(['rev-parse', '--show-object-format'])
    return format === 'sha256' ? 64 : 40
  }

  async #files(paths: readonly string[]): Promise<Entry[]> {
    const plain: { mode: string; path: string }[] = []
    const entries: Entry[] = []
    for (const path of paths) {
      const stats = look(join(this.#root, path))
      if (stats?.isFile()) plain.push({ mode: stats.mode & 0o100 ? '100755' : '100644', path })
      if (stats?.isSymbolicLink()) entries.push({ mode: '120000', oid: await this.#link(path), path })
    }
    const oids = await this.#hashed(plain.map(({ path }) => path))
    return [...entries, ...plain.map((file, i) => ({ ...file, oid: oids[i] ?? '' }))]
  }

  async #link(path: string): Promise<string> {
    const target = readlinkSync(join(this.#root, path), 'buffer')
    return this.#text(['hash-object', '-w', '--no-filters', '--stdin'], target)
  }

  /** Names come one a line: one that could not is hashed alone. */
  async #hashed(paths: readonly string[]): Promise<string[]> {
    const isOdd = (path: string): boolean => path.includes('\n') || path.startsWith('"')
    const plain = paths.filter((path) => !isOdd(path))
    const hash = ['hash-object', '-w', '--no-filters']
    const out =
      plain.length === 0 ? '' : await this.#text([...hash, '--stdin-paths'], `${plain.join('\n')}\n`)
    const oids = new Map(out.split('\n').map((oid, i) => [plain[i], oid]))
    for (const path of paths.filter(isOdd)) oids.set(path, await this.#text([...hash, '--', path]))
    return paths.map((path) => oids.get(path) ?? '')
  }

  async #updateIndex(entries: readonly Entry[]): Promise<void> {
    const lines = entries.map(({ mode, oid, path }) => `${mode} ${oid}\t${path}`)
    await this.#feed(['update-index', '-z', '--index-info'], lines)
  }

  /** By the commit that each has checked out. A folder that is no repository any more is none. */
  async #addSubmodules(paths: readonly string[]): Promise<void> {
    const modules = paths.filter((path) => existsSync(join(this.#root, path, '.git')))
    await this.#feed(['update-index', '--add', '-z', '--stdin'], modules)
  }

  async #feed(args: readonly string[], lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.#text(args, lines.map((line) => `${line}\0`).join(''))
  }

  async #list(args: readonly string[]): Promise<string[]> {
    const names = (await this.#text(args)).split('\0').filter((path) => path !== '')
    const odd = names.find((name) => name.includes('\ufffd'))
    if (odd === undefined) return names
    throw refuse('SNAPSHOT_IMPOSSIBLE', {
      reason: `the name of a file is not UTF-8: ${odd}`,
      expected: 'another name, or the file ignored by git',
    })
  }

  async #text(args: readonly string[], input: string | Uint8Array = ''): Promise<string> {
    return this.#git.text(args, {
      env: this.#env,
      input,
      config: ['core.untrackedCache=false', 'core.splitIndex=false'],
    })
  }
}

const commitOf = async (repository: Repository, tree: string, of: SnapshotOf): Promise<string> => {
  const git = new Git(repository.root, repository.gitDir)
  const head = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])
  const parent = head.code === 0 ? ['-p', head.stdout.toString('latin1').trim()] : []
  const date = `${Math.floor(of.at.getTime() / 1000)} +0000`
  const email = `${of.author}@qms.invalid`
  const env = {
    GIT_AUTHOR_NAME: of.author,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: of.author,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  }
  const input = `${of.document}: the project as ${of.author} saw it when answering ${of.prompt}\n`
  return git.text(['commit-tree', tree, ...parent], { env, input, config: ['i18n.commitEncoding=UTF-8'] })
}

const ATTEMPTS = 20

/** Under the next free number: a reference that is there already is never moved. */
const kept = async ({ git }: Repository, commit: string, of: SnapshotOf): Promise<string> => {
  const start = `${SNAPSHOT_REFS}/${of.document}/${of.prompt}-`
  const names = await git.text(['for-each-ref', '--format=%(refname)', `${SNAPSHOT_REFS}/${of.document}/`])
  const numbers = names
    .split('\n')
    .flatMap((name) => (name.startsWith(start) ? [Number(name.slice(start.length))] : []))
  const next = 1 + Math.max(0, ...numbers.filter(Number.isInteger))
  let last: Parameters<typeof gitFault>[1] | undefined
  for (let n = next; n < next + ATTEMPTS; n++) {
    last = await git.run(['update-ref', '--no-deref', `${start}${n}`, commit, '0'.repeat(commit.length)])
    if (last.code === 0) return commit
  }
  throw gitFault('git update-ref', last ?? { code: 1, signal: null, stderr: '' })
}
