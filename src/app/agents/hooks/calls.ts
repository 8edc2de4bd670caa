/**
 * Calls of agents inside an agent tool: who judges a document is told the canonical words and nothing else, whatever the
 * caller meant to say. Source: SOP-007 sections 4.4, 5.2 and 5.3.
 */
import { actedIn, idsIn, judgedIn } from '../../../agents/reviewing.ts'
import type { Started } from '../../../agents/shell/shell.ts'
import type { HookInput, ToolCall } from '../../../agents/tool-call.ts'
import { isOpen } from '../../../documents/document.ts'
import type { Metadata } from '../../../documents/placement.ts'
import type { Actor } from '../../../documents/registry.ts'
import type { Status } from '../../../documents/types.ts'
import { QmsError } from '../../../errors.ts'
import { listing } from '../../listing.ts'
import { callAgain, callFresh } from './dispatch.ts'
import { note } from './incident.ts'
import { type Decision, deny, type HookPorts, PASS } from './ports.ts'
import { dispatchOf, isReviewer, type Standing, standingOf } from './standing.ts'

type Of<K extends ToolCall['kind']> = Extract<ToolCall, { kind: K }>

const statusNow = (p: HookPorts, s: Standing): Promise<readonly Metadata[]> => listing(p.qms, s.records)

const toolOf = (input: HookInput): string => input.tool ?? '?'

/** Those that a document may ask for a verdict: agents of the registry that do not lead. */
const reviewersOf = (s: Standing): string[] =>
  [...s.records.system.registry.values()].filter((a) => isReviewer(a) && a.enabled).map((a) => a.name)

export const guardAgent = async (p: HookPorts, input: HookInput, call: Of<'agent'>): Promise<Decision> => {
  const s = await standingOf(p, input)
  const actor = s.records.system.registry.get(call.type)
  if (!actor || !isReviewer(actor)) return guardTold(p, input, s, call.prompt)
  const asked = await askedOf(p, s, actor, call.prompt)
  if (typeof asked !== 'string') return refusedCall(p, input, s, call, asked.problem, asked.next)
  if (input.inside !== null) {
    await note(p, s, {
      kind: 'spawn',
      done: 'refused',
      tool: toolOf(input),
      agent: actor.name,
      document: asked,
      text: call.prompt,
    })
    return deny(
      `Not called: ${actor.name} is called by the orchestrator alone, not by an agent that was called itself.`,
    )
  }
  return called(p, s, () =>
    callFresh(p, input, s, { agent: actor.name, document: asked, prompt: call.prompt }),
  )
}

/** Refusals of rules become answers; faults go on. */
const called = async (p: HookPorts, s: Standing, work: () => Promise<Decision>): Promise<Decision> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    const next = error.code === 'NO_SESSION' ? startSession(p, s) : []
    return deny(error, ...next)
  }
}

/** One opens a session as the orchestrator that one is. */
const startSession = (p: HookPorts, { records, actor }: Standing): string[] => {
  const leading = [...records.system.registry.values()].find(
    (a) => a.enabled && a.kind === 'agent' && !isReviewer(a),
  )
  return [`qms session start -u ${actor ?? p.user ?? leading?.name ?? 'NAME'}`]
}

interface NotAsked {
  readonly problem: string
  readonly next: readonly string[]
}

/** The document that asks this agent now, as far as the prompt leaves a choice. */
const askedOf = async (
  p: HookPorts,
  s: Standing,
  actor: Actor,
  prompt: string,
): Promise<string | NotAsked> => {
  const asking = (await statusNow(p, s))
    .filter((m) => m.pending_assignees.includes(actor.name))
    .map((m) => m.doc_id)
  const named = idsIn(prompt, asking)
  const [only, ...more] = named.length > 0 ? named : asking
  if (only === undefined)
    return { problem: `nothing is asked of ${actor.name} now`, next: [`qms inbox -u ${actor.name}`] }
  if (more.length > 0)
    return {
      problem: `${[only, ...more].join(' and ')} ask ${actor.name}, and a call is for one document: name one`,
      next: [`qms inbox -u ${actor.name}`],
    }
  return only
}

const refusedCall = async (
  p: HookPorts,
  input: HookInput,
  s: Standing,
  call: Of<'agent'>,
  problem: string,
  next: readonly string[],
): Promise<Decision> => {
  const attempt = { kind: 'prompt', done: 'refused', tool: toolOf(input), agent: call.type } as const
  await note(p, s, { ...attempt, text: call.prompt })
  return deny(`Not called: ${problem}.`, ...next)
}

/** A text for whoever is no reviewer: it may not make one of them, nor have them judge what is under review. */
const guardTold = async (p: HookPorts, input: HookInput, s: Standing, text: string): Promise<Decision> => {
  const agent = actedIn(text, reviewersOf(s))
  const open = (await statusNow(p, s)).filter((m) => isOpen(m.status as Status))
  const [document] = judgedIn(
    text,
    open.map((m) => m.doc_id),
  )
  if (agent === null && document === undefined) return PASS
  await note(p, s, {
    kind: 'prompt',
    done: 'refused',
    tool: toolOf(input),
    agent: agent ?? undefined,
    document,
    text,
  })
  const asked = open.find((m) => m.doc_id === document)?.pending_assignees ?? []
  const who = agent ?? asked.find((name) => reviewersOf(s).includes(name))
  const what =
    agent === null
      ? `${document} is judged by those whom it asks (${asked.join(', ') || 'nobody'})`
      : `${agent} acts for itself`
  return deny(
    `Not sent: ${what}, called by qms in the canonical words.`,
    ...spawnWords(who, document ?? asked[0]),
  )
}

const spawnWords = (agent: string | undefined, document: string | undefined): string[] =>
  agent === undefined
    ? ['qms inbox']
    : [`qms agent spawn ${agent}${document ? ` --doc ${document}` : ' --doc ID'}`]

/** A message to an agent that judges is canonical, word for word, and is a call of its own; others are free. */
export const guardMessage = async (
  p: HookPorts,
  input: HookInput,
  call: Of<'message'>,
): Promise<Decision> => {
  const s = await standingOf(p, input)
  const to = await reviewerAt(p, s, call.to)
  if (to === null) return guardTold(p, input, s, call.text)
  const actor = s.records.system.registry.get(to)
  const asked =
    actor && isReviewer(actor)
      ? await askedOf(p, s, actor, call.text)
      : { problem: `${to} is no agent`, next: [] }
  if (typeof asked !== 'string')
    return refusedCall(p, input, s, { kind: 'agent', type: to, prompt: call.text }, asked.problem, asked.next)
  const target = { agent: to, document: asked, prompt: call.text, instance: call.to }
  return called(p, s, () => callAgain(p, input, s, target))
}

/** By its id in the tool, or by its name. */
const reviewerAt = async (p: HookPorts, s: Standing, to: string): Promise<string | null> => {
  const bound = await dispatchOf(p, s.agents, to)
  if (bound) return bound.agent
  const served = [...s.agents.dispatches.values()].findLast((d) => d.end?.instance === to)
  return served?.agent ?? (reviewersOf(s).includes(to) ? to : null)
}

/** A script starts agents that no hook is asked about: it may start none that judges. */
export const guardWorkflow = async (
  p: HookPorts,
  input: HookInput,
  call: Of<'workflow'>,
): Promise<Decision> => {
  const s = await standingOf(p, input)
  return guardTold(p, input, s, call.text)
}

/** Agent tools by their commands, and by the last part of their packages, with or without a version. */
const TOOL = /^(?:claude(?:-code)?|codex|gemini(?:-cli)?|cursor-agent|opencode(?:-ai)?)(?:@.*)?$/

/** Agent tools that a shell starts, past the hooks of this one. */
export const guardStarted = async (
  p: HookPorts,
  input: HookInput,
  command: string,
  started: readonly Started[],
): Promise<Decision> => {
  const tools = started.filter(({ program }) => TOOL.test(program))
  if (tools.length === 0) return PASS
  const s = await standingOf(p, input)
  return guardTold(p, input, s, [command, ...tools.flatMap((t) => textsOf(p, t))].join('\n'))
}

/** What a tool is told: its words, its input, and files that it is given. */
const textsOf = (p: HookPorts, { words, input }: Started): string[] => [
  words.join(' '),
  input ?? '',
  ...words.flatMap((word) => p.around.text(word.startsWith('/') ? word : `${p.around.top}/${word}`) ?? []),
]
