/** Packages on disk: what is written can be read by us and by GNU tar, and nothing that could do harm is let in. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { QmsError } from '../../src/errors.ts'
import { PACKAGE_LIMITS } from '../../src/store/package.ts'
import { pathProblem } from '../../src/store/package-path.ts'
import { openSink, TAR_FOLDER } from '../../src/store/package-sink.ts'
import { openSource } from '../../src/store/package-source.ts'
import fc from '../support/property.ts'
import { temporaryFolder } from '../support/repository.ts'

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

type Files = Readonly<Record<string, string>>

const LONG = `${'a-long-folder-name/'.repeat(14)}${'x'.repeat(120)}.md`
const FILES: Files = {
  'a.txt': 'one\n',
  'store/QMS/SOP/SOP-001.md': '# Ünïcode\r\n',
  'store/ümläut and space.md': 'x',
  [LONG]: 'long\n',
  empty: '',
  large: 'z'.repeat(300_000),
}

const write = async (out: string, files: Files, force = false): Promise<void> => {
  const sink = await openSink(out, force)
  const [first, ...rest] = Object.entries(files)
  const growing = await sink.grow('grown.csv')
  for (const [path, text] of rest) {
    await sink.add(path, text)
    await growing.write(`${path.length}\n`)
  }
  await growing.end()
  if (first) await sink.add(...first)
  await sink.finish()
}

const grownOf = (files: Files): string =>
  Object.keys(files)
    .slice(1)
    .map((path) => `${path.length}\n`)
    .join('')

const read = async (file: string, limits = PACKAGE_LIMITS): Promise<Record<string, string>> => {
  const found: Record<string, string> = {}
  const source = await openSource(file, limits)
  for (const [path, { digest, size }] of await source.index()) {
    const bytes = Buffer.from((await source.read(path)) ?? '')
    expect([path, bytes.length, sha256(bytes)]).toEqual([path, size, digest])
    found[path] = bytes.toString()
  }
  return found
}

const refusal = async (work: Promise<unknown>): Promise<Record<string, unknown>> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof QmsError)) throw error ?? new Error('not refused')
  return { code: error.code, ...error.facts }
}

const tar = (...args: string[]): string =>
  execFileSync('tar', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' }, stdio: 'pipe' })

const inTar = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${TAR_FOLDER}/${path}`, text]))

describe('a package as a tar', () => {
  it('is unpacked by GNU tar to the same bytes, long and non-ASCII names included', async () => {
    const folder = temporaryFolder()
    const out = join(folder, 'p.tar')
    await write(out, FILES)
    tar('-xf', out, '-C', folder)
    for (const [path, text] of Object.entries({ ...FILES, 'grown.csv': grownOf(FILES) }))
      expect([path, readFileSync(join(folder, TAR_FOLDER, path), 'utf8')]).toEqual([path, text])
    expect(readdirSync(folder).sort()).toEqual(['p.tar', TAR_FOLDER])
  })

  it('is read back to the same files, as is one that GNU tar made in each of its formats', async () => {
    const folder = temporaryFolder()
    const out = join(folder, 'p.tar')
    await write(out, FILES)
    const all = inTar({ ...FILES, 'grown.csv': grownOf(FILES) })
    expect(await read(out)).toEqual(all)
    tar('-xf', out, '-C', folder)
    for (const format of ['gnu', 'pax']) {
      const again = join(folder, `${format}.tar`)
      tar(`--format=${format}`, '-cf', again, '-C', folder, TAR_FOLDER)
      expect(await read(again)).toEqual(all)
      tar(`--format=${format}`, '-cf', again, '-C', join(folder, TAR_FOLDER), '.')
      expect(Object.keys(await read(again)).sort()).toEqual(Object.keys({ ...FILES, 'grown.csv': '' }).sort())
    }
  })

  it('is the same bytes for the same files, whenever and wherever it is made', async () => {
    const [one, other] = [join(temporaryFolder(), 'a.tar'), join(temporaryFolder(), 'b.tar')]
    await write(one, FILES)
    await write(other, FILES)
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true)
    const listed = tar('-tvf', one, '--full-time').trim().split('\n')
    expect(listed.every((line) => line.startsWith('-rw-r--r-- 0/0 '))).toBe(true)
    expect(listed.every((line) => line.includes('1970-01-01'))).toBe(true)
  })

  it('holds whatever was put in, byte for byte', async () => {
    const out = join(temporaryFolder(), 'p.tar')
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 180 })
    const files = fc.dictionary(name, fc.string({ unit: 'binary', maxLength: 2000 }), { maxKeys: 8 })
    await fc.assert(
      fc.asyncProperty(files, async (all) => {
        const sound = Object.fromEntries(
          Object.entries(all).filter(
            ([path]) => pathProblem(path) === null && Buffer.from(path).toString() === path,
          ),
        )
        const sink = await openSink(out, true)
        for (const [path, text] of Object.entries(sound)) await sink.add(path, text)
        await sink.finish()
        const expected = Object.entries(sound).map(([p, text]) => [p, Buffer.from(text).toString()])
        expect(await read(out)).toEqual(inTar(Object.fromEntries(expected)))
      }),
      { numRuns: 40 },
    )
  })
})

describe('a package is written whole or not at all', () => {
  it('leaves nothing behind where it is given up, and does not show before it is finished', async () => {
    for (const name of ['p.tar', 'p']) {
      const folder = temporaryFolder()
      const sink = await openSink(join(folder, name), false)
      await sink.add('a', 'a')
      const growing = await sink.grow('b')
      await growing.write('b')
      expect(existsSync(join(folder, name))).toBe(false)
      await growing.end()
      await sink.abandon()
      expect(readdirSync(folder)).toEqual([])
    }
  })

  it('is not put over what is there: only over an empty folder, and over a tar where that is asked for', async () => {
    const folder = temporaryFolder()
    const [file, full, empty] = [join(folder, 'p.tar'), join(folder, 'full'), join(folder, 'empty')]
    writeFileSync(file, 'mine')
    mkdirSync(full)
    mkdirSync(empty)
    writeFileSync(join(full, 'mine'), 'mine')
    expect(await refusal(openSink(file, false))).toMatchObject({ code: 'ALREADY_EXISTS', name: file })
    expect(await refusal(openSink(full, true))).toMatchObject({ code: 'ALREADY_EXISTS', name: full })
    expect(await refusal(openSink(join(folder, 'none', 'p'), false))).toMatchObject({ code: 'NO_FILE' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await write(empty, { a: 'a' })
    expect(await read(empty)).toEqual({ a: 'a', 'grown.csv': '' })
    await write(file, { a: 'a' }, true)
    expect(await read(file)).toEqual(inTar({ a: 'a', 'grown.csv': '' }))
  })

  it('takes no name that leads out, and none twice', async () => {
    const sink = await openSink(join(temporaryFolder(), 'p'), false)
    await sink.add('a', 'a')
    for (const path of ['a', '../b', '/b', 'c/../../b', 'b\\c', 'b\0', '', 'b//c', './b', 'C:/b'])
      expect(await refusal(sink.add(path, ''))).toMatchObject({ code: 'BAD_PACKAGE', entry: path })
    await sink.abandon()
  })
})

interface Hostile {
  readonly name: string
  readonly type?: 'file' | 'link' | 'symlink' | 'directory' | 'character-device' | 'fifo'
  readonly linkname?: string
  readonly pax?: Record<string, string>
}

const crafted = async (entries: readonly Hostile[]): Promise<string> => {
  const archive = pack()
  for (const entry of entries)
    if ((entry.type ?? 'file') === 'file') archive.entry(entry, 'x')
    else archive.entry(entry)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  const file = join(temporaryFolder(), 'crafted.tar')
  writeFileSync(file, Buffer.concat(chunks))
  return file
}

describe('a package that is changed while it is read', () => {
  it('is refused, not believed', async () => {
    for (const name of ['p.tar', 'p']) {
      const out = join(temporaryFolder(), name)
      await write(out, FILES)
      const source = await openSource(out)
      const [path = ''] = [...(await source.index()).keys()].filter((p) => p.endsWith('SOP-001.md'))
      const file = name === 'p' ? join(out, path) : out
      writeFileSync(file, readFileSync(file, 'latin1').replace('code\r\n', 'cold\r\n'), 'latin1')
      expect(await refusal(source.read(path))).toMatchObject({ code: 'BAD_PACKAGE', entry: path })
    }
  })
})

describe('a package that came from elsewhere is refused where it', () => {
  const cases: Readonly<Record<string, readonly [readonly Hostile[], RegExp]>> = {
    'names an absolute path': [[{ name: '/etc/passwd' }], /absolute/],
    'climbs out': [[{ name: 'a/../../b' }], /climbs out/],
    'climbs out by a folder': [[{ name: '../b/', type: 'directory' }], /climbs out/],
    'climbs out by an extended name': [[{ name: 'a', pax: { path: '../b' } }], /climbs out/],
    'hides a NUL in an extended name': [[{ name: 'a', pax: { path: 'a\0.md' } }], /NUL/],
    'holds a symbolic link': [[{ name: 'a', type: 'symlink', linkname: '/etc/passwd' }], /symbolic link/],
    'holds a hard link': [[{ name: 'a', type: 'link', linkname: 'b' }], /hard link/],
    'holds a device': [[{ name: 'a', type: 'character-device' }], /device/],
    'holds a pipe': [[{ name: 'a', type: 'fifo' }], /pipe/],
    'holds a name twice': [[{ name: 'a' }, { name: './a' }], /twice/],
    'names a drive': [[{ name: 'c:/a' }], /absolute/],
    'holds a backslash': [[{ name: '..\\a' }], /backslash/],
    'has a name that is too long': [[{ name: 'x'.repeat(1025) }], /longer than 1024/],
  }
  for (const [what, [entries, problem]] of Object.entries(cases))
    it(what, async () => {
      const found = await refusal(read(await crafted(entries)))
      expect(found).toEqual({ ...found, code: 'BAD_PACKAGE', problem: expect.stringMatching(problem) })
    })

  it('is larger than the limits, each of which is named', async () => {
    const file = await crafted([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
    const limits = { entries: 2, entry: 100, total: 100, path: 100 }
    expect(await refusal(read(file, limits as never))).toMatchObject({ expected: '2 files at the most' })
    expect(await refusal(read(file, { ...limits, entry: 0 } as never))).toMatchObject({
      expected: '0 bytes in one file at the most',
    })
    expect(await refusal(read(file, { ...limits, total: 1 } as never))).toMatchObject({
      expected: '1 bytes in all at the most',
    })
  })

  it('is cut short, compressed, no tar at all, or not there', async () => {
    const folder = temporaryFolder()
    const out = join(folder, 'p.tar')
    await write(out, FILES)
    const whole = readFileSync(out)
    const made = (bytes: Uint8Array | string): string => {
      const file = join(folder, 'made')
      writeFileSync(file, bytes)
      return file
    }
    expect(await refusal(read(made(whole.subarray(0, 5000))))).toMatchObject({ code: 'BAD_PACKAGE' })
    expect(await refusal(read(made('words '.repeat(500))))).toMatchObject({ code: 'BAD_PACKAGE' })
    expect(await refusal(read(made('')))).toMatchObject({ found: 'nothing' })
    tar('-czf', join(folder, 'p.tar.gz'), '-C', folder, 'made')
    expect(await refusal(read(join(folder, 'p.tar.gz')))).toMatchObject({ found: 'gzip' })
    expect(await refusal(read(join(folder, 'none')))).toMatchObject({ code: 'NO_FILE' })
    expect(await refusal(read('/dev/null'))).toMatchObject({ code: 'BAD_PACKAGE' })
  })

  it('is a folder with a link in it, whatever it links to', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a'), 'a')
    linkSync(join(folder, 'a'), join(folder, 'same-file'))
    expect(await read(folder)).toEqual({ a: 'a', 'same-file': 'a' })
    symlinkSync('a', join(folder, 'link'))
    expect(await refusal(read(folder))).toMatchObject({ code: 'BAD_PACKAGE', entry: 'link' })
  })
})
