import { describe, expect, it } from 'vitest'
import {
  ancestors,
  formatNumber,
  isNamespace,
  isTemplateName,
  isUserName,
  parseId,
  requireId,
} from '../../src/documents/id.ts'
import { DEFAULT_POLICY, typesOf } from '../../src/documents/policy.ts'
import { BUILT_IN_TYPES } from '../../src/documents/types.ts'
import fc from '../support/property.ts'
import { refusal } from './refusal.ts'

const row = (text: string) => {
  const id = parseId(text)
  return id && [id.type.name, id.pathType, id.folder, id.parent, id.number, id.namespace]
}

describe('ids of every form', () => {
  it.each([
    ['SOP-001', ['SOP', 'SOP', 'SOP', null, 1, null]],
    ['SOP-1234', ['SOP', 'SOP', 'SOP', null, 1234, null]],
    ['CR-036', ['CR', 'CR', 'CR/CR-036', null, 36, null]],
    ['INV-002', ['INV', 'INV', 'INV/INV-002', null, 2, null]],
    ['CR-036-TP-001', ['TP', 'TP', 'CR/CR-036', 'CR-036', 1, null]],
    ['CR-036-TP-001-ER-002', ['ER', 'ER', 'CR/CR-036', 'CR-036-TP-001', 2, null]],
    ['CR-036-TP-001-ER-002-ER-001', ['ER', 'ER', 'CR/CR-036', 'CR-036-TP-001-ER-002', 1, null]],
    ['CR-036-VAR-005', ['VAR', 'VAR', 'CR/CR-036', 'CR-036', 5, null]],
    ['INV-002-VAR-001-VAR-003', ['VAR', 'VAR', 'INV/INV-002', 'INV-002-VAR-001', 3, null]],
    ['CR-036-TP-001-ADD-001', ['ADD', 'ADD', 'CR/CR-036', 'CR-036-TP-001', 1, null]],
    ['CR-036-ADD-001-VR-010', ['VR', 'VR', 'CR/CR-036', 'CR-036-ADD-001', 10, null]],
    ['SDLC-QMS-RS', ['RS', 'QMS-RS', 'SDLC-QMS', null, null, 'QMS']],
    ['SDLC-FLOW2-RTM', ['RTM', 'FLOW2-RTM', 'SDLC-FLOW2', null, null, 'FLOW2']],
    ['TEMPLATE-CR', ['TEMPLATE', 'TEMPLATE', 'TEMPLATE', null, null, null]],
    ['TEMPLATE-TEST-CASE', ['TEMPLATE', 'TEMPLATE', 'TEMPLATE', null, null, null]],
  ])('%s', (text, expected) => expect(row(text)).toEqual(expected))

  it('lower case is raised', () => expect(parseId('cr-001-var-002')?.id).toBe('CR-001-VAR-002'))

  it('ancestors go up to the root', () => {
    expect(ancestors(requireId('CR-001-TP-002-ER-003-ER-004'))).toEqual([
      'CR-001-TP-002-ER-003',
      'CR-001-TP-002',
      'CR-001',
    ])
    for (const id of ['CR-001', 'SDLC-QMS-RS', 'TEMPLATE-CR']) expect(ancestors(requireId(id))).toEqual([])
  })

  it('numbers have three digits or more', () =>
    expect([1, 99, 999, 1000].map(formatNumber)).toEqual(['001', '099', '999', '1000']))

  it('every id reads back as itself, at any depth of nesting', () => {
    const number = fc.integer({ min: 1, max: 99_999 }).map(formatNumber)
    const nested = fc
      .array(number, { minLength: 1, maxLength: 10 })
      .map((numbers) => numbers.map((n, i) => (i === 0 ? `CR-${n}` : `VAR-${n}`)).join('-'))
    fc.assert(
      fc.property(nested, (text) => {
        const id = requireId(text)
        expect(id.id).toBe(text)
        expect(ancestors(id)[0] ?? null).toBe(id.parent)
        for (const up of ancestors(id))
          expect(text.startsWith(`${up}-`) && parseId(up)?.folder).toBe(id.folder)
      }),
    )
  })
})

/** H17, H18, H15 and near misses. */
const HOSTILE = [
  '',
  '.',
  '..',
  '-',
  '../../etc/x',
  '/abs',
  'a/b',
  'C:\\x',
  'C:',
  '.git/config',
  'CON',
  'NUL',
  'SOP-001 ',
  ' SOP-001',
  'SOP-001.',
  'SOP-001\n',
  'SOP-001\0',
  'SOP-001/..',
  'SOP-001.md',
  '--output=x',
  '-u',
  ':(top)',
  '@{-1}',
  'HEAD',
  'refs/heads/main',
  'SOP',
  'SOP-',
  'SOP-1',
  'SOP-01',
  'CR-0001',
  'CR-001-',
  'CR--001',
  'CR-001-VAR',
  'CR-001-VAR-0001',
  'CR-1e3',
  'CR-+01',
  'SOP-\u041e01',
  'S\u041eP-001',
  '\u0405OP-001',
  '\u017fOP-001',
  '\u0131NV-001',
  'SOP\u2010001',
  'SOP-\u0661\u0662\u0663',
  'SOP-００１',
  'SOP\u200b-001',
  '\u202eSOP-001',
  'STRA\u00dfE-001',
  'SDLC-QMS',
  'SDLC--RS',
  'SDLC-QMS-RS-001',
  'SDLC-QMS-SOP',
  'SDLC-1QMS-RS',
  'RS-001',
  'RTM-001',
  'TEMPLATE-',
  'TEMPLATE',
  'TEMPLATE-1',
  'TEMPLATE-A-B-C-D-E',
  'SOP-001-VAR-001',
  'SOP-001-SOP-001',
  'CR-001-CR-001',
  'CR-001-ER-001',
  'CR-001-TP-001-VAR-001',
  'CR-001-TP-001-TP-001',
  'INV-001-VR-001',
  'VAR-001',
  'TP-001',
  'XYZ-001',
  'CONSTRUCTOR-001',
  '__PROTO__-001',
  `CR-001${'-VAR-001'.repeat(15)}`,
  `SOP-${'1'.repeat(300)}`,
  'A'.repeat(300),
]

describe('what is no id', () => {
  it.each(HOSTILE)('%j', (text) => {
    expect(parseId(text)).toBeNull()
    expect(refusal(() => requireId(text)).code).toBe('BAD_ID')
  })

  it('is named in the refusal, cut to a length that can be printed', () =>
    expect(refusal(() => requireId('x'.repeat(500))).facts).toEqual({ id: 'x'.repeat(120), suggestions: [] }))

  it('whatever parses is ASCII, and safe as a part of a path', () => {
    const part = fc.constantFrom(
      'SOP',
      'cr',
      'VAR',
      'SDLC',
      'TEMPLATE',
      'RS',
      '001',
      '1000',
      '..',
      '/',
      '\0',
      'É',
      'ſ',
      'ı',
      '-',
      '',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 6 }).map((p) => p.join('-')),
    )
    fc.assert(
      fc.property(text, (candidate) => {
        const id = parseId(candidate)
        if (!id) return
        expect(candidate).toMatch(/^[A-Za-z0-9-]+$/)
        expect(id.id).toMatch(/^[A-Z][A-Z0-9-]{2,119}$/)
        expect(id.folder).toMatch(/^[A-Z0-9-]+(?:\/[A-Z0-9-]+)?$/)
      }),
      { numRuns: 400 },
    )
  })
})

describe('declared types', () => {
  const types = typesOf({
    ...DEFAULT_POLICY,
    types: [
      { name: 'WI', title: 'Work instruction', executable: false, parents: [] },
      { name: 'AUD', title: 'Audit', executable: true, parents: [] },
      { name: 'NCR', title: 'Nonconformance', executable: true, parents: ['AUD', 'CR'] },
    ],
  })

  it('stand beside the built-in ones', () => {
    expect(types.slice(0, BUILT_IN_TYPES.length)).toEqual(BUILT_IN_TYPES)
    expect(parseId('WI-001', types)).toMatchObject({
      folder: 'WI',
      type: { machine: 'controlled', numbering: 'numbered' },
    })
    expect(parseId('AUD-001', types)).toMatchObject({
      folder: 'AUD/AUD-001',
      type: { machine: 'executable' },
    })
    expect(parseId('AUD-001-NCR-002', types)).toMatchObject({ folder: 'AUD/AUD-001', parent: 'AUD-001' })
    expect(parseId('CR-001-NCR-002', types)).toMatchObject({ folder: 'CR/CR-001' })
  })

  it('are not known without the policy, nor in places not declared', () => {
    expect(parseId('WI-001')).toBeNull()
    expect(parseId('NCR-001', types)).toBeNull()
    expect(parseId('WI-001-NCR-001', types)).toBeNull()
  })
})

describe('other names', () => {
  it.each([
    [isNamespace, ['QMS', 'A', 'FLOW2'], ['', 'qms', '2A', 'A-B', '../X', 'A'.repeat(17), 'É']],
    [
      isTemplateName,
      ['CR', 'TEST-CASE', 'A-B-C-D'],
      ['', 'cr', '../../X', 'A-', 'A-B-C-D-E', 'A'.repeat(17)],
    ],
    [
      isUserName,
      ['ann', 'tu_ui', 'a-b', 'qa2'],
      [
        '',
        'Ann',
        '../x',
        '-u',
        'a b',
        'a__b',
        'a-',
        'con',
        'nul',
        'com1',
        'system',
        'qms',
        'a'.repeat(33),
        'é',
        '1a',
        'a\n',
      ],
    ],
  ] as const)('%o', (is, good, bad) => {
    for (const name of good) expect(is(name), name).toBe(true)
    for (const name of bad) expect(is(name), JSON.stringify(name)).toBe(false)
  })
})
