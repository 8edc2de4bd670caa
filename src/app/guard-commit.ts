/** Whether a commit that somebody makes by git leaves the store alone. See docs/hooks.md. */
import { parseId } from '../documents/id.ts'
import { refuse } from '../errors.ts'
import * as layout from '../store/layout.ts'
import type { ProposedCommit, StagedChange } from '../store/proposed.ts'

/** A file that the commit would change by hand. */
export interface HandChange {
  readonly path: string
  readonly change: 'added' | 'changed' | 'deleted' | 'made a link' | 'made a submodule'
  /** Whose text, trail or metadata it is, by its name; null for files of no one document. */
  readonly document: string | null
  /** Where not the whole file is at stake: what of it is. */
  readonly detail?: string
}

export interface CommitChecked {
  readonly branch: string | null
}

/** @param branch the control branch, null where this is no project. @throws HAND_COMMIT, DAMAGED */
export const checkCommit = async (
  branch: string | null,
  proposed: ProposedCommit,
): Promise<CommitChecked> => {
  if (branch === null) return { branch }
  const files: HandChange[] = []
  for (const change of await proposed.unexplained()) {
    const found = await handChange(change, proposed)
    if (found) files.push(found)
  }
  if (files.length > 0) throw refuse('HAND_COMMIT', { branch, files })
  return { branch }
}

const handChange = (change: StagedChange, proposed: ProposedCommit): Promise<HandChange | null> => {
  if (change.path === layout.CONFIG_FILE) return configChange(change, proposed)
  if (change.path === layout.ATTRIBUTES_FILE) return attributesChange(change, proposed)
  return Promise.resolve({ path: change.path, change: kindOf(change), document: documentOf(change.path) })
}

const kindOf = ({ before, after }: StagedChange): HandChange['change'] => {
  if (after?.mode === '120000') return 'made a link'
  if (after?.mode === '160000') return 'made a submodule'
  return before === null ? 'added' : after === null ? 'deleted' : 'changed'
}

/** A name from outside: types that a project declares are not known here, and not needed. */
const documentOf = (path: string): string | null => {
  const name =
    layout.documentOfEvidence(path) ??
    /([^/]+?)(?:-draft|-v\d+\.\d+|\.source)?\.(?:md|jsonl|json)$/.exec(path)?.[1]
  return (name && parseId(name)?.id) || null
}

/** `qms config` changes the settings, by an event. Which keys differ is said, and what could not be read may be mended. */
const configChange = async (change: StagedChange, proposed: ProposedCommit): Promise<HandChange | null> => {
  const before = change.before === null ? {} : keysOf(await proposed.bytes(change.before))
  const after = keysOf(await proposed.bytes(change.after))
  const hand = { path: change.path, change: kindOf(change), document: null }
  if (before === null) return null
  if (after === null) return { ...hand, detail: 'its settings' }
  const differs = (key: string): boolean => JSON.stringify(before[key]) !== JSON.stringify(after[key])
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(differs)
  return { ...hand, detail: keys.join(', ') || 'its layout' }
}

const keysOf = (bytes: Uint8Array | null): Record<string, unknown> | null => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()))
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Only the line that keeps git from converting texts of the store, and what would undo it. */
const attributesChange = async (
  change: StagedChange,
  proposed: ProposedCommit,
): Promise<HandChange | null> => {
  if (!holdsLine(await proposed.bytes(change.before))) return null
  const undone = holdsLine(await proposed.bytes(change.after))
    ? await proposed.conversion()
    : 'line taken out'
  return undone === null
    ? null
    : {
        path: change.path,
        change: kindOf(change),
        document: null,
        detail: `${layout.ATTRIBUTES_LINE}: ${undone}`,
      }
}

const holdsLine = (bytes: Uint8Array | null): boolean =>
  new TextDecoder()
    .decode(bytes ?? new Uint8Array())
    .split(/\r?\n/)
    .some((line) => line.trim() === layout.ATTRIBUTES_LINE)
