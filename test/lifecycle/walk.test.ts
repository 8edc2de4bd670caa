import { describe, expect, it } from 'vitest'
import type { Document } from '../../src/documents/document.ts'
import { fold } from '../../src/documents/evolve.ts'
import { requireId } from '../../src/documents/id.ts'
import { metadata, placement } from '../../src/documents/placement.ts'
import { appendEvents, readDocumentTrail } from '../../src/documents/trail.ts'
import { FINAL } from '../../src/documents/types.ts'
import { compareVersions } from '../../src/documents/version.ts'
import { QmsError } from '../../src/errors.ts'
import type { Shown } from '../../src/lifecycle/command.ts'
import { decide, type Prospect, prospects } from '../../src/lifecycle/decide.ts'
import {
  approve,
  assign,
  cancel,
  checkDecision,
  checkin,
  checkout,
  circumstancesOf,
  close,
  created,
  type Deed,
  discard,
  ei,
  executing,
  fix,
  given,
  installed,
  note,
  PASSED,
  people,
  reject,
  release,
  revert,
  review,
  route,
  type Story,
  sha256,
  summarise,
  withdraw,
} from '../support/given.ts'
import fc from '../support/property.ts'

const NAMES = ['ann', 'ben', 'lead', 'qa', 'qb', 'tu', 'ty', 'gone'] as const
const who = fc.constantFrom(...NAMES)
/** Mostly those who may, or a walk would stand still. */
const mostly = (...names: string[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: who })
const owner = mostly('ann', 'ben')
const judge = mostly('qa', 'tu', 'qb')
const body = fc.constantFrom('one', 'two', 'three', 'four', '{{PURPOSE - why}}', '', '---\ntitle: [\n---\n')
const reason = fc.constantFrom(undefined, 'why', 'why', ' ')
const purpose = fc.constantFrom(undefined, undefined, undefined, 'retire', 'abandon')
const names = fc.option(fc.subarray(['qa', 'tu', 'ty', 'ben', 'ann', 'gone', 'ghost']), { nil: undefined })
const verdict = fc.constantFrom('recommend', 'recommend', 'recommend', 'updates')
const shown = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.record({ content: fc.constantFrom(sha256('x')), round: fc.nat(3) }) },
)
const said = fc.constantFrom('', 'a comment', 'a comment')

const named = fc.constantFrom(null, 'ben', 'tu')
const recorded = fc.constantFrom(null, null, 'Pass', 'Fail')
const failedRuns = fc.constantFrom([], [], ['E1 npm test: exit 1'])

interface Asked {
  as: string
  [key: string]: unknown
}

/** Fields that are undefined are left out, as callers do. */
const deed = <A extends Asked>(
  make: (asked: never) => Deed,
  arbitrary: fc.Arbitrary<A>,
): fc.Arbitrary<Deed> =>
  arbitrary.map((asked) =>
    make(Object.fromEntries(Object.entries(asked).filter(([, v]) => v !== undefined)) as never),
  )

const routing = fc.record({ as: owner, assign: names, purpose, reason })

const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  deed(checkout, fc.record({ as: owner })),
  { weight: 3, arbitrary: deed(checkin, fc.record({ as: owner, text: body })) },
  deed(discard, fc.record({ as: owner })),
  { weight: 3, arbitrary: deed((a: Parameters<typeof route>[1]) => route('review', a), routing) },
  { weight: 3, arbitrary: deed((a: Parameters<typeof route>[1]) => route('approval', a), routing) },
  deed(
    assign,
    fc.record({
      as: mostly('lead', 'qa'),
      add: names,
      remove: names,
      owner: fc.option(who, { nil: undefined }),
    }),
  ),
  {
    weight: 5,
    arbitrary: deed(
      review,
      fc.record({
        as: judge,
        verdict,
        comment: said,
        shown: shown as fc.Arbitrary<Shown | null | undefined>,
      }),
    ),
  },
  {
    weight: 5,
    arbitrary: deed(
      approve,
      fc.record({ as: judge, shown: shown as fc.Arbitrary<Shown | null | undefined> }),
    ),
  },
  deed(reject, fc.record({ as: judge, comment: said })),
  deed(withdraw, fc.record({ as: owner, reason })),
  { weight: 2, arbitrary: deed(release, fc.record({ as: owner })) },
  deed(revert, fc.record({ as: owner, reason })),
  { weight: 2, arbitrary: deed(close, fc.record({ as: owner })) },
  deed(cancel, fc.record({ as: owner, reason, confirmed: fc.boolean() })),
  {
    weight: 3,
    arbitrary: deed(ei, fc.record({ as: owner, text: body, named, recorded, failedRuns, reason })),
  },
  deed(note, fc.record({ as: owner, text: body })),
  deed(summarise, fc.record({ as: owner, text: body, recorded, reason })),
  deed(fix, fc.record({ as: mostly('lead'), text: body, reason })),
)

/** What walkers meet: one of these, in whatever state. */
const parent = given(...executing()).doc
const STARTS: readonly Story[] = [
  given(created({ owner: 'ann' })),
  given(installed()),
  given(created({ owner: 'ann', id: 'CR-001' })),
  given(...executing()),
  given(created({ owner: 'ann', id: 'INV-001' })),
  given(created({ owner: 'ann', id: 'CR-001-VR-001', parent })),
  given(created({ owner: 'ann', id: 'CR-001-VAR-001', parent, kind: 2 })),
]
const open = given(created({ owner: 'ben', id: 'CR-001-TP-001', parent })).doc
const record = given(created({ owner: 'ben', id: 'CR-001-VR-009', parent })).doc

const weather = fc.record({
  policy: fc.record({
    selfApproval: fc.constantFrom('forbidden', 'forbidden', 'allowed'),
    changeControl: fc.constantFrom('recommended', 'recommended', 'required'),
    quality: fc.constantFrom(null, 'qb'),
  }),
  off: fc.subarray(['qa', 'tu', 'ben'], { maxLength: 1 }),
  children: fc.subarray([open, record], { maxLength: 1 }),
})

/** Half of the steps are anybody's; the others take one of the ways that are open, or a walk would seldom get far. */
const step = fc.record({
  asked: fc.oneof(anyDeed, fc.nat(997)),
  sky: fc.option(weather, { freq: 15, nil: undefined }),
})
const walk = fc.record({
  start: fc.constantFrom(...STARTS),
  steps: fc.array(step, { minLength: 5, maxLength: 50, size: 'max' }),
})

const openWays = (story: Story): [string, Prospect][] =>
  NAMES.flatMap((as) => {
    const c = circumstancesOf(story.world, { as, command: () => ({ action: 'close' }) })
    const open = prospects(story.doc, c).filter(
      (p) => c.actor.enabled && p.admitted && p.gates.every((g) => g.holds),
    )
    return open.map((p): [string, Prospect] => [as, p])
  })

/** The n-th open way, with words and a text that no gate minds. */
const guided = (story: Story, n: number): Deed => {
  const ways = openWays(story)
  const [as, way] = ways[n % Math.max(1, ways.length)] ?? ['lead', { action: 'fix' as const }]
  const written = checkin({ as, text: `text ${n % 5}` })
  return {
    as,
    whole: written.whole,
    command: (d) => ({
      ...written.command(d),
      action: way.action,
      reason: 'why',
      comment: 'words',
      outcome: n % 4 === 0 ? 'UPDATES_REQUIRED' : 'RECOMMEND',
      purpose: 'purpose' in way ? way.purpose : undefined,
      ...(way.action === 'assign' ? { owner: n % 2 === 0 ? 'ben' : 'ann' } : {}),
      confirmed: true,
      recording: way.action === 'ei' ? { item: PASSED } : { text: 'words' },
    }),
  }
}

type Weather = typeof weather extends fc.Arbitrary<infer T> ? T : never

const under = (story: Story, sky: Weather | undefined): Story =>
  sky === undefined
    ? story
    : story.and({
        policy: sky.policy as never,
        registry: people(Object.fromEntries(sky.off.map((n) => [n, { enabled: false }]))),
        children: sky.children,
        complete: ['CR-001-VR-009'],
      })

/** One step: the story after it, or the same story where it was refused. */
const stepped = (story: Story, asked: Deed): Story => {
  const before = structuredClone(story.doc)
  try {
    const decision = decide(story.doc, asked.command(story.doc), circumstancesOf(story.world, asked))
    checkDecision(story.doc, decision)
    for (const other of decision.others) checkDecision(other.before, { ...decision, ...other })
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    expect(story.doc).toEqual(before)
    return story
  }
  expect(story.doc).toEqual(before)
  return story.when(asked).passes()
}

/** Everything that must be so of a document, whoever did whatever to it. */
const checkState = (d: Document): void => {
  const files = placement(d)
  const all = [d.draft, d.live, ...d.archive].filter((t) => t !== null)
  expect(new Set(d.archive.map((t) => t.version)).size).toBe(d.archive.length)
  expect(files.archive.size).toBe(d.archive.length)
  for (const t of all) expect(d.versions).toContain(t.version)
  const where = new Map<string, number>()
  for (const t of all) where.set(t.version, (where.get(t.version) ?? 0) + 1)
  for (const [version, times] of where) expect(times, `version ${version} stands in ${times} files`).toBe(1)
  expect(new Set(d.versions).size).toBe(d.versions.length)
  if (FINAL.has(d.status)) expect([d.owner, d.checkout, d.draft]).toEqual([null, null, null])
  if (d.status === 'EFFECTIVE')
    expect([d.owner, d.checkout, d.draft, d.live?.version]).toEqual([null, null, null, d.version])
  if (d.round && !d.round.void) for (const name of d.round.pending) expect(d.team).toContain(name)
  if (d.purpose.kind !== 'ordinary') expect(d.purpose.home).not.toBeNull()
}

/** Version by version, the digests that it ever bore, save the form that a first check-in replaces. */
const textsByVersion = (story: Story): Map<string, Set<string>> => {
  const bore = new Map<string, Set<string>>()
  let d: Document | null = null
  for (const event of story.events) {
    d = fold(story.doc.id, [event], d)
    for (const t of [d.draft, d.live, ...d.archive]) {
      if (!t || (d.fresh && t === d.draft)) continue
      bore.set(t.version, (bore.get(t.version) ?? new Set()).add(t.content))
    }
  }
  return bore
}

/** Numbers only grow, save where a revision is given up and the text in force is the document again. */
const checkNumbers = (story: Story): void => {
  let highest = '0.0'
  let d: Document | null = null
  const moves: string[] = []
  for (const event of story.events) {
    const before: Document | null = d
    d = fold(story.doc.id, [event], d)
    const known: readonly string[] = before?.versions ?? []
    if (compareVersions(d.version, before?.version ?? '0.0') < 0) {
      expect(event).toMatchObject({ version: before?.live?.version })
      expect(['STATUS_CHANGE', 'CHECKIN']).toContain(event.event)
    } else if (d.version !== before?.version) {
      expect(known, `${event.event} gives ${d.version} again`).not.toContain(d.version)
      expect(compareVersions(d.version, highest)).toBeGreaterThan(0)
      highest = d.version
    }
    if (event.event === 'STATUS_CHANGE') {
      expect(event.from_status).toBe(before?.status)
      moves.push(event.to_status)
    }
  }
  expect(moves.at(-1) ?? story.events.length).toBe(moves.length > 0 ? story.doc.status : story.events.length)
}

describe('any walk, by anyone', () => {
  // Verifies: REQ-QMS-001
  it('ends in nothing but events or refusals, and keeps every promise', () => {
    const reached = new Set<string>()
    fc.assert(
      fc.property(walk, ({ start, steps }) => {
        let story = start
        for (const { asked, sky } of steps) {
          story = under(story, sky)
          story = stepped(story, typeof asked === 'number' ? guided(story, asked) : asked)
          checkState(story.doc)
          reached.add(story.doc.status)
        }
        checkNumbers(story)
        for (const [version, digests] of textsByVersion(story))
          expect([...digests], `texts of ${version}`).toHaveLength(1)
        const { bytes } = appendEvents(null, story.events, sha256)
        const read = readDocumentTrail('t', bytes, sha256)
        const again = fold(requireId(story.doc.id.id), read)
        expect(metadata(again)).toEqual(metadata(story.doc))
        expect(placement(again)).toEqual(placement(story.doc))
      }),
      { numRuns: 150 },
    )
    // Or the walkers never left the house, and the test proves nothing.
    expect(reached.size).toBeGreaterThan(9)
  }, 60_000)

  it('that is refused changes nothing, however often it is asked', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STARTS), fc.array(anyDeed, { maxLength: 30 }), (start, deeds) => {
        let story = start
        for (const asked of deeds) {
          const once = stepped(story, asked)
          if (once === story) expect(stepped(story, asked)).toBe(story)
          story = once
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is decided by what it is given alone: the same question has the same answer', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STARTS), anyDeed, (start, asked) => {
        const answer = () => {
          try {
            return decide(start.doc, asked.command(start.doc), circumstancesOf(start.world, asked))
          } catch (error) {
            return { code: (error as QmsError).code, facts: (error as QmsError).facts }
          }
        }
        expect(answer()).toEqual(answer())
      }),
    )
  })

  it('by someone disabled is refused as such', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STARTS), anyDeed, (start, asked) => {
        expect(() =>
          decide(start.doc, asked.command(start.doc), circumstancesOf(start.world, { ...asked, as: 'gone' })),
        ).toThrow('USER_DISABLED')
      }),
    )
  })
})
