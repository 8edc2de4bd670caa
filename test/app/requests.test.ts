/** A request that is repeated is answered as before and writes nothing. Source: reliability.md 4b, 5. */
import { rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  act,
  addUser,
  answered,
  checkin,
  checkout,
  claude,
  create,
  discard,
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

// Verifies: REQ-QMS-107
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

  it('given twice to checkout gives the first answer, and hands out what a killed first call did not', async () => {
    const own = await initialised()
    const ask = { ...claude, request }
    await own.use((qms) => drafted(own, qms, 'CR'))
    const first = await own.use((qms) => checkout(qms, ask, 'CR-001'))
    const copies = own.everything().files
    const second = await own.use((qms) => checkout(qms, ask, 'CR-001'))
    expect(second).toMatchObject({ replayed: true, document: first.document })
    expect(second.events).toHaveLength(1)
    for (const left of [['CR-001.md', '.base/CR-001'], ['.base/CR-001']]) {
      for (const name of left) rmSync(own.path('.qms/workspace/claude', name))
      await own.use((qms) => checkout(qms, ask, 'CR-001'))
      expect(own.everything().files).toEqual(copies)
    }
  })

  it('given twice to checkin or --discard clears away what a killed first call left', async () => {
    const own = await initialised()
    await own.use((qms) => create(qms, claude, { type: 'CR', title: 'Why' }))
    const copy = own.copy('claude', 'CR-001')
    const base = '.qms/workspace/claude/.base/CR-001'
    own.edit('claude', 'CR-001', answered)
    await own.use((qms) => checkin(qms, { ...claude, request }, 'CR-001'))
    own.write(base, 'left')
    await own.use((qms) => checkin(qms, { ...claude, request }, 'CR-001'))
    expect(own.has(base)).toBe(false)

    await own.use((qms) => checkout(qms, claude, 'CR-001'))
    await own.use((qms) => discard(qms, { ...claude, request: 'r-2' }, 'CR-001'))
    own.write(copy, 'work that was not checked in\n')
    const second = await own.use((qms) => discard(qms, { ...claude, request: 'r-2' }, 'CR-001'))
    expect(second.replayed).toBe(true)
    expect(own.has(copy)).toBe(false)
    expect(own.read(second.copy ?? '')).toBe('work that was not checked in\n')
  })

  it('of a discard does not touch the copy of a later checkout', async () => {
    const own = await initialised()
    await own.use((qms) => drafted(own, qms, 'CR'))
    await own.use((qms) => checkout(qms, claude, 'CR-001'))
    await own.use((qms) => discard(qms, { ...claude, request }, 'CR-001'))
    await own.use((qms) => checkout(qms, claude, 'CR-001'))
    own.edit('claude', 'CR-001', (text) => `${text}new work\n`)
    await own.use((qms) => discard(qms, { ...claude, request }, 'CR-001'))
    expect(own.read(own.copy('claude', 'CR-001'))).toContain('new work')
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
