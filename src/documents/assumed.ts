/**
 * What an ADOPT event holds: the files of a document that another program kept, and the state in which it was taken
 * over. Source: lifecycle design, "Adopted documents".
 */
import * as z from 'zod/mini'
import { digest, id, name, status, text } from './fields.ts'

const version = z.string().check(z.regex(/^\d+\.\d+$/))
const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))
const whole = z.int().check(z.nonnegative())

/**
 * What a file is to its document. `draft`, `live` and `archive` are its texts; a `stray` text, `metadata`, `sidecar`
 * and `trail` (one that stands elsewhere than its own) are kept and not part of the state.
 */
export const FILE_ROLES = ['draft', 'live', 'archive', 'stray', 'metadata', 'sidecar', 'trail'] as const

/** One file as it was found; `version` for texts of the state, `path` from the root of the repository. */
export const found = () =>
  z.strictObject({
    role: z.enum(FILE_ROLES),
    version: z.optional(version),
    path: z.string().check(z.minLength(1)),
    content: digest,
  })

const note = () =>
  z.strictObject({
    code: name,
    file: z.optional(z.string()),
    expected: z.optional(z.string()),
    found: z.optional(z.string()),
  })

export const assumed = () =>
  z.strictObject({
    title: text,
    status,
    parent: z.nullable(id),
    kind: z.nullable(z.union([z.literal(1), z.literal(2)])),
    owner: z.nullable(name),
    checkout: z.nullable(z.strictObject({ by: name, at: time, base: digest })),
    fresh: z.boolean(),
    released: z.boolean(),
    versions: z.array(version),
    team: z.array(name),
    rounds: whole,
    round: z.nullable(
      z.strictObject({
        number: z.int().check(z.positive()),
        void: z.boolean(),
        content: digest,
        reviews: z.array(z.strictObject({ user: name, outcome: z.enum(['RECOMMEND', 'UPDATES_REQUIRED']) })),
        approvals: z.array(name),
        pending: z.array(name),
        openedAt: time,
        openedBy: name,
      }),
    ),
    purpose: z.enum(['ordinary', 'retire']),
    authors: z.array(name),
    approvers: z.array(name),
    seal: z.nullable(z.strictObject({ version, content: digest })),
    waived: z.array(name),
    created: z.strictObject({ at: time, by: name }),
    carried: z.record(z.string(), z.unknown()),
    notes: z.array(note()),
  })

export type Assumed = z.infer<ReturnType<typeof assumed>>
export type Found = z.infer<ReturnType<typeof found>>
export type Note = z.infer<ReturnType<typeof note>>
