/** Reviewers for a document, from what their definition files say that they know about. */
import { type Candidate, candidatesFor } from '../../agents/suggestion.ts'
import { type Document, isOpen, isReviewing, textInHand } from '../../documents/document.ts'
import { type Metadata, metadata } from '../../documents/placement.ts'
import { isQuality, type Registry } from '../../documents/registry.ts'
import { decode } from '../../documents/text.ts'
import { nextOf, type Result } from '../act.ts'
import type { NextStep } from '../next.ts'
import type { Ask, Qms } from '../qms.ts'
import { openRecords, type Records } from '../records.ts'
import { type AgentFiles, definitionFiles } from './definitions.ts'

export interface Suggested {
  readonly document: Metadata
  /** What `Files Affected` lists; null where the text has no such section. */
  readonly files: readonly string[] | null
  /** Entries that name no file that could be read. */
  readonly unreadable: readonly string[]
  /** How many users have a domain. */
  readonly domains: number
  readonly suggestions: readonly Candidate[]
  readonly next: readonly NextStep[]
}

/** Changes nothing. @throws NO_DOCUMENT, BAD_ID, NO_USER, DAMAGED */
export const suggestReviewers = async (
  qms: Qms,
  ask: Ask,
  here: AgentFiles,
  id: string,
): Promise<Suggested> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const { d } = await records.load(id)
  const domains = await domainsOf(records, here)
  const { files, unreadable, suggestions } = await candidatesIn(records, d, domains)
  const free = suggestions.filter((s) => s.standing === 'free').map((s) => s.name)
  const open = free.length > 0 ? await nextOf(qms, ask, records, d) : []
  const next = free.length > 0 ? stepsFor(d, free, open, records.system.registry) : []
  return { document: metadata(d), files, unreadable, domains: domains.size, suggestions, next }
}

/** Of users: what nobody is registered for is nobody's. */
const domainsOf = async (
  { snapshot, system }: Records,
  here: AgentFiles,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const files = await definitionFiles(snapshot, here)
  const domains = [...files].map(([name, file]) => [name, file.definition?.domain ?? []] as const)
  return new Map(domains.filter(([name, domain]) => domain.length > 0 && system.registry.has(name)))
}

const candidatesIn = async (
  records: Records,
  d: Document,
  domains: ReadonlyMap<string, readonly string[]>,
): Promise<Pick<Suggested, 'files' | 'unreadable' | 'suggestions'>> => {
  const ref = textInHand(d)
  const { filesAffected } = await import('../../documents/affected.ts')
  const listed = ref && filesAffected(decode(await records.text(d, ref)) ?? '')
  if (!listed) return { files: null, unreadable: [], suggestions: [] }
  const suggestions = candidatesFor({ d, c: records.system }, listed.entries, domains)
  return { files: listed.entries, unreadable: listed.unreadable, suggestions }
}

/** In an open round quality adds them; before one, the owner names them. */
const stepsFor = (
  d: Document,
  names: readonly string[],
  open: readonly NextStep[],
  registry: Registry,
): NextStep[] => {
  const assign = isOpen(d.status) ? open.find((s) => s.action === 'assign') : undefined
  const route = open.find((s) => s.action === 'route review')
  const words = names.join(' ')
  if (assign) {
    const by = assign.who.find((name) => isQuality(registry, name)) ?? assign.who[0]
    return [{ ...assign, command: `qms assign ${d.id.id} ${words} -u ${by}` }]
  }
  if (!route) return []
  return [{ ...route, command: `qms route ${d.id.id} --review --assign ${words} -u ${route.who[0]}` }]
}

/**
 * What was sent for review, with the question who knows about its files among the next steps, where somebody does who is
 * not asked. What was done is done: where it cannot be told, it is not said.
 */
export const withSuggestion = async (
  qms: Qms,
  files: () => Promise<AgentFiles>,
  result: Result,
): Promise<Result> => {
  const { document, dryRun, next } = result
  const at = next.findIndex((step) => step.action === 'assign')
  const assign = next[at]
  if (!document || dryRun || !assign) return result
  if (!(await hasCandidates(qms, await files(), document.doc_id).catch(() => false))) return result
  const step = { ...assign, command: `qms assign ${document.doc_id} --suggest` }
  return { ...result, next: next.toSpliced(at, 0, step) }
}

const hasCandidates = async (qms: Qms, here: AgentFiles, id: string): Promise<boolean> => {
  const records = await openRecords(qms)
  const domains = await domainsOf(records, here)
  if (domains.size === 0) return false
  const { d } = await records.load(id)
  if (!isReviewing(d.status)) return false
  const { suggestions } = await candidatesIn(records, d, domains)
  return suggestions.some(({ standing }) => standing === 'free')
}
