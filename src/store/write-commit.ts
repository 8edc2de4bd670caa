/**
 * A small commit written as loose objects, along the changed paths only: the way git itself writes an object, without
 * starting it. No reference moves and no index or work tree is touched. Objects of a commit that lost are left for
 * git's own pruning. Source: gitrepository-layout(5), git's loose object format.
 */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { removeIfThere, writeNew } from './disk.ts'
import { errno, guarded } from './git-faults.ts'
import type { GitSnapshot } from './git-snapshot.ts'
import { cleanMessage, signature } from './import-commit.ts'
import type { GitObject } from './object-memory.ts'
import type { Repository } from './repository.ts'
import type { Ident } from './settings.ts'
import type { Change } from './store.ts'
import { FOLDER_MODE, isFolder, Tree, type TreeChange } from './tree.ts'

/** More files than these are better in a pack. */
const FEW = 25

/** Not for repositories that are shared between users of the system: these have rules of their own for every file. */
export const isSmall = (change: Change): boolean => change.files.size < FEW

/** Names by folder: what becomes of each, a file's id, null for none, or a folder of the same kind. */
type Branch = Map<string, string | null | Branch>

/** Writes the commit that makes `change` of `base`, flushed, and gives its id. @throws IO, GIT. */
export async function writeCommit(
  repository: Repository,
  base: GitSnapshot,
  change: Change,
  committer: Ident,
): Promise<string> {
  const objects = new LooseObjects(repository)
  const root: Branch = new Map()
  for (const [path, bytes] of change.files) plant(root, path, bytes && objects.add('blob', bytes))
  const tree = (await graft(repository, objects, base.tree, root)) ?? objects.add('tree', Buffer.alloc(0))
  const commit = objects.add('commit', commitBytes(tree, base.tip, change, committer))
  await objects.write()
  return commit
}

function plant(root: Branch, path: string, oid: string | null): void {
  const names = path.split('/')
  const last = names.pop()!
  let at = root
  for (const name of names) {
    const below = at.get(name)
    const next: Branch = below instanceof Map ? below : new Map()
    at.set(name, next)
    at = next
  }
  at.set(last, oid)
}

/** The tree with these changes; null where nothing is left of it. */
async function graft(
  repository: Repository,
  objects: LooseObjects,
  oid: string | null,
  branch: Branch,
): Promise<string | null> {
  const tree = oid === null ? null : await repository.objects.tree(oid)
  const changes = new Map<string, TreeChange>()
  for (const [name, next] of branch) {
    if (next instanceof Map) {
      const before = tree?.find(name)
      const below = before && isFolder(before.mode) ? before.oid : null
      const made = await graft(repository, objects, below, next)
      if (made !== null) changes.set(name, { mode: FOLDER_MODE, oid: made })
      else if (below !== null) changes.set(name, null)
    } else changes.set(name, next === null ? null : { mode: '100644', oid: next })
  }
  const bytes = (tree ?? new Tree(Buffer.alloc(0), repository.oidLength / 2)).with(changes)
  return bytes.length === 0 ? null : objects.add('tree', bytes)
}

function commitBytes(tree: string, base: string | null, change: Change, committer: Ident): Buffer {
  const when = `${Math.max(0, Math.floor(change.at / 1000))} +0000`
  const lines = [
    `tree ${tree}`,
    ...(base === null ? [] : [`parent ${base}`]),
    `author ${signature(change.author)} ${when}`,
    `committer ${signature(committer)} ${when}`,
  ]
  return Buffer.from(`${lines.join('\n')}\n\n${cleanMessage(change.message)}`)
}

/** What is smaller is compressed before a thread could begin with it: bytes. */
const LITTLE = 16_384

/** Reading never needs it, and to load it takes time. */
const compress = async (bytes: Uint8Array): Promise<Buffer> => {
  const { deflate, deflateSync } = await import('node:zlib')
  if (bytes.length < LITTLE) return deflateSync(bytes, { level: 1 })
  return promisify<Uint8Array, { level: number }, Buffer>(deflate)(bytes, { level: 1 })
}

class LooseObjects {
  readonly #repository: Repository
  readonly #folder: string
  readonly #added = new Map<string, GitObject & { readonly whole: Buffer }>()

  constructor(repository: Repository) {
    this.#repository = repository
    this.#folder = join(repository.commonDir, 'objects')
  }

  /** The object's id. It is on disk only after `write`. */
  add(type: 'blob' | 'tree' | 'commit', bytes: Uint8Array): string {
    const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
    const oid = createHash(this.#repository.hash).update(whole).digest('hex')
    this.#added.set(oid, { oid, type, bytes: whole.subarray(whole.length - bytes.length), whole })
    return oid
  }

  /** All at once, so that the disk flushes them together. @throws IO. */
  async write(): Promise<void> {
    const all = [...this.#added.values()]
    const written = await Promise.allSettled(all.map(({ oid, whole }) => this.#put(oid, whole)))
    for (const one of written) if (one.status === 'rejected') throw one.reason
    for (const { oid, type, bytes } of all) this.#repository.objects.written({ oid, type, bytes })
  }

  async #put(oid: string, whole: Buffer): Promise<void> {
    const folder = join(this.#folder, oid.slice(0, 2))
    const file = join(folder, oid.slice(2))
    if (isFreshened(file)) return
    const bytes = await compress(whole)
    await guarded('write', `git object ${oid}`, async () => {
      // The name by which git knows what a killed writer left, and sweeps it.
      const temporary = join(folder, `tmp_obj_${randomBytes(6).toString('hex')}`)
      try {
        await writeFlushed(temporary, bytes)
        renameSync(temporary, file)
      } catch (error) {
        await removeIfThere(temporary).catch(() => undefined)
        throw error
      }
    })
  }
}

/** An object that is there is touched, as git does, so that pruning does not take it for old. */
function isFreshened(file: string): boolean {
  try {
    const now = new Date()
    utimesSync(file, now, now)
    return true
  } catch {
    return false
  }
}

/** Of the 256 folders of objects most are there before long. */
async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const options = { flush: true, mode: 0o444 }
  try {
    await writeNew(file, bytes, options)
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw error
    mkdirSync(dirname(file), { recursive: true })
    await writeNew(file, bytes, options)
  }
}
