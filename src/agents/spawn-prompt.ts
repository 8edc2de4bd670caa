/**
 * What an agent is told when it is called: a closed record put into the template of its task. There is no field that
 * could carry more. Source: SOP-007 section 5.2.
 */
import type { AgentTask } from '../documents/event.ts'

/** All that may be said. */
export interface SpawnRecord {
  /** Name of the agent among the actors. */
  readonly agent: string
  readonly document: string
  readonly version: string
  readonly status: string
  readonly task: AgentTask
}

/** Words that a prompt may have. */
export const MOST_WORDS = 60

const FIELD = /\{\{(\w+)\}\}/g

/** @param template of the task: it may name fields of the record, each as `{{field}}` */
export const spawnPrompt = (template: string, record: SpawnRecord): string => {
  const fields: Readonly<Record<string, string>> = { ...record }
  const prompt = template.replace(FIELD, (_, name: string) => {
    const value = fields[name]
    if (value === undefined || !Object.hasOwn(fields, name)) throw new Error(`no field ${name}`)
    return value
  })
  if (wordsIn(prompt) > MOST_WORDS) throw new Error(`a prompt of more than ${MOST_WORDS} words`)
  return prompt
}

export const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length
