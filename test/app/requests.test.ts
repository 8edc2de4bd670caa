/** A request that is repeated is answered as before and writes nothing. Source: reliability.md 4b, 5. */
import { beforeAll, describe, expect, it } from 'vitest'
import {
  act,
  addUser,
  answered,
  checkin,
  claude,
  create,
  drafted,
  initialised,
  lead,
  type Project,
  type Qms,
  route,
  setPolicy,
} from '../support/cli.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
})

const request = 'r-1'
type Deed = (qms: Qms) => Promise<{ events: readonly object[]; document: object | null; replayed: boolean }>

const DEEDS: readonly (readonly [string, Deed])[] = [
  ['create', (qms) => create(qms, { ...claude, request: 'a' }, { type: 'SOP', title: 'Once' })],
  ['route', (qms) => route(qms, { ...claude, request: 'b' }, 'CR-001', {})],
  ['withdraw', (qms) => act(qms, { ...claude, request: 'c' }, 'CR-001', { action: 'withdraw' })],
  ['user add', (qms) => addUser(qms, { ...lead, request: 'd' }, 'ann', 'reviewer', 'human')],
  ['policy set', (qms) => setPolicy(qms, { ...lead, request: 'e' }, 'quality', 'qa')],
]

describe('a request id', () => {
  it.each(DEEDS)('given twice to %s gives the first answer', async (_, deed) => {
    const first = await project.use(deed)
    const before = project.everything()
    const second = await project.use(deed)
    expect(first.replayed).toBe(false)
    expect(second).toMatchObject({ replayed: true, commit: null, document: first.document })
    expect(second.events.map((e) => ({ ...e, document: undefined, record: undefined }))).toEqual(
      first.events.map((e) => ({ ...e, document: undefined, record: undefined })),
    )
    expect(project.everything()).toEqual(before)
  })

  it('given twice to checkin does not ask for the copy that was taken in', async () => {
    await project.use((qms) => create(qms, claude, { type: 'INV', title: 'Why' }))
    project.edit('claude', 'INV-001', answered)
    const first = await project.use((qms) => checkin(qms, { ...claude, request }, 'INV-001'))
    const second = await project.use((qms) => checkin(qms, { ...claude, request }, 'INV-001'))
    expect(second).toMatchObject({ replayed: true, document: first.document })
  })

  it('is kept by the answer even after the document has moved on', async () => {
    await project.use((qms) => route(qms, { ...claude, request: 'again' }, 'INV-001', {}))
    await project.use((qms) => act(qms, claude, 'INV-001', { action: 'withdraw' }))
    const second = await project.use((qms) => route(qms, { ...claude, request: 'again' }, 'INV-001', {}))
    expect(second.document).toMatchObject({ status: 'IN_PRE_REVIEW' })
  })

  it('of another command, or another user, is refused', async () => {
    await project.denied('REQUEST_REUSED', (qms) =>
      act(qms, { ...claude, request }, 'INV-001', { action: 'cancel', confirmed: true, reason: 'x' }),
    )
    await project.denied('REQUEST_REUSED', (qms) => checkin(qms, { ...lead, request }, 'INV-001'))
  })

  it('on the command line says that nothing was written, and must be printable', async () => {
    const line = 'create SOP --title "By hand" --request-id shell-1 -u claude'
    await project.ok(line)
    const tip = project.tip()
    expect(await project.ok(line)).toContain('as it was answered before: nothing was written')
    expect((await project.json(line)).result).toMatchObject({ replayed: true, commit: null })
    expect(project.tip()).toBe(tip)
    await project.refused(
      ['create', 'SOP', '--title', 'X', '--request-id', 'a b', '-u', 'claude'],
      'BAD_VALUE',
    )
  })
})
