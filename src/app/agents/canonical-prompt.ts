/** What an agent would be told, were it called to a document now: the words of the task, and nothing else. */
import { askedOf } from '../../agents/dispatching.ts'
import { spawnPrompt } from '../../agents/spawn-prompt.ts'
import type { AgentTask } from '../../documents/event.ts'
import { refuse } from '../../errors.ts'
import type { Ask, Qms, Shipped } from '../qms.ts'
import { openRecords } from '../records.ts'

/** For whoever asks. Source: SOP-007 section 5.2. @throws USER_MISSING, NO_DOCUMENT, GATE where nothing like it is asked of them */
export const canonicalPrompt = async (
  qms: Qms,
  ask: Ask,
  shipped: Shipped,
  id: string,
  task: AgentTask,
): Promise<string> => {
  const records = await openRecords(qms)
  const { name } = records.actor(ask.user, task)
  const { d } = await records.load(id)
  askedOf(d, name, task)
  const record = { agent: name, document: d.id.id, version: d.version, status: d.status, task }
  return spawnPrompt(await templateOf(shipped, task), record)
}

const templateOf = async (shipped: Shipped, task: AgentTask): Promise<string> => {
  const found = (await shipped.files('prompts')).find(({ name }) => name === `${task}.md`)
  if (!found)
    throw refuse('IO', {
      operation: 'read',
      path: `templates/prompts/${task}.md`,
      reason: 'it is missing from this installation',
    })
  return new TextDecoder().decode(found.bytes).trimEnd()
}
