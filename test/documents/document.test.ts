import { describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import type { NewEvent } from '../../src/documents/event.ts'
import { evolve, fold } from '../../src/documents/evolve.ts'
import { requireId } from '../../src/documents/id.ts'
import { METADATA_KEYS, metadata, placement } from '../../src/documents/placement.ts'
import {
  approvedBy,
  at,
  checkedIn,
  checkedOut,
  closed,
  created,
  digestOf,
  escalated,
  executing,
  given,
  installed,
  postApproved,
  reviewed,
  routed,
} from '../support/given.ts'

const ID = requireId('SOP-001')
const STORY = given(created({ owner: 'ann' }), ...approvedBy('one'))

describe('a document is the fold of its events', () => {
  it('from any point on', () => {
    const { events, doc } = STORY
    for (let n = 1; n < events.length; n++) {
      const half = fold(ID, events.slice(0, n))
      expect(fold(ID, events.slice(n), half)).toEqual(doc)
    }
  })

  it('begins with CREATE or INSTALL, once', () => {
    const [birth, next] = STORY.events as [NewEvent, NewEvent]
    expect(() => fold(ID, [next])).toThrow('CHECKIN before CREATE')
    expect(() => fold(ID, [birth, birth])).toThrow('CREATE after the first line')
    expect(() => fold(ID, [])).toThrow('an empty trail')
    const shipped = given(installed()).events[0] as NewEvent
    expect(() => evolve(ID, STORY.doc, shipped)).toThrow('INSTALL after the first line')
  })

  it('never changes the state that it was given', () => {
    const freeze = (d: Document): Document => {
      const deep = (o: unknown): void => {
        if (typeof o !== 'object' || o === null || Object.isFrozen(o)) return
        Object.freeze(o)
        for (const value of Object.values(o)) deep(value)
      }
      deep(d)
      return d
    }
    let state: Document | null = null
    for (const event of STORY.events) state = freeze(evolve(ID, state, event))
    expect(state).toEqual(STORY.doc)
  })

  it('counts its events, and remembers when it was made and changed', () =>
    expect(STORY.doc).toMatchObject({
      seq: STORY.events.length,
      createdAt: at(1),
      createdBy: 'ann',
      changedAt: STORY.events.at(-1)?.ts,
    }))
})

describe('metadata', () => {
  it('has the peer’s keys first, in its order', () => {
    expect(Object.keys(metadata(STORY.doc)).slice(0, 13)).toEqual([
      'doc_id',
      'doc_type',
      'version',
      'status',
      'executable',
      'execution_phase',
      'responsible_user',
      'checked_out',
      'checked_out_date',
      'effective_version',
      'pending_assignees',
      'review_outcomes',
      'completed_reviewers',
    ])
  })

  it('of a draft, under review, effective, and in revision', () => {
    const draft = given(created({ owner: 'ann' }))
    expect(metadata(draft.doc)).toMatchObject({
      doc_id: 'SOP-001',
      executable: false,
      execution_phase: null,
      responsible_user: 'ann',
      checked_out: true,
      checked_out_date: '2026-01-05',
      checked_out_by: 'ann',
      effective_version: null,
    })
    const asked = draft.and(
      checkedIn('ann', 'one'),
      routed('review', ['tu', 'qa']),
      reviewed('tu', 'updates'),
    )
    expect(metadata(asked.doc)).toMatchObject({
      pending_assignees: ['qa'],
      review_outcomes: { tu: 'UPDATES_REQUIRED' },
      completed_reviewers: ['tu'],
      round: 1,
      round_opened: expect.any(String) as string,
      content: digestOf('one'),
    })
    expect(metadata(STORY.doc)).toMatchObject({
      effective_version: '1.0',
      responsible_user: null,
      pending_assignees: [],
      round: null,
    })
    expect(metadata(STORY.and(checkedOut('ben'), checkedIn('ben', 'two')).doc)).toMatchObject({
      version: '1.1',
      effective_version: '1.0',
      content: digestOf('two'),
    })
  })

  it('of an executable document tells the phase', () => {
    const plan = given(created({ owner: 'ann', id: 'CR-001' }), ...approvedBy('plan'))
    expect(metadata(plan.doc)).toMatchObject({
      executable: true,
      execution_phase: 'pre_release',
      effective_version: null,
    })
    const running = given(...executing())
    expect(metadata(running.doc)).toMatchObject({ execution_phase: 'post_release' })
    expect(metadata(running.and(...postApproved(), closed()).doc)).toMatchObject({
      status: 'CLOSED',
      outcome: null,
    })
  })

  it('counts open escalations and names the type of namespaced documents', () => {
    expect(metadata(STORY.and(escalated('tu', 'x'), escalated('qa', 'y')).doc).open_escalations).toBe(2)
    expect(metadata(given(created({ owner: 'ann', id: 'SDLC-QMS-RS' })).doc).doc_type).toBe('QMS-RS')
  })

  it('is the same from a state and from its events', () =>
    expect(metadata(fold(ID, STORY.events))).toEqual(metadata(STORY.doc)))
})

describe('placement', () => {
  it('of nothing is nothing', () =>
    expect(placement(null)).toEqual({ draft: null, live: null, archive: new Map() }))

  it('of a shipped document is its live text', () =>
    expect(placement(given(installed('SOP-001', 'x')).doc)).toEqual({
      draft: null,
      live: digestOf('x'),
      archive: new Map(),
    }))
})

it('the keys of the metadata are known by name: others are carried along', () => {
  expect(Object.keys(METADATA_KEYS)).toEqual(Object.keys(metadata(STORY.doc)))
})
