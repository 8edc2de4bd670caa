/** What a record announces of other documents, and whether their trails say that it came true since its release. */
import { describe, expect, it } from 'vitest'
import { documentsAffected } from '../../src/documents/affected-documents.ts'
import type { Document } from '../../src/documents/document.ts'
import type { DocumentEvent } from '../../src/documents/event.ts'
import { requireId } from '../../src/documents/id.ts'
import { BUILT_IN_TYPES } from '../../src/documents/types.ts'
import { inForceSince, lackOf } from '../../src/execution/in-force.ts'
import { isElsewhere, qualifiedCommits } from '../../src/execution/qualified.ts'

const affected = (text: string): string[] =>
  documentsAffected(text, BUILT_IN_TYPES).map(({ id, change }) => `${id} ${change}`)

const table = (...rows: string[]): string =>
  `### 7.2 Documents Affected\n\n| Document | Change Type | Description |\n| --- | --- | --- |\n${rows.join('\n')}\n`

describe('documents that a record announces', () => {
  it.each([
    ['Create', 'in force'],
    ['Modify', 'in force'],
    ['Update Required', 'in force'],
    ['Create (move)', 'in force'],
    ['Retire', 'retired'],
    ['Delete', 'retired'],
  ])('%s: %s', (change, expected) => {
    expect(affected(table(`| SOP-007 | ${change} | what |`))).toEqual([`SOP-007 ${expected}`])
  })

  it.each(['None', 'N/A', '-', '—', '', 'Out of Scope', 'Not this CR', 'Unchanged'])(
    '"%s": nothing',
    (change) => {
      expect(affected(table(`| SOP-007 | ${change} | what |`))).toEqual([])
    },
  )

  it.each([
    ['`SOP-007`', ['SOP-007']],
    ['SOP-007 (Agents), SOP-008', ['SOP-007', 'SOP-008']],
    ['**SOP-007:**', ['SOP-007']],
    ['`QMS/SOP/SOP-007.md`', ['SOP-007']],
    ['./QMS/SDLC-APP/SDLC-APP-RTM.md', ['SDLC-APP-RTM']],
    ['`QMS/TEMPLATE/TEMPLATE-CR-draft.md`', ['TEMPLATE-CR']],
    ['QMS/CR/CR-001/CR-001-VAR-001.md', ['CR-001-VAR-001']],
    ['`docs/SOP-007.md`', []],
    ['`QMS/TEMPLATE/`', []],
    ['CLAUDE.md', []],
    ['All QMS documents', []],
    ['SOP-XXX', []],
    ['None', []],
  ])('%s names %j', (subject, ids) => {
    expect(affected(table(`| ${subject} | Modify | SOP-001 |`))).toEqual(ids.map((id) => `${id} in force`))
  })

  it('in lists, up to the dash', () => {
    const text =
      '### 2.3 Files Affected\n\n- `QMS/SOP/SOP-007.md` - new; see SOP-001\n- SOP-002: retire it\n- `src/a.ts` - for SOP-003\n- SOP-004 - unchanged\n- SOP-005\n  - SOP-006\n'
    expect(affected(text)).toEqual([
      'SOP-007 in force',
      'SOP-002 retired',
      'SOP-005 in force',
      'SOP-006 in force',
    ])
  })

  it('once each; retirement wins', () => {
    const both = `${table('| SOP-002 | Retire | x |', '| SOP-003 | None | x |')}\n### Files Affected\n\n- \`QMS/SOP/SOP-002.md\` - delete\n- SOP-003 - modify\n`
    expect(affected(both)).toEqual(['SOP-002 retired', 'SOP-003 in force'])
  })

  it('none where a table tells effects, under other headings, in code or in comments', () => {
    expect(affected(table('| SOP-001 | High | x |').replace('Change Type', 'Impact'))).toEqual([])
    expect(
      affected(table('| SOP-001 | Modify | x |').replace('7.2 Documents Affected', '7.3 Other')),
    ).toEqual([])
    expect(affected(`\`\`\`\n${table('| SOP-001 | Modify | x |')}\`\`\`\n`)).toEqual([])
    expect(affected('## Documents Affected\n\n<!-- - SOP-001 - modify -->\n')).toEqual([])
    expect(affected('')).toEqual([])
  })
})

const RELEASED = '2026-02-01T10:00:00.000Z'
const record = { id: 'CR-001', releasedAt: RELEASED }
const of = (id: string, status: string): Document =>
  ({ id: requireId(id), status, version: '2.0' }) as unknown as Document
const event = (name: string, day: string, own: object = {}): DocumentEvent =>
  ({ event: name, ts: `2026-${day}T10:00:00.000Z`, user: 'x', version: '1.0', ...own }) as DocumentEvent

describe('in force since the release', () => {
  const since = (
    events: DocumentEvent[],
    id = 'SOP-001',
    change: 'in force' | 'retired' = 'in force',
  ): boolean => inForceSince(record, of(id, 'EFFECTIVE'), events, change)

  it('is told by the trail: what was in force before and was not touched does not count', () => {
    expect(since([event('EFFECTIVE', '01-10')])).toBe(false)
    expect(since([event('EFFECTIVE', '01-10'), event('EFFECTIVE', '02-10')])).toBe(true)
    expect(since([event('EFFECTIVE', '02-01')])).toBe(true)
    expect(since([event('CHECKIN', '02-10')])).toBe(false)
  })

  it('or behind a checkout under the record, whatever the clock said', () => {
    const under = event('CHECKOUT', '01-05', { under: 'CR-001' })
    expect(since([under, event('EFFECTIVE', '01-10')])).toBe(true)
    expect(since([event('EFFECTIVE', '01-10'), under])).toBe(false)
    expect(since([{ ...under, under: 'CR-002' } as DocumentEvent, event('EFFECTIVE', '01-10')])).toBe(false)
  })

  it('of an executable document: closed; of one to be retired: retired', () => {
    expect(since([event('CLOSE', '02-10')], 'CR-009')).toBe(true)
    expect(since([event('EFFECTIVE', '02-10')], 'CR-009')).toBe(false)
    expect(since([event('RETIRE', '02-10')], 'SOP-001', 'retired')).toBe(true)
    expect(since([event('EFFECTIVE', '02-10')], 'SOP-001', 'retired')).toBe(false)
  })

  it('where the record was released before its adoption, the present state counts', () => {
    const old = { id: 'CR-001', releasedAt: null }
    expect(inForceSince(old, of('SOP-001', 'EFFECTIVE'), [], 'in force')).toBe(true)
    expect(inForceSince(old, of('SOP-001', 'DRAFT'), [], 'in force')).toBe(false)
    expect(inForceSince(old, of('SOP-001', 'RETIRED'), [], 'retired')).toBe(true)
    expect(inForceSince(old, of('CR-009', 'CLOSED'), [], 'in force')).toBe(true)
  })

  it('what lacks is said with its state', () => {
    expect(lackOf(of('SOP-001', 'IN_REVIEW'), 'in force')).toBe('SOP-001 is IN_REVIEW, needs EFFECTIVE')
    expect(lackOf(of('SOP-001', 'EFFECTIVE'), 'retired')).toBe('SOP-001 is EFFECTIVE, needs RETIRED')
    expect(lackOf(of('CR-009', 'DRAFT'), 'in force')).toBe('CR-009 is DRAFT, needs CLOSED')
    expect(lackOf(of('SOP-001', 'EFFECTIVE'), 'in force')).toBe(
      'SOP-001 is EFFECTIVE 2.0 since before the release, needs a text in force since',
    )
  })
})

describe('the qualified commit of a matrix', () => {
  const [short, long] = ['a1'.repeat(20), 'b2'.repeat(32)]
  const section = (body: string): string =>
    `# RTM\n\n## 4. Qualified Commit\n\n${body}\n\n## 5. Matrix\n\n${'c3'.repeat(20)}\n`

  it('stands in a table or in words, in full', () => {
    const head = '| Repository | Commit | Test Run |\n| --- | --- | --- |\n'
    expect(qualifiedCommits(section(`${head}| app | \`${short}\` | run 7 |\n| lib | a1b2c3d | - |`))).toEqual(
      [
        { commit: short, found: short, repository: 'app' },
        { commit: null, found: 'a1b2c3d', repository: 'lib' },
      ],
    )
    expect(qualifiedCommits(section(`Commit ${long}.`))).toEqual([
      { commit: long, found: long, repository: '' },
    ])
    expect(qualifiedCommits(section('To come.'))).toEqual([])
    expect(qualifiedCommits('# RTM\n')).toEqual([])
  })

  it.each([
    ['https://git.example.test/lib', true],
    ['git@example.test:lib', true],
    ['team/lib', true],
    ['lib', false],
    ['', false],
  ])('%s is elsewhere: %s', (repository, elsewhere) => {
    expect(isElsewhere(repository)).toBe(elsewhere)
  })
})
