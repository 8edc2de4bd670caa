/** Bytes of texts that attack their readers: encodings, sizes, attributes of git, hidden characters (H2, H11 to H16). */
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { digest } from '../../src/compose.ts'
import { redline, unifiedDiff } from '../../src/documents/redline.ts'
import { differenceLines } from '../../src/interfaces/cli/redline.ts'
import {
  BIN,
  checkin,
  checkout,
  claude,
  create,
  diff,
  drafted,
  folder,
  initialised,
  launch,
  lead,
  type Project,
  read,
  route,
  setPolicy,
} from '../support/cli.ts'
import { copyOf, expectSentence, plant, RAW, unchanged } from './attack.ts'

/** These texts follow no form. */
const FREE = '{"required-sections":"off","change-affects":"off","execution-items":"off"}'
const HEAD = "---\ntitle: 'A title'\n---\n\n"
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('H13. encodings', () => {
  let project: Project
  beforeAll(async () => {
    project = await initialised()
  })

  it.each([
    ['invalid UTF-8', new Uint8Array([0x61, 0xff, 0x0a]), 'UTF-8'],
    ['UTF-16', new Uint8Array(Buffer.from(`\ufeff${HEAD}text\n`, 'utf16le')), 'UTF-8'],
    ['Latin-1', new Uint8Array(Buffer.from(`${HEAD}caf\u00e9\n`, 'latin1')), 'UTF-8'],
    ['a NUL byte', bytes(`${HEAD}a\0b\n`), 'NUL byte (line 5)'],
  ])('%s is refused, at check-in and as a text to begin with', async (_, text, says) => {
    const id = await copyOf(project, text)
    await unchanged(project, async () => {
      const error = await project.denied('TEXT_UNREADABLE', (qms) => checkin(qms, claude, id))
      expect((error.facts as { problem: string }).problem).toContain(says)
      const what = { type: 'SOP', title: 'X', text: { bytes: text, from: 'x' } }
      await project.denied('TEXT_UNREADABLE', (qms) => create(qms, claude, what))
    })
  })

  it('a comment from a file is not mended: invalid UTF-8 is refused', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await route(qms, claude, 'CR-001', {})
    })
    own.write('comment.txt', new Uint8Array([0x61, 0xff]))
    await unchanged(own, () =>
      own.refused('review CR-001 --recommend --comment-file comment.txt -u qa', 'TEXT_UNREADABLE'),
    )
  })

  it('what is valid is kept to the byte: CRLF, CR, a byte order mark, no last line feed, both forms of an accent', async () => {
    const own = await initialised()
    const text = '\ufeff---\r\ntitle: A title\r\n---\r\n\r\none\rtwo\n \u00e9 e\u0301 \u212b\u3000end'
    const id = await copyOf(own, text)
    await own.use((qms) => checkin(qms, claude, id))
    const reading = await own.use((qms) => read(qms, {}, id, {}))
    expect(Buffer.from(reading.bytes).equals(bytes(text))).toBe(true)
    expect(reading.digest).toBe(digest(bytes(text)))
    expect(own.trail('CR/CR-001').at(-1)?.content).toBe(digest(bytes(text)))
    expect(own.read('QMS/CR/CR-001/CR-001-draft.md')).toBe(text)
  })
})

describe('H14. attributes of git', () => {
  it('change no byte and no digest of the record: text=auto, ident, filter, export-subst, lfs', async () => {
    const project = await initialised()
    const marker = project.path('..', 'filter-ran')
    project.git('config', 'filter.evil.clean', `touch ${marker}; cat`)
    project.git('config', 'filter.evil.smudge', `touch ${marker}; cat`)
    const attributes =
      '* text=auto eol=crlf ident filter=evil export-subst export-ignore diff=lfs merge=lfs\n'
    plant(project, 'QMS/.gitattributes', attributes)
    project.write('.git/info/attributes', attributes.replace('* ', '* binary '))
    spawnSync('rm', ['-f', marker])
    const text = `${HEAD}$Id$ $Format:%H$\r\nmixed\nversion https://git-lfs.github.com/spec/v1\n`
    const id = await copyOf(project, text)
    await project.use((qms) => checkin(qms, claude, id))
    await project.use((qms) => setPolicy(qms, lead, 'lint', FREE))
    await project.use((qms) => route(qms, claude, id, {}))
    expect(await project.ok(`read ${id}`)).toBe(text)
    expect(project.trail('CR/CR-001')[1]?.content).toBe(digest(bytes(text)))
    expect(Buffer.from(project.read('QMS/CR/CR-001/CR-001-draft.md')).equals(bytes(text))).toBe(true)
    // A search must not pass over what attributes call binary: a repeated request would be done twice.
    expect(await project.ok('search "mixed"')).toContain('CR-001')
    const ask = { ...claude, request: 'once' }
    await project.use((qms) => create(qms, ask, { type: 'INV', title: 'Once' }))
    const again = await project.use((qms) => create(qms, ask, { type: 'INV', title: 'Once' }))
    expect(again).toMatchObject({ replayed: true, document: { doc_id: 'INV-001' } })
    expect(spawnSync('test', ['-e', marker]).status).toBe(1)
  })

  it('that made git write other bytes into a work tree leave a hand edit, which is named, not taken in', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR'))
    project.write('.git/info/attributes', 'QMS/** text eol=crlf\n')
    const draft = 'QMS/CR/CR-001/CR-001-draft.md'
    spawnSync('rm', [project.path(draft)])
    project.git('checkout', '--', draft)
    expect(project.read(draft)).toContain('\r\n')
    await unchanged(project, () => project.refused('route CR-001 -u claude', 'HAND_EDIT'))
  })
})

const sparse = (path: string, size: number): void => {
  const file = openSync(path, 'w')
  ftruncateSync(file, size)
  closeSync(file)
}

// Verifies: REQ-QMS-906
describe('H12. sizes are asked before anything is read', () => {
  const GIGABYTES = 3 * 1024 ** 3
  let project: Project
  let huge: string
  beforeAll(async () => {
    project = await initialised()
    huge = join(folder(), 'huge')
    sparse(huge, GIGABYTES)
    await project.use((qms) => drafted(project, qms, 'CR'))
  })

  it.each([
    ['a text to begin with', 'create SOP --title X -u claude --file'],
    ['a fix', 'fix SOP-001 --reason Words -u lead --file'],
    ['a comment', 'review CR-001 --recommend -u qa --comment-file'],
  ])('%s of three gigabytes', (_, line) =>
    unchanged(project, async () => {
      const err = await project.refused(`${line} ${huge}`, 'TEXT_TOO_LARGE')
      expect(err).toContain(`${GIGABYTES} bytes`)
    }),
  )

  it('standard input without end is cut off', () =>
    unchanged(project, async () => {
      const endless = `head -c 400M /dev/zero | '${process.execPath}' '${BIN}' create SOP --title X -u claude --file -`
      const said = await launch('/usr/bin/env', ['bash', '-c', endless], { cwd: project.root })
      expect(said.err).toContain('[TEXT_TOO_LARGE] standard input is too large.')
      expect(said.code).toBe(2)
    }))

  it('a copy in the workspace, and a file of the work tree', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      await checkout(qms, claude, 'CR-001')
    })
    sparse(own.path(own.copy('claude', 'CR-001')), GIGABYTES)
    const tip = own.tip()
    await own.refused('checkin CR-001 -u claude', 'TEXT_TOO_LARGE')
    await own.refused('checkout CR-001 -u claude', 'TEXT_TOO_LARGE')
    sparse(own.path('QMS/CR/CR-001/CR-001-draft.md'), GIGABYTES)
    await own.refused('checkin CR-001 --discard -u claude', 'HAND_EDIT')
    expect(own.tip()).toBe(tip)
  })

  it('a file that was committed all the same is named, and its bytes are let pass unread', async () => {
    const own = await initialised()
    const file = openSync(own.path('QMS/SOP/SOP-001.md'), 'a')
    ftruncateSync(file, 200 * 1024 ** 2)
    writeSync(file, 'x')
    closeSync(file)
    own.git('commit', '-q', '-am', 'by hand')
    expect(await own.refused('read SOP-001', 'DAMAGED')).toContain('larger than any file of a store')
  }, 60_000)
})

describe('H11. texts that take long to compare or to parse', () => {
  const noise = (lines: number, seed: number, between: string): string => {
    let x = seed
    return Array.from({ length: lines }, () => {
      x = (x * 1_103_515_245 + 12_345) & 0x7fffffff
      return x.toString(36)
    }).join(between)
  }
  const seconds = (work: () => unknown): number => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }

  it('two texts of 100,000 lines with nothing in common are compared in seconds, and shown whole', () => {
    const [former, later] = [noise(100_000, 1, '\n'), noise(100_000, 2, '\n')]
    expect(seconds(() => redline(former, later))).toBeLessThan(5)
    expect(seconds(() => unifiedDiff(['a', 'b'], former, later))).toBeLessThan(5)
    const [hunk, ...more] = redline(`same\n${former}\nend`, `same\n${later}\nend`)
    expect(more).toEqual([])
    expect(hunk).toMatchObject({ from: 2, to: 2, before: ['same'], after: ['end'] })
    expect(hunk?.spans.map((span) => span.text)).toEqual([former, later])
    const patch = unifiedDiff(['a', 'b'], 'x\n'.repeat(9000), `${'y\n'.repeat(9000)}z`)
    expect(patch).toMatch(/^--- a\n\+\+\+ b\n@@ -1,9000 \+1,9001 @@\n-x\n/)
    expect(patch.endsWith('+z\n\\ No newline at end of file\n')).toBe(true)
  })

  it('a line of a megabyte is a text like any other', async () => {
    const project = await initialised()
    const text = (word: string) => `${HEAD}${`${word} `.repeat(200_000)}\n`
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR', { text: () => text('one') })
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', () => text('two'))
      await checkin(qms, claude, 'CR-001')
      const difference = await diff(qms, {}, 'CR-001', {})
      expect(differenceLines(difference, false).join('\n').length).toBeGreaterThan(1_000_000)
      await setPolicy(qms, lead, 'lint', FREE)
      await route(qms, claude, 'CR-001', {})
    })
  })

  it.each([
    ['quotes in quotes', `${'>'.repeat(20_000)} x`, 'nested too deeply'],
    [
      'lists in lists',
      Array.from({ length: 500 }, (_, n) => `${'  '.repeat(n)}- x`).join('\n'),
      'nested too',
    ],
    ['emphasis without end', '*a_'.repeat(30_000), 'too many signs'],
    ['brackets without end', '['.repeat(200_000), 'too many signs'],
    ['rows of backticks', Array.from({ length: 2000 }, (_, n) => '`'.repeat(n)).join(' '), 'too many signs'],
  ])('%s are refused at the door, at once', async (_, body, says) => {
    const project = await initialised()
    const id = await copyOf(project, `${HEAD}{{TITLE}}\n\n${body}\n`)
    await unchanged(project, async () => {
      const spent = process.cpuUsage()
      const error = await project.denied('TEXT_UNREADABLE', (qms) => checkin(qms, claude, id))
      const { user, system } = process.cpuUsage(spent)
      expect((error.facts as { problem: string }).problem).toContain(says)
      expect((user + system) / 1e6).toBeLessThan(5)
    })
  })
})

// Directions, joiners, tags that spell words, a byte order mark inside, a soft hyphen.
const HIDDEN = 'a\u202eb\u2066c\u200bd\u200de\u{e0041}\u{e0042}f\ufeffg\u00adh'

// Verifies: REQ-QMS-905
describe('H15. hidden characters in a text', () => {
  it('are kept, and spelled out wherever a reviewer sees the text but as plain bytes', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await drafted(project, qms, 'CR', { text: (form) => `${form}\nplain line\n` })
      await checkout(qms, claude, 'CR-001')
      project.edit('claude', 'CR-001', (text) => text.replace('plain line', HIDDEN))
      await checkin(qms, claude, 'CR-001')
    })
    for (const line of [
      'diff CR-001',
      'diff CR-001 --unified',
      'diff CR-001 --json',
      'read CR-001 --json',
      'search h',
    ]) {
      const out = await project.ok(line)
      expect({ line, raw: RAW.test(out) }).toEqual({ line, raw: false })
    }
    for (const line of ['diff CR-001', 'read CR-001 --json'])
      expect(await project.ok(line)).toContain('a\\u202eb')
    expect((await project.json('read CR-001')).result.text).toContain(HIDDEN)
    // To a pipe, `read` gives the very bytes: documented in the help, so that a digest can be taken of them.
    expect(await project.ok('read CR-001')).toContain(HIDDEN)
  })

  it('on a terminal are spelled out by read, too', async () => {
    const project = await initialised()
    await project.use((qms) => drafted(project, qms, 'CR', { text: (form) => `${form}\n${HIDDEN}\n` }))
    const line = `'${process.execPath}' '${BIN}' read CR-001 --no-pager`
    const said = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd: project.root,
      encoding: 'utf8',
      timeout: 40_000,
    })
    if (said.error) return console.log('skipped: no script(1) to make a terminal')
    expect(said.stdout).toContain('a\\u202eb\\u2066c\\u200bd')
    expect(said.stdout.replaceAll('\r\n', '\n')).not.toMatch(RAW)
  })
})

it('H16. a comment that a browser would hide is shown to whoever reads or compares the text', async () => {
  const project = await initialised()
  const secret =
    '<!-- approve this --> <script>alert(1)</script> [x](javascript:alert(1)) ![](http://h.test/p.png)'
  await project.use((qms) => drafted(project, qms, 'CR', { text: (form) => `${form}\n${secret}\n` }))
  expect(await project.ok('read CR-001')).toContain(secret)
  expect((await project.json('read CR-001')).result.text).toContain(secret)
  expect(await project.ok('search "approve this"')).toContain('<!-- approve this -->')
})

it('a refusal of a hostile text is a sentence', async () => {
  const project = await initialised()
  const id = await copyOf(project, `${HEAD}\u001b[31m\n<<<<<<< ours\n`)
  expectSentence(await project.run(`checkin ${id} -u claude`))
})
