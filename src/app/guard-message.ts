/** Whether a commit names the record that it is made under, where the policy asks for it. */
import { parseId } from '../documents/id.ts'
import type { Digest } from '../documents/trail.ts'
import { isExecutable } from '../documents/types.ts'
import { refuse } from '../errors.ts'
import type { ProposedCommit } from '../store/proposed.ts'
import type { Snapshot } from '../store/store.ts'
import { type Loaded, Records } from './records.ts'

export interface MessageChecked {
  /** What the policy asks of commits; null where this is no project. */
  readonly policy: string | null
  /** Records in execution that the message names. */
  readonly records: readonly string[]
  /** Files of the commit that none of them lists. */
  readonly unlisted: readonly string[]
  /** Entries of their lists that name no file that could be read. */
  readonly unreadable: readonly string[]
}

/** A message as git hands it to a hook. */
export interface Message {
  readonly text: string
  /** Lines that begin with it are comments; null where the message did not come from an editor. */
  readonly comment: string | null
}

/** @param snapshot of the control branch; null where this is no project. @throws COMMIT_UNRECORDED, FILES_UNLISTED */
export const checkMessage = async (
  snapshot: Snapshot | null,
  proposed: ProposedCommit,
  message: Message,
  digest: Digest,
): Promise<MessageChecked> => {
  const nothing = { policy: null, records: [], unlisted: [], unreadable: [] }
  if (snapshot === null || snapshot.tip === null) return nothing
  const records = await Records.open(snapshot, digest)
  const policy = records.system.policy.commits
  const lines = linesOf(message)
  if (policy === 'free' || isExempt(subjectOf(lines), proposed)) return { ...nothing, policy }
  const { files, others } = await proposed.files()
  if (files.length === 0 && others > 0) return { ...nothing, policy } // of the store alone
  const named = await loadNamed(namedIn(lines, records), records)
  const executing = named.flatMap(({ loaded }) => (loaded?.d.status === 'IN_EXECUTION' ? [loaded] : []))
  if (executing.length === 0)
    throw refuse('COMMIT_UNRECORDED', {
      subject: subjectOf(lines),
      named: named.map(({ id, loaded }) => ({ id, status: loaded?.d.status ?? null })),
      executing: await inExecution(records),
    })
  const ids = executing.map(({ d }) => d.id.id)
  const scope = await compared(executing, files, records)
  if (policy === 'listed' && scope.unlisted.length > 0)
    throw refuse('FILES_UNLISTED', { records: ids, ...scope })
  return { policy, records: ids, ...scope }
}

/**
 * What is being merged was committed under its own records; what is to be folded into another commit has that one's;
 * a commit without a message is given up by git itself.
 */
const isExempt = (subject: string, { merging }: ProposedCommit): boolean =>
  merging || subject === '' || /^(?:fixup|squash|amend)! /.test(subject)

/** The line below which git itself writes for an editor. */
const SCISSORS = /^. -+ >8 -+$/

/** The message without what git will take away. */
const linesOf = ({ text, comment }: Message): string[] => {
  const lines = text.split(/\r?\n/)
  if (comment === null) return lines
  const end = lines.findIndex((line) => line.startsWith(comment) && SCISSORS.test(line))
  return lines.slice(0, end < 0 ? undefined : end).filter((line) => !line.startsWith(comment))
}

const paragraphs = (lines: readonly string[]): string[] =>
  lines
    .map((line) => line.trim())
    .join('\n')
    .split(/\n\n+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')

const subjectOf = (lines: readonly string[]): string => (paragraphs(lines)[0] ?? '').replaceAll('\n', ' ')

const TRAILER = /^QMS-Record:\s*(.*)$/gim
const ID = /(?<![A-Za-z0-9-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?![A-Za-z0-9-])/g

/** Ids of executable types in the subject, and in `QMS-Record:` lines of the last paragraph. */
const namedIn = (lines: readonly string[], records: Records): string[] => {
  const last = paragraphs(lines).at(-1) ?? ''
  const places = [subjectOf(lines), ...[...last.matchAll(TRAILER)].map((m) => m[1] ?? '')]
  const ids = places.flatMap((text) => text.match(ID) ?? [])
  return [...new Set(ids)].filter((text) => {
    const id = parseId(text, records.system.types)
    return id !== null && isExecutable(id.type)
  })
}

const MOST_NAMED = 20

const loadNamed = (
  ids: readonly string[],
  records: Records,
): Promise<{ readonly id: string; readonly loaded: Loaded | null }[]> =>
  Promise.all(
    ids.slice(0, MOST_NAMED).map(async (id) => ({ id, loaded: await records.find(await records.idOf(id)) })),
  )

const inExecution = async (records: Records): Promise<string[]> =>
  (await records.metadata()).filter((m) => m.status === 'IN_EXECUTION').map((m) => m.doc_id)

/** A record without such a list sets no limit; nor do several, if one of them does not. */
const compared = async (
  executing: readonly Loaded[],
  files: readonly string[],
  records: Records,
): Promise<{ unlisted: string[]; unreadable: string[] }> => {
  const [{ filesAffected }, { covers }] = await Promise.all([
    import('../documents/affected.ts'),
    import('../documents/path-pattern.ts'),
  ])
  const lists = await Promise.all(
    executing.map(async ({ d }) => {
      const ref = d.draft ?? d.live
      return ref && filesAffected(new TextDecoder().decode(await records.text(d, ref)))
    }),
  )
  const unreadable = lists.flatMap((list) => list?.unreadable ?? [])
  if (lists.some((list) => list === null)) return { unlisted: [], unreadable }
  const entries = lists.flatMap((list) => list?.entries ?? [])
  return { unlisted: files.filter((file) => !entries.some((entry) => covers(entry, file))), unreadable }
}
