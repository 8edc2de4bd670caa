import { describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import { requireId } from '../../src/documents/id.ts'
import { type Birth, checkMayCreate, checkTitle, decideCreate } from '../../src/lifecycle/create.ts'
import { refusal } from '../documents/refusal.ts'
import {
  approvedBy,
  at,
  cancelled,
  checkedIn,
  closed,
  created,
  documentOf,
  executing,
  given,
  postApproved,
  REGISTRY,
} from '../support/given.ts'

const INITIATORS = ['lead', 'ann', 'ben']
const actor = (name: string) => REGISTRY.get(name)!
const creating = (id: string, birth: Partial<Birth> = {}, as = 'ann', request?: string) =>
  decideCreate(
    {
      id: requireId(id),
      title: 'A title',
      parent: null,
      source: null,
      kind: null,
      content: 'c'.repeat(64),
      ...birth,
    },
    { actor: actor(as), now: at(1), initiators: INITIATORS, request },
  )

const states: Record<string, Document> = {
  DRAFT: documentOf(created({ owner: 'ann', id: 'CR-001' }), checkedIn('ann', 'plan')),
  PRE_APPROVED: documentOf(created({ owner: 'ann', id: 'CR-001' }), ...approvedBy('plan')),
  IN_EXECUTION: documentOf(...executing()),
  POST_APPROVED: documentOf(...executing(), ...postApproved()),
  CLOSED: documentOf(...executing(), ...postApproved(), closed()),
  CANCELLED: given(created({ owner: 'ann', id: 'CR-001' }), checkedIn('ann', 'plan'), cancelled('x')).doc,
}

describe('create', () => {
  it('writes one event with all that a document begins with', () =>
    expect(creating('SOP-001', {}, 'ann', 'r-1')).toEqual({
      ts: at(1),
      event: 'CREATE',
      user: 'ann',
      version: '0.1',
      title: 'A title',
      type: 'SOP',
      status: 'DRAFT',
      content: 'c'.repeat(64),
      request: 'r-1',
    }))

  it('names the type as trails do', () => expect(creating('SDLC-QMS-RTM')).toMatchObject({ type: 'QMS-RTM' }))

  it('is for initiators and administrators', () => {
    for (const as of ['lead', 'ann', 'ben']) expect(creating('SOP-001', {}, as)).toMatchObject({ user: as })
    for (const as of ['qa', 'tu'])
      expect(refusal(() => creating('SOP-001', {}, as))).toMatchObject({
        code: 'NOT_ALLOWED',
        facts: { user: as, action: 'create SOP', needs: 'initiator', who: INITIATORS },
      })
    expect(refusal(() => creating('SOP-001', {}, 'gone')).code).toBe('USER_DISABLED')
    expect(() => checkMayCreate(actor('ann'), 'SOP', INITIATORS)).not.toThrow()
  })

  /** The design's table of types: which state of a parent admits which child. */
  it.each([
    ['CR-001-TP-001', ['DRAFT', 'PRE_APPROVED', 'IN_EXECUTION', 'POST_APPROVED']],
    ['CR-001-VAR-001', ['IN_EXECUTION']],
    ['CR-001-VR-001', ['IN_EXECUTION']],
    ['CR-001-ADD-001', ['CLOSED']],
  ])('%s is made under a parent that is %j', (id, admitted) => {
    for (const [status, parent] of Object.entries(states)) {
      expect(parent.status).toBe(status)
      if (admitted.includes(status)) expect(creating(id, { parent })).toMatchObject({ parent: 'CR-001' })
      else
        expect(refusal(() => creating(id, { parent }))).toMatchObject({
          code: 'GATE',
          facts: { action: 'create', status, unmet: [{ gate: 'parent', found: `CR-001 is ${status}` }] },
        })
    }
  })

  it('a change record names an investigation that is open', () => {
    const open = documentOf(...executing('INV-001'))
    const shut = documentOf(...executing('INV-001'), ...postApproved(), closed())
    expect(creating('CR-001', { source: open })).toMatchObject({ source: 'INV-001' })
    expect(refusal(() => creating('CR-001', { source: shut })).facts).toMatchObject({
      unmet: [{ gate: 'source', found: 'INV-001 is CLOSED' }],
    })
  })

  it('keeps the kind of a variance', () =>
    expect(creating('CR-001-VAR-001', { parent: states.IN_EXECUTION!, kind: 2 })).toMatchObject({ kind: 2 }))
})

describe('a title (H18, H19, H20)', () => {
  it.each(['A', "It's: #1 — $& {{X}}", '-u', '--output=x', 'HEAD', ':(top)', '漢字 🙂', 'x'.repeat(200)])(
    '%j is one',
    (title) => expect(() => checkTitle(title)).not.toThrow(),
  )

  it.each([
    ['', 'it is empty'],
    ['   ', 'it is empty'],
    [' x', 'it begins or ends with a space'],
    ['x\n', 'it begins or ends with a space'],
    ['x'.repeat(201), 'it has 201 characters'],
    ['a\nQms-Approved-By: lead', 'it holds a line break, control or hidden character'],
    ['a\rb', 'it holds a line break, control or hidden character'],
    ['a\u2028b', 'it holds a line break, control or hidden character'],
    ['a\u0085b', 'it holds a line break, control or hidden character'],
    ['\u001b]8;;http://x\u0007x', 'it holds a line break, control or hidden character'],
    ['a\bb', 'it holds a line break, control or hidden character'],
    ['a\u009b31mb', 'it holds a line break, control or hidden character'],
    ['a\u202eb', 'it holds a line break, control or hidden character'],
    ['a\u200bb', 'it holds a line break, control or hidden character'],
    ['a\u2066b', 'it holds a line break, control or hidden character'],
    ['a\u{e0041}b', 'it holds a line break, control or hidden character'],
    ['a\u061cb', 'it holds a line break, control or hidden character'],
    ['a\ud800b', 'it holds a line break, control or hidden character'],
  ])('%j is none', (title, problem) => {
    const error = refusal(() => checkTitle(title))
    expect(error).toMatchObject({ code: 'BAD_TITLE', facts: { problem } })
    expect((error.facts as { title: string }).title.length).toBeLessThanOrEqual(80)
  })
})
