/** Documents at work: items begun, passed, failed, amended, noted and added, by commands, in this process. */
import { recordItem } from '../../src/app/execute.ts'
import { note, summarise } from '../../src/app/remarks.ts'
import type { Evidence } from '../../src/documents/evidence.ts'
import { answered, claude, executing, type Project, type Qms } from './cli.ts'

export { note, recordItem, summarise }

const said = (text: string): Evidence => ({ kind: 'text', text })

/** Evidence that was captured, without bytes to be kept. */
export const captured =
  (...evidence: readonly Evidence[]) =>
  async () => ({ evidence, files: new Map<string, Uint8Array>() })

/** The text of a plan whose second item names who is to do it. */
export const naming =
  (name: string) =>
  (form: string): string =>
    answered(form).replace(/^(\| EI-2 .*)\[PERFORMER\]/m, `$1${name}`)

/** A change record in execution, its second item in the hands of `helper`. Gives its id. */
export const plannedFor = (project: Project, qms: Qms, helper: string): Promise<string> =>
  executing(project, qms, 'CR', { text: naming(helper) })

/** Every kind of recording: EI-1 passed and amended, EI-2 by whom it names, EI-3 added and failed, remarks, the summary twice. */
export const worked = async (qms: Qms, id: string, helper: string): Promise<void> => {
  await recordItem(qms, claude, id, { action: 'start', item: 'EI-1' })
  const first = {
    action: 'record',
    item: 'EI-1',
    outcome: 'Pass',
    summary: 'Done and read | twice.',
  } as const
  await recordItem(qms, claude, id, first, captured(said('seen by eye')))
  await recordItem(qms, claude, id, { action: 'evidence', item: 'EI-1' }, captured(said('seen once more')))
  await recordItem(qms, claude, id, { action: 'note', item: 'EI-1', summary: 'It took a day.' })
  await recordItem(qms, { user: helper }, id, { action: 'start', item: 'EI-2' })
  const second = { action: 'record', item: 'EI-2', outcome: 'Pass', summary: 'Done.' } as const
  await recordItem(qms, { user: helper }, id, second)
  await recordItem(qms, claude, id, { action: 'add', task: 'One step more' })
  const draft = { title: 'Not as plannedFor', kind: 2 } as const
  const failed = { action: 'record', item: 'EI-3', outcome: 'Fail', summary: 'It broke.', draft } as const
  await recordItem(qms, claude, id, failed)
  const amended = { ...first, summary: 'Read a third time.', reason: 'A typo', aside: [1] } as const
  await recordItem(qms, claude, id, amended)
  await note(qms, claude, id, { text: 'As a whole it went well.' })
  await summarise(qms, claude, id, { text: 'All was done.' })
  await summarise(qms, claude, id, { text: 'All was done,\n\nand seen.', reason: 'Not complete' })
}
