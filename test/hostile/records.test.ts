/** Records that were damaged or forged and committed past the program (H5, H6, H9, H10, H11). */

import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/compose.ts'
import { appendEvents } from '../../src/documents/trail.ts'
import { STATUSES } from '../../src/documents/types.ts'
import { present } from '../../src/interfaces/present.ts'
import {
  act,
  claude,
  comments,
  create,
  diff,
  drafted,
  history,
  inbox,
  initialised,
  list,
  next,
  type Project,
  qa,
  read,
  route,
  setPolicy,
  status,
} from '../support/cli.ts'
import fc from '../support/property.ts'
import { expectSentence, plant, unchanged } from './attack.ts'

const META = 'QMS/.meta/CR/CR-001.json'
const TRAIL = 'QMS/.audit/CR/CR-001.jsonl'
const REGISTRY = 'QMS/.audit/_system/registry.jsonl'
const POLICY = 'QMS/.audit/_system/policy.jsonl'
const CONFIG = 'qms.config.json'

const stocked = async (): Promise<Project> => {
  const project = await initialised()
  await project.use(async (qms) => {
    await drafted(project, qms, 'CR')
    await route(qms, claude, 'CR-001', {})
    await setPolicy(qms, { user: 'lead' }, 'changeControl', 'required')
  })
  return project
}

const conflict = (ours: string): string => `<<<<<<< HEAD\n${ours}=======\n${ours}>>>>>>> side\n`

/** Ways to spoil any file of lines or of one object. */
const SPOILT: readonly (readonly [string, (text: string) => string])[] = [
  ['H9. empty', () => ''],
  ['H9. cut in the middle', (text) => text.slice(0, Math.floor(text.length / 2))],
  ['H9. without its last line feed and one byte', (text) => text.slice(0, -2)],
  ['H9. twice in a row', (text) => text + text],
  ['H9. of NULs, as after a power failure', (text) => '\0'.repeat(text.length)],
  ['H9. something else altogether', () => '[]\n'],
  ['H10. with the marks of a merge', conflict],
  ['H5. with a key twice', (text) => text.replace(/\{(\s*)"(\w+)":/, '{$1"$2": "x",$1"$2":')],
  ['H6. with __proto__', (text) => text.replace('{', '{"__proto__": {"status": "EFFECTIVE"},')],
  ['H11. of 100,000 nested lists', () => `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`],
  ['H11. of a million keys', () => `{${Array.from({ length: 1e6 }, (_, n) => `"k${n}":1`).join()}}\n`],
  ['H11. of one line of a megabyte', () => `{"event":"${'x'.repeat(1_000_000)}"}\n`],
]

describe.each([
  ['the trail of a document', TRAIL, 'status CR-001'],
  ['the metadata of a document', META, 'list'],
  ['the registry', REGISTRY, 'user list'],
  ['the policy', POLICY, 'policy show'],
  ['the settings', CONFIG, 'list'],
])('%s', (_, path, line) => {
  let good: Project
  beforeAll(async () => {
    good = await stocked()
  })

  it.each(SPOILT)('%s is named, in a sentence, and nothing is written', async (name, spoil) => {
    // Keys that the settings do not know are another program's own; so are those of metadata.
    const open = name.startsWith('H6') && (path === CONFIG || path === META)
    const text = good.read(path)
    plant(good, path, spoil(text))
    try {
      await unchanged(good, async () => {
        const said = await good.run(line)
        if (open) expect(said.code).toBe(0)
        else {
          expectSentence(said)
          expect({ code: said.code, err: said.err.slice(0, 2000) }).toMatchObject({
            code: 7,
            err: expect.stringContaining(`[DAMAGED] The record is damaged: ${path}`),
          })
          expect(said.err.length).toBeLessThan(3000)
          expect(said.err).toContain(`git restore --source=COMMIT --staged --worktree -- ${path}`)
        }
        if (path === TRAIL) expectSentence(await good.run('withdraw CR-001 -u claude'))
        expect(({} as { status?: string }).status).toBeUndefined()
      })
    } finally {
      plant(good, path, text)
    }
  })
})

it('H10. the way out names the merge that left the marks', async () => {
  const project = await stocked()
  project.git('checkout', '-q', '-b', 'side')
  plant(project, META, project.read(META).replace('"round": 1', '"round": 2'))
  project.git('checkout', '-q', 'main')
  plant(project, META, project.read(META).replace('"round": 1', '"round": 3'))
  expect(() => project.git('merge', '-q', 'side')).toThrow()
  project.git('add', META)
  project.git('commit', '-q', '-m', 'merged with closed eyes')
  const err = await project.refused('list', 'DAMAGED')
  expect(err).toContain('it holds merge conflict markers')
  const command = /git log --oneline --all --full-history --merges -- \S+/.exec(err)?.[0] ?? ''
  expect(project.git(...command.split(' ').slice(1))).toMatch(/^\w+ merged with closed eyes$/)
})

describe('metadata that says what metadata cannot say', () => {
  it.each([
    ['a title that is no text', '"title": "About CR"', '"title": 5'],
    ['assignees that are no list', /"pending_assignees": \[[^\]]*\]/, '"pending_assignees": "qa"'],
    ['a status that is none', /"status": "\w+"/, '"status": "BLESSED"'],
    ['a version that is none', '"version": "0.1"', '"version": 0.1'],
    ['the id of another document', '"doc_id": "CR-001"', '"doc_id": "SOP-001"'],
    ['an id that leads elsewhere', '"doc_id": "CR-001"', '"doc_id": "../../x"'],
    ['no round', '  "round": 1,\n', ''],
  ])('%s stops every listing with the name of the file', async (_, from, to) => {
    const project = await stocked()
    const spoilt = project.read(META).replace(from, to)
    expect(spoilt).not.toBe(project.read(META))
    plant(project, META, spoilt)
    await unchanged(project, async () => {
      for (const line of ['list', 'status', 'inbox -u qa', 'tree', 'next -u claude', 'workspace -u claude'])
        expect(await project.refused(line, 'DAMAGED')).toContain(META)
      // What decides does not believe it.
      expect((await project.use((qms) => status(qms, {}, 'CR-001'))).document.status).toBe('IN_PRE_REVIEW')
    })
  })
})

describe('system records with events that no command writes', () => {
  const append = (project: Project, path: string, event: object): void => {
    const { bytes } = appendEvents(
      Buffer.from(project.read(path)),
      [{ ts: '2026-01-01T00:00:00.000Z', user: 'lead', version: '9.0', ...event }],
      digest,
    )
    plant(project, path, bytes)
  }

  it.each([
    ['types that are no list', POLICY, { event: 'POLICY_SET', key: 'types', value: 'x', previous: null }],
    [
      'a choice that is none',
      POLICY,
      { event: 'POLICY_SET', key: 'selfApproval', value: 'yes', previous: null },
    ],
    [
      'a user outside the folder',
      REGISTRY,
      { event: 'USER_ADD', name: '../../x', group: 'quality', kind: 'human' },
    ],
    [
      'a user who is a command',
      REGISTRY,
      { event: 'USER_ADD', name: 'x; touch y', group: 'quality', kind: 'human' },
    ],
    ['a group that is none', REGISTRY, { event: 'USER_ADD', name: 'x', group: 'root', kind: 'human' }],
    ['an event of documents', REGISTRY, { event: 'RELEASE' }],
  ])('%s are refused with file and line, and grant nothing', async (_, path, event) => {
    const project = await stocked()
    append(project, path, event)
    await unchanged(project, async () => {
      for (const line of ['status', 'read SOP-001', 'create CR --title X -u claude']) {
        const said = await project.run(line)
        expectSentence(said)
        expect(said.err).toContain(`[DAMAGED] The record is damaged: ${path}, line `)
      }
    })
  })
})

describe('H9. a sound chain of events in an order that makes no sense', () => {
  const content = 'a'.repeat(64)
  const own = fc.oneof(
    fc.constantFrom(
      { event: 'CHECKOUT', from_version: '1.0' },
      { event: 'CHECKOUT' },
      { event: 'CHECKIN', content, base: content, changed: true },
      { event: 'CHECKIN', content, base: content, changed: false, discarded: true },
      { event: 'ROUTE_REVIEW', assignees: ['qa'], review_type: 'REVIEW', round: 3, content },
      { event: 'ROUTE_REVIEW', assignees: ['qa'], review_type: 'REVIEW', round: 1, content, retire: true },
      { event: 'ROUTE_APPROVAL', assignees: ['qa'], approval_type: 'APPROVAL', round: 1, content },
      { event: 'ASSIGN', assignees: ['ghost'], removed: ['qa'], owner: 'nobody' },
      { event: 'REVIEW', outcome: 'RECOMMEND', comment: 'c', content, round: 7 },
      { event: 'APPROVE', content, round: 1 },
      { event: 'REJECT', comment: 'c', content, round: 1 },
      { event: 'WITHDRAW' },
      { event: 'RELEASE' },
      { event: 'REVERT', reason: 'r' },
      { event: 'CLOSE', with: 'CR-404' },
      { event: 'FIX', reason: 'r', content, base: content, diff: '' },
      { event: 'RETIRE', from_version: 'x' },
      { event: 'RESOLVE', decision: 'd' },
      { event: 'CANCEL', reason: 'r' },
    ),
    fc.record({
      event: fc.constant('STATUS_CHANGE'),
      from_status: fc.constantFrom(...STATUSES),
      to_status: fc.constantFrom(...STATUSES),
      edition: fc.constantFrom(0, 1, 99),
    }),
  )

  it('is read or refused, never a bug, by every command that reads it', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    const first = Buffer.from(`${project.read(TRAIL).split('\n')[0]}\n`)
    const events = fc.array(fc.tuple(own, fc.constantFrom('0.1', '0.2', '1.0', '7.3')), {
      minLength: 1,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(events, async (chosen) => {
        const added = chosen.map(([event, version]) => ({
          ts: '2026-01-01T00:00:00.000Z',
          user: 'claude',
          version,
          ...event,
        }))
        plant(project, TRAIL, appendEvents(first, added, digest).bytes)
        project.git('commit', '-q', '--allow-empty', '-m', 'x')
        const before = project.tip()
        await project.use(async (qms) => {
          for (const deed of [
            () => status(qms, {}, 'CR-001'),
            () => history(qms, qa, 'CR-001'),
            () => comments(qms, qa, 'CR-001', undefined),
            () => next(qms, claude, 'CR-001', undefined),
            () => read(qms, {}, 'CR-001', {}),
            () => diff(qms, {}, 'CR-001', {}),
            () => list(qms, {}),
            () => inbox(qms, qa),
          ])
            await deed().catch((error: unknown) => {
              const { code, message } = present(error)
              expect({ chosen, code, message }).not.toMatchObject({ code: 'INTERNAL' })
            })
          for (const action of ['release', 'revert', 'close', 'withdraw', 'cancel'] as const)
            await act(qms, { ...claude, dryRun: true }, 'CR-001', {
              action,
              reason: 'x',
              confirmed: true,
            }).catch((error: unknown) =>
              expect({ chosen, action, ...present(error) }).not.toMatchObject({ code: 'INTERNAL' }),
            )
        })
        expect(project.tip()).toBe(before)
      }),
      { numRuns: 60 },
    )
  }, 180_000)
})

it('H5. a document under two cases of one name is one document, and its number is not given again (H22)', async () => {
  const project = await initialised()
  await project.use((qms) => drafted(project, qms, 'CR'))
  plant(project, 'QMS/.audit/CR/cr-002.jsonl', project.read(TRAIL))
  await project.use(async (qms) => {
    expect((await list(qms, { type: 'CR' })).map((d) => d.doc_id)).toEqual(['CR-001'])
    expect((await create(qms, claude, { type: 'CR', title: 'X' })).document?.doc_id).toBe('CR-003')
  })
})
