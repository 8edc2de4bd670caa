/**
 * Whether a backend does what is asked of every backend, tried with its real program in a throw-away project: it begins,
 * its agent gives a verdict by `qms`, goes on, does not go on with what is not there, and ends when its time is over.
 */
import type { Backend, BackendAsk, Trouble } from '../../agents/backend.ts'
import { spawnPrompt } from '../../agents/spawn-prompt.ts'
import { refuse } from '../../errors.ts'
import type { AgentRuns } from '../../project/agent-runs.ts'
import { type Examined, note, problem, warning } from '../doctor/check.ts'
import { type AgentCall, type AgentCalled, runAgent } from './run-agent.ts'

/** A place to try it in, and what is there. */
export interface Ground {
  /** An empty folder, absolute. */
  readonly folder: string
  /** This program, as it is called there; absolute, outside of the folder. */
  readonly qms: string
  /** PATH with this program in it, under its own name. */
  readonly path: string
  /** Folders outside of the project's files that it writes in there, absolute. */
  readonly writes: readonly string[]
  /** A file outside of the folder that holds these words. */
  file(text: string): Promise<string>
}

export interface Trial {
  readonly runs: AgentRuns
  readonly backend: Backend
  readonly ground: Ground
  /** Of the prompt of a review. */
  readonly template: string
  readonly newName: () => string
  /** Milliseconds for each call. */
  readonly limits: AgentCall['limits']
  readonly show: (line: string) => void
}

/** One thing that was tried. */
export interface Tried extends Examined {
  readonly name: string
  readonly about: string
}

/** Milliseconds after which a call is to be ended, so that it is seen to end. */
const SHORT = 2_000

const DOCUMENT = `---
title: 'Watering the plants'
revision_summary: 'Initial draft'
---

# Watering the plants

## 1. Purpose

The plants in the office are watered every Monday.

## 2. Scope

This procedure applies to whoever opens the office on a Monday.

## 3. Procedure

1. Fill the can.
2. Give each plant half a litre, and wipe up what was spilled.
`

const AGENT = 'qa'

/** @throws NOT_STARTED, IO, GATE where the project cannot be made */
export const conformance = async (trial: Trial): Promise<readonly Tried[]> => {
  const ask = await prepared(trial)
  const first = await call(trial, ask)
  const began = begun(first)
  if (worstOf(began) || first.end.instance === null) return [began]
  const given = await verdict(trial, ask, first)
  const again = await call(trial, { ...ask, instance: first.end.instance })
  const unknown = await call(trial, { ...ask, instance: trial.newName() })
  const limits = { time: SHORT, idle: SHORT }
  const short = await call({ ...trial, limits }, { ...ask, fresh: trial.newName() })
  return [began, given, wentOn(first, again), unknownSession(unknown), timeLimit(short)]
}

const worstOf = ({ findings }: Examined): boolean => findings.some((f) => f.state === 'problem')

/** A procedure under review, for which the agent is asked. */
const prepared = async (trial: Trial): Promise<BackendAsk> => {
  const { ground, template, newName } = trial
  const file = await ground.file(DOCUMENT)
  await qms(trial, ['init', '--git', '--json'])
  const made = await qms(trial, ['create', 'SOP', '--file', file, '-u', 'claude', '--json'])
  const document: string = made.document.doc_id
  await qms(trial, ['checkin', document, '-u', 'claude', '--json'])
  const { status, version } = (await qms(trial, ['route', document, '--review', '-u', 'claude', '--json']))
    .document
  return {
    agent: AGENT,
    prompt: spawnPrompt(template, { agent: AGENT, document, version, status, task: 'review' }),
    folder: ground.folder,
    definition: `.claude/agents/${AGENT}.md`,
    instance: null,
    fresh: newName(),
    before: null,
    writes: [`${ground.folder}/.git`, ...ground.writes],
  }
}

/** What a command of this program answers. @throws IO */
// biome-ignore lint/suspicious/noExplicitAny: the program's own answer, whose shape is published
const qms = async ({ runs, ground }: Trial, words: readonly string[]): Promise<any> => {
  const lines: string[] = []
  const ran = await runs.run({
    command: [ground.qms, ...words],
    folder: ground.folder,
    input: '',
    env: {},
    secrets: {},
    time: 60_000,
    idle: 60_000,
    log: null,
    hear: (_, line) => lines.push(line) > 0,
  })
  if (ran.exit === 0) return JSON.parse(lines.join('\n')).result
  throw refuse('IO', {
    operation: `qms ${words[0]}`,
    path: ground.folder,
    reason: lines.join(' ').slice(0, 400),
  })
}

/** Nobody is asked to prove who they are there: the name of the agent is enough. */
const call = (trial: Trial, ask: BackendAsk): Promise<AgentCalled> => {
  const { runs, ground, limits, newName, show } = trial
  const env = { PATH: ground.path, QMS_USER: AGENT }
  const backend: Backend = {
    ...trial.backend,
    invocation: (of) => {
      const asked = trial.backend.invocation(of)
      return { ...asked, env: { ...asked.env, ...env } }
    },
  }
  return runAgent(runs, { backend, ask, limits, secrets: {}, log: null, newName, show, delays: [] })
}

const words = (trouble: Trouble): string => `${trouble.code}: ${trouble.words}`

const begun = ({ end }: AgentCalled): Tried => {
  const about = 'an agent begins, and is known by a name'
  const expected = 'an end without trouble, and a name to go on by'
  const found = end.trouble ? words(end.trouble) : end.instance === null ? 'no name was told' : null
  const findings = found === null ? [] : [problem(null, { found, expected })]
  return { name: 'backend-begins', about, summary: end.tool ?? 'begins', findings }
}

/** A model may well fail to do it: that is no fault of the backend. */
const verdict = async (trial: Trial, ask: BackendAsk, { end }: AgentCalled): Promise<Tried> => {
  const document = /^Document: (\S+)$/m.exec(ask.prompt)?.[1] ?? ''
  const { events } = await qms(trial, ['history', document, '--json'])
  const isGiven = events.some(
    (e: { event?: string; user?: string }) => e.event === 'REVIEW' && e.user === AGENT,
  )
  const expected = `a verdict of ${AGENT} in the trail of the document that it was called for`
  const found = `none; it said: ${end.said ?? 'nothing'}`
  const findings = isGiven ? [] : [warning(null, { found, expected })]
  return {
    name: 'backend-verdict',
    about: 'an agent runs qms, and is recorded',
    summary: 'a verdict',
    findings,
  }
}

const wentOn = (first: AgentCalled, { end }: AgentCalled): Tried => {
  const isOther = end.instance !== first.end.instance
  const found = end.trouble
    ? words(end.trouble)
    : isOther
      ? `another one: ${end.instance ?? 'no name'}`
      : null
  const findings = found === null ? [] : [problem(null, { found, expected: 'the same agent, called again' })]
  return { name: 'backend-goes-on', about: 'an agent goes on', summary: 'goes on', findings }
}

const unknownSession = ({ end }: AgentCalled): Tried => {
  const expected = 'trouble NO_SUCH_SESSION'
  const found = end.trouble ? words(end.trouble) : 'somebody went on who was not there'
  const findings =
    end.trouble?.code === 'NO_SUCH_SESSION'
      ? []
      : [(end.trouble ? warning : problem)(null, { found, expected })]
  const about = 'an agent that is not there does not go on'
  return { name: 'backend-unknown-session', about, summary: 'refused', findings }
}

const timeLimit = ({ end, program, duration }: AgentCalled): Tried => {
  const expected = `to be ended after ${SHORT} ms`
  const findings =
    program.late !== null
      ? []
      : end.trouble === null
        ? [note(null, `it was done after ${duration} ms, before its time was over`)]
        : [problem(null, { found: words(end.trouble), expected })]
  const about = 'an agent ends when its time is over'
  return { name: 'backend-time-limit', about, summary: `ended after ${duration} ms`, findings }
}
