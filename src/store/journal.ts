/**
 * What a transaction is about to do, written down before it does it, so that the next process can finish or undo what
 * a killed one left. One file a transaction, lines of JSON only ever appended; a torn last line was never relied on.
 */
import { appendFileSync, closeSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { flush, flushFolder, namesIn, readText, removeIfThere, writeNew } from './disk.ts'
import { guarded } from './git-faults.ts'
import { OWNER_PATTERN, startOf } from './owner.ts'
import type { Tip } from './store.ts'

export interface Intent {
  readonly branchRef: string
  readonly old: Tip
  /** The work tree whose index and files follow the branch; `gitDir` null for the ignored view, null for neither. */
  readonly view: { readonly root: string; readonly gitDir: string | null } | null
  readonly paths: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

export interface Recorded extends Intent {
  readonly id: string
  /** Known once the reference may move. */
  readonly next?: string
  /** The git child that moves it: it may outlive its parent for a moment. */
  readonly mover?: { readonly pid: number; readonly start: string }
  /** Its owner gave up bringing files up to date; anyone may. */
  readonly behind?: true
}

const NAME = new RegExp(`^journal\\.(${OWNER_PATTERN})$`)

const journalFile = (folder: string, id: string): string => join(folder, `journal.${id}`)

export class Journal {
  readonly id: string
  readonly #folder: string

  private constructor(folder: string, id: string) {
    this.#folder = folder
    this.id = id
  }

  /** @throws IO. */
  static async open(folder: string, id: string, intent: Intent): Promise<Journal> {
    const file = journalFile(folder, id)
    await guarded('write', file, () => writeNew(file, `${JSON.stringify(intent)}\n`, { flush: false }))
    return new Journal(folder, id)
  }

  /** After this is on disk the reference may move. @throws IO. */
  async moving(next: string, moverPid: number | undefined): Promise<void> {
    const start = moverPid === undefined ? undefined : startOf(moverPid)
    const mover = start === undefined ? {} : { mover: { pid: moverPid, start } }
    const appending = guarded('write', this.#file, () => appendFlushed(this.#file, { next, ...mover }))
    const [appended] = await Promise.allSettled([appending, flushFolder(this.#folder)])
    if (appended.status === 'rejected') throw appended.reason
  }

  async behind(): Promise<void> {
    try {
      appendFileSync(this.#file, `${JSON.stringify({ behind: true })}\n`)
    } catch {
      // Whoever comes next sees the journal of a process that is gone, and looks.
    }
  }

  async close(): Promise<void> {
    await removeIfThere(this.#file).catch(() => undefined)
  }

  get #file(): string {
    return journalFile(this.#folder, this.id)
  }
}

async function appendFlushed(file: string, line: object): Promise<void> {
  const descriptor = openSync(file, 'a')
  try {
    writeFileSync(descriptor, `${JSON.stringify(line)}\n`)
    await flush(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** All journals present. `intent` is missing where the power went before the first line was on disk. */
export async function journalsIn(
  folder: string,
): Promise<{ id: string; file: string; recorded: Recorded | null }[]> {
  const ids = (await namesIn(folder)).flatMap((name) => NAME.exec(name)?.[1] ?? [])
  return ids.map((id) => ({
    id,
    file: journalFile(folder, id),
    recorded: parse(id, readText(journalFile(folder, id))),
  }))
}

function parse(id: string, text: string | null): Recorded | null {
  const lines = (text ?? '').split('\n').flatMap((line) => parseLine(line))
  const first = lines[0]
  return first && 'branchRef' in first ? (Object.assign({ id }, ...lines) as Recorded) : null
}

function parseLine(line: string): object[] {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? [value] : []
  } catch {
    return []
  }
}
