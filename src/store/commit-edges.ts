/** What each commit changed against each of its parents, as git tells it: one walk, one comparison a way. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { Blob, CommitEdge } from './evidence.ts'
import { gitFault } from './git-faults.ts'
import type { Git } from './plumbing.ts'

/** A way from a parent's tree to a commit's; `from` null for a commit without parents. */
interface Way {
  readonly commit: string
  readonly at: number
  readonly merge: boolean
  readonly from: string
  readonly to: string
}

export interface Walk {
  readonly tip: string
  /** Commits whose history is left out. */
  readonly after?: string | undefined
  readonly paths: readonly string[]
  /** Id of the tree without entries. */
  readonly emptyTree: string
  /** Hears of each commit that is looked at. */
  readonly counted: () => void
}

/** Parents before children. Ways on which nothing below the paths changed are left out. @throws GIT, IO */
export async function* commitEdges(git: Git, walk: Walk): AsyncGenerator<CommitEdge> {
  const differ = git.start(['diff-tree', '--stdin', '-r', '-z', '--raw', '--no-renames', '--', ...walk.paths])
  const ended = endOf(differ, 'git diff-tree')
  ended.catch(() => undefined)
  const asked = new Asked()
  const asking = ask(git, walk, differ, asked)
  asking.catch(() => differ.kill())
  const blobs = new Names()
  for await (const { header, fields } of answers(differ)) {
    const way = asked.take(header)
    if (fields.length > 0)
      yield { commit: way.commit, at: way.at, merge: way.merge, changes: changesOf(fields, blobs) }
  }
  await Promise.all([asking, ended])
}

/** The walk over the commits, each way written to the comparing child as soon as it is known. */
async function ask(
  git: Git,
  walk: Walk,
  differ: ChildProcessWithoutNullStreams,
  asked: Asked,
): Promise<void> {
  const left = walk.after ? [`^${walk.after}`] : []
  const args = ['rev-list', '--topo-order', '--reverse', '--no-commit-header', '--format=%H %T %P']
  const lister = git.start([...args, '--end-of-options', walk.tip, ...left])
  lister.stdin.end()
  const ended = endOf(lister, 'git rev-list')
  ended.catch(() => undefined)
  differ.stdin.on('error', () => undefined)
  const trees = new Map<string, string>()
  let at = 0
  for await (const lines of linesOf(lister)) {
    let pairs = ''
    for (const line of lines) {
      const [commit = '', to = '', ...parents] = line.trimEnd().split(' ')
      remember(trees, commit, to)
      walk.counted()
      at += 1
      for (const from of await treesOf(git, parents, trees, walk)) {
        if (from === to) continue
        asked.push({ commit, at, merge: parents.length > 1, from, to })
        pairs += `${from} ${to}\n`
      }
    }
    if (pairs !== '' && !differ.stdin.write(pairs)) await Promise.race([once(differ.stdin, 'drain'), ended])
  }
  await ended
  differ.stdin.end()
}

/** So many commits are remembered by their trees: a parent is hardly ever further back. */
const REMEMBERED = 10_000

function remember(trees: Map<string, string>, commit: string, tree: string): void {
  trees.set(commit, tree)
  const [oldest] = trees.size > REMEMBERED ? trees.keys() : []
  if (oldest !== undefined) trees.delete(oldest)
}

async function treesOf(
  git: Git,
  parents: readonly string[],
  trees: Map<string, string>,
  { emptyTree }: Walk,
): Promise<string[]> {
  if (parents.length === 0) return [emptyTree]
  const found: string[] = []
  for (const parent of parents) {
    const tree =
      trees.get(parent) ?? (await git.text(['rev-parse', '--verify', '--end-of-options', `${parent}^{tree}`]))
    remember(trees, parent, tree)
    found.push(tree)
  }
  return found
}

/** Questions in their order. Answers come in the same; ways without a difference may be left out. */
class Asked {
  #ways: Way[] = []
  #next = 0

  push(way: Way): void {
    this.#ways.push(way)
  }

  take(header: string): Way {
    for (; this.#next < this.#ways.length; this.#next++) {
      const way = this.#ways[this.#next]!
      if (`${way.from} ${way.to}` === header) return this.#taken(way)
    }
    throw gitFault('git diff-tree', { code: 0, signal: null, stderr: `an unasked answer: ${header}` })
  }

  #taken(way: Way): Way {
    this.#next += 1
    if (this.#next > 4096) {
      this.#ways = this.#ways.slice(this.#next)
      this.#next = 0
    }
    return way
  }
}

interface Answer {
  readonly header: string
  /** `:mode mode oid oid status` and path, in turns. */
  readonly fields: readonly string[]
}

/** Headers end with a line feed, fields with NUL; a path may hold anything else. */
async function* answers(child: ChildProcessWithoutNullStreams): AsyncGenerator<Answer> {
  let rest: Buffer = Buffer.alloc(0)
  let header: string | null = null
  let fields: string[] = []
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    for (;;) {
      const inPath = fields.length % 2 === 1
      const isHeader = !inPath && at < all.length && all[at] !== 0x3a
      const end = all.indexOf(isHeader ? 10 : 0, at)
      if (end < 0) break
      const text = all.toString('utf8', at, end)
      at = end + 1
      if (!isHeader) {
        fields.push(text)
        continue
      }
      if (header !== null) yield { header, fields }
      header = text
      fields = []
    }
    rest = all.subarray(at)
  }
  if (header !== null) yield { header, fields }
}

/** Paths and blobs that come again and again, kept once. */
class Names {
  readonly #paths = new Map<string, string>()
  readonly #last = new Map<string, Blob>()

  path(text: string): string {
    const known = this.#paths.get(text)
    if (known !== undefined) return known
    this.#paths.set(text, text)
    return text
  }

  before(path: string, mode: string, oid: string): Blob | null {
    if (ABSENT.test(mode)) return null
    const last = this.#last.get(path)
    return last?.oid === oid && last.mode === mode ? last : { mode, oid }
  }

  after(path: string, mode: string, oid: string): Blob | null {
    if (ABSENT.test(mode)) return null
    const blob = { mode: mode === ORDINARY ? ORDINARY : mode, oid }
    this.#last.set(path, blob)
    return blob
  }
}

const ABSENT = /^0+$/
const ORDINARY = '100644'

function changesOf(fields: readonly string[], names: Names): CommitEdge['changes'] {
  const changes: { path: string; before: Blob | null; after: Blob | null }[] = []
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const [oldMode = '', newMode = '', oldOid = '', newOid = ''] = fields[i]!.slice(1).split(' ')
    const path = names.path(fields[i + 1]!)
    const before = names.before(path, oldMode, oldOid)
    changes.push({ path, before, after: names.after(path, newMode, newOid) })
  }
  return changes
}

async function* linesOf(child: ChildProcessWithoutNullStreams): AsyncGenerator<string[]> {
  let rest = ''
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const lines = (rest + chunk.toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    yield lines
  }
  if (rest !== '') yield [rest]
}

/** @throws GIT, IO where the child ends in another way than well */
function endOf(child: ChildProcessWithoutNullStreams, command: string): Promise<void> {
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-2000)
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(gitFault(command, { code: null, signal: null, stderr: error.message })),
    )
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : reject(gitFault(command, { code, signal, stderr })),
    )
  })
}
