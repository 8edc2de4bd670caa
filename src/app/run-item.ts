/** `ei run`: the program runs a command itself, and what came of it is evidence of an item, whatever that is. */
import { TEXT_LIMIT } from '../documents/event.ts'
import type { Run } from '../documents/evidence.ts'
import { refuse } from '../errors.ts'
import { historyOf } from '../execution/history.ts'
import type { Masks } from '../execution/masks.ts'
import type { Commands, Ran, RunAsk } from '../project/commands.ts'
import type { Head, WorkState } from '../project/work-state.ts'
import { MARK, type Result, replayDocument } from './act.ts'
import { readConfiguration } from './configuration.ts'
import { type Captured, type ItemAsk, recordItem } from './execute.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import { openRecords, type Records } from './records.ts'

export interface RunItemAsk extends Pick<RunAsk, 'command' | 'folder' | 'timeout' | 'hear'> {
  readonly item: string
}

export interface RunResult extends Result {
  /** As it was recorded; null where nothing was run. */
  readonly run: Run | null
  /** Number of the evidence of its item; null as above. */
  readonly number: number | null
}

/** Milliseconds that the policy's masks may take. */
const MASKING = 30_000

/**
 * What would be refused is refused before the command runs; no lock is held while it does. A request that was answered
 * before runs nothing again. @throws as `recordItem`; NOT_STARTED
 */
export const runItem = async (
  qms: Qms,
  ask: Ask,
  id: string,
  asked: RunItemAsk,
  commands: Commands,
): Promise<RunResult> => {
  checkWords(asked.command)
  const records = await openRecords(qms)
  const loaded = await records.load(id)
  const entry: ItemAsk = { action: 'evidence', item: asked.item }
  if (replayDocument(ask, MARK.ei, loaded)) return told(qms, await recordItem(qms, ask, id, entry))
  const foreseen = await recordItem(qms, { ...ask, dryRun: true, request: undefined }, id, entry)
  if (ask.dryRun) return { ...foreseen, events: [], run: null, number: null }
  const captured = await capture(qms, records, asked, commands)
  return told(qms, await recordItem(qms, ask, id, entry, async () => captured))
}

/** @throws USAGE, BAD_VALUE */
const checkWords = (command: readonly string[]): void => {
  const length = command.reduce((sum, word) => sum + word.length + 1, 0)
  if (command.length === 0) throw refuse('USAGE', { problem: 'which command is to be run?' })
  if (length > TEXT_LIMIT)
    throw refuse('BAD_VALUE', {
      name: 'command',
      found: `${length} characters`,
      expected: `at most ${TEXT_LIMIT} characters: put it into a script`,
    })
}

const capture = async (
  qms: Qms,
  records: Records,
  asked: RunItemAsk,
  commands: Commands,
): Promise<Captured> => {
  const { seenFor } = await import('../execution/output.ts')
  const { evidenceLimit } = await readConfiguration(records.snapshot)
  const work = await qms.work()
  const before = await work.head()
  const started = timestamp(qms)
  const ran = await commands.run({ ...asked, each: seenFor(evidenceLimit) })
  const head = await wasCheckedOut(work, before)
  const masks = await masksOf(records, commands)
  return exhibitOf(records, asked, { ran, head, started, limit: evidenceLimit, masks })
}

/** What was tested is the commit only if nothing else was there from beginning to end. */
const wasCheckedOut = async (work: WorkState, before: Head): Promise<Head> => ({
  commit: before.commit,
  clean: before.clean && (await work.isStill(before)),
})

const masksOf = async (records: Records, { environment }: Commands): Promise<Masks> => {
  const { secretsIn } = await import('../execution/masks.ts')
  const until = performance.now() + MASKING
  const isLate = (): boolean => performance.now() > until
  return { secrets: secretsIn(environment), patterns: records.system.policy.masks, isLate }
}

interface Taken {
  readonly ran: Ran
  readonly head: Head
  readonly started: string
  readonly limit: number
  readonly masks: Masks
}

const exhibitOf = async (
  records: Records,
  { command, timeout }: RunItemAsk,
  { ran, head, started, limit, masks }: Taken,
): Promise<Captured> => {
  const { keptOf } = await import('../execution/output.ts')
  const { maskedWords } = await import('../execution/masks.ts')
  const words = maskedWords(command, masks)
  const kept = keptOf(ran, limit, masks)
  const output = records.digest(kept.bytes)
  const places = kept.masked + words.places
  const run: Run = {
    kind: 'run',
    command: [...words.words],
    exit: ran.exit,
    ...(ran.signal === null ? {} : { signal: ran.signal }),
    started,
    duration: ran.duration,
    ...(ran.late && timeout !== undefined ? { timeout } : {}),
    commit: head.commit,
    clean: head.clean,
    output,
    bytes: ran.bytes,
    ...(kept.cut ? { cut: true as const } : {}),
    ...(places > 0 ? { masked: places } : {}),
  }
  return { evidence: [run], files: new Map([[output, kept.bytes]]) }
}

interface Entry {
  readonly seq: number
  readonly item: string
  readonly evidence?: readonly { readonly kind: string }[]
}

/** The run in the event, and which number of its item it has. */
const told = async (qms: Qms, result: Result): Promise<RunResult> => {
  const entry = result.events.find((e) => 'event' in e && e.event === 'EI') as Entry | undefined
  const run = entry?.evidence?.find((e): e is Run => e.kind === 'run') ?? null
  if (!entry || !run) return { ...result, run: null, number: null }
  const { events } = await (await openRecords(qms)).load(result.document?.doc_id ?? '')
  const until = events.filter((e) => e.seq <= entry.seq)
  return { ...result, run, number: historyOf(until, entry.item).exhibits.length }
}
