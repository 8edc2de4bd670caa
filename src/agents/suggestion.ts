/** Who knows about the files that a document affects. It asks nobody: quality decides. Source: SOP-001, review team. */
import { overlap } from '../documents/path-pattern.ts'
import type { Actor } from '../documents/registry.ts'
import { type Judged, unable } from '../lifecycle/team.ts'

/** An entry of `Files Affected`, and what it has in common files with. */
export interface Match {
  readonly entry: string
  readonly domain: string
}

export interface Candidate extends Pick<Actor, 'name' | 'group' | 'kind'> {
  readonly why: readonly Match[]
  /** `free`: can be asked. */
  readonly standing: 'free' | 'on the team' | 'unable'
  /** Why they cannot be asked; else null. */
  readonly because: string | null
}

/** Whose domain has files of these entries: the most entries first, then as they were registered. */
export const candidatesFor = (
  of: Judged,
  entries: readonly string[],
  domains: ReadonlyMap<string, readonly string[]>,
): Candidate[] =>
  [...of.c.registry.values()]
    .map((actor) => candidateOf(actor, of, matchesOf(entries, domains.get(actor.name) ?? [])))
    .filter(({ why }) => why.length > 0)
    .sort((a, b) => entriesOf(b) - entriesOf(a))

const entriesOf = ({ why }: Candidate): number => new Set(why.map(({ entry }) => entry)).size

const matchesOf = (entries: readonly string[], domain: readonly string[]): Match[] =>
  entries.flatMap((entry) =>
    domain.filter((known) => overlap(entry, known)).map((known) => ({ entry, domain: known })),
  )

const candidateOf = ({ name, group, kind }: Actor, of: Judged, why: readonly Match[]): Candidate => {
  const because = unable(of, name)
  const standing = because !== null ? 'unable' : of.d.team.includes(name) ? 'on the team' : 'free'
  return { name, group, kind, why, standing, because }
}
