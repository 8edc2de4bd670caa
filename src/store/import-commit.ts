/**
 * Blobs, trees and one commit in one `git fast-import`; no reference moves and no index or work tree is touched. For
 * changes that are not small (`write-commit.ts`).
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gitFault } from './git-faults.ts'
import { PENDING_REFS } from './layout.ts'
import { ending, type Git } from './plumbing.ts'
import type { Ident } from './settings.ts'
import type { Change, Tip } from './store.ts'

/** A name inside the stream only: it is reset before the end, so it never becomes a reference on disk. */
const SCRATCH_REF = `${PENDING_REFS}/scratch`

/**
 * A small change passes through a pack that is unpacked at once: compressing it there would be for nothing, and costs
 * 25 ms where folders hold 10,000 names. A large one stays a pack.
 */
const FEW = 25

/** Writes the commit that makes `change` of `base`, and gives its id. @throws IO, GIT. */
export async function importCommit(git: Git, base: Tip, change: Change, committer: Ident): Promise<string> {
  const child = git.start(['fast-import', '--quiet', '--done', '--date-format=raw'], {
    config: ['fastimport.unpackLimit=100', `pack.compression=${change.files.size < FEW ? 0 : 1}`],
  })
  const finishing = ending(child, 'git fast-import')
  for (const part of stream(base, change, committer)) child.stdin.write(part)
  child.stdin.end()
  const finished = await finishing
  const id = finished.stdout.toString('latin1').trim()
  if (finished.code === 0 && /^[0-9a-f]{40,64}$/.test(id)) return id
  await rm(join(git.gitDir ?? git.cwd, `fast_import_crash_${child.pid}`), { force: true }).catch(
    () => undefined,
  )
  throw gitFault('git fast-import', finished)
}

function* stream(base: Tip, change: Change, committer: Ident): Generator<string | Uint8Array> {
  const when = `${Math.max(0, Math.floor(change.at / 1000))} +0000`
  yield `feature done\ncommit ${SCRATCH_REF}\nmark :1\n`
  yield `author ${signature(change.author)} ${when}\ncommitter ${signature(committer)} ${when}\n`
  yield* data(Buffer.from(cleanMessage(change.message)))
  if (base !== null) yield `from ${base}\n`
  for (const [path, bytes] of change.files) yield* fileCommand(path, bytes)
  yield `\nreset ${SCRATCH_REF}\n\nget-mark :1\ndone\n`
}

function* fileCommand(path: string, bytes: Uint8Array | null): Generator<string | Uint8Array> {
  if (bytes === null) return yield `D ${quoted(path)}\n`
  yield `M 100644 inline ${quoted(path)}\n`
  yield* data(bytes)
}

function* data(bytes: Uint8Array): Generator<string | Uint8Array> {
  yield `data ${bytes.length}\n`
  yield bytes
  yield '\n'
}

/** C-style quoting: what is inside the quotes is bytes, whatever they look like. */
const quoted = (path: string): string =>
  `"${path.replace(/[\u0000-\u001f"\\\u007f]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`

export const cleanMessage = (message: string): string => `${message.replaceAll('\0', '').trimEnd()}\n`

export const signature = (person: Ident): string =>
  `${clean(person.name) || 'unknown'} <${clean(person.email)}>`

const clean = (text: string): string => text.replace(/[<>\u0000-\u001f\u007f]/g, '').trim()
