/** What a verdict is for, and what reviewers see of each other. Source: lifecycle design, "Saw this text". */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  act,
  addUser,
  approve,
  checkin,
  checkout,
  claude,
  comments,
  diff,
  drafted,
  history,
  inbox,
  initialised,
  lead,
  next,
  type Project,
  type Qms,
  qa,
  read,
  recommend,
  route,
  setPolicy,
  verdict,
} from '../support/cli.ts'

let project: Project
const tu = { user: 'tu_api' }

beforeEach(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await addUser(qms, lead, 'tu_api', 'reviewer', 'agent')
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', { assign: ['tu_api'] })
  })
})

/** Takes the document back, changes a word, and routes it again. */
const changedMeanwhile = () =>
  project.use(async (qms) => {
    await act(qms, claude, 'CR-001', { action: 'withdraw' })
    await checkout(qms, claude, 'CR-001')
    project.edit('claude', 'CR-001', (text) => text.replace('as agreed', 'as nobody agreed'))
    await checkin(qms, claude, 'CR-001')
    await route(qms, claude, 'CR-001', {})
  })

describe('a verdict', () => {
  it.each<[string, (qms: Qms) => Promise<unknown>]>([
    ['read', (qms: Qms) => read(qms, qa, 'CR-001', {})],
    ['inbox', (qms: Qms) => inbox(qms, qa)],
    ['diff', (qms: Qms) => diff(qms, qa, 'CR-001', {})],
  ])('on a text that changed after %s is refused, with the redline', async (_, look) => {
    await project.use(look)
    await changedMeanwhile()
    const error = await project.denied('TEXT_CHANGED', (qms) =>
      verdict(qms, qa, 'CR-001', recommend, undefined),
    )
    expect((error.facts as { redline: string }).redline).toMatch(/-.*as agreed[\s\S]*\+.*as nobody agreed/)
    await project.use(async (qms) => {
      await look(qms)
      await verdict(qms, qa, 'CR-001', recommend, undefined)
    })
  })

  it('on the same text in a new round is refused, too', async () => {
    await project.use(async (qms) => {
      await read(qms, qa, 'CR-001', {})
      await act(qms, claude, 'CR-001', { action: 'withdraw' })
      await route(qms, claude, 'CR-001', {})
    })
    const err = await project.refused('review CR-001 --recommend --comment Good -u qa', 'TEXT_CHANGED')
    expect(err).toContain('a new round began')
    expect(err).toContain('qms inbox -u qa')
  })

  it('may name its text; another text, or no digest, is refused', async () => {
    const { digest } = await project.use((qms) => read(qms, {}, 'CR-001', {}))
    await project.denied('TEXT_CHANGED', (qms) => verdict(qms, qa, 'CR-001', recommend, 'deadbeef'))
    await project.denied('BAD_VALUE', (qms) => verdict(qms, qa, 'CR-001', recommend, digest.slice(0, 7)))
    await project.denied('BAD_VALUE', (qms) => verdict(qms, qa, 'CR-001', recommend, '../../x'))
    const { warnings } = await project.use((qms) => verdict(qms, qa, 'CR-001', recommend, digest.slice(0, 8)))
    expect(warnings).toEqual([])
  })

  it('of somebody who was never shown the text is recorded with a warning', async () => {
    expect(await project.ok('review CR-001 --recommend --comment Good -u qa')).toContain(
      'never shown this text',
    )
  })

  it('is for the text that the event names', async () => {
    const { digest } = await project.use((qms) => read(qms, qa, 'CR-001', {}))
    await project.use((qms) => verdict(qms, qa, 'CR-001', recommend, undefined))
    expect(project.trail('CR/CR-001').at(-1)).toMatchObject({
      event: 'REVIEW',
      user: 'qa',
      content: digest,
      round: 1,
    })
  })

  it('what another was shown does not count, nor an older version', async () => {
    await project.use(async (qms) => {
      await read(qms, tu, 'CR-001', {})
      await changedMeanwhile()
      await read(qms, qa, 'CR-001', { version: '0.1' })
    })
    const { warnings } = await project.use((qms) => verdict(qms, qa, 'CR-001', recommend, undefined))
    expect(warnings).toEqual(['NEVER_SHOWN'])
  })

  it('of the owner, of an author, or of nobody who was asked is refused', async () => {
    await project.denied('NOT_ALLOWED', (qms) => verdict(qms, claude, 'CR-001', recommend, undefined))
    await project.denied('GATE', (qms) => act(qms, qa, 'CR-001', { action: 'assign', assign: ['claude'] }))
    await project.denied('NOT_ALLOWED', (qms) => verdict(qms, lead, 'CR-001', recommend, undefined))
  })

  it('in a team of one is possible where the policy says so, and is marked', async () => {
    await project.use(async (qms) => {
      await setPolicy(qms, lead, 'selfApproval', 'allowed')
      await act(qms, qa, 'CR-001', { action: 'assign', assign: ['claude'] })
      const { warnings } = await verdict(qms, claude, 'CR-001', recommend, undefined)
      expect(warnings).toContain('SELF_APPROVAL')
    })
  })
})

describe('comments of an open round', () => {
  it('are hidden from those who have yet to answer and from nameless readers, everywhere', async () => {
    await project.use((qms) =>
      verdict(qms, qa, 'CR-001', { ...recommend, comment: 'a secret thought' }, undefined),
    )
    for (const reader of [tu, {}]) {
      const [said, events] = await project.use(
        async (qms) =>
          [await comments(qms, reader, 'CR-001', undefined), await history(qms, reader, 'CR-001')] as const,
      )
      expect(said).toMatchObject({ comments: [], hidden: 1 })
      expect(JSON.stringify([said, events])).not.toContain('secret thought')
    }
    for (const line of [
      'status CR-001 -u tu_api --json',
      'inbox -u tu_api --json',
      'next CR-001 -u tu_api --json',
    ])
      expect(await project.ok(line)).not.toContain('secret thought')
    const mine = await project.use((qms) => comments(qms, qa, 'CR-001', undefined))
    expect(mine.comments.map((c) => c.comment)).toEqual(['a secret thought'])
    const owners = await project.use((qms) => comments(qms, claude, 'CR-001', undefined))
    expect(owners.hidden).toBe(0)
  })

  it('are open to everyone once all have answered', async () => {
    await project.use(async (qms) => {
      await verdict(qms, qa, 'CR-001', { ...recommend, comment: 'one' }, undefined)
      await verdict(qms, tu, 'CR-001', { ...recommend, comment: 'two' }, undefined)
      const said = await comments(qms, {}, 'CR-001', undefined)
      expect(said.comments.map((c) => `${c.user} ${c.comment}`)).toEqual(['qa one', 'tu_api two'])
      expect((await comments(qms, {}, 'CR-001', '0.1')).comments).toHaveLength(2)
    })
  })
})

describe('approval', () => {
  // Verifies: REQ-QMS-002
  it('is by those who reviewed, all of them, and counts only for what they were shown', async () => {
    await project.use(async (qms) => {
      for (const who of [qa, tu]) {
        await inbox(qms, who)
        await verdict(qms, who, 'CR-001', recommend, undefined)
      }
      await route(qms, claude, 'CR-001', {})
      const seen = await next(qms, qa, 'CR-001', 'approve')
      expect(seen.prospects.map((p) => p.possible)).toEqual([true])
      const first = await verdict(qms, qa, 'CR-001', approve, undefined)
      expect(first.document).toMatchObject({ status: 'IN_PRE_APPROVAL', pending_assignees: ['tu_api'] })
    })
    await project.denied('NOT_ALLOWED', (qms) => verdict(qms, qa, 'CR-001', approve, undefined))
    const last = await project.use((qms) => verdict(qms, tu, 'CR-001', approve, undefined))
    expect(last.document).toMatchObject({ status: 'PRE_APPROVED', version: '1.0' })
  })
})
