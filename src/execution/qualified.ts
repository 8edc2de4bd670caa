/** The commit that a traceability matrix says is qualified: section Qualified Commit (SOP-006). */
import { outlineOf, plainTitle, wordsOf } from './outline.ts'

export interface Qualified {
  /** As it stands there; null where it is not 40 or 64 hexadecimal digits. */
  readonly commit: string | null
  readonly found: string
  /** Name or address, as it stands there. */
  readonly repository: string
}

/** One for each row of its table, or each digest in its words; none where there is no such section. */
export const qualifiedCommits = (text: string): Qualified[] => {
  const section = outlineOf(text).sections.find((s) => /^qualified commits?$/i.test(plainTitle(s.title)))
  const table = section?.nodes.find((node) => node.type === 'table')
  if (table?.type !== 'table')
    return digestsIn((section?.nodes ?? []).map(wordsOf).join('\n')).map((commit) => ({
      commit,
      found: commit,
      repository: '',
    }))
  const [head, ...rows] = table.children.map(({ children }) => children.map((cell) => wordsOf(cell).trim()))
  const at = (name: RegExp): number => head?.findIndex((cell) => name.test(cell)) ?? -1
  return rows.map((cells) => {
    const found = cells[at(/^commit$/i)] ?? ''
    return { commit: digestsIn(found)[0] ?? null, found, repository: cells[at(/^repository$/i)] ?? '' }
  })
}

const digestsIn = (words: string): string[] => words.match(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g) ?? []

/** An address is of another repository, whose commits cannot be looked up here; a name alone is taken for this one. */
export const isElsewhere = (repository: string): boolean => /[/:@]/.test(repository)
