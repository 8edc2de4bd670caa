/** The checked-out copies of an actor. */

import { parseId } from '../documents/id.ts'
import { listing } from './listing.ts'
import type { Ask, Qms } from './qms.ts'
import { openRecords, type Records } from './records.ts'

export interface Copy {
  readonly document: string
  readonly path: string
  readonly title: string | null
  readonly version: string | null
  readonly status: string | null
  /** How the copy stands to the text that was checked out. */
  readonly state: 'changed' | 'unchanged' | 'missing' | 'not checked out'
  readonly since: string | null
}

/** One actor's checked-out copies. */
export const workspace = async (qms: Qms, ask: Ask): Promise<readonly Copy[]> => {
  const records = await openRecords(qms)
  const actor = records.actor(ask.user, 'workspace')
  const held = (await listing(qms, records)).filter((m) => m.checked_out_by === actor.name)
  const copies = await qms.local.list(actor.name)
  const ids = [...new Set([...held.map((m) => m.doc_id), ...copies])].sort()
  return Promise.all(ids.map((id) => copyOf(qms, records, actor.name, id)))
}

const copyOf = async (qms: Qms, records: Records, user: string, text: string): Promise<Copy> => {
  const path = qms.local.pathOf(user, text)
  const id = parseId(text, records.system.types)
  const loaded = id ? await records.find(id) : null
  const bytes = await qms.local.read(user, text)
  if (loaded?.d.checkout?.by !== user)
    return {
      document: text,
      path,
      title: loaded?.d.title ?? null,
      version: null,
      status: null,
      state: 'not checked out',
      since: null,
    }
  const { d } = loaded
  const same = bytes && records.digest(bytes) === d.checkout?.base
  const state = bytes === null ? 'missing' : same ? 'unchanged' : 'changed'
  return {
    document: text,
    path,
    title: d.title,
    version: d.version,
    status: d.status,
    state,
    since: d.checkout?.at ?? null,
  }
}
