/** The configuration file: what the founding commit wrote, or the last event that names its digest. */
import type { SystemEvent } from '../documents/event.ts'
import { CONFIG_FILE } from '../store/layout.ts'
import { type Finding, finding } from './finding.ts'
import type { Edge } from './history.ts'
import type { Placed, Position } from './positions.ts'

export interface ConfigurationEvidence {
  /** SHA-256 of the file as it is now; null where there is none. */
  readonly digest: string | null
  readonly edges: readonly Edge[] | null
  readonly policy: readonly Placed<SystemEvent>[]
  /** Where the store was founded; everything until then is its owner's. */
  readonly founded: Position | null
  readonly digestOf: (oid: string) => string | undefined
}

const where = { document: null, path: CONFIG_FILE }
const EXPECTED = 'the file as `qms config` left it'

export const configurationFindings = (e: ConfigurationEvidence): Finding[] => {
  const odd = (e.edges ?? []).filter((edge) => edge.at > (e.founded ?? 0) && !isExplained(e, edge))
  const now = present(e, odd)
  if (now.length > 0) return now.map((f) => ({ ...f, commit: odd.at(-1)?.commit ?? null }))
  return odd
    .slice(0, 1)
    .map((edge) =>
      finding(
        'EDITED_AND_PUT_BACK',
        { ...where, commit: edge.commit },
        EXPECTED,
        'a change by hand, undone since',
      ),
    )
}

const isExplained = ({ policy, digestOf }: ConfigurationEvidence, edge: Edge): boolean => {
  const after = edge.changes.find((c) => c.path === CONFIG_FILE)?.after
  const digest = after ? digestOf(after.oid) : undefined
  return policy.some(({ event }) => event.event === 'CONFIG_SET' && event.content === digest)
}

const present = (e: ConfigurationEvidence, odd: readonly Edge[]): Finding[] => {
  const expected = expectedDigest(e)
  if (e.digest === null) return [finding('CONFIGURATION_DIFFERS', where, EXPECTED, 'no file')]
  const lastIsOdd = odd.length > 0 && odd.at(-1) === e.edges?.at(-1)
  if (expected === undefined ? !lastIsOdd : expected === e.digest) return []
  return [finding('CONFIGURATION_DIFFERS', where, EXPECTED, `SHA-256 ${e.digest}`)]
}

/** Undefined where nothing tells: no event, and no history. */
const expectedDigest = ({ policy, edges, founded, digestOf }: ConfigurationEvidence): string | undefined => {
  const set = policy.findLast(({ event }) => event.event === 'CONFIG_SET')?.event
  if (set?.event === 'CONFIG_SET') return set.content
  const first = edges?.findLast((edge) => edge.at <= (founded ?? 0))
  const after = first?.changes.find((c) => c.path === CONFIG_FILE)?.after
  return after ? digestOf(after.oid) : undefined
}
