/** A commit as the index that git made for it shows it, whichever file that is: `GIT_INDEX_FILE` names it. */
import { join, resolve } from 'node:path'
import { readText } from './disk.ts'
import { gitFault } from './git-faults.ts'
import { ATTRIBUTES_FILE, CONFIG_FILE, STORE_FOLDER } from './layout.ts'
import type { Git } from './plumbing.ts'
import type { ProposedCommit, Side, StagedChange } from './proposed.ts'
import type { Repository } from './repository.ts'

const OWN = [STORE_FOLDER, CONFIG_FILE, ATTRIBUTES_FILE]

/** What would change bytes of a text on their way, and what each may be for texts of the store. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  text: ['unset'],
  eol: ['unspecified', 'unset'],
  ident: ['unspecified', 'unset'],
  filter: ['unspecified', 'unset'],
  'working-tree-encoding': ['unspecified', 'unset'],
}
const PROBES = [`${STORE_FOLDER}/SOP/SOP-001.md`, `${STORE_FOLDER}/.audit/SOP/SOP-001.jsonl`]

export class IndexCommit implements ProposedCommit {
  readonly #repository: Repository
  readonly #git: Git
  readonly #env: Record<string, string>
  /** Commits that git is merging into this one. */
  readonly #merged: readonly string[]

  constructor(repository: Repository, cwd: string, env: NodeJS.ProcessEnv) {
    this.#repository = repository
    this.#git = repository.git.at(repository.root, repository.gitDir)
    this.#env = { GIT_INDEX_FILE: resolve(cwd, env.GIT_INDEX_FILE || join(repository.gitDir, 'index')) }
    this.#merged = mergedInto(repository.gitDir, env)
  }

  get merging(): boolean {
    return this.#merged.length > 0
  }

  async unexplained(): Promise<readonly StagedChange[]> {
    const changes = await this.#against(await this.#head(), OWN)
    if (changes.length === 0) return []
    const left = new Set(changes.map(({ path }) => path))
    for (const commit of [...this.#merged, ...(await this.#elsewhere())]) {
      const differs = new Set((await this.#against(commit, OWN)).map(({ path }) => path))
      for (const path of left) if (!differs.has(path)) left.delete(path)
    }
    return changes.filter(({ path }) => left.has(path))
  }

  async files(): Promise<{ files: readonly string[]; others: number }> {
    const changes = await this.#against(await this.#head(), [])
    const files = changes.map(({ path }) => path).filter((path) => !isOwn(path))
    return { files, others: changes.length - files.length }
  }

  async bytes(side: Side | null): Promise<Uint8Array | null> {
    return side === null || !side.mode.startsWith('100') ? null : this.#repository.objects.blob(side.oid)
  }

  async conversion(): Promise<string | null> {
    const names = Object.keys(ATTRIBUTES)
    const args = ['check-attr', '--cached', '-z', ...names, '--', ...PROBES]
    const answer = await this.#git.run(args, { env: this.#env })
    if (answer.code !== 0) throw gitFault('git check-attr', answer)
    const parts = answer.stdout.toString('utf8').split('\0')
    for (let at = 0; at + 2 < parts.length; at += 3) {
      const [path, name, value] = parts.slice(at, at + 3) as [string, string, string]
      if (!ATTRIBUTES[name]?.includes(value)) return `${name} is ${value} for ${path}`
    }
    return null
  }

  /** On any other branch, what qms has committed on the control branch is explained, too. */
  async #elsewhere(): Promise<string[]> {
    if ((await this.#repository.currentBranch()) === this.#repository.branch) return []
    const tip = await this.#repository.tip()
    return tip === null ? [] : [tip.oid]
  }

  /** What the first parent will be; the empty tree before the first commit. */
  async #head(): Promise<string> {
    return (await this.#repository.head()) ?? (await this.#emptyTree())
  }

  async #emptyTree(): Promise<string> {
    return this.#git.text(['hash-object', '-t', 'tree', '--stdin'])
  }

  async #against(commit: string, paths: readonly string[]): Promise<StagedChange[]> {
    const args = ['diff-index', '--cached', '-r', '-z', '--no-renames', '--no-ext-diff', '--no-abbrev']
    const answer = await this.#git.run([...args, commit, '--', ...paths], { env: this.#env })
    if (answer.code !== 0) throw gitFault('git diff-index', answer)
    return parseRaw(answer.stdout.toString('utf8'))
  }
}

/** The store and its settings. The attributes are the project's, but for one line. */
const isOwn = (path: string): boolean =>
  [STORE_FOLDER, CONFIG_FILE].some((own) => path === own || path.startsWith(`${own}/`))

/** While a merge without conflicts is under way, git names its heads in the environment only. */
const mergedInto = (gitDir: string, env: NodeJS.ProcessEnv): string[] => {
  const noted = readText(join(gitDir, 'MERGE_HEAD'))?.split('\n') ?? []
  const merging = /^(?:merge|pull)\b/.test(env.GIT_REFLOG_ACTION ?? '')
  const named = merging ? Object.keys(env).flatMap((name) => /^GITHEAD_(.+)$/.exec(name)?.[1] ?? []) : []
  return [...new Set([...noted, ...named])].filter((oid) => /^[0-9a-f]{40,64}$/.test(oid))
}

const NOTHING = '000000'

/** `:oldmode newmode oldoid newoid status NUL path NUL`, per path. */
export const parseRaw = (output: string): StagedChange[] => {
  const parts = output.split('\0')
  const all: StagedChange[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [before = '', after = '', from = '', to = ''] = parts[at]!.slice(1).split(' ')
    const side = (mode: string, oid: string): Side | null => (mode === NOTHING ? null : { mode, oid })
    all.push({ path: parts[at + 1]!, before: side(before, from), after: side(after, to) })
  }
  return all
}
