/** What an agent would be told, were it called to a document now: the words of the task, and nothing else. */
import { askedOf } from '../../agents/dispatching.ts'
import { spawnPrompt } from '../../agents/spawn-prompt.ts'
import type { AgentTask } from '../../documents/event.ts'
import type { Ask, Qms } from '../qms.ts'
import { openRecords } from '../records.ts'
import type { AgentPorts } from './ports.ts'

/** For whoever asks. Source: SOP-007 section 5.2. @throws USER_MISSING, NO_DOCUMENT, GATE where nothing like it is asked of them */
export const canonicalPrompt = async (
  qms: Qms,
  ask: Ask,
  template: AgentPorts['template'],
  id: string,
  task: AgentTask,
): Promise<string> => {
  const records = await openRecords(qms)
  const { name } = records.actor(ask.user, task)
  const { d } = await records.load(id)
  askedOf(d, name, task)
  const { text } = await template(task)
  return spawnPrompt(text, { agent: name, document: d.id.id, version: d.version, status: d.status, task })
}
