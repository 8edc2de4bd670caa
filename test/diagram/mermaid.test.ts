/** Mermaid text that says nothing but what was meant, whatever the words in it are. */

import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/diagram/family.ts'
import { familyMermaid, stateMermaid } from '../../src/diagram/mermaid.ts'
import { stateDiagram } from '../../src/diagram/states.ts'
import { plain } from '../../src/diagram/words.ts'
import type { MachineName, Status } from '../../src/documents/types.ts'
import fc from '../support/property.ts'

const STYLE = String.raw`(?:fill|stroke|color):#[0-9a-f]{6}(?:,(?:fill|stroke|color):#[0-9a-f]{6})*(?:,stroke-width:\dpx)?`

/** Every line that a state diagram may have. */
const STATE_LINES = [
  /^ {2}\[\*\] --> [A-Z_]+: create$/,
  /^ {2}[A-Z_]+ --> \[\*\]$/,
  /^ {2}[A-Z_]+ --> [A-Z_]+(?:: [a-z ,-]+)?$/,
  /^ {2}([A-Z_]+): \1 \(now\)$/,
  new RegExp(`^ {2}classDef [a-z]+ ${STYLE}$`),
  /^ {2}class [A-Z_]+(?:,[A-Z_]+)* [a-z]+$/,
]

/** A label holds letters, digits, spaces, signs between letters, and characters by their numbers. */
const PART = String.raw`(?:[\p{L}\p{M}\p{N} ]|#\d+;|(?<=[\p{L}\p{N}])[._-](?=[\p{L}\p{N}]))*`
const BOX = new RegExp(`^ {2}(d\\d+)\\["(${PART})<br/>(${PART})<br/>(${PART})"\\]:::(open|force|done)$`, 'u')
const ARROW = /^ {2}(d\d+) --> (d\d+)$/
const CLASS = new RegExp(`^ {2}classDef (open|force|done) ${STYLE}$`)

/** What a reader sees of a label. */
const read = (label = ''): string =>
  label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))

/** @throws Error at a line that is none of a flowchart of ours */
const parse = (text: string) => {
  const [first, ...lines] = text.split('\n')
  if (first !== 'flowchart LR') throw new Error(`no flowchart: ${first}`)
  const boxes = new Map<string, { id: string; state: string; title: string; kind: string }>()
  const arrows: [string, string][] = []
  for (const line of lines) {
    const box = BOX.exec(line)
    const arrow = ARROW.exec(line)
    if (box) boxes.set(box[1]!, { id: read(box[2]), state: read(box[3]), title: read(box[4]), kind: box[5]! })
    else if (arrow) arrows.push([arrow[1]!, arrow[2]!])
    else if (!CLASS.test(line)) throw new Error(`not a line of a flowchart: ${line}`)
  }
  return { boxes, arrows }
}

const member = (id: string, status: string, title: string, ...children: Member[]): Member => ({
  id,
  status,
  title,
  version: '1.0',
  children,
})

describe('states as mermaid', () => {
  it.each(['controlled', 'executable', 'covered'] as MachineName[])(
    'hold only lines of the grammar: %s',
    (m) => {
      const now: Status = m === 'covered' ? 'CLOSED' : 'DRAFT'
      const seen = new Set<Status>([now, 'CANCELLED'])
      for (const diagram of [stateDiagram(m), stateDiagram(m, { now, home: null, seen, steps: [] })]) {
        const [first, ...lines] = stateMermaid(diagram).split('\n')
        expect(first).toBe('stateDiagram-v2')
        for (const line of lines)
          expect([line, STATE_LINES.some((form) => form.test(line))]).toEqual([line, true])
        for (const { from, to } of diagram.edges) expect(lines.join('\n')).toContain(`  ${from} --> ${to}`)
      }
    },
  )

  it('mark where a document is and what it passed, in words and in colour', () => {
    const seen = new Set<Status>(['DRAFT', 'IN_REVIEW'])
    const text = stateMermaid(
      stateDiagram('controlled', { now: 'IN_REVIEW', home: null, seen, steps: [['DRAFT', 'IN_REVIEW']] }),
    )
    expect(text).toContain('  IN_REVIEW: IN_REVIEW (now)\n')
    expect(text).toMatch(/\n {2}class DRAFT passed\n/)
    expect(text).toMatch(/\n {2}class IN_REVIEW now$/)
    expect(stateMermaid(stateDiagram('controlled'))).not.toContain('class')
  })
})

describe('documents as mermaid', () => {
  it('stand in boxes with arrows to their children', () => {
    const text = familyMermaid([
      member(
        'INV-001',
        'IN_EXECUTION',
        'Why',
        member('CR-001', 'CLOSED', 'How', member('CR-001-TP-001', 'DRAFT', 'Try')),
      ),
      member('SOP-001', 'EFFECTIVE', 'Rule'),
    ])
    const { boxes, arrows } = parse(text)
    expect([...boxes.values()].map((b) => `${b.id} ${b.kind}`)).toEqual([
      'INV-001 open',
      'CR-001 done',
      'CR-001-TP-001 open',
      'SOP-001 force',
    ])
    expect(arrows.map(([a, b]) => `${boxes.get(a)?.id} > ${boxes.get(b)?.id}`)).toEqual([
      'INV-001 > CR-001',
      'CR-001 > CR-001-TP-001',
    ])
    expect(boxes.get('d1')?.state).toBe('1.0 IN_EXECUTION')
  })

  it.each([
    '"]; click d1 "https://evil.example"',
    '%%{init: {"securityLevel": "loose"}}%%',
    'end',
    'a\nend\nd9 --> d8',
    '<script>alert(1)</script><br/>',
    '`**not bold**`',
    '#quot; #34; &quot;',
    '1. not a list',
    '- not a list',
    'classDef x fill:#f00;',
    'style:#;',
    '\u202eright to left \u200b\u2028',
    '\ud800 half',
  ])('keep words what they are: %j', (title) => {
    const { boxes, arrows } = parse(familyMermaid([member('CR-001', 'DRAFT', title)]))
    expect(boxes.size).toBe(1)
    expect(arrows).toEqual([])
    expect(boxes.get('d1')?.title).toBe(plain(title).replace(/ +/g, ' ').trim())
  })

  it('keep any words what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, title) => {
        const { boxes } = parse(familyMermaid([member(id, 'DRAFT', title)]))
        expect(boxes.get('d1')?.title).toBe(plain(title).replace(/ +/g, ' ').trim())
      }),
      { numRuns: 500 },
    )
  })

  it('are nothing but a heading where there are none', () => {
    expect(familyMermaid([])).toBe('flowchart LR')
  })
})
