import { describe, expect, it } from 'vitest'
import type { NewEvent } from '../../src/documents/event.ts'
import { spellOut } from '../../src/documents/hidden.ts'
import {
  appendEvents,
  beginChain,
  chainStart,
  ended,
  formatEvent,
  GENESIS,
  readDocumentTrail,
  readSystemTrail,
  splitLines,
} from '../../src/documents/trail.ts'
import { approvedBy, checkedIn, created, given, reviewed, routed, sha256 } from '../support/given.ts'
import fc from '../support/property.ts'
import { refusal } from './refusal.ts'

const PATH = 'QMS/.audit/SOP/SOP-001.jsonl'
const encode = (s: string): Uint8Array => new TextEncoder().encode(s)
const decode = (b: Uint8Array): string => new TextDecoder().decode(b)
const trailOf = (events: readonly NewEvent[]): Uint8Array => appendEvents(null, events, sha256).bytes
const read = (bytes: Uint8Array) => readDocumentTrail(PATH, bytes, sha256)
const STORY = given(created({ owner: 'ann' }), ...approvedBy('one', ['tu', 'qa']))
const TRAIL = trailOf(STORY.events)
const LINES = decode(TRAIL).trimEnd().split('\n')

/** Lines, chained anew: what someone would write who knows the format. */
const rechained = (objects: readonly object[]): Uint8Array => {
  let prev = GENESIS
  let bytes = ''
  objects.forEach((o, i) => {
    const line = JSON.stringify({ ...o, seq: i + 1, prev })
    prev = sha256(line)
    bytes += `${line}\n`
  })
  return encode(bytes)
}

describe('a trail that was read before', () => {
  const later = (bytes: Uint8Array, known: Uint8Array) =>
    readDocumentTrail(PATH, bytes, sha256, { bytes: known, events: read(known) })
  const upTo = (lines: number): Uint8Array => encode(`${LINES.slice(0, lines).join('\n')}\n`)
  const facts = (work: () => unknown) => {
    const { code, facts } = refusal(work)
    return { code, facts }
  }

  it('is read as from its beginning, however much of it is known', () => {
    for (let lines = 1; lines <= LINES.length; lines++) expect(later(TRAIL, upTo(lines))).toEqual(read(TRAIL))
    expect(later(upTo(1), TRAIL)).toEqual(read(upTo(1)))
    const other = encode(decode(upTo(1)).replace(/"title":"[^"]*"/, '"title":"Another"'))
    expect(read(other)).not.toEqual(read(upTo(1)))
    expect(later(TRAIL, other)).toEqual(read(TRAIL))
  })

  it('is refused as from its beginning: what was added is judged, and what was known is compared', () => {
    const known = upTo(2)
    const broken = [
      encode(`${decode(TRAIL)}{}\n`),
      encode(`${decode(known)}${LINES[3]}\n`),
      TRAIL.subarray(0, -1),
      encode(decode(TRAIL).replace('ann', 'eve')),
      known.subarray(0, -1),
    ]
    for (const bytes of broken) expect(facts(() => later(bytes, known))).toEqual(facts(() => read(bytes)))
  })
})

describe('a line', () => {
  it('has its keys in the order of the design', () => {
    const event = {
      request: 'r1',
      reason: 'why',
      diff: 'd',
      version: '1.1',
      user: 'ann',
      event: 'FIX',
      ts: 't',
      base: undefined,
    }
    expect(formatEvent(event, { seq: 7, prev: 'p' })).toBe(
      '{"ts":"t","event":"FIX","user":"ann","version":"1.1","reason":"why","diff":"d","request":"r1","seq":7,"prev":"p"}',
    )
    for (const line of LINES) {
      const keys = Object.keys(JSON.parse(line) as object)
      expect([keys.slice(0, 4), keys.slice(-2)]).toEqual([
        ['ts', 'event', 'user', 'version'],
        ['seq', 'prev'],
      ])
    }
  })

  // Verifies: REQ-QMS-108
  it('is chained: sequence from 1, digest of the bytes of the line before', () => {
    LINES.forEach((line, i) => {
      const { seq, prev } = JSON.parse(line) as { seq: number; prev: string }
      expect(seq).toBe(i + 1)
      expect(prev).toBe(i === 0 ? '0'.repeat(64) : sha256(LINES[i - 1] ?? ''))
    })
  })

  it('shows every hidden character escaped (H20, H15), and means the same', () => {
    const hidden =
      '\u0000\u0007\b\n\r\u001b[31m\u007f\u0085\u009b\u00ad\u061c\u200b\u200f\u2028\u202e\u2066\u2069\ufeff\u{e0041}'
    const line = formatEvent(
      { ts: 't', event: 'REVIEW', user: 'qa', version: '0.1', comment: hidden },
      { seq: 1, prev: GENESIS },
    )
    expect(line).toMatch(/^[\x20-\x7e]+$/)
    expect(line).toContain('\\u001b[31m')
    expect(line).toContain('\\u202e')
    expect(line).toContain('\\udb40\\udc41')
    expect((JSON.parse(line) as { comment: string }).comment).toBe(hidden)
  })

  it('leaves visible characters of any language as they are', () => {
    const json = JSON.stringify('Überprüfung 審査 🙂 é \u0627')
    expect(spellOut(json)).toBe(json)
  })

  it('escaping never changes what is said', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (said) => {
        expect(JSON.parse(spellOut(JSON.stringify(said)))).toBe(said)
      }),
    ))
})

describe('a trail', () => {
  it('reads back what was written', () => {
    expect(read(TRAIL).map(({ seq, prev, ...event }) => event)).toEqual(STORY.events)
  })

  it('grows by appending only, in one step or in many', () => {
    let bytes: Uint8Array | null = null
    for (const event of STORY.events) {
      const grown: Uint8Array = appendEvents(bytes, [event], sha256).bytes
      expect(decode(grown).startsWith(bytes ? decode(bytes) : '')).toBe(true)
      bytes = grown
    }
    expect(decode(bytes as unknown as Uint8Array)).toBe(decode(TRAIL))
    expect(appendEvents(TRAIL, [], sha256).bytes).toEqual(TRAIL)
  })

  it('tells the links that it gave', () => {
    const { links } = appendEvents(TRAIL, STORY.events.slice(1, 3), sha256)
    expect(links.map((l) => l.seq)).toEqual([LINES.length + 1, LINES.length + 2])
    expect(links[0]?.prev).toBe(sha256(LINES.at(-1) ?? ''))
  })

  it('splits at line feeds and nothing else', () => {
    expect(splitLines(encode('a\nb\u2028c\r\n\nd')).map(decode)).toEqual(['a', 'b\u2028c\r', '', 'd'])
    expect(splitLines(encode(''))).toEqual([])
  })
})

describe('damage is named with its file and line (H9, H5, H10)', () => {
  const damaged = (bytes: Uint8Array) => {
    const error = refusal(() => read(bytes))
    expect(error.code).toBe('DAMAGED')
    expect(error.facts).toMatchObject({ path: PATH })
    return error.facts
  }
  const lines = (...all: string[]) => encode(`${all.join('\n')}\n`)

  it('nothing, or only a line feed', () => {
    expect(damaged(encode(''))).toMatchObject({ problem: 'the last line is cut short' })
    expect(damaged(encode('\n'))).toMatchObject({ line: 1, problem: 'not JSON in UTF-8' })
  })

  it('cut short at any byte within a line', () => {
    for (let n = 1; n < TRAIL.length; n++)
      if (TRAIL[n - 1] !== 10)
        expect(damaged(TRAIL.subarray(0, n))).toMatchObject({ problem: 'the last line is cut short' })
  })

  it('cut at a line’s end is what the chain cannot see: a checkpoint must', () => {
    const shorter = read(lines(...LINES.slice(0, 3)))
    expect(shorter).toHaveLength(3)
  })

  it('concatenated, doubled, swapped, left out', () => {
    expect(damaged(encode(decode(TRAIL) + decode(TRAIL)))).toMatchObject({
      line: LINES.length + 1,
      problem: 'seq has a gap',
      found: '1',
    })
    const [a = '', b = '', c = '', d = ''] = LINES
    expect(damaged(lines(a, b, b, c))).toMatchObject({
      line: 3,
      problem: 'seq has a gap',
      expected: '3',
      found: '2',
    })
    expect(damaged(lines(a, c, b, d))).toMatchObject({ line: 2, problem: 'seq has a gap' })
    expect(damaged(lines(a, c, d))).toMatchObject({ line: 2, problem: 'seq has a gap' })
    expect(damaged(lines(b, c, d))).toMatchObject({ line: 1, problem: 'seq has a gap' })
    expect(damaged(lines(a, b + c, d))).toMatchObject({ line: 2, problem: 'not JSON in UTF-8' })
    expect(damaged(lines(a, '', b))).toMatchObject({ line: 2, problem: 'not JSON in UTF-8' })
  })

  it('a line of another trail, though its number fits', () => {
    const other = given(
      created({ owner: 'ben' }),
      checkedIn('ben', 'x'),
      routed('review', []),
      reviewed('qa', 'updates'),
    )
    const theirs = decode(trailOf(other.events)).split('\n')
    const mixed = lines(LINES[0] ?? '', theirs[1] ?? '', LINES[2] ?? '')
    expect(damaged(mixed)).toMatchObject({
      line: 2,
      problem: 'the chain is broken',
      expected: sha256(LINES[0] ?? ''),
    })
  })

  it('a key twice', () => {
    const twice = (LINES[0] ?? '').replace('"user":"ann"', '"user":"ben","user":"ann"')
    expect(damaged(lines(twice, ...LINES.slice(1)))).toMatchObject({
      line: 1,
      problem: 'a key stands twice',
      found: 'user',
    })
    const far = (LINES[0] ?? '').replace('"user":"ann"', `"user"${' '.repeat(40)}:"ben","user":"ann"`)
    expect(damaged(lines(far))).toMatchObject({ line: 1, problem: 'a key stands twice' })
  })

  it('what is not an object, not UTF-8, a conflict, or too deep', () => {
    for (const odd of ['null', '1', '"x"', '[]', 'true', '{}', `${'['.repeat(20_000)}${']'.repeat(20_000)}`])
      expect(damaged(lines(odd))).toMatchObject({ line: 1 })
    expect(damaged(lines('<<<<<<< HEAD', ...LINES))).toMatchObject({
      line: 1,
      problem: 'it holds merge conflict markers',
    })
    expect(damaged(new Uint8Array([0xff, 0xfe, 10]))).toMatchObject({ line: 1, problem: 'not JSON in UTF-8' })
    expect(damaged(encode(`\ufeff${decode(TRAIL)}`))).toMatchObject({ line: 1 })
  })

  it.each([
    ['an unknown event', { event: 'PROMOTE' }],
    ['an unknown key', { extra: 1 }],
    ['a missing key', { title: undefined }],
    ['a number for a text', { title: 7 }],
    ['an unknown status', { status: 'DONE' }],
    ['a digest that is none', { content: 'abc' }],
    ['a time without a zone', { ts: '2026-01-05T09:00:00.000' }],
    ['a version that is none', { version: '1' }],
    ['a kind that is none', { kind: 3 }],
  ])('%s, though the chain is whole', (_, change) => {
    const first = { ...(JSON.parse(LINES[0] ?? '') as object), ...change }
    expect(damaged(rechained([first]))).toMatchObject({ line: 1, problem: 'not a known event' })
    expect(read(rechained([JSON.parse(LINES[0] ?? '') as object]))).toHaveLength(1)
  })

  it('a key named __proto__', () => {
    const line = (LINES[0] ?? '').replace('{"ts"', '{"__proto__":{"polluted":1},"ts"')
    expect(damaged(lines(line))).toMatchObject({ line: 1 })
  })

  it('system events are not document events, nor the other way round', () => {
    const user = {
      ts: '2026-01-05T09:00:00.000Z',
      event: 'USER_ADD',
      user: 'lead',
      version: '1.0',
      name: 'ann',
      group: 'initiator',
      kind: 'agent',
    }
    const bytes = appendEvents(null, [user], sha256).bytes
    expect(readSystemTrail('r', bytes, sha256)).toMatchObject([user])
    damaged(bytes)
    expect(refusal(() => readSystemTrail('r', TRAIL, sha256)).code).toBe('DAMAGED')
  })

  /**
   * The chain covers every line but the last by the next one's `prev`; the last line's own values are covered by nothing
   * (git, or the next event, covers them). So there, and only there, a changed value may pass as another event.
   */
  it('every single changed byte is refused, save in the values of the last line', () => {
    const lastLine = TRAIL.length - encode(LINES.at(-1) ?? '').length - 1
    const inLastLine = fc.integer({ min: lastLine, max: TRAIL.length - 1 })
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(TRAIL.length - 1), inLastLine),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const bytes = Uint8Array.from(TRAIL)
          bytes[at] = ((bytes[at] ?? 0) + by) % 256
          if (at < lastLine) {
            damaged(bytes)
            return
          }
          let events: ReturnType<typeof read>
          try {
            events = read(bytes)
          } catch {
            damaged(bytes)
            return
          }
          const [was, now] = [JSON.parse(LINES.at(-1) ?? '') as object, events.at(-1) as object]
          expect(Object.keys(now).sort()).toEqual(Object.keys(was).sort())
          const { seq, prev, event } = now as { seq: number; prev: string; event: string }
          expect({ seq, prev, event }).toEqual({
            seq: LINES.length,
            prev: sha256(LINES.at(-2) ?? ''),
            event: 'EFFECTIVE',
          })
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('and what passes there is told by the next event that was appended', () => {
    const forged = encode(decode(TRAIL).replace(/"user":"qa"(?=[^\n]*\n$)/, '"user":"tu"'))
    expect(read(forged).at(-1)).toMatchObject({ user: 'tu' })
    const next = appendEvents(TRAIL, STORY.events.slice(-1), sha256).bytes
    const spliced = encode(decode(forged) + decode(next).slice(decode(TRAIL).length))
    expect(damaged(spliced)).toMatchObject({ line: LINES.length + 1, problem: 'the chain is broken' })
  })
})

describe('an adopted trail', () => {
  const FORMER = encode('{"ts": "2026-01-05", "event": "CREATE"}\r\nno JSON\n\n{"seq": 1}\n')
  const adoption = (former: Uint8Array, own: object = {}) => ({
    ts: '2026-01-06T09:00:00.000Z',
    event: 'ADOPT',
    user: 'lead',
    version: '0.1',
    files: [{ role: 'draft', version: '0.1', path: 'QMS/SOP/SOP-001-draft.md', content: sha256('x') }],
    digest: sha256(former),
    assumed: { ...ASSUMED, ...own },
  })
  const ASSUMED = {
    title: 'T',
    status: 'DRAFT',
    parent: null,
    kind: null,
    owner: 'ann',
    checkout: null,
    fresh: false,
    released: false,
    versions: ['0.1'],
    team: [],
    rounds: 0,
    round: null,
    purpose: 'ordinary',
    authors: [],
    approvers: [],
    seal: null,
    waived: [],
    created: { at: '2026-01-05T09:00:00.000Z', by: 'ann' },
    carried: { own: { a: [1] } },
    notes: [{ code: 'TITLE_MISSING' }],
  }
  const ADOPTED = beginChain(FORMER, adoption(FORMER))

  it('begins its chain at ADOPT, whatever stands before', () => {
    expect(chainStart(ADOPTED)).toBe(FORMER.length)
    expect(chainStart(beginChain(new Uint8Array(), adoption(new Uint8Array())))).toBe(0)
    expect(chainStart(TRAIL)).toBe(0)
    expect(read(ADOPTED)).toMatchObject([
      { event: 'ADOPT', seq: 1, assumed: { carried: { own: { a: [1] } } } },
    ])
  })

  it('goes on as every trail does', () => {
    const next: NewEvent = { ts: '2026-01-06T09:00:01.000Z', event: 'CHECKOUT', user: 'ann', version: '0.1' }
    const grown = appendEvents(ADOPTED, [next], sha256)
    const line = ADOPTED.subarray(FORMER.length, ADOPTED.length - 1)
    expect(grown.links).toEqual([{ seq: 2, prev: sha256(line) }])
    expect(read(grown.bytes).map((e) => e.event)).toEqual(['ADOPT', 'CHECKOUT'])
    const known = { bytes: ADOPTED, events: read(ADOPTED) }
    expect(readDocumentTrail(PATH, grown.bytes, sha256, known)).toEqual(read(grown.bytes))
  })

  it('is damaged where an old line is changed, taken out or added, or one of ours', () => {
    const text = decode(ADOPTED)
    for (const changed of [
      text.replace('no JSON', 'no json'),
      text.replace('no JSON\n', ''),
      text.replace('no JSON\n', 'no JSON\nmore\n'),
      text.replace('"owner":"ann"', '"owner":"eve", "x":1'),
      `${text}{"ts": "2026-01-05", "event": "CREATE"}\n`,
      text + text.slice(decode(FORMER).length),
    ]) {
      expect(changed).not.toBe(text)
      expect(refusal(() => read(encode(changed)))).toMatchObject({ code: 'DAMAGED' })
    }
    const before = refusal(() => read(encode(text.replace('no JSON', 'no json'))))
    expect(before.facts).toMatchObject({ line: 5, expected: sha256(FORMER) })
  })

  it('cannot be put at the end of a trail of ours to begin it anew', () => {
    const forged = beginChain(TRAIL, adoption(TRAIL))
    expect(chainStart(forged)).toBe(0)
    expect(refusal(() => read(forged))).toMatchObject({
      code: 'DAMAGED',
      facts: { problem: 'seq has a gap' },
    })
  })

  it('has its last old line ended', () => {
    expect(ended(encode('a'))).toEqual(encode('a\n'))
    expect(ended(encode('a\n'))).toEqual(encode('a\n'))
    expect(ended(new Uint8Array())).toEqual(new Uint8Array())
  })
})
