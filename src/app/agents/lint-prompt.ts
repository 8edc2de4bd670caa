/** `qms agent lint-prompt`: whether a prompt is within SOP-007 section 5.2, and what to say instead. */
import { ITEMS } from '../../agents/prompt-classes.ts'
import { judgePrompt, type Named, type PromptVerdict, type Violation } from '../../agents/prompt-lint.ts'
import { spawnPrompt } from '../../agents/spawn-prompt.ts'
import { isAsked, taskOf } from '../../agents/task.ts'
import type { Document } from '../../documents/document.ts'
import type { AgentTask } from '../../documents/event.ts'
import { isUserName, parseId, requireId } from '../../documents/id.ts'
import { refuse } from '../../errors.ts'
import type { Ask, Qms, Shipped } from '../qms.ts'
import { openRecords, type Records } from '../records.ts'

export interface PromptAsk {
  readonly text: string
  /** The file that it is from, or standard input. */
  readonly from: string
  /** Whom and what it is meant for, where that is said and need not be read from it. */
  readonly agent?: string | undefined
  readonly document?: string | undefined
}

/** A violation, with the item of section 5.3 that prohibits it; null where section 5.2 merely does not permit it. */
type Prohibited = Violation & { readonly item: number | null }

/** What a prompt says of the document's state, and what that is. */
export interface Untrue {
  readonly fact: 'version' | 'status'
  readonly said: string
  readonly is: string
}

export interface Suggestion {
  readonly prompt: string
  /** Fields that are not known and stand in the prompt as `<field>`. */
  readonly blanks: readonly string[]
  /** Whether the document asks this of the agent now; null where that is not known. */
  readonly asked: boolean | null
  /** Why it does not; null where it does, or where that is not known. */
  readonly why: string | null
}

export interface PromptReport extends PromptVerdict {
  readonly from: string
  readonly violations: readonly Prohibited[]
  readonly untrue: readonly Untrue[]
  readonly suggestion: Suggestion
  readonly next: readonly string[]
}

const NAMELESS: Named = { agent: null, document: null, task: null, version: null, status: null }

/** In a store: names are those of its actors and documents, and facts are compared. @throws NO_USER, BAD_ID, NO_DOCUMENT */
export const lintPrompt = async (
  qms: Qms,
  shipped: Shipped,
  ask: Ask,
  want: PromptAsk,
): Promise<PromptReport> => {
  const records = await openRecords(qms)
  records.reader(ask.user)
  const agents = [...records.system.registry.values()].filter((a) => a.enabled && a.kind === 'agent')
  const named = want.agent === undefined ? null : records.actor(want.agent, '').name
  const ids = new Set((await records.ids()).map(({ id }) => id))
  const verdict = judgePrompt(want.text, { agents: agents.map((a) => a.name), ids: (id) => ids.has(id) })
  const d = await meant(records, want.document ?? verdict.named?.document, want.document !== undefined)
  const untrue = d ? untrueIn(verdict.named ?? NAMELESS, d) : []
  return reportOf(want, verdict, untrue, await suggested(shipped, known(named, verdict, d), d))
}

/** Where there is no store: nothing is known of documents. @throws BAD_NAME, BAD_ID */
export const lintPromptAlone = async (shipped: Shipped, want: PromptAsk): Promise<PromptReport> => {
  const { agent = null } = want
  if (agent !== null && !isUserName(agent))
    throw refuse('BAD_NAME', {
      name: agent.slice(0, 80),
      what: 'user',
      expected: 'a name such as qa or tu_api',
    })
  const id = want.document === undefined ? null : requireId(want.document).id
  const guessed = judgePrompt(want.text)
  const agents = [agent, guessed.named?.agent].flatMap((name) => name ?? [])
  const verdict = agent === null ? guessed : judgePrompt(want.text, { agents })
  const facts = known(agent, verdict, null)
  return reportOf(
    want,
    verdict,
    [],
    await suggested(shipped, { ...facts, document: id ?? facts.document }, null),
  )
}

const meant = async (
  records: Records,
  id: string | null | undefined,
  must: boolean,
): Promise<Document | null> => {
  if (!id) return null
  if (must) return (await records.load(id)).d
  const parsed = parseId(id, records.system.types)
  return parsed && ((await records.find(parsed))?.d ?? null)
}

/** Facts of the document as it is go before what the prompt says of it. */
const known = (agent: string | null, { named }: PromptVerdict, d: Document | null): Named => ({
  ...(named ?? NAMELESS),
  agent: agent ?? named?.agent ?? null,
  ...(d
    ? { document: d.id.id, version: d.version, status: d.status, task: taskOf(d) ?? named?.task ?? null }
    : {}),
})

const untrueIn = (named: Named, d: Document): Untrue[] =>
  named.document === d.id.id
    ? (['version', 'status'] as const).flatMap((fact) => {
        const said = named[fact]
        return said === null || said === d[fact] ? [] : [{ fact, said, is: d[fact] }]
      })
    : []

const suggested = async (shipped: Shipped, facts: Named, d: Document | null): Promise<Suggestion> => {
  const task: AgentTask = facts.task ?? 'review'
  const templates = await shipped.files('prompts')
  const template = templates.find(({ name }) => name === `${task}.md`)
  if (!template) throw new Error(`no template for a task of ${task}`)
  const fields = { ...facts, task }
  const blanks = Object.entries(fields).flatMap(([field, value]) => (value === null ? [field] : []))
  const record = {
    agent: facts.agent ?? '<agent>',
    document: facts.document ?? '<document>',
    version: facts.version ?? '<version>',
    status: facts.status ?? '<status>',
    task,
  }
  return {
    prompt: spawnPrompt(new TextDecoder().decode(template.bytes), record).trimEnd(),
    blanks: facts.task === null ? [...blanks, 'task'] : blanks,
    ...asking(d, facts.agent, task),
  }
}

const asking = (
  d: Document | null,
  agent: string | null,
  task: AgentTask,
): Pick<Suggestion, 'asked' | 'why'> => {
  if (!d || agent === null) return { asked: null, why: null }
  if (isAsked(d, agent, task)) return { asked: true, why: null }
  const pending = d.round?.pending ?? []
  const state = `${d.id.id} is ${d.status}`
  const why =
    taskOf(d) === null
      ? `${state}: it asks nothing of anybody now`
      : `${state}: asked now are ${pending.join(', ') || 'none'}`
  return { asked: false, why }
}

const reportOf = (
  { from }: PromptAsk,
  verdict: PromptVerdict,
  untrue: readonly Untrue[],
  suggestion: Suggestion,
): PromptReport => ({
  ...verdict,
  from,
  ok: verdict.ok && untrue.length === 0,
  violations: verdict.violations.map((one) => ({ ...one, item: ITEMS[one.class] })),
  untrue,
  suggestion,
  next: nextOf(verdict.named?.document ?? null, suggestion),
})

const nextOf = (document: string | null, { asked }: Suggestion): string[] => [
  ...(document !== null && asked !== null ? [`qms status ${document}`] : []),
  'qms help agent lint-prompt',
]
