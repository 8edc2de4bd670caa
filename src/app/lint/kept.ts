/**
 * Findings that were made before, by the digest of everything they depend on. What is kept can be thrown away at any
 * time; no decision relies on it.
 */
import type { Finding } from '../../lint/lint.ts'
import type { Known } from '../../lint/subject.ts'
import type { Qms } from '../qms.ts'
import { Watched } from './watched.ts'

/** Of what is kept; another number is not understood and written anew. */
const FORMAT = 1
const NAME = 'lint.json'

/** Statuses of the documents that were asked about, and what was found. */
type Row = readonly [asked: readonly (readonly [string, string | null])[], findings: readonly Finding[]]

interface Shape {
  readonly format: typeof FORMAT
  /** Digest of what every text depends on. */
  readonly key: string
  readonly rows: Readonly<Record<string, Row>>
}

export class Kept {
  readonly #qms: Qms
  readonly #key: string
  readonly #known: ReadonlyMap<string, Known>
  readonly #before: ReadonlyMap<string, Row>
  readonly #rows = new Map<string, Row>()
  #fresh = 0

  private constructor(qms: Qms, key: string, known: ReadonlyMap<string, Known>, rows: Shape['rows']) {
    this.#qms = qms
    this.#key = key
    this.#known = known
    this.#before = new Map(Object.entries(rows))
  }

  static async open(qms: Qms, key: string, known: ReadonlyMap<string, Known>): Promise<Kept> {
    const shape = parse(await qms.local.recall(NAME))
    return new Kept(qms, key, known, shape?.key === key ? shape.rows : {})
  }

  /** Null where nothing is kept, or another document that was asked about has another status now. */
  recall(name: string): readonly Finding[] | null {
    const row = this.#before.get(name)
    if (!row?.[0].every(([id, status]) => (this.#known.get(id)?.status ?? null) === status)) return null
    this.#rows.set(name, row)
    return row[1]
  }

  /** Works with the other documents, watched, and keeps what it finds. */
  async making(
    name: string,
    work: (known: ReadonlyMap<string, Known>) => Promise<Finding[]>,
  ): Promise<readonly Finding[]> {
    const watched = new Watched(this.#known)
    const findings = await work(watched)
    this.#fresh++
    if (!watched.all) this.#rows.set(name, [[...watched.asked], findings])
    return findings
  }

  /** @param whole every text was looked at: what was not asked for is of no use any more */
  async close(whole: boolean): Promise<void> {
    if (this.#fresh === 0) return
    const rows = Object.fromEntries(whole ? this.#rows : [...this.#before, ...this.#rows])
    const shape: Shape = { format: FORMAT, key: this.#key, rows }
    await this.#qms.local.keep(NAME, new TextEncoder().encode(JSON.stringify(shape)))
  }
}

/** Whatever is not what this version writes counts as nothing kept. */
const parse = (bytes: Uint8Array | null): Shape | null => {
  if (bytes === null) return null
  try {
    const shape: Partial<Shape> | null = JSON.parse(new TextDecoder().decode(bytes))
    const rows = shape?.rows
    const understood = shape?.format === FORMAT && typeof shape.key === 'string' && typeof rows === 'object'
    return understood && rows !== null && Object.values(rows).every(isRow) ? (shape as Shape) : null
  } catch {
    return null
  }
}

const isRow = (row: unknown): row is Row =>
  Array.isArray(row) && row.length === 2 && row.every((part) => Array.isArray(part))
