/** Work on a text: checkout, checkin, and giving the checkout up. */

import { type Document, textInHand } from '../documents/document.ts'
import { metadata } from '../documents/placement.ts'
import { unifiedDiff } from '../documents/redline.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { MARK, nextOf, planAction, type Result, replayDocument, resultOf } from './act.ts'
import { textFacts } from './circumstances.ts'
import type { Ask, Qms } from './qms.ts'
import { type Loaded, openRecords, type Records } from './records.ts'
import { keptBy } from './seal.ts'
import { type Replay, transact } from './transact.ts'
import { textsOf } from './versions.ts'

/** Hands out a copy. To its holder, a missing copy once more; a text in force opens a revision. */
export const checkout = async (qms: Qms, ask: Ask, id: string, under?: string): Promise<Result> => {
  const user = ask.user ?? ''
  const answered = (loaded: Loaded) => replayDocument(ask, MARK.checkout, loaded)
  const fetched = ask.dryRun ? null : await fetchAgain(qms, ask, id, answered)
  if (fetched) return fetched
  let copy: { id: string; bytes: Uint8Array; base: string } | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      const replay = answered(loaded)
      if (replay) return replay
      const authority = under ? (await records.load(under)).d : undefined
      const plan = await planAction(qms, ask, records, loaded, { action: 'checkout', under: authority })
      const ref = textInHand(loaded.d)
      if (!ref)
        throw refuse('NO_TEXT', {
          id: loaded.d.id.id,
          status: loaded.d.status,
          wanted: 'a text to check out',
        })
      copy = { id: loaded.d.id.id, bytes: await records.text(loaded.d, ref), base: ref.content }
      await refuseStrayCopy(qms, records, user, loaded.d)
      return plan
    },
    async () => {
      if (copy) await qms.local.write(user, copy.id, copy.bytes, copy.base)
    },
  )
  return {
    ...(await resultOf(qms, ask, done)),
    copy: qms.local.pathOf(user, done.receipt.document?.doc_id ?? id),
  }
}

/** A copy that nobody committed stands where the new one would go. */
const refuseStrayCopy = async (qms: Qms, records: Records, user: string, d: Document): Promise<void> => {
  const stray = await qms.local.read(user, d.id.id)
  if (!stray) return
  const digest = records.digest(stray)
  const known = [d.draft, d.live, ...d.archive].some((t) => t?.content === digest)
  if (!known) throw refuse('COPY_CHANGED', { id: d.id.id, path: qms.local.pathOf(user, d.id.id) })
}

/** The holder of a checkout whose copy is gone gets it again; no event, since nothing was decided. */
export const fetchAgain = async (
  qms: Qms,
  ask: Ask,
  id: string,
  answered: (loaded: Loaded) => Replay | null = () => null,
): Promise<Result | null> => {
  const held = await heldBy(qms, ask, id)
  if (!held) return null
  const { records, loaded, user } = held
  const ref = textInHand(loaded.d)
  if (!ref) return null
  const replay = answered(loaded)
  const base = loaded.d.checkout?.base ?? ref.content
  if (await isToBeWritten(qms, user, loaded.d.id.id, base))
    await qms.local.write(user, loaded.d.id.id, await records.text(loaded.d, ref), base)
  return {
    document: metadata(replay?.replayed.d ?? loaded.d),
    events: replay?.replayed.events ?? [],
    commit: null,
    dryRun: false,
    replayed: replay !== null,
    warnings: [],
    notices: [],
    moved: null,
    next: await nextOf(qms, ask, records, loaded.d),
    copy: qms.local.pathOf(user, loaded.d.id.id),
  }
}

/** A copy that is missing, or, where its writer was killed, the record of what it was made of. */
const isToBeWritten = async (qms: Qms, user: string, id: string, base: string): Promise<boolean> => {
  const bytes = await qms.local.read(user, id)
  if (bytes === null) return true
  return (await qms.local.base(user, id)) !== base && qms.digest(bytes) === base
}

const heldBy = async (qms: Qms, ask: Ask, id: string) => {
  const records = await openRecords(qms)
  const actor = records.actor(ask.user, 'checkout')
  const loaded = await records.load(id)
  return loaded.d.checkout?.by === actor.name && actor.enabled ? { records, loaded, user: actor.name } : null
}

/** Takes the copy in. Afterwards the copy is removed, since its bytes are committed. */
export const checkin = async (qms: Qms, ask: Ask, id: string): Promise<Result> => {
  const user = ask.user ?? ''
  let taken: string | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      const replay = replayDocument(ask, MARK.checkin, loaded)
      if (replay) return replay
      const actor = records.actor(ask.user, 'checkin')
      const { d } = loaded
      if (!d.checkout || d.checkout.by !== actor.name)
        return planAction(qms, ask, records, loaded, { action: 'checkin' })
      taken = d.id.id
      if (d.record !== null) return (await import('./answers.ts')).planAnswers(qms, ask, records, loaded)
      const bytes = await copyOf(qms, user, d)
      const text = await textFacts(records, null, bytes)
      if (text.problem)
        throw refuse('TEXT_UNREADABLE', { file: qms.local.pathOf(user, d.id.id), problem: text.problem })
      await refuseStaleCopy(qms, records, user, d, bytes)
      await refuseBadForm(d, bytes)
      const kept = await keptBy(records, loaded, bytes)
      const command = { action: 'checkin' as const, text, base: d.checkout.base, ...kept }
      return planAction(qms, ask, records, loaded, command, new Map([[text.digest, bytes]]))
    },
    async () => {
      if (taken) await removeLocal(qms, user, taken)
    },
  )
  if (done.receipt.replayed) await removeTakenIn(qms, ask, id)
  return resultOf(qms, ask, done)
}

/** The copy, and answers that were not checked in yet. */
const removeLocal = async (qms: Qms, user: string, id: string): Promise<void> => {
  await qms.local.remove(user, id)
  await qms.local.removeAnswers(user, id)
}

/** A template that asks is judged when it is checked in, not when somebody needs it. @throws FORM_UNREADABLE */
const refuseBadForm = async (d: Document, bytes: Uint8Array): Promise<void> => {
  if (d.id.type.name !== 'TEMPLATE' || !(decode(bytes) ?? '').includes('<!--')) return
  await (await import('./prompted.ts')).checkAsking(bytes, d.id.id)
}

/** Who took the copy in may have died before it was removed. It goes now, if it still is what was committed. */
const removeTakenIn = async (qms: Qms, ask: Ask, id: string): Promise<void> => {
  const { d } = await (await openRecords(qms)).load(id)
  if (!ask.user || d.checkout?.by === ask.user) return
  const bytes = await qms.local.read(ask.user, d.id.id)
  if (bytes === null || isTextOf(d, qms.digest(bytes))) await qms.local.remove(ask.user, d.id.id)
}

const isTextOf = (d: Document, content: string): boolean => textsOf(d).some((t) => t.content === content)

const copyOf = async (qms: Qms, user: string, d: Document): Promise<Uint8Array> => {
  const bytes = await qms.local.read(user, d.id.id)
  if (bytes) return bytes
  throw refuse('NO_COPY', { id: d.id.id, user, path: qms.local.pathOf(user, d.id.id) })
}

const refuseStaleCopy = async (
  qms: Qms,
  records: Records,
  user: string,
  d: Document,
  yours: Uint8Array,
): Promise<void> => {
  const base = await qms.local.base(user, d.id.id)
  const ref = textInHand(d)
  if (base === null || base === d.checkout?.base || !ref) return
  const common = textsOf(d).find((text) => text.content === base)
  throw refuse('STALE_COPY', {
    id: d.id.id,
    base,
    theirs: ref.content,
    yours: records.digest(yours),
    diff: threeWay(common ? await records.text(d, common) : null, await records.text(d, ref), yours),
  })
}

/** What they and what you made of the text that both began with; where the store does not hold it, yours of theirs. */
const threeWay = (base: Uint8Array | null, theirs: Uint8Array, yours: Uint8Array): string => {
  const [former, other, own] = [base, theirs, yours].map((bytes) => (bytes ? (decode(bytes) ?? '') : null))
  if (typeof former !== 'string') return unifiedDiff(['theirs', 'yours'], other ?? '', own ?? '')
  return (
    unifiedDiff(['base', 'theirs'], former, other ?? '') + unifiedDiff(['base', 'yours'], former, own ?? '')
  )
}

/** Gives the checkout up. A changed copy is put aside, not deleted. */
export const discard = async (qms: Qms, ask: Ask, id: string): Promise<Result> => {
  let aside: string | null = null
  const done = await transact(
    qms,
    ask,
    async (records) => {
      const loaded = await records.load(id)
      return (
        replayDocument(ask, MARK.discard, loaded) ??
        planAction(qms, ask, records, loaded, { action: 'discard' })
      )
    },
    async (plan) => {
      const before = plan.moves[0]?.before?.d
      if (!before) return
      aside = await putAside(qms, ask.user ?? '', before)
      aside = (await qms.local.discardAnswers(ask.user ?? '', before.id.id)) ?? aside
    },
  )
  if (done.receipt.replayed) aside = await putAsideLeft(qms, ask, id)
  return { ...(await resultOf(qms, ask, done)), copy: aside }
}

/** Who gave the checkout up may have died before the copy was put aside. */
const putAsideLeft = async (qms: Qms, ask: Ask, id: string): Promise<string | null> => {
  const { d } = await (await openRecords(qms)).load(id)
  if (!ask.user || d.checkout?.by === ask.user) return null
  const answers = await qms.local.discardAnswers(ask.user, d.id.id)
  if (answers !== null) return answers
  const bytes = await qms.local.read(ask.user, d.id.id)
  if (bytes !== null && !isTextOf(d, qms.digest(bytes))) return qms.local.discard(ask.user, d.id.id)
  await qms.local.remove(ask.user, d.id.id)
  return null
}

const putAside = async (qms: Qms, user: string, { id, checkout: held }: Document): Promise<string | null> => {
  const bytes = await qms.local.read(user, id.id)
  if (bytes === null || qms.digest(bytes) !== held?.base) return qms.local.discard(user, id.id)
  await qms.local.remove(user, id.id)
  return null
}
