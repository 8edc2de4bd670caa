/** Means of an attacker: files committed past the program, copies and files of any content, and a look at what changed. */
import { expect } from 'vitest'
import { claude, create, type Everything, type Project, type Said } from '../support/cli.ts'

/** Control, bidirectional, zero-width and tag characters: what must never reach a terminal as it is. */
export const RAW =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udfff]/

/** Commits a file by hand, as whoever may push to the branch could. */
export const plant = (project: Project, path: string, content: string | Uint8Array): void => {
  project.write(path, content)
  project.git('add', '-f', '--', path)
  project.git('commit', '-q', '--no-verify', '-m', 'by hand', '--', path)
}

/** Does it, and insists that neither references nor files are other than before. */
export const unchanged = async <T>(project: Project, deed: () => Promise<T>): Promise<T> => {
  const before: Everything = project.everything()
  const result = await deed()
  expect(project.everything()).toEqual(before)
  return result
}

/** A document of claude's, checked out, whose copy now holds this text. Gives its id. */
export const copyOf = async (project: Project, text: string | Uint8Array, type = 'CR'): Promise<string> => {
  const made = await project.use((qms) => create(qms, claude, { type, title: 'A title' }))
  const id = made.document?.doc_id ?? ''
  project.write(project.copy('claude', id), text)
  return id
}

/** What this clone had seen before it was planted is named first. */
const REWRITTEN = /^Note: \S+ is no longer what it was.*\n {6}.*\n/

/** A sentence and no stack, whatever it is that it answers. */
export const expectSentence = (said: Said): void => {
  expect(said.err.replace(REWRITTEN, '')).toMatch(/^Refused \[(?!INTERNAL)\w+\] .+/)
  expect(said.err).not.toMatch(/\n\s+at |INTERNAL/)
  expect(said.code).not.toBe(70)
  expect(said.out + said.err).not.toMatch(RAW)
}
