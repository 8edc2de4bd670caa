/** Prompted authoring: what is asked, what was answered, and one step further. Nothing is committed: check-in does that. */
import { type Session, sessionBytes, type Taken } from '../authoring/session.ts'
import { openKey, openPrompt, type Step, take } from '../authoring/steps.ts'
import { refuse } from '../errors.ts'
import type { Snapshots } from '../project/snapshots.ts'
import { sessionOf, textTrouble } from './answers.ts'
import { type Interaction, type State, type Telling, told } from './interaction.ts'
import { compiledText, promptedBy } from './prompted.ts'
import { type Ask, type Qms, timestamp } from './qms.ts'
import { openRecords } from './records.ts'

/** What is asked for; nothing: only a look. */
export interface InteractAsk {
  readonly respond?: string | undefined
  readonly reason?: string | undefined
  readonly goto?: string | undefined
  readonly cancel?: boolean | undefined
  readonly reopen?: string | undefined
  /** The prompt that is answered: another one being open, nothing is done. */
  readonly prompt?: string | undefined
  /** With the text as it would be. */
  readonly show?: boolean | undefined
}

const isLook = (what: InteractAsk): boolean =>
  what.respond === undefined && what.goto === undefined && !what.cancel && what.reopen === undefined

/** @throws ASKS_NOTHING, NOT_CHECKED_OUT, CHECKED_OUT, OUT_OF_TURN, BAD_VALUE, STALE_ANSWERS, SNAPSHOT_IMPOSSIBLE */
export const interact = async (
  qms: Qms,
  snapshots: Snapshots,
  ask: Ask,
  id: string,
  what: InteractAsk,
): Promise<Interaction> => {
  if (isLook(what)) return told(await stateOf(qms, ask, id), tellingOf(qms, ask, what), [])
  // Two programs of one actor would else each keep their own answers only.
  return qms.store.exclusively(() => stepped(qms, snapshots, ask, id, what))
}

const tellingOf = (qms: Qms, ask: Ask, { show }: InteractAsk): Telling => ({
  at: timestamp(qms),
  dryRun: ask.dryRun ?? false,
  show: show ?? false,
})

const stateOf = async (qms: Qms, ask: Ask, id: string): Promise<State> => {
  const records = await openRecords(qms)
  const actor = records.reader(ask.user)
  const { d } = await records.load(id)
  const prompted = await promptedBy(records, d)
  const held = actor !== null && d.checkout?.by === actor.name
  const none = { format: 1 as const, document: d.id.id, base: d.record ?? '', steps: [] }
  const { session, record } = held
    ? await sessionOf(qms, actor.name, d, prompted)
    : { session: none, record: prompted.record }
  return {
    form: prompted.form,
    record,
    base: prompted.record,
    d,
    records,
    held,
    session,
    user: actor?.name ?? '',
  }
}

const stepped = async (
  qms: Qms,
  snapshots: Snapshots,
  ask: Ask,
  id: string,
  what: InteractAsk,
): Promise<Interaction> => {
  const state = await stateOf(qms, ask, id)
  checkHolder(state, ask)
  const telling = tellingOf(qms, ask, what)
  const { at } = telling
  const before = replayOf(state.session, ask, what)
  if (before) return { ...(await told(state, telling, before)), replayed: true }
  const steps = stepsOf(state, what)
  await tried(state, steps, at)
  const pinned = ask.dryRun ? steps : await withSnapshots(state, snapshots, steps, qms.now())
  const taken = pinned.map(
    (step): Taken => ({ ...step, at, ...(ask.request ? { request: ask.request } : {}) }),
  )
  const after = taken.reduce((now, step) => one(now, step as Step, at), state)
  const session = { ...state.session, steps: [...state.session.steps, ...taken] }
  if (!ask.dryRun) await qms.local.keepAnswers(state.user, state.d.id.id, sessionBytes(session))
  return told({ ...after, session }, telling, taken)
}

/** @throws USER_MISSING, USER_DISABLED, NOT_CHECKED_OUT, CHECKED_OUT */
const checkHolder = ({ d, records, held }: State, ask: Ask): void => {
  const actor = records.actor(ask.user, 'interact')
  if (!actor.enabled) throw refuse('USER_DISABLED', { name: actor.name })
  if (held) return
  if (d.checkout) throw refuse('CHECKED_OUT', { id: d.id.id, by: d.checkout.by, action: 'interact' })
  throw refuse('NOT_CHECKED_OUT', { id: d.id.id, status: d.status })
}

/** What a request did before. @throws REQUEST_REUSED where it was another one */
const replayOf = (session: Session, ask: Ask, what: InteractAsk): readonly Taken[] | null => {
  const before = ask.request ? session.steps.filter((step) => step.request === ask.request) : []
  if (before.length === 0) return null
  const answer = before.find((step) => step.do === 'answer')
  const same =
    (answer !== undefined) === (what.respond !== undefined) &&
    (answer === undefined || answer.value === what.respond)
  if (same) return before
  throw refuse('REQUEST_REUSED', {
    request: ask.request ?? '',
    found: answer ? 'another answer' : `a step: ${before[0]?.do}`,
    expected: 'the same answer again',
  })
}

const stepsOf = ({ record, d }: State, what: InteractAsk): Step[] => {
  const { reason, respond } = what
  const detours = [what.goto !== undefined, what.cancel === true, what.reopen !== undefined].filter(
    Boolean,
  ).length
  if (detours > 1) throw refuse('USAGE', { problem: 'one of --goto, --cancel-goto and --reopen at a time' })
  const steps: Step[] = []
  if (what.goto !== undefined)
    steps.push({ do: 'goto', prompt: what.goto, ...(reason === undefined ? {} : { reason }) })
  if (what.cancel) steps.push({ do: 'cancel' })
  if (what.reopen !== undefined) steps.push({ do: 'reopen', loop: what.reopen, reason: reason ?? '' })
  const open = what.goto ?? openKey(record)
  if (what.prompt !== undefined && what.prompt !== open)
    throw refuse('OUT_OF_TURN', {
      id: d.id.id,
      problem: `the prompt ${what.prompt.slice(0, 80)} is not the one that is open`,
      found: openKey(record),
      expected: open ?? 'nothing more is asked',
      next: [`qms interact ${d.id.id}`],
    })
  const own = detours === 0 && reason !== undefined ? { reason } : {}
  if (respond !== undefined) steps.push({ do: 'answer', value: respond, ...own })
  return steps
}

const one = (state: State, step: Step, at: string): State => ({
  ...state,
  record: take(state.form, state.record, step, { author: state.user, timestamp: at }),
})

/** All of it is tried before anything is kept: what could not be checked in later is refused now. @throws BAD_VALUE */
const tried = async (state: State, steps: readonly Step[], at: string): Promise<void> => {
  const after = steps.reduce((now, step) => one(now, step, at), state)
  const problem = await textTrouble(state.records, await compiledText(state.form, after.record))
  if (problem)
    throw refuse('BAD_VALUE', {
      name: 'the answer',
      found: problem,
      expected: 'a text that can be checked in',
    })
}

const withSnapshots = async (
  state: State,
  snapshots: Snapshots,
  steps: readonly Step[],
  at: Date,
): Promise<readonly Step[]> => {
  const pinned: Step[] = []
  let now = state
  for (const step of steps) {
    const prompt = openPrompt(now.form, now.record)
    const of = { document: state.d.id.id, prompt: prompt?.id ?? '', author: state.user, at }
    const pins = step.do === 'answer' && prompt?.commits
    pinned.push(pins ? { ...step, commit: await snapshots.take(of) } : step)
    now = one(now, step, at.toISOString())
  }
  return pinned
}
