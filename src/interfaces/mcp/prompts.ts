/** Prompts: the canonical one for each task of a reviewer, and the text of each procedure in force. */
import type { Prompt } from '@modelcontextprotocol/server'

/** Tasks that a prompt is for: it says what an agent that is called is told, and has no place for more. */
export const TASK_PROMPTS = ['approval', 'review'] as const
export type TaskPrompt = (typeof TASK_PROMPTS)[number]

export const isTaskPrompt = (name: string): name is TaskPrompt =>
  (TASK_PROMPTS as readonly string[]).includes(name)

export interface Procedure {
  readonly doc_id: string
  readonly title: string
  readonly effective_version: string | null
}

const taskPrompt = (task: TaskPrompt): Prompt => ({
  name: task,
  title: `The ${task} of a document`,
  description: `what you are told when a document asks you for ${task === 'review' ? 'a review' : 'an approval'}`,
  arguments: [{ name: 'document', description: 'the document, such as CR-001', required: true }],
})

/** In the order of their names. */
export const promptsOf = (procedures: readonly Procedure[]): Prompt[] =>
  [
    ...TASK_PROMPTS.map(taskPrompt),
    ...procedures
      .filter((p) => p.effective_version !== null)
      .map((p) => ({ name: p.doc_id, title: p.title, description: `${p.doc_id} ${p.effective_version}` })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))

export const said = (text: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
})
