/** What is written, and what never is. */
import { expect, it } from 'vitest'
import { timestamp } from '../../src/app/qms.ts'
import { transact } from '../../src/app/transact.ts'
import type { NewSystemEvent } from '../../src/documents/event.ts'
import { initialised, lead } from '../support/cli.ts'

it('writes no event that nobody could read back, and nothing else with it', async () => {
  const project = await initialised()
  const before = project.everything()
  await project.use(async (qms) => {
    const disabled = {
      ts: timestamp(qms),
      event: 'USER_DISABLE',
      user: 'lead',
      name: 'qa',
      reason: 'Left',
      version: '0.0',
    }
    const plan = (event: object) => async () => ({
      moves: [],
      system: [{ record: 'registry' as const, events: [event as NewSystemEvent] }],
      subject: 'user disable qa',
      actor: 'lead',
    })
    await expect(transact(qms, lead, plan({ ...disabled, name: 5 }))).rejects.toThrow(
      'registry.jsonl could not be read back',
    )
    expect(project.everything()).toEqual(before)
    await transact(qms, lead, plan(disabled))
  })
  expect(project.read('QMS/.audit/_system/registry.jsonl')).toContain('USER_DISABLE')
})
