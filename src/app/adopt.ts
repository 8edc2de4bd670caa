/** `init --adopt`: takes over the store of another program. Source: lifecycle design, "Adopted documents". */

import { counted } from '../adoption/notes.ts'
import { refuse } from '../errors.ts'
import { checkUserName } from '../lifecycle/govern.ts'
import * as layout from '../store/layout.ts'
import type { LyingStore } from '../store/local.ts'
import type { Change, Snapshot } from '../store/store.ts'
import { type AdoptAsk, type Adopted, nothingDone, planOf } from './adopt-plan.ts'
import { isAdopted } from './configuration.ts'
import type { Qms } from './qms.ts'

export { counted, NOTE_CODES } from '../adoption/notes.ts'
export type { Adopted }

/** @throws ALREADY_INITIALISED, NOTHING_TO_ADOPT, BAD_NAME, CONFLICT, HAND_EDIT, LINK_IN_STORE */
export const adoptStore = async (qms: Qms, ask: AdoptAsk): Promise<Adopted> => {
  checkUserName(ask.lead)
  return ask.dryRun ? attempt(qms, ask) : qms.store.exclusively(() => attempt(qms, ask))
}

const attempt = async (qms: Qms, ask: AdoptAsk): Promise<Adopted> => {
  const snapshot = await qms.store.snapshot()
  if (await isOurs(snapshot, ask.branch)) return nothingDone(ask)
  const lying = await ask.lying(snapshot)
  if (isNothing(lying)) throw refuse('NOTHING_TO_ADOPT', { root: ask.root })
  const plan = await planOf(qms, ask, snapshot, lying)
  if (ask.dryRun) return plan.adopted
  await ask.prepare?.()
  const imported = await takeIn(qms, ask, snapshot, lying)
  const tip = imported ?? snapshot.tip
  const subject = `qms: adopt ${counted(plan.adopted.documents.length, 'document')}`
  const commit = await write(qms, ask, tip, { files: plan.files, subject, event: 'ADOPT' })
  return { ...plan.adopted, imported, commit }
}

const isNothing = ({ files, emptyFolders }: LyingStore): boolean =>
  emptyFolders.length === 0 && [...files.keys()].every((path) => path === layout.CONFIG_FILE)

/** @throws ALREADY_INITIALISED where the store was begun by `init` and holds nothing to adopt */
const isOurs = async (snapshot: Snapshot, branch: string): Promise<boolean> => {
  const [registry, config] = await snapshot.readAll([layout.systemPath('registry'), layout.CONFIG_FILE])
  if (!registry) return false
  if (isAdopted(config ?? null)) return true
  throw refuse('ALREADY_INITIALISED', { root: layout.STORE_FOLDER, branch })
}

/** What the branch does not have is committed as it lies there, before anything is made of it. */
const takeIn = async (qms: Qms, ask: AdoptAsk, at: Snapshot, lying: LyingStore): Promise<string | null> => {
  if (lying.unrecorded.size === 0) return null
  const subject = 'qms: the document store as found'
  return write(qms, ask, at.tip, { files: lying.unrecorded, subject, event: null })
}

interface Writing {
  readonly files: Change['files']
  readonly subject: string
  readonly event: string | null
}

const write = async (
  qms: Qms,
  ask: AdoptAsk,
  base: string | null,
  { files, subject, event }: Writing,
): Promise<string> => {
  const trailers = `${event ? `QMS-Event: ${event}\n` : ''}QMS-Actor: ${ask.lead}\n`
  const outcome = await qms.store.commit(base, {
    files,
    overStaged: new Set([...files.keys()].filter((path) => path !== layout.ATTRIBUTES_FILE)),
    message: `${subject} (${ask.lead})\n\n${trailers}`,
    author: { name: ask.lead, email: `${ask.lead}@qms.invalid` },
    at: qms.now().getTime(),
  })
  if (!outcome.won) throw refuse('CONFLICT', { attempts: 1 })
  return outcome.tip
}
