/**
 * What an ADOPT event holds: the files of a document that another program kept, and the state in which it was taken
 * over. Source: lifecycle design, "Adopted documents".
 */
import { z } from 'zod'
import { digest, id, name, status, text } from './fields.ts'

const version = z.string().regex(/^\d+\.\d+$/)
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const whole = z.number().int().nonnegative()

/**
 * What a file is to its document. `draft`, `live` and `archive` are its texts; a `stray` text, `metadata`, `sidecar`
 * and `trail` (one that stands elsewhere than its own) are kept and not part of the state.
 */
export const FILE_ROLES = ['draft', 'live', 'archive', 'stray', 'metadata', 'sidecar', 'trail'] as const

/** One file as it was found; `version` for texts of the state, `path` from the root of the repository. */
export const found = z.strictObject({
  role: z.enum(FILE_ROLES),
  version: version.optional(),
  path: z.string().min(1),
  content: digest,
})

const note = z.strictObject({
  code: name,
  file: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
})

export const assumed = z.strictObject({
  title: text,
  status,
  parent: id.nullable(),
  kind: z.union([z.literal(1), z.literal(2)]).nullable(),
  owner: name.nullable(),
  checkout: z.strictObject({ by: name, at: time, base: digest }).nullable(),
  fresh: z.boolean(),
  released: z.boolean(),
  versions: z.array(version),
  team: z.array(name),
  rounds: whole,
  round: z
    .strictObject({
      number: z.number().int().positive(),
      void: z.boolean(),
      content: digest,
      reviews: z.array(z.strictObject({ user: name, outcome: z.enum(['RECOMMEND', 'UPDATES_REQUIRED']) })),
      approvals: z.array(name),
      pending: z.array(name),
      openedAt: time,
      openedBy: name,
    })
    .nullable(),
  purpose: z.enum(['ordinary', 'retire']),
  authors: z.array(name),
  approvers: z.array(name),
  seal: z.strictObject({ version, content: digest }).nullable(),
  waived: z.array(name),
  created: z.strictObject({ at: time, by: name }),
  carried: z.record(z.string(), z.unknown()),
  notes: z.array(note),
})

export type Assumed = z.infer<typeof assumed>
export type Found = z.infer<typeof found>
export type Note = z.infer<typeof note>
