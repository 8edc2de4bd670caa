/** The metadata file of a document, and reading one back. Listings believe what it says, so it must at least be one, and of this document. */
import * as z from 'zod/mini'
import type { Document } from './document.ts'
import { CONFLICT, CONFLICT_PROBLEM, uniqueKeysProblem } from './json.ts'
import { type Metadata, metadata } from './placement.ts'
import { STATUSES } from './types.ts'

const text = z.string()
const maybe = z.nullable(text)
const names = z.array(text)
const count = z.int().check(z.nonnegative())

/** Keys of later versions, or of another program, are left alone. */
const schema = z.looseObject({
  doc_id: text,
  doc_type: text,
  version: text.check(z.regex(/^\d+\.\d+$/)),
  status: z.enum(STATUSES),
  executable: z.boolean(),
  execution_phase: z.nullable(z.enum(['pre_release', 'post_release'])),
  responsible_user: maybe,
  checked_out: z.boolean(),
  checked_out_date: maybe,
  effective_version: maybe,
  pending_assignees: names,
  review_outcomes: z.record(text, text),
  completed_reviewers: names,
  title: text,
  parent: maybe,
  source: maybe,
  kind: z.nullable(z.union([z.literal(1), z.literal(2)])),
  checked_out_by: maybe,
  team: names,
  round: z.nullable(count),
  round_opened: maybe,
  purpose: text,
  open_escalations: count,
  outcome: maybe,
  content: maybe,
  created: text,
  changed: text,
  events: count,
}) satisfies z.ZodMiniType<Metadata>

/** As this program writes it. */
export const metadataFile = (d: Document): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(metadata(d), null, 2)}\n`)

export type MetadataProblem = { readonly problem: string; readonly expected: string; readonly found: string }

/** The metadata that `json` holds of document `id`, or why it holds none. */
export const readMetadata = (json: string, id: string): Metadata | MetadataProblem => {
  const expected = `the metadata of ${id}`
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (error) {
    const problem = CONFLICT.test(json) ? CONFLICT_PROBLEM : 'not JSON'
    return { problem, expected, found: (error as Error).message }
  }
  const twice = isCanonical(json, value) ? null : uniqueKeysProblem(json)
  if (twice !== null) return { problem: 'a key stands twice', expected: 'each key once', found: twice }
  const read = schema.safeParse(value)
  const issue = read.error?.issues[0]
  if (!read.success)
    return { problem: 'not metadata', expected, found: `${issue?.path.join('.')}: ${issue?.message}` }
  const named = read.data.doc_id
  return named === id ? read.data : { problem: 'of another document', expected: id, found: named }
}

/** As this program writes it: then no key can stand twice, which is quicker to see than by looking for one. */
const isCanonical = (json: string, value: unknown): boolean => {
  try {
    return `${JSON.stringify(value, null, 2)}\n` === json
  } catch {
    return false // nested more deeply than anything we write
  }
}
