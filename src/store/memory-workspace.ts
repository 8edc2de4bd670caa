import { createHash } from 'node:crypto'
import { ANSWERS_END } from './layout.ts'
import type { Seen, Workspace } from './local.ts'
import { checkSegment } from './paths.ts'

/** The local files in memory, for tests. */
export class MemoryWorkspace implements Workspace {
  readonly #copies = new Map<string, { readonly bytes: Uint8Array; readonly base: string | null }>()
  readonly #answers = new Map<string, Uint8Array>()
  readonly #seen = new Map<string, Seen>()
  readonly #kept = new Map<string, Uint8Array>()
  readonly discarded = new Map<string, Uint8Array>()

  async read(user: string, id: string): Promise<Uint8Array | null> {
    return this.#copies.get(keyOf(user, id))?.bytes ?? null
  }

  async write(user: string, id: string, bytes: Uint8Array, base: string | null): Promise<void> {
    this.#copies.set(keyOf(user, id), { bytes: Uint8Array.from(bytes), base })
  }

  async base(user: string, id: string): Promise<string | null> {
    return this.#copies.get(keyOf(user, id))?.base ?? null
  }

  async remove(user: string, id: string): Promise<void> {
    this.#copies.delete(keyOf(user, id))
  }

  async discard(user: string, id: string): Promise<string | null> {
    const copy = this.#copies.get(keyOf(user, id))
    if (copy === undefined) return null
    const path = discardedPath(user, id, copy.bytes)
    this.discarded.set(path, copy.bytes)
    this.#copies.delete(keyOf(user, id))
    return path
  }

  async answers(user: string, id: string): Promise<Uint8Array | null> {
    return this.#answers.get(keyOf(user, id)) ?? null
  }

  async keepAnswers(user: string, id: string, bytes: Uint8Array): Promise<void> {
    this.#answers.set(keyOf(user, id), Uint8Array.from(bytes))
  }

  async removeAnswers(user: string, id: string): Promise<void> {
    this.#answers.delete(keyOf(user, id))
  }

  async discardAnswers(user: string, id: string): Promise<string | null> {
    const bytes = this.#answers.get(keyOf(user, id))
    if (bytes === undefined) return null
    const path = discardedPath(user, id, bytes, ANSWERS_END)
    this.discarded.set(path, bytes)
    this.#answers.delete(keyOf(user, id))
    return path
  }

  answersPath(user: string, id: string): string {
    return `.qms/workspace/${keyOf(user, id)}${ANSWERS_END}`
  }

  async list(user: string): Promise<readonly string[]> {
    const prefix = `${user}/`
    const keys = [...this.#copies.keys()].filter((key) => key.startsWith(prefix))
    return keys.map((key) => key.slice(prefix.length)).sort()
  }

  pathOf(user: string, id: string): string {
    return `.qms/workspace/${keyOf(user, id)}.md`
  }

  async seen(user: string, id: string): Promise<Seen | null> {
    return this.#seen.get(keyOf(user, id)) ?? null
  }

  async markSeen(user: string, id: string, seen: Seen): Promise<void> {
    this.#seen.set(keyOf(user, id), { content: seen.content, round: seen.round })
  }

  async recall(name: string): Promise<Uint8Array | null> {
    checkSegment(name, 'cache')
    return this.#kept.get(name) ?? null
  }

  async keep(name: string, bytes: Uint8Array): Promise<void> {
    checkSegment(name, 'cache')
    this.#kept.set(name, Uint8Array.from(bytes))
  }
}

function keyOf(user: string, id: string): string {
  checkSegment(user, 'user')
  checkSegment(id, 'document')
  return `${user}/${id}`
}

/** Where a copy goes when it is discarded: never overwriting another text, for the name holds a digest of this one. */
export function discardedPath(user: string, id: string, bytes: Uint8Array, end = '.md'): string {
  const mark = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
  return `.qms/discarded/${user}/${id}-${mark}${end}`
}
