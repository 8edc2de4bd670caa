import { describe, expect, it } from 'vitest'
import { idAtStart, idsIn, isNearlyId, isRequirementId, typeOf } from '../../src/traceability/ids.ts'
import { requirementsOf } from '../../src/traceability/requirements.ts'
import { matrixOf } from '../../src/traceability/rtm.ts'
import fc from '../support/property.ts'

describe('ids of requirements', () => {
  it.each(['REQ-APP-001', 'REQ-A-1234', 'REQ-APP-STORE-001', 'REQ-2FA-010', 'REQ-ABCDEFGHIJKLMNOP-001'])(
    '%s',
    (id) => {
      expect(isRequirementId(id)).toBe(true)
      expect(idsIn(`(${id}), "${id}": ${id}.`)).toEqual([id])
      expect(typeOf(id)).toBe(id.slice(4, id.lastIndexOf('-')))
    },
  )

  it.each([
    'REQ-001',
    'REQ-APP-01',
    'REQ-app-001',
    'req-APP-001',
    'REQ--001',
    'REQ-APP_X-001',
    'REQ-ABCDEFGHIJKLMNOPQ-001',
    'PREREQ-APP-001',
    'REQ-APP-001-A',
    'REQ-APP-001x',
    'X-REQ-APP-001',
  ])('%s is none', (text) => {
    expect(isRequirementId(text)).toBe(false)
    expect(idsIn(text)).toEqual([])
  })

  it('are told from what is nearly one', () => {
    expect(['REQ-APP-1', 'req-app-001', 'REQ-X'].map(isNearlyId)).toEqual([true, true, true])
    expect(['REQ-APP-001', 'REQ-APP-001: x', 'Required'].map(isNearlyId)).toEqual([false, false, false])
    expect(idAtStart('REQ-APP-001-')).toBe('REQ-APP-001')
  })

  it('are found however the text around them looks', () => {
    const apart = fc.string().filter((s) => !/[A-Za-z0-9_-]/.test(s))
    fc.assert(
      fc.property(apart, apart, (before, after) => {
        expect(idsIn(`${before}REQ-APP-007${after}`)).toEqual(['REQ-APP-007'])
      }),
    )
  })
})

const SPECIFICATION = `---
title: 'A'
---

# SDLC-APP-RS

REQ-APP-009 is only mentioned here, and so is REQ-APP-001.

## 4. Requirements

| ID | Requirement | Rationale | Verification |
| --- | --- | --- | --- |
| REQ-APP-001 | The program shall \`stop\` at \\| once.<br>Always. | Safety | Test |
| **REQ-APP-002** | The program shall start. | | Inspection |
| REQ-APP-1 | Not an id. | | Test |

- REQ-APP-003: The program shall wait. (Verification: Observation)
- **REQ-APP-004** The program shall log.
- REQ-APP-005 conflicts with nothing.
- Nested
  - REQ-APP-006 - The program shall nest.

### REQ-APP-007: Speed

It shall answer within 2 s. Verification: Test

## 5. Withdrawn Requirements

| ID | Withdrawn In Version | Reason |
| --- | --- | --- |
| REQ-APP-008 | 2.0 | Nobody used it |

### 5.1 More

- REQ-APP-010: never said again

## 6. References

- REQ-APP-002: said twice
`

describe('the requirements of a text', () => {
  const read = requirementsOf(SPECIFICATION)
  const byId = new Map(read.requirements.map((r) => [r.id, r]))

  it('stand in tables, lists and headings', () => {
    expect([...byId.keys()]).toEqual(
      ['001', '002', '003', '004', '006', '007', '008', '010'].map((n) => `REQ-APP-${n}`),
    )
    expect(byId.get('REQ-APP-001')).toMatchObject({
      text: 'The program shall stop at | once. Always.',
      verification: 'Test',
      line: 13,
      withdrawn: null,
    })
    expect(byId.get('REQ-APP-002')).toMatchObject({
      text: 'The program shall start.',
      verification: 'Inspection',
    })
    expect(byId.get('REQ-APP-003')).toMatchObject({
      text: 'The program shall wait.',
      verification: 'Observation',
    })
    expect(byId.get('REQ-APP-004')).toMatchObject({ text: 'The program shall log.', verification: null })
    expect(byId.get('REQ-APP-006')?.text).toBe('The program shall nest.')
    expect(byId.get('REQ-APP-007')).toMatchObject({
      text: 'Speed It shall answer within 2 s.',
      verification: 'Test',
    })
  })

  it('may be withdrawn, in a section below a heading that says so', () => {
    expect(byId.get('REQ-APP-008')?.withdrawn).toEqual({ version: '2.0', reason: 'Nobody used it' })
    expect(byId.get('REQ-APP-010')?.withdrawn).toEqual({ version: null, reason: null })
  })

  it('may be stated twice, or have an id that is none: both are named with their lines', () => {
    expect(read.duplicates).toEqual([{ id: 'REQ-APP-002', lines: [14, 39] }])
    expect(read.malformed).toEqual([{ text: 'REQ-APP-1', line: 15 }])
  })

  it('are the same with CRLF and a byte order mark', () => {
    const other = requirementsOf(`\ufeff${SPECIFICATION.replaceAll('\n', '\r\n')}`)
    expect(other).toEqual(read)
  })

  it('are read from anything without an error', () => {
    const bits = ['REQ-APP-001', '|', '---', '\n', '- ', '# ', '**', '<!--', 'withdrawn', '> ', '`', ': ']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 60 }), (parts) => {
        const { requirements } = requirementsOf(parts.join(''))
        expect(requirements.every((r) => isRequirementId(r.id))).toBe(true)
      }),
    )
  })
})

const MATRIX = `# RTM

- **Requirements traced:** SDLC-APP-RS, version 1.2

| Repository | Commit | Test Run |
| --- | --- | --- |
| app | \`0123456789abcdef0123456789abcdef01234567\` | run 7 |

| Requirement | Verification | Proof | Result |
| --- | --- | --- | --- |
| REQ-APP-001 | Test | \`test/a.ts\`: stops \\| waits | Pass |
| REQ-APP-002, REQ-APP-003 | Inspection | src/a.ts: none found | Pass |

> | Requirement | Proof |
> | --- | --- |
> | REQ-APP-004 | quoted |
`

describe('a matrix', () => {
  const read = matrixOf(MATRIX, 'SDLC-APP-RS')

  it('says what it covers, at which commit, and its rows', () => {
    expect(read).toMatchObject({ covers: '1.2', commit: '0123456789abcdef0123456789abcdef01234567' })
    expect(read.rows).toMatchObject([
      {
        requirements: ['REQ-APP-001'],
        verification: 'Test',
        proof: 'test/a.ts: stops | waits',
        result: 'Pass',
        files: ['test/a.ts'],
        line: 11,
        source: '| REQ-APP-001 | Test | `test/a.ts`: stops \\| waits | Pass |',
      },
      { requirements: ['REQ-APP-002', 'REQ-APP-003'], files: [] },
    ])
  })

  it('is one table that stands by itself, and its rows are exactly what lies between its offsets', () => {
    const [table, ...others] = read.tables
    expect(others).toEqual([])
    expect(MATRIX.slice(table?.start, table?.end)).toBe(read.rows.map((row) => row.source).join('\n'))
  })

  it('of another specification covers nothing', () => {
    expect(matrixOf(MATRIX, 'SDLC-API-RS').covers).toBeNull()
  })
})
