/** The texts of a document by version, and what changed between two of them. */

import type { Document, TextRef } from '../documents/document.ts'
import { type Hunk, redline, unifiedDiff } from '../documents/redline.ts'
import { decode } from '../documents/text.ts'
import { compareVersions, parseVersion } from '../documents/version.ts'
import { refuse } from '../errors.ts'
import type { Records } from './records.ts'

/** Every text that the store holds of a document, oldest first. */
export const textsOf = (d: Document): TextRef[] =>
  [...d.archive.filter((t) => !isAgain(t, d.live) && !isAgain(t, d.draft)), d.live, d.draft]
    .filter((t): t is TextRef => t !== null)
    .sort((a, b) => compareVersions(a.version, b.version))

/** The peer archived a text when it was revised, while it was still in force. */
const isAgain = (t: TextRef, other: TextRef | null): boolean =>
  t.version === other?.version && t.content === other.content

/** The text of a version; where an older one bears the same, the newest. @throws BAD_VERSION, NO_VERSION */
export const textAt = (d: Document, version: string): TextRef => {
  if (!parseVersion(version)) throw refuse('BAD_VERSION', { version })
  const ref = textsOf(d).findLast((t) => t.version === version)
  if (ref) return ref
  throw refuse('NO_VERSION', { id: d.id.id, version, versions: textsOf(d).map((t) => t.version) })
}

export interface Difference {
  readonly id: string
  readonly from: TextRef
  readonly to: TextRef
  readonly hunks: readonly Hunk[]
  readonly unified: string
}

/** Between two versions; by default from the text last approved (else the one before) to the newest. */
export const differenceOf = async (
  records: Records,
  d: Document,
  versions: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<Difference> => {
  const to = versions.to ? textAt(d, versions.to) : (d.draft ?? d.live ?? textsOf(d).at(-1))
  if (!to) throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text to compare' })
  const from = versions.from ? textAt(d, versions.from) : basisFor(d, to)
  const [former, later] = await Promise.all([textOf(records, d, from), textOf(records, d, to)])
  const names = [`${d.id.id} ${from.version}`, `${d.id.id} ${to.version}`] as const
  return { id: d.id.id, from, to, hunks: redline(former, later), unified: unifiedDiff(names, former, later) }
}

const basisFor = (d: Document, to: TextRef): TextRef => lastApproved(d, to) ?? earlierThan(d, to).at(-1) ?? to

const earlierThan = (d: Document, to: TextRef): TextRef[] =>
  textsOf(d).filter((t) => compareVersions(t.version, to.version) < 0)

/** The last text before this one that was approved; null where none was. */
export const lastApproved = (d: Document, to: TextRef): TextRef | null =>
  earlierThan(d, to).findLast((t) => t.version !== '0.0' && parseVersion(t.version)?.minor === 0) ?? null

const textOf = async (records: Records, d: Document, ref: TextRef): Promise<string> =>
  decode(await records.text(d, ref)) ?? ''

/** What changed between two texts known by digest, where the store still holds the first; else null. */
export const redlineOf = async (
  records: Records,
  d: Document,
  shown: string,
  now: string,
): Promise<string | null> => {
  const [from, to] = [shown, now].map((digest) => textsOf(d).find((t) => t.content === digest))
  if (!from || !to || from === to) return null
  return (await differenceOf(records, d, { from: from.version, to: to.version })).unified
}
