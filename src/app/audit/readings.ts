/** The verdicts on one document, and what each reviewer had to read that it had not judged before. */

import { wordsIn } from '../../agents/spawn-prompt.ts'
import { isVerdict } from '../../audit/called.ts'
import type { VerdictSeen } from '../../audit/orchestration.ts'
import type { Document } from '../../documents/document.ts'
import type { DocumentEvent } from '../../documents/event.ts'
import { evolve } from '../../documents/evolve.ts'
import { redline } from '../../documents/redline.ts'
import { decode } from '../../documents/text.ts'
import { splitLines } from '../../documents/trail.ts'
import { QmsError } from '../../errors.ts'
import * as layout from '../../store/layout.ts'
import type { Loaded, Records } from '../records.ts'
import { textsOf } from '../versions.ts'

type Verdict = Extract<DocumentEvent, { event: 'REVIEW' | 'APPROVE' | 'REJECT' }>

/** Lines of a trail from before it was adopted. */
export const formerLines = ({ former }: Loaded): number => splitLines(former).length

export class Readings {
  readonly #records: Records
  readonly #loaded: Loaded
  readonly #texts = new Map<string, Promise<string | null>>()
  readonly #changes = new Map<string, Promise<number | null>>()
  /** What each reviewer judged last, by digest. */
  readonly #judged = new Map<string, string>()

  constructor(records: Records, loaded: Loaded) {
    this.#records = records
    this.#loaded = loaded
  }

  /** Each as it stood then: when it was asked for, and which text was in force. */
  async verdicts(): Promise<VerdictSeen[]> {
    const { d, events } = this.#loaded
    const seen: VerdictSeen[] = []
    let state: Document | null = null
    for (const e of events) {
      if (isVerdict(e) && state) seen.push(await this.#verdict(e, state))
      state = evolve(d.id, state, e)
    }
    return seen
  }

  async #verdict(e: Verdict, before: Document): Promise<VerdictSeen> {
    const { d } = this.#loaded
    const words = await this.#toRead(e, before)
    this.#judged.set(e.user, e.content)
    return {
      document: d.id.id,
      path: layout.auditPath(layout.placeOf(d.id)),
      line: formerLines(this.#loaded) + e.seq,
      event: e.event,
      outcome: e.event === 'REVIEW' ? e.outcome : null,
      user: e.user,
      kind: this.#records.system.registry.get(e.user)?.kind ?? 'agent',
      at: e.ts,
      round: e.round,
      dispatch: e.dispatch ?? null,
      asked: before.round?.openedAt ?? before.changedAt,
      words,
    }
  }

  /** Words of the text and of its changes against the one in force; after an earlier verdict, of what changed since. */
  async #toRead(e: Verdict, before: Document): Promise<number | null> {
    const last = this.#judged.get(e.user)
    if (last !== undefined) return this.#changed(last, e.content)
    const text = await this.#text(e.content)
    if (text === null) return null
    const live = before.live?.content
    const changed = live && live !== e.content ? await this.#changed(live, e.content) : 0
    return wordsIn(text) + (changed ?? 0)
  }

  #changed(from: string, to: string): Promise<number | null> {
    const key = `${from} ${to}`
    const known = this.#changes.get(key) ?? this.#compared(from, to)
    this.#changes.set(key, known)
    return known
  }

  async #compared(from: string, to: string): Promise<number | null> {
    if (from === to) return 0
    const [former, later] = await Promise.all([this.#text(from), this.#text(to)])
    if (former === null || later === null) return null
    const spans = redline(former, later).flatMap((hunk) => hunk.spans)
    return spans.reduce((sum, span) => sum + (span.kind === 'same' ? 0 : wordsIn(span.text)), 0)
  }

  /** Null where the store does not hold it, or not as it was. */
  #text(digest: string): Promise<string | null> {
    const known = this.#texts.get(digest) ?? this.#read(digest)
    this.#texts.set(digest, known)
    return known
  }

  async #read(digest: string): Promise<string | null> {
    const { d } = this.#loaded
    const ref = textsOf(d).find((t) => t.content === digest)
    if (!ref) return null
    try {
      return decode(await this.#records.text(d, ref))
    } catch (error) {
      if (error instanceof QmsError && error.code === 'DAMAGED') return null
      throw error
    }
  }
}
