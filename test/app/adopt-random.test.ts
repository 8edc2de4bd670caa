/**
 * Whatever mixture of missing, cut-off and odd files lies there: it is adopted, every document answers, no byte is lost,
 * a second adoption changes nothing, and no step that is taken afterwards breaks the record.
 */

import { expect, it } from 'vitest'
import { requireId } from '../../src/documents/id.ts'
import { STATUSES } from '../../src/documents/types.ts'
import { QmsError } from '../../src/errors.ts'
import { ACTIONS } from '../../src/lifecycle/command.ts'
import { act, checkout, comments, diff, history, list, next, type Qms, read, status } from '../support/cli.ts'
import { adopt, filesOf, line, type PeerDocument, peerProject, textOf } from '../support/peer.ts'
import fc from '../support/property.ts'

const IDS = [
  'SOP-001',
  'SOP-1004',
  'CR-001',
  'CR-001-VAR-001',
  'CR-001-VAR-001-VAR-002',
  'CR-001-TP-001',
  'CR-001-TP-001-ER-001',
  'CR-001-VR-001',
  'CR-002-ADD-001',
  'INV-003',
  'SDLC-FLOW-RS',
  'SDLC-NEW-RTM',
  'TEMPLATE-CR',
]

const word = fc.constantFrom(...STATUSES, 'APPROVED', 'SUPERSEDED', 'in review', 'POST_REVIEW', 'PENDING', '')
const version = fc.constantFrom('0.1', '0.2', '1.0', '1.1', '2.0', '21.0', '01.0', '1', 'v1.0')
const user = fc.constantFrom('claude', 'lead', 'qa', 'tu_ui', 'ghost', 'system', 'Some Body', '')
const odd = fc.constantFrom<unknown>(null, 7, true, [], {}, 'x', ['qa', 3, 'qa'], { qa: 'COMPLETE' })
const text = fc.constantFrom(
  textOf('X'),
  'no frontmatter\n',
  '',
  '---\n{}\n---\n\n---\ntitle: Second\n---\n',
  '---\ntitle: a: b: c\n---\nx\n',
  '---js\nprocess.exit(1)\n---\n',
  '\ufeff---\ntitle: Marked\n---\r\n\r\nText.\r\n',
  'a\u0000b\n',
  '<<<<<<< ours\n',
)

const event = fc.record(
  {
    ts: fc.constantFrom<unknown>('2026-01-05T09:00:00+00:00', '2026-01-05T09:00:00.123456', 'never', 5),
    event: fc.constantFrom<unknown>(
      ...['CREATE', 'CHECKOUT', 'CHECKIN', 'ROUTE_REVIEW', 'ROUTE_APPROVAL', 'ASSIGN', 'REVIEW', 'APPROVE'],
      ...['REJECT', 'WITHDRAW', 'STATUS_CHANGE', 'EFFECTIVE', 'RETIRE', 'RELEASE', 'REVERT', 'CLOSE'],
      ...['ADOPT', 'FUTURE', 'constructor', 9],
    ),
    user: fc.oneof(user, odd),
    version: fc.oneof(version, odd),
    title: fc.oneof(fc.string(), odd),
    assignees: fc.oneof(fc.array(user, { maxLength: 3 }), odd),
    review_type: fc.constantFrom<unknown>('REVIEW', 'PRE_REVIEW', 'POST_REVIEW', 'X', 1),
    approval_type: fc.constantFrom<unknown>('APPROVAL', 'PRE_APPROVAL', 'POST_APPROVAL', null),
    outcome: fc.constantFrom<unknown>('RECOMMEND', 'UPDATES_REQUIRED', 'COMPLETE', null),
    comment: fc.oneof(fc.string(), odd),
    from_status: fc.oneof(word, odd),
    to_status: fc.oneof(word, odd),
    from_version: fc.oneof(version, odd),
    seq: fc.constantFrom<unknown>(1, 2),
  },
  { requiredKeys: ['event'] },
)

const trail = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: fc.array(event, { maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.array(
          fc.oneof(
            event.map((e) => JSON.stringify(e)),
            fc.string(),
            fc.constant('{"a":'),
          ),
          {
            maxLength: 6,
          },
        ),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom('', '\n'),
      )
      .map(([lines, ending, last]) => lines.join(ending) + last),
  },
)

const metadata = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('', '{', '[]', 'null', '"x"', '{"status": NaN}', '{"a":1,"a":2}') },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        status: fc.oneof(word, odd),
        version: fc.oneof(version, odd),
        responsible_user: fc.oneof(user, odd),
        checked_out: fc.oneof(fc.boolean(), odd),
        checked_out_date: fc.constantFrom<unknown>('2026-01-05', 'yesterday', 3, null),
        effective_version: fc.oneof(version, odd),
        pending_assignees: fc.oneof(fc.array(user, { maxLength: 3 }), odd),
        review_outcomes: fc.oneof(
          fc.dictionary(user, fc.constantFrom('RECOMMEND', 'UPDATES_REQUIRED', 'COMPLETE')),
          odd,
        ),
        retiring: fc.constantFrom<unknown>(true, false, 'yes'),
        supersedes: odd,
        events: odd,
        team: odd,
        constructor: odd,
      },
      { requiredKeys: [] },
    ),
  },
)

const document = (id: string) =>
  fc.record<PeerDocument>(
    {
      id: fc.constant(id),
      status: word,
      version,
      checkedOut: fc.boolean(),
      metadata: metadata as fc.Arbitrary<NonNullable<PeerDocument['metadata']>>,
      trail: trail as fc.Arbitrary<NonNullable<PeerDocument['trail']>>,
      draft: text,
      live: text,
      archive: fc.dictionary(fc.constantFrom('0.1', '1.0', '1.1', '2.0'), text, { maxKeys: 3 }),
    },
    { requiredKeys: ['id', 'status', 'version', 'metadata', 'trail'] },
  )

const store = fc
  .uniqueArray(fc.constantFrom(...IDS), { minLength: 1, maxLength: 5 })
  .chain((ids) => fc.tuple(...ids.map(document)))

/** Done, or refused with a code: anything else is a bug. */
const answers = async (work: Promise<unknown>, ...codes: string[]): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    if (codes.length > 0) expect(codes).toContain(error.code)
  }
}

const everyQuestion = async (qms: Qms, id: string): Promise<void> => {
  await status(qms, {}, id)
  await history(qms, {}, id)
  await comments(qms, {}, id, undefined)
  await next(qms, { user: 'claude' }, id, undefined)
  await answers(read(qms, {}, id, {}), 'NO_TEXT')
  await answers(diff(qms, {}, id, {}), 'NO_TEXT')
}

const REASONED = { reason: 'Because.', comment: 'Seen.', confirmed: true, outcome: 'RECOMMEND' } as const

/** Every action by everyone who could: whatever happens, the record can be read afterwards. */
const everyStep = async (qms: Qms, id: string): Promise<void> => {
  for (const action of ACTIONS) {
    if (action === 'checkin' || action === 'fix') continue
    for (const user of ['claude', 'qa', 'lead']) {
      const work =
        action === 'checkout' ? checkout(qms, { user }, id) : act(qms, { user }, id, { action, ...REASONED })
      await answers(work)
      await status(qms, {}, id)
    }
  }
}

it('any old store is adopted, answers, loses nothing, and goes on', { timeout: 900_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(store, async (documents) => {
      const project = peerProject(documents)
      const before: Record<string, string> = Object.assign({}, ...documents.map(filesOf))
      const done = await adopt(project)
      expect(done.findings.filter((f) => f.code === 'CHAINED_ALREADY')).toEqual([])
      const ids = documents.map((d) => d.id).sort()
      const held = ids.filter((id) => done.documents.some((d) => d.id === id))
      for (const [path, text] of Object.entries(before)) {
        const now = project.read(path)
        const grown = path.endsWith('.jsonl') && held.some((id) => path.endsWith(`/${id}.jsonl`))
        expect(grown ? now.slice(0, text.length) : now).toBe(text)
      }
      const tip = project.tip()
      expect((await adopt(project)).already).toBe(true)
      expect(project.tip()).toBe(tip)
      await project.use(async (qms) => {
        expect((await list(qms, {})).map((m) => m.doc_id)).toEqual(held)
        for (const id of held) {
          expect(requireId(id).id).toBe(id)
          await everyQuestion(qms, id)
          await everyStep(qms, id)
          await everyQuestion(qms, id)
        }
        expect((await list(qms, {})).map((m) => m.doc_id)).toEqual(held)
      })
    }),
    { numRuns: Number(process.env.ADOPT_RUNS ?? 12) },
  )
})

it('the generator makes the peer’s own shapes', () => {
  const trail = [line('CREATE', 'claude', '0.1', { title: 'x' })]
  expect(
    filesOf({ id: 'CR-001', status: 'DRAFT', version: '0.1', trail })['QMS/.audit/CR/CR-001.jsonl'],
  ).toBe(
    '{"ts": "2026-01-05T09:00:00+00:00", "event": "CREATE", "user": "claude", "version": "0.1", "title": "x"}\n',
  )
})
