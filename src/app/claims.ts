/** Evidence that is named rather than captured: looked at when it is recorded, and kept where it is a file. */

import type { Document } from '../documents/document.ts'
import { TEXT_LIMIT } from '../documents/event.ts'
import type { Evidence } from '../documents/evidence.ts'
import { isGivenUp } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import type { Claim } from '../execution/claim.ts'
import { readConfiguration } from './configuration.ts'
import { type Captured, NOTHING_CAPTURED } from './execute.ts'
import type { Qms } from './qms.ts'
import type { Records } from './records.ts'

type Capture = (records: Records, d: Document) => Promise<Captured>

/** @param absolute path of a file as it was named. @throws BAD_VALUE at once where one is of no kind */
export const capturing = async (
  qms: Qms,
  given: readonly string[],
  absolute: (path: string) => string,
): Promise<Capture> => {
  if (given.length === 0) return async () => NOTHING_CAPTURED
  const { claimOf } = await import('../execution/claim.ts')
  const claims = given.map(claimOf)
  return async (records) => {
    const files = new Map<string, Uint8Array>()
    const evidence: Evidence[] = []
    for (const claim of claims) evidence.push(await verified(qms, records, claim, absolute, files))
    return { evidence, files }
  }
}

/** @throws BAD_VALUE, BAD_ID, NO_DOCUMENT, IO */
const verified = async (
  qms: Qms,
  records: Records,
  { kind, value }: Claim,
  absolute: (path: string) => string,
  files: Map<string, Uint8Array>,
): Promise<Evidence> => {
  switch (kind) {
    case 'commit':
      return commitNamed(qms, value)
    case 'doc':
      return documentNamed(records, value)
    case 'file':
      return fileNamed(qms, records, absolute(value), files)
    case 'url':
      return { kind, url: (await import('../execution/claim.ts')).checkedUrl(value.trim()) }
    case 'text':
      return textGiven(value.trim())
  }
}

const notSo = (kind: string, found: string, expected: string) =>
  refuse('BAD_VALUE', { name: `--evidence ${kind}`, found: found.slice(0, 200), expected })

const commitNamed = async (qms: Qms, revision: string): Promise<Evidence> => {
  const work = await qms.work()
  const commit = await work.commitOf(revision)
  if (!commit) throw notSo('commit', revision, 'a commit of this repository')
  const standing = await work.standing(commit)
  if (standing === 'unknown')
    throw refuse('HISTORY_INCOMPLETE', { reason: `whether anything leads to ${commit} cannot be told` })
  if (standing !== 'reachable')
    throw notSo(
      'commit',
      `${commit}, ${standing}`,
      'a commit to which a branch, a tag or HEAD leads: others are thrown away',
    )
  return { kind: 'commit', commit }
}

const documentNamed = async (records: Records, id: string): Promise<Evidence> => {
  const { d } = await records.load(id.trim())
  if (isGivenUp(d.status)) throw notSo('doc', `${d.id.id} is CANCELLED`, 'a document that stands')
  return { kind: 'doc', document: d.id.id, version: d.version, status: d.status }
}

const fileNamed = async (
  qms: Qms,
  records: Records,
  file: string,
  files: Map<string, Uint8Array>,
): Promise<Evidence> => {
  const { documentLimit } = await readConfiguration(records.snapshot)
  const read = await (await qms.work()).file(file, documentLimit)
  if ('problem' in read) throw notSo('file', read.problem, read.expected)
  const content = records.digest(read.bytes)
  files.set(content, read.bytes)
  return { kind: 'file', path: read.path, content, bytes: read.bytes.length }
}

const textGiven = (text: string): Evidence => {
  if (text.length > TEXT_LIMIT)
    throw notSo('text', `${text.length} characters`, `${TEXT_LIMIT} characters at the most`)
  return { kind: 'text', text }
}
