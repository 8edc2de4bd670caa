/** Reading one document: its text, its state, its history. Needs no name; with one, what was shown is remembered. */

import {
  type Document,
  type Escalation,
  isReviewing,
  type Remark,
  type TextRef,
  textInHand,
} from '../documents/document.ts'
import type { DocumentEvent } from '../documents/event.ts'
import { type Metadata, metadata } from '../documents/placement.ts'
import type { Actor } from '../documents/registry.ts'
import { formOf } from '../documents/template.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { countExhibits } from '../execution/history.ts'
import { nextOf } from './act.ts'
import { checkForm } from './form.ts'
import { type FormerLine, formerLines, formerRemarks, HIDDEN } from './former.ts'
import type { NextStep } from './next.ts'
import type { Ask, Qms } from './qms.ts'
import { type Loaded, openRecords, pathOfText, type Records } from './records.ts'
import { type Difference, differenceOf, textAt, textsOf } from './versions.ts'

export interface Reading {
  readonly id: string
  readonly title: string
  readonly version: string
  readonly status: string
  /** Which text this is: the one in force, the one being worked on, or a superseded one. */
  readonly place: 'effective' | 'draft' | 'archived'
  readonly digest: string
  /** Pieces of evidence that were recorded of its execution items. */
  readonly evidence: number
  /** The document asks for this reader's verdict now. */
  readonly asked: boolean
  readonly bytes: Uint8Array
}

/** The text in force, else the draft. @throws NO_TEXT, NO_VERSION, DAMAGED */
export const read = async (
  qms: Qms,
  ask: Ask,
  id: string,
  which: { readonly draft?: boolean; readonly version?: string | undefined },
): Promise<Reading> => {
  const records = await openRecords(qms)
  const reader = records.reader(ask.user)
  const { d, events } = await records.load(id)
  const ref = choose(d, which)
  const bytes = await records.text(d, ref)
  if (reader) await remember(qms, reader, d, ref)
  return {
    id: d.id.id,
    title: d.title,
    version: ref.version,
    status: d.status,
    place: placeOfText(d, ref),
    digest: ref.content,
    evidence: countExhibits(events),
    asked: reader !== null && metadata(d).pending_assignees.includes(reader.name),
    bytes,
  }
}

const choose = (
  d: Document,
  which: { readonly draft?: boolean; readonly version?: string | undefined },
): TextRef => {
  if (which.version) return textAt(d, which.version)
  const ref = which.draft ? d.draft : (d.live ?? d.draft)
  if (ref) return ref
  const wanted = which.draft ? 'a draft' : 'a live text'
  throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted })
}

export const placeOfText = (d: Document, ref: TextRef): Reading['place'] =>
  d.live?.version === ref.version ? 'effective' : d.draft?.version === ref.version ? 'draft' : 'archived'

/** A verdict is for the text and the round that were shown. */
export const remember = async (qms: Qms, reader: Actor, d: Document, ref: TextRef): Promise<void> => {
  if (ref.content === textInHand(d)?.content) await markSeen(qms, reader.name, d.id.id, ref.content, d.rounds)
}

/** What is remembered already is not written again. */
export const markSeen = async (
  qms: Qms,
  user: string,
  id: string,
  content: string,
  round: number,
): Promise<void> => {
  const before = await qms.local.seen(user, id)
  if (before?.content !== content || before.round !== round)
    await qms.local.markSeen(user, id, { content, round })
}

export interface Standing {
  readonly document: Metadata
  readonly texts: readonly {
    readonly version: string
    readonly digest: string
    readonly place: string
    readonly path: string
  }[]
  readonly escalations: readonly Escalation[]
  readonly next: readonly NextStep[]
}

/** Where one document stands. */
export const status = async (qms: Qms, ask: Ask, id: string): Promise<Standing> => {
  const records = await openRecords(qms)
  return standingOf(qms, ask, records, await records.load(id))
}

export const standingOf = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  { d }: Pick<Loaded, 'd'>,
): Promise<Standing> => {
  records.reader(ask.user)
  const texts = textsOf(d).map((ref) => ({
    version: ref.version,
    digest: ref.content,
    place: placeOfText(d, ref),
    path: pathOfText(d, ref),
  }))
  return {
    document: metadata(d),
    texts,
    escalations: d.escalations,
    next: await nextOf(qms, ask, records, d),
  }
}

/** Reviewers of an open round do not see each other's comments until they have answered. Source: lifecycle design. */
const isHidden = (d: Document, round: number, author: string, reader: Actor | null): boolean => {
  if (!isReviewing(d.status) || round !== d.round?.number || author === reader?.name) return false
  return reader === null || d.round.pending.includes(reader.name)
}

export interface History {
  readonly document: Metadata
  /** Lines of an adopted trail from before its adoption, as they are. */
  readonly former: readonly FormerLine[]
  readonly events: readonly DocumentEvent[]
}

export const history = async (qms: Qms, ask: Ask, id: string): Promise<History> => {
  const records = await openRecords(qms)
  const reader = records.reader(ask.user)
  const loaded = await records.load(id)
  return {
    document: metadata(loaded.d),
    former: await formerLines(records, loaded, (round, author) => isHidden(loaded.d, round, author, reader)),
    events: loaded.events.map((e) => shownTo(loaded, e, reader)),
  }
}

const shownTo = ({ d }: Loaded, e: DocumentEvent, reader: Actor | null): DocumentEvent =>
  e.event === 'REVIEW' && isHidden(d, e.round, e.user, reader) ? { ...e, comment: HIDDEN } : e

export interface Comments {
  readonly id: string
  readonly comments: readonly Remark[]
  /** How many are kept from this reader while the round is open. */
  readonly hidden: number
}

/** Comments of reviews, approvals and rejections; of one version where it is named. @throws NO_VERSION */
export const comments = async (
  qms: Qms,
  ask: Ask,
  id: string,
  version: string | undefined,
): Promise<Comments> => {
  const records = await openRecords(qms)
  const reader = records.reader(ask.user)
  const loaded = await records.load(id)
  const { d } = loaded
  if (version && !d.versions.includes(version))
    throw refuse('NO_VERSION', { id: d.id.id, version, versions: d.versions })
  return { id: d.id.id, ...(await remarksFor(records, loaded, reader, version)) }
}

/** What this reader may see of them now. */
export const remarksFor = async (
  records: Records,
  loaded: Loaded,
  reader: Actor | null,
  version?: string,
): Promise<Omit<Comments, 'id'>> => {
  const { d } = loaded
  const all = [...(await formerRemarks(records, loaded)), ...d.remarks].filter(
    (r) => version === undefined || r.version === version,
  )
  const open = all.filter((r) => r.event !== 'REVIEW' || !isHidden(d, r.round, r.user, reader))
  return { comments: open, hidden: all.length - open.length }
}

export const diff = async (
  qms: Qms,
  ask: Ask,
  id: string,
  versions: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<Difference> => {
  const records = await openRecords(qms)
  const reader = records.reader(ask.user)
  const { d } = await records.load(id)
  const difference = await differenceOf(records, d, versions)
  if (reader) await remember(qms, reader, d, difference.to)
  return difference
}

export interface TemplateInfo {
  readonly type: string
  readonly id: string
  readonly title: string
  readonly version: string | null
  readonly status: string
}

export const listTemplates = async (qms: Qms): Promise<readonly TemplateInfo[]> => {
  const records = await openRecords(qms)
  const ids = (await records.ids()).filter((id) => id.type.name === 'TEMPLATE')
  const loaded = await Promise.all(ids.map((id) => records.find(id)))
  return loaded.flatMap((x) =>
    x
      ? [
          {
            type: x.d.id.id.slice('TEMPLATE-'.length),
            id: x.d.id.id,
            title: x.d.title,
            version: x.d.live?.version ?? null,
            status: x.d.status,
          },
        ]
      : [],
  )
}

/** The form as `create` would hand it out, its blanks unfilled. @throws BAD_TYPE, NO_TEMPLATE */
export const showTemplate = async (qms: Qms, type: string): Promise<{ type: string; form: string }> => {
  const records = await openRecords(qms)
  const name = type.toUpperCase().replace(/^TEMPLATE-/, '')
  const known = records.system.types.map((t) => t.name)
  const bytes = await records.template(name)
  if (!bytes && !known.includes(name)) throw refuse('BAD_TYPE', { type: type.slice(0, 60), types: known })
  if (!bytes) throw refuse('NO_TEMPLATE', { type: name })
  checkForm(bytes, name)
  return { type: name, form: formOf(decode(bytes) ?? '') }
}
