/**
 * What proves an execution item: captured or verified by the program, never only claimed. Kept in the EI event; bytes
 * (the output of a run, a copied file) stand beside the document under their digest. Source: SOP-004 section 5.
 */
import * as z from 'zod/mini'
import { digest, id, text } from './fields.ts'

const commit = z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/))
const whole = z.int().check(z.nonnegative())
const time = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/))

/** A command that the program ran itself. `exit` is null where a signal ended it, or it ran out of time. */
const run = () =>
  z.strictObject({
    kind: z.literal('run'),
    command: z.array(z.string()).check(z.minLength(1)),
    exit: z.nullable(z.int()),
    signal: z.optional(z.string()),
    started: time,
    /** Milliseconds. */
    duration: whole,
    /** Seconds after which it was ended, where its time was over. */
    timeout: z.optional(z.int().check(z.positive())),
    /** The commit that was checked out, null before the first; and whether the work tree was exactly that. */
    commit: z.nullable(commit),
    clean: z.boolean(),
    /** Digest of what is kept of its output, standard output and error in order of arrival. */
    output: digest,
    /** Bytes that it wrote; more than are kept where `cut`. */
    bytes: whole,
    cut: z.optional(z.literal(true)),
    /** Places that were masked before anything was kept. */
    masked: z.optional(z.int().check(z.positive())),
  })

export const evidence = () =>
  z.discriminatedUnion('kind', [
    run(),
    z.strictObject({ kind: z.literal('commit'), commit }),
    z.strictObject({ kind: z.literal('doc'), document: id, version: z.string(), status: z.string() }),
    z.strictObject({ kind: z.literal('file'), path: z.string(), content: digest, bytes: whole }),
    z.strictObject({ kind: z.literal('url'), url: z.string() }),
    z.strictObject({ kind: z.literal('text'), text }),
  ])

export type Evidence = z.infer<ReturnType<typeof evidence>>
export type Run = Extract<Evidence, { kind: 'run' }>

/** Digest of what is kept of a piece of evidence; null where nothing is. */
export const keptFile = (e: Evidence): string | null =>
  e.kind === 'run' ? e.output : e.kind === 'file' ? e.content : null

export const keptBy = (all: readonly Evidence[] = []): string[] => all.flatMap((e) => keptFile(e) ?? [])

export const EVIDENCE_KINDS = ['run', 'commit', 'doc', 'file', 'url', 'text'] as const
