import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FrontmatterError, readFrontmatter, spliceFrontmatter } from '../../src/documents/frontmatter.ts'
import fc from '../support/property.ts'

const block = (yaml: string, body = 'body\n'): string => `---\n${yaml}\n---\n${body}`
const fields = (yaml: string) => Object.fromEntries(readFrontmatter(block(yaml)).fields)

const trouble = (text: string): FrontmatterError => {
  try {
    readFrontmatter(text)
  } catch (error) {
    if (error instanceof FrontmatterError) return error
    throw error
  }
  throw new Error('it was read')
}

describe('reading', () => {
  it('gives title, summary, every field and where the body begins', () => {
    const text = block('title: \'A: b\'\nrevision_summary: "x"\nowner: ann\ntags: [a, b]\nmore:\n  k: v')
    const read = readFrontmatter(text)
    expect(read).toMatchObject({ title: 'A: b', revisionSummary: 'x' })
    expect([...read.fields.keys()]).toEqual(['title', 'revision_summary', 'owner', 'tags', 'more'])
    expect(read.fields.get('tags')).toEqual(['a', 'b'])
    expect(text.slice(read.bodyStart)).toBe('body\n')
  })

  it.each([
    ['no frontmatter', 'just text\n', 'just text\n'],
    ['empty text', '', ''],
    ['empty frontmatter', '---\n---\nbody', 'body'],
    ['comments only', '---\n# nothing\n---\nbody', 'body'],
    ['CRLF', '---\r\ntitle: x\r\n---\r\nbody\r\n', 'body\r\n'],
    ['no body', '---\ntitle: x\n---', ''],
    ['a byte order mark', '\ufeff---\ntitle: x\n---\nbody', 'body'],
    ['a rule in the body', '---\ntitle: x\n---\nbody\n---\nmore\n', 'body\n---\nmore\n'],
  ])('%s', (_, text, body) => expect(text.slice(readFrontmatter(text).bodyStart)).toBe(body))

  it('finds the title behind a byte order mark and with CRLF', () => {
    expect(readFrontmatter('\ufeff---\ntitle: x\n---\nbody').title).toBe('x')
    for (const title of ['x', "'x'", '"x"'])
      expect(readFrontmatter(`---\r\nother: y\r\ntitle: ${title}\r\n---\r\nbody`).title).toBe('x')
  })

  it('scalars stay the strings they were (H7)', () =>
    expect(
      fields(
        'version: 1.10\nid: 010\napproved: no\ndate: 2026-01-01\nn: 1e3\nx: 0x1F\nt: 12:30:45\nnan: .NaN\nbig: 12345678901234567890\nnil: ~',
      ),
    ).toEqual({
      version: '1.10',
      id: '010',
      approved: 'no',
      date: '2026-01-01',
      n: '1e3',
      x: '0x1F',
      t: '12:30:45',
      nan: '.NaN',
      big: '12345678901234567890',
      nil: '~',
    }))

  it('a second block in the body is body, byte for byte, and never read (H2)', () => {
    for (const second of [
      '---\ntitle: other\n---\n',
      '---js\nthrow 1\n---\n',
      '---\n!!js/function x\n---\n',
    ]) {
      const read = readFrontmatter(block('title: x', second))
      expect(read.title).toBe('x')
      expect(block('title: x', second).slice(read.bodyStart)).toBe(second)
    }
  })

  it('the body begins where the text says it does, whatever the body', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n'), (body, eol) => {
        const text = `---${eol}title: x${eol}---${eol}${body}`
        expect(text.slice(readFrontmatter(text).bodyStart)).toBe(body)
      }),
    ))
})

const scratch = mkdtempSync(join(tmpdir(), 'qms-frontmatter-'))
const marker = join(scratch, 'marker')
afterAll(() => rmSync(scratch, { recursive: true }))

// Verifies: REQ-QMS-901
describe('nothing but YAML is read, and nothing is run (H1)', () => {
  const write = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'x')`
  const code = `{ title: ${write} }`

  it.each([
    'js',
    'javascript',
    'coffee',
    'coffeescript',
    'cson',
    'toml',
    'json',
    'yaml',
    ' js',
    '\tjs',
    ';js',
    'JS',
    'js\r',
  ])('---%s', (language) => {
    for (const body of [code, write, '{"title":"x"}', 'title = "x"']) {
      const error = trouble(`---${language}\n${body}\n---\nbody`)
      expect(error).toMatchObject({ line: 1 })
      expect(error.message).toContain('only YAML')
    }
    expect(existsSync(marker)).toBe(false)
  })

  it('nor behind a byte order mark', () =>
    expect(trouble(`\ufeff---js\n${code}\n---\nbody`).message).toContain('only YAML'))

  it.each([
    ['js/function', "title: !!js/function 'function () {}'"],
    ['js/undefined', "title: !!js/undefined ''"],
    ['python', "title: !!python/object:os.system 'x'"],
    ['custom', 'title: !mine x'],
    ['a tag directive', '%TAG ! tag:example.com,2000:\n---\ntitle: !x y'],
  ])('tag %s is refused (H4)', (_, yaml) => expect(trouble(block(yaml))).toBeInstanceOf(FrontmatterError))

  it('aliases, merges and anchors are refused (H3, H4)', () => {
    const bomb = [
      'a0: &a0 [x]',
      ...Array.from(
        { length: 9 },
        (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
      ),
    ]
    const started = performance.now()
    expect(trouble(block(bomb.join('\n')))).toBeInstanceOf(FrontmatterError)
    expect(performance.now() - started).toBeLessThan(1000)
    expect(trouble(block('a: &a x\nb: *a'))).toBeInstanceOf(FrontmatterError)
    expect(trouble(block('a: &a {x: y}\nb:\n  <<: *a'))).toBeInstanceOf(FrontmatterError)
    expect(trouble(block('title: &a x'))).toBeInstanceOf(FrontmatterError)
  })

  it('a key that stands twice is refused, with its line (H5)', () => {
    expect(trouble(block('title: x\nother: y\ntitle: z'))).toMatchObject({ line: 4 })
    expect(trouble('---\r\ntitle: x\r\ntitle: z\r\n---\r\n')).toMatchObject({ line: 3 })
    expect(trouble(block('a:\n  b: 1\n  b: 2'))).toMatchObject({ line: 4 })
  })

  it('__proto__, constructor and prototype are refused and pollute nothing (H6)', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expect(trouble(block(`${key}: x`)).message).toContain('not allowed')
      expect(trouble(block(`${key}:\n  polluted: x`)).message).toContain('not allowed')
    }
    readFrontmatter(block('more:\n  __proto__:\n    polluted: x'))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('the same trouble is told twice (H8)', () => {
    const text = block('title: [unclosed')
    expect(trouble(text).message).toBe(trouble(text).message)
    expect(trouble(text)).toMatchObject({ line: expect.any(Number) as number })
  })

  it('depth and length have limits (H11)', () => {
    expect(trouble(block(`a: ${'['.repeat(30_000)}`))).toBeInstanceOf(FrontmatterError)
    expect(trouble(block(`a: ${'['.repeat(5_000)}x${']'.repeat(5_000)}`))).toBeInstanceOf(FrontmatterError)
    expect(trouble(block(`a: ${'x'.repeat(70_000)}`)).message).toContain('longer than 65536')
    expect(
      trouble(block(Array.from({ length: 100_000 }, (_, i) => `k${i}: v`).join('\n'))).message,
    ).toContain('longer')
  })

  it('a block that is not closed, not a map, or not text where text belongs', () => {
    expect(trouble('---\ntitle: x\nbody')).toMatchObject({ line: 1 })
    expect(trouble('----\ntitle: x\n----\n')).toMatchObject({ line: 1 })
    expect(trouble(block('- a\n- b')).message).toContain('key: value')
    expect(trouble(block('just words')).message).toContain('key: value')
    expect(trouble(block('title: [a, b]')).message).toBe('title must be one line of text')
    expect(trouble(block('title:\n  a: b')).message).toBe('title must be one line of text')
    expect(trouble(block('revision_summary: {a: b}')).message).toBe(
      'revision_summary must be one line of text',
    )
  })

  it('a closing line with more on it closes nothing, for the reader and for the splicer alike', () => {
    const text = '---\ntitle: x\n---more: y\n---\nbody'
    expect(trouble(text)).toBeInstanceOf(FrontmatterError)
  })
})

const TITLES = [
  'plain',
  "it's",
  'a "quoted" one',
  'colon: after',
  '# hash',
  "''",
  '{{X}}',
  '$& $1 $$',
  '- dash',
  '[a',
  '\\n',
  'ünï 漢字 🙂',
  '---',
  '%x',
  '@a',
  '`b`',
  "'",
  'a #b',
  '...',
]

describe('splicing', () => {
  const text = block(
    '# first\ntitle: \'Old\' # why\nrevision_summary: "x"  \nunknown:   [b,a]\n# last',
    "body 'Old'\n",
  )

  it('replaces the value and leaves every other byte, comments too', () =>
    expect(spliceFrontmatter(text, 'title', 'New')).toBe(text.replace("'Old' # why", "'New' # why")))

  it.each(TITLES)('a title reads back as it was given: %j', (title) => {
    for (const yaml of [
      "title: 'Old'",
      'title: Old',
      'title: "Old"',
      'title:',
      'title: ',
      'title: >-\n  Old\n  words',
      'title: |\n  Old',
      'title: Old\nother: x',
      'title:\nother: x',
      'title: Old\n  folded\nother: x',
      'title: # none\nother: x',
    ]) {
      for (const [open, eol] of [
        ['', '\n'],
        ['\ufeff', '\n'],
        ['', '\r\n'],
      ] as const) {
        const old = open + block(yaml).replaceAll('\n', eol)
        const spliced = spliceFrontmatter(old, 'title', title)
        const read = readFrontmatter(spliced)
        expect(read.title, JSON.stringify(spliced)).toBe(title)
        expect(spliced.slice(read.bodyStart)).toBe(`body${eol}`)
        if (yaml.includes('other: x')) expect(read.fields.get('other')).toBe('x')
      }
    }
  })

  it('any printable title reads back, every other byte stays', () =>
    fc.assert(
      fc.property(
        fc
          .string({ unit: 'grapheme', minLength: 1 })
          .filter((t) => !/[\p{Cc}\u2028\u2029\ufeff\ud800-\udfff]/u.test(t)),
        (title) => {
          const spliced = spliceFrontmatter(text, 'title', title)
          expect(readFrontmatter(spliced).title).toBe(title)
          expect(spliceFrontmatter(spliced, 'title', 'Old')).toBe(text)
        },
      ),
    ))

  it('leaves a text alone that has no such key, or no text there', () => {
    expect(spliceFrontmatter(text, 'nothing', 'x')).toBe(text)
    expect(spliceFrontmatter(block('title: [a]'), 'title', 'x')).toBe(block('title: [a]'))
    expect(spliceFrontmatter(block('a:\n  title: x'), 'title', 'y')).toBe(block('a:\n  title: x'))
    expect(spliceFrontmatter('no frontmatter at all\n', 'title', 'x')).toBe('no frontmatter at all\n')
  })
})
