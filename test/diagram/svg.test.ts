/** Pictures: sound XML that loads and runs nothing, in which nothing lies upon anything else, and always the same. */

import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/diagram/family.ts'
import { familySvg } from '../../src/diagram/family-svg.ts'
import { type Box, COLUMN, placed } from '../../src/diagram/layout.ts'
import { stateSvg } from '../../src/diagram/state-svg.ts'
import { type Life, stateDiagram } from '../../src/diagram/states.ts'
import { DARK, LIGHT } from '../../src/diagram/svg.ts'
import { columns, plain } from '../../src/diagram/words.ts'
import { type MachineName, STATUSES, type Status } from '../../src/documents/types.ts'
import { TABLES } from '../../src/lifecycle/tables.ts'
import { liveParts, tagsOf } from '../support/html.ts'
import fc from '../support/property.ts'

const MACHINES = Object.keys(TABLES) as MachineName[]
const HOSTILE = `"><script>alert(1)</script><foreignObject/> ' & &amp; <!-- x --> ]]> \u202ertl\u0007\u0000\ufffe\ud800 <?x?>`

const lifeAt = (now: Status, home: Status | null = null): Life => ({
  now,
  home,
  seen: new Set(['DRAFT', now]),
  steps: [],
})

const member = (id: string, title: string, ...children: Member[]): Member => ({
  id,
  title,
  status: 'DRAFT',
  version: '0.1',
  children,
})

/** Elements and attributes that a picture may have; nothing else can do harm that is not there. */
const ELEMENTS = new Set(['svg', 'title', 'desc', 'style', 'g', 'rect', 'circle', 'path', 'text'])
const ATTRIBUTES = new Set(
  'xmlns class viewBox width height role aria-labelledby id x y cx cy r rx d'.split(' '),
)

const sound = (svg: string): void => {
  expect(XMLValidator.validate(svg)).toBe(true)
  expect(liveParts(svg)).toEqual([])
  for (const { name, attributes } of tagsOf(svg)) {
    expect(ELEMENTS).toContain(name)
    for (const key of Object.keys(attributes)) expect(ATTRIBUTES).toContain(key)
  }
  const style = /<style>([^<]*)<\/style>/.exec(svg)?.[1] ?? ''
  expect(style).not.toMatch(/@import|url\(|expression|\\/)
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:/)
  expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u200b\ufffe\uffff]|\p{Cs}/u)
}

// biome-ignore lint/suspicious/noExplicitAny: a parsed picture is looked into, not typed
const parsed = (svg: string): any =>
  new XMLParser({ ignoreAttributes: false, trimValues: false, htmlEntities: true }).parse(svg).svg

const apart = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2

const within = ({ x, y, width: w, height: h }: Box, width: number, height: number): boolean =>
  x - w / 2 >= 0 && y - h / 2 >= 0 && x + w / 2 <= width && y + h / 2 <= height

const overlapping = (boxes: readonly Box[]): number[][] =>
  boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b, j) => (apart(a, b) ? [] : [[i, i + 1 + j]])))

/** Of a picture's own rectangles and words, as they are written. */
const rectsOf = (svg: string, kind: RegExp): Box[] =>
  tagsOf(svg).flatMap(({ name, attributes: a }) => {
    if (name !== 'rect' || !kind.test(a.class ?? '')) return []
    const [x, y, width, height] = [a.x, a.y, a.width, a.height].map(Number) as [
      number,
      number,
      number,
      number,
    ]
    return [{ x: x + width / 2, y: y + height / 2, width, height }]
  })

const CASES = MACHINES.flatMap((machine) => [
  [machine, null] as const,
  ...STATUSES.map((now) => [machine, lifeAt(now, 'EFFECTIVE')] as const),
])

describe('a picture of states', () => {
  it('has no box upon another, and all words inside', async () => {
    for (const [machine, life] of CASES) {
      const { width, height, boxes, arrows } = await placed(stateDiagram(machine, life))
      const words = arrows.map((a) => a.words).filter((w) => w.lines.length > 0)
      const all = [...boxes.values(), ...words]
      expect({ machine, now: life?.now, on: overlapping(all) }).toEqual({ machine, now: life?.now, on: [] })
      for (const box of all) expect(within(box, width, height)).toBe(true)
      for (const { lines, width: room } of words)
        expect(Math.max(...lines.map(columns)) * COLUMN).toBeLessThanOrEqual(room)
      for (const [name, { width: room }] of boxes)
        expect(name === '*' || columns(name) * COLUMN < room).toBe(true)
    }
  })

  it('leads each arrow from its state to the other, by way of its words', async () => {
    for (const machine of MACHINES) {
      const { boxes, arrows } = await placed(stateDiagram(machine))
      const distance = (p: { x: number; y: number } | undefined, b: Box) =>
        p ? Math.max(Math.abs(p.x - b.x) - b.width / 2, Math.abs(p.y - b.y) - b.height / 2) : 999
      for (const { from, to, points, words } of arrows) {
        expect(distance(points[0], boxes.get(from)!)).toBeLessThan(1)
        expect(distance(points.at(-1), boxes.get(to)!)).toBeLessThan(1)
        expect(Math.min(...points.map((p) => Math.hypot(p.x - words.x, p.y - words.y)))).toBeLessThan(1)
      }
    }
  })

  it('has its main line from top to bottom', async () => {
    for (const machine of MACHINES) {
      const diagram = stateDiagram(machine)
      const { boxes } = await placed(diagram)
      const heights = diagram.main.map((status) => boxes.get(status)?.y ?? 0)
      expect(heights).toEqual([...heights].sort((a, b) => a - b))
      expect(new Set(heights).size).toBe(heights.length)
    }
  })

  it('is sound, named and told, and shows every state and every action', async () => {
    for (const machine of MACHINES) {
      const now = TABLES[machine][0]!.to as Status
      const diagram = stateDiagram(machine, lifeAt(now))
      const svg = await stateSvg(diagram, 'states-CR-001', HOSTILE)
      sound(svg)
      const { title, desc, text } = parsed(svg)
      expect(title['#text']).toBe(plain(HOSTILE))
      expect(desc['#text']).toMatch(
        new RegExp(`^It is ${now}\\. (?:It passed DRAFT\\. )?From ${now} it may go to \\w+ by`),
      )
      const seen = text.map((t: { '#text': string }) => t['#text'])
      for (const { status } of diagram.nodes) expect(seen).toContain(status)
      for (const { actions } of diagram.edges) for (const a of actions) expect(seen).toContain(a)
    }
  })

  it('marks by border as well as by colour', async () => {
    const svg = await stateSvg(stateDiagram('controlled', lifeAt('EFFECTIVE')), 'x', 'x')
    const kinds = (kind: RegExp): number => rectsOf(svg, kind).length
    expect([kinds(/^now$/), kinds(/^passed$/)]).toEqual([1, 1])
    expect(kinds(/^open dashed$/)).toBe(5 + 2)
    expect(svg).toContain('class="strong"')
    expect(svg).toMatch(/\.now\{stroke-width:3\}/)
  })

  it('is the same each time', async () => {
    const draw = () => stateSvg(stateDiagram('executable', lifeAt('CLOSED', 'CLOSED')), 'a', 'A')
    expect(await draw()).toBe(await draw())
    const other = await stateSvg(stateDiagram('executable', lifeAt('DRAFT')), 'a', 'A')
    expect(other).not.toBe(await draw())
  })
})

describe('a picture of documents', () => {
  const family = [
    member(
      'INV-001',
      HOSTILE,
      member(
        'CR-001',
        'x',
        member('CR-001-VAR-001', '鍵'.repeat(60)),
        member('CR-001-TP-001', 'W'.repeat(200)),
      ),
    ),
    member(`CR-002${'-VAR-001'.repeat(14)}`, 'deep'),
    member('SOP-001', ''),
  ]

  it('is sound whatever its words are, and tells all of them', () => {
    const svg = familySvg(family, 'family-"><script>', HOSTILE)
    sound(svg)
    expect(parsed(svg).title['#text']).toBe(plain(HOSTILE))
    expect(svg).toContain('CR-001 is DRAFT, version 0.1, above CR-001-VAR-001, CR-001-TP-001.')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, title) =>
        sound(familySvg([member(id, title, member(title, id))], id, title)),
      ),
      { numRuns: 60 },
    )
  })

  it('has no box upon another, and all words inside their box', () => {
    const svg = familySvg(family, 'f', 'F')
    const [, , width, height] = (parsed(svg)['@_viewBox'] as string).split(' ').map(Number) as number[]
    const boxes = rectsOf(svg, /^(?:now|force|done)$/)
    expect(boxes).toHaveLength(6)
    expect(svg).toContain(`>${'W'.repeat(32)}…</text>`)
    expect(svg).toContain(`<title>CR-001-TP-001: ${'W'.repeat(200)}</title>`)
    expect(overlapping(boxes)).toEqual([])
    for (const box of boxes) expect(within(box, width!, height!)).toBe(true)
    for (const [i, group] of parsed(svg).g.entries()) {
      const box = boxes[i]!
      for (const { '#text': words = '', '@_x': x } of group.text)
        expect(Number(x) + columns(String(words)) * COLUMN).toBeLessThanOrEqual(box.x + box.width / 2)
    }
  })

  it('is empty and sound where there are none, and stays quick where there are many', () => {
    sound(familySvg([], 'f', 'F'))
    const many = Array.from({ length: 2000 }, (_, i) => member(`CR-${i}`, 'x', member(`CR-${i}-TP-001`, 'y')))
    const svg = familySvg(many, 'f', 'F')
    expect(svg.match(/<g>/g)).toHaveLength(4000)
    expect(parsed(svg).desc['#text']).toBe('4000 documents, 2000 of them without a parent.')
  })
})

describe('colours', () => {
  const channel = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((i) => channel(Number.parseInt(hex.slice(i, i + 2), 16) / 255))
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
  }
  const contrast = (a: string, b: string): number => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
    return (light + 0.05) / (dark + 0.05)
  }

  it.each([
    ['light', LIGHT],
    ['dark', DARK],
  ])(
    'can be told apart, %s: words 4.5 to 1, borders and lines 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)',
    (_, c) => {
      expect(contrast(c.ink, c.paper)).toBeGreaterThan(4.5)
      expect(contrast(c.line, c.paper)).toBeGreaterThan(3)
      for (const [fill, border] of Object.values(c.boxes)) {
        expect(contrast(c.ink, fill)).toBeGreaterThan(4.5)
        expect(contrast(border, c.paper)).toBeGreaterThan(3)
      }
    },
  )
})
