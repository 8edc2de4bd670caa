/** Gathers what a decision may depend on. The only place that knows which action needs what. */
import { type Document, textInHand } from '../documents/document.ts'
import type { Metadata } from '../documents/placement.ts'
import type { Actor } from '../documents/registry.ts'
import { readForm } from '../documents/template.ts'
import { blanksOf, decode, isEmptyBody, textProblem, titleOf } from '../documents/text.ts'
import type { Status } from '../documents/types.ts'
import type { Action, Circumstances, TextFacts } from '../lifecycle/command.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import type { Records } from './records.ts'

/** What a text says; of a document also which blanks of its template are left, and what the linter calls an error. */
export const textFacts = async (
  records: Records,
  d: Document | null,
  bytes: Uint8Array,
): Promise<TextFacts> => {
  const digest = records.digest(bytes)
  const trouble = textProblem(bytes)
  const text = decode(bytes)
  if (trouble || text === null) {
    const where = trouble?.line ? ` (line ${trouble.line})` : ''
    return {
      digest,
      problem: `${trouble?.problem ?? 'it is not text'}${where}`,
      title: null,
      empty: false,
      blanks: [],
    }
  }
  const judged = d ? await (await import('./lint/gate.ts')).judgedText(records, d, text) : NOT_JUDGED
  return { digest, problem: null, title: titleOf(text), empty: isEmptyBody(text), ...judged }
}

const NOT_JUDGED = { blanks: [] }

/** Which of the costly facts an answer needs: the text in hand, the child documents. */
export interface Needs {
  readonly text?: boolean
  readonly family?: boolean
  /** What the execution lacks: its text is read as a tree. */
  readonly execution?: boolean
}

const ASKS_FAMILY: ReadonlySet<Action> = new Set(['route review', 'route approval', 'close', 'cancel'])

/** Where a review of the text can be asked for: elsewhere nobody has to read it. */
const ASKED: ReadonlySet<Status> = new Set([
  'DRAFT',
  'REVIEWED',
  'PRE_REVIEWED',
  'IN_EXECUTION',
  'POST_REVIEWED',
])

export const needsOf = (action: Action): Needs => ({
  text: action === 'route review',
  execution: action === 'route review' || action === 'close',
  family: ASKS_FAMILY.has(action),
})

/** Where the tables ask whether the work is done. */
const AFTER_RELEASE: ReadonlySet<Status> = new Set(['IN_EXECUTION', 'POST_REVIEWED', 'POST_APPROVED'])

export const circumstances = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  actor: Actor,
  d: Document,
  needs: Needs,
): Promise<Circumstances> => {
  const { registry, policy } = records.system
  const family = needs.family === true && d.id.type.machine === 'executable'
  const children = family ? await records.children(d.id) : []
  const ref = needs.text && ASKED.has(d.status) ? textInHand(d) : null
  const executed = needs.execution === true && AFTER_RELEASE.has(d.status) ? textInHand(d) : null
  return {
    actor,
    now: timestamp(qms),
    registry,
    policy,
    request: ask.request,
    parent:
      d.id.type.machine === 'covered' && d.parent
        ? ((await records.find(await records.idOf(d.parent)))?.d ?? null)
        : null,
    children,
    complete: await completeOf(records, children),
    linked: family && d.id.type.name === 'INV' ? await linkedTo(records, d) : [],
    shortfalls:
      executed && d.id.type.machine === 'executable'
        ? await (await import('./shortfalls.ts')).shortfallsOf(
            qms,
            records,
            d,
            await records.text(d, executed),
            children,
          )
        : null,
    text: ref ? await factsOf(records, d, await records.text(d, ref)) : null,
    shown: actor.name === '' ? null : await qms.local.seen(actor.name, d.id.id),
    ...callOf(ask, d),
  }
}

/** What the caller was called for, and the packet that it was given, if that was of the text that is judged now. */
const callOf = ({ caller }: Ask, d: Document): Pick<Circumstances, 'dispatch' | 'given' | 'packet'> => {
  if (!caller) return {}
  const { dispatch, document, task, packet } = caller
  const isThis = packet?.content === d.round?.content && packet?.round === d.round?.number
  return {
    dispatch: dispatch === null ? undefined : { id: dispatch, document, task },
    given: dispatch === null ? undefined : packet,
    packet: isThis ? packet?.digest : undefined,
  }
}

/** A template that asks says nothing of the blanks in a text that was written by hand: any other form may be its own. */
const ANY_BLANK = /\[[A-Z][A-Za-z_/]+\](?![(:[])/

/**
 * Verification records that are whole: checked in, and answered to the end; one whose text is written by hand, when none
 * of the form's blanks is left, of either kind.
 */
const completeOf = async (records: Records, children: readonly Document[]): Promise<ReadonlySet<string>> => {
  const done = new Set<string>()
  for (const child of children) {
    if (child.id.type.machine !== 'covered' || child.checkout || child.fresh || !child.draft) continue
    if (child.record !== null) {
      const { isAnswered } = await import('./prompted.ts')
      if (await isAnswered(records, child)) done.add(child.id.id)
      continue
    }
    const text = decode(await records.text(child, child.draft)) ?? ''
    const template = decode((await records.template(child.id.type.name)) ?? new Uint8Array()) ?? ''
    const form = readForm(template) ?? ''
    const blanks = new Set([...blanksOf(form), ...(form.match(/\[[A-Z][A-Za-z_/]*\]/g) ?? [])])
    const left = form.includes('@prompt') ? ANY_BLANK.test(text) : false
    if (!left && ![...blanks].some((blank) => text.includes(blank))) done.add(child.id.id)
  }
  return done
}

/** Of a text that is compiled, what is not answered yet counts as a blank. */
const factsOf = async (records: Records, d: Document, bytes: Uint8Array): Promise<TextFacts> => {
  const facts = await textFacts(records, d, bytes)
  if (d.record === null) return facts
  const open = await (await import('./prompted.ts')).openBlanks(records, d)
  return { ...facts, blanks: [...facts.blanks, ...open.map((text) => ({ text, line: lineOf(text, bytes) }))] }
}

const lineOf = (blank: string, bytes: Uint8Array): number =>
  (decode(bytes) ?? '').split(blank, 1)[0]?.split('\n').length ?? 1

const linkedTo = async (records: Records, investigation: Document): Promise<Document[]> => {
  const all: Metadata[] = await records.metadata()
  const named = all.filter((m) => m.source === investigation.id.id)
  return Promise.all(named.map(async (m) => (await records.load(m.doc_id)).d))
}
