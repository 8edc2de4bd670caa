/** The bundle is the same program as the plain one, and what is kept of its compilation can do no harm. */
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { initialised, launch, type Project, ROOT, type Said } from '../support/cli.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'qms-bundle-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let project: Project
let folders = 0
beforeAll(async () => {
  project = await initialised()
})

const start = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> =>
  launch(process.execPath, [join(ROOT, 'bin', program), ...args], { cwd: project.root, env })

/** A cache folder of its own, and the file in it that holds the code of `verb`. */
const cached = (verb = 'status') => {
  const home = join(base, String(folders++))
  const id = readFileSync(join(ROOT, 'dist/qms.cjs'), 'latin1').slice(2, 14)
  const file = join(home, 'qms', 'code', `${verb}-${process.version}-${process.arch}-${id}.bin`)
  return { env: { XDG_CACHE_HOME: home }, file }
}

describe('the bundle', () => {
  const LINES = [
    [],
    ['--version'],
    ['help'],
    ['route', '--help'],
    ['help', 'user'],
    ['user', '--help'],
    ['help', 'user', 'add'],
    ['status'],
    ['status', 'SOP-001', '--json'],
    ['history', 'SOP-001'],
    ['-u', 'qa', 'inbox'],
    ['read', 'SOP-001'],
    ['diff', 'SOP-001'],
    ['list', '--json'],
    ['search', 'document'],
    ['stats'],
    ['user', 'ad'],
    ['status', '--nosuch'],
    ['route'],
    ['status', 'CR-999', '--json'],
    ['create', 'CR', '--title', 'A: "b"', '-u', 'claude', '--dry-run', '--json'],
    ['mcp', '--tools'],
  ]

  it.each(LINES.map((line) => [line.join(' '), line] as const))(
    'answers as the plain program does: qms %s',
    async (_, line) => {
      const [plain, bundled] = await Promise.all([start('dev.js', line), start('qms.cjs', line)])
      const timeless = ({ code, out, err }: Said) => ({
        code,
        err,
        out: out.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T'),
      })
      expect(timeless(bundled)).toEqual(timeless(plain))
      expect(bundled.out + bundled.err).not.toBe('')
    },
  )

  it('finds its packages inside itself, its chunks beside it, and its licences written down', async () => {
    const alone = join(base, 'alone')
    for (const path of ['bin/qms.cjs', 'templates'])
      cpSync(join(ROOT, path), join(alone, path), { recursive: true })
    for (const name of readdirSync(join(ROOT, 'dist')).filter((n) => /\.cjs$/.test(n)))
      cpSync(join(ROOT, 'dist', name), join(alone, 'dist', name))
    const fresh = join(base, 'fresh')
    mkdirSync(fresh)
    const run = (...args: string[]) =>
      launch(process.execPath, [join(alone, 'bin/qms.cjs'), ...args], { cwd: fresh })
    expect(await run('init', '--git')).toMatchObject({ code: 0, err: '' })
    expect(await run('create', 'SOP', '--title', 'T', '-u', 'claude')).toMatchObject({ code: 0, err: '' })
    expect(await run('checkin', 'SOP-008', '-u', 'claude')).toMatchObject({ code: 0, err: '' })
    expect((await run('route', 'SOP-008', '-u', 'claude')).err).toMatch(/blank/i)
    expect(await run('mcp', '-u', 'claude')).toEqual({ code: 0, out: '', err: '' })
    const licences = readFileSync(join(ROOT, 'dist/licences.txt'), 'utf8')
    const packages = ['@oclif/core', 'zod', 'yaml', 'gray-matter', 'simple-git', 'unified', 'diff']
    for (const name of [...packages, '@modelcontextprotocol/server'])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })
})

it('that was not built says so, and how it is', async () => {
  const unbuilt = join(base, 'unbuilt')
  cpSync(join(ROOT, 'bin/qms.cjs'), join(unbuilt, 'bin/qms.cjs'))
  const said = await launch(process.execPath, [join(unbuilt, 'bin/qms.cjs'), 'status'], { cwd: base })
  expect(said).toEqual({
    code: 1,
    out: '',
    err: `qms has not been built: there is no ${join(unbuilt, 'dist/qms.cjs')}. Run: npm run setup\n`,
  })
})

describe('compiled code', () => {
  const good = async (env: NodeJS.ProcessEnv): Promise<void> => {
    const said = await start('qms.cjs', ['status', 'SOP-001'], env)
    expect(said).toMatchObject({ code: 0, err: '' })
    expect(said.out).toContain('Document Control')
  }

  it('is kept after the first success, for its owner alone, and not written again', async () => {
    const { env, file } = cached()
    await start('qms.cjs', ['status', 'CR-999'], env)
    expect(existsSync(file)).toBe(false)
    await good(env)
    const first = statSync(file)
    expect(first.mode & 0o777).toBe(0o600)
    expect(first.size).toBeGreaterThan(100_000)
    await good(env)
    expect(statSync(file).ino).toBe(first.ino)
    expect(readdirSync(join(file, '..'))).toHaveLength(1)
  })

  it('is kept of a run that a rule refused, until one that was not', async () => {
    const { env, file } = cached('route')
    const refused = () => start('qms.cjs', ['route', 'SOP-001', '-u', 'claude'], env)
    expect(await refused()).toMatchObject({ code: 1 })
    const first = readFileSync(file)
    expect(await refused()).toMatchObject({ code: 1 })
    expect(readFileSync(file).equals(first)).toBe(true)
    expect(await start('qms.cjs', ['route', '--help'], env)).toMatchObject({ code: 0, err: '' })
    const second = readFileSync(file)
    expect([first, second].map((bytes) => bytes.toString('latin1', 0, 4))).toEqual(['qms0', 'qms1'])
    expect(await refused()).toMatchObject({ code: 1 })
    expect(readFileSync(file).equals(second)).toBe(true)
  })

  it('is not used where a bit of it is wrong, it is cut short, or made for another bundle; it is made anew', async () => {
    const { env, file } = cached()
    await good(env)
    const whole = readFileSync(file)
    const at = (i: number) => {
      const bytes = Buffer.from(whole)
      bytes[i] = (bytes[i] as number) ^ 1
      return bytes
    }
    const damaged = [
      at(0),
      at(10),
      at(70),
      ...[140, 1000, 50_000, whole.length - 1].map(at),
      whole.subarray(0, 100),
      whole.subarray(0, whole.length / 2),
      Buffer.alloc(0),
      Buffer.concat([whole, Buffer.from('x')]),
    ]
    for (const bytes of damaged) {
      writeFileSync(file, bytes)
      await good(env)
      expect(readFileSync(file).length).toBeGreaterThan(100_000)
      expect(readFileSync(file).equals(bytes)).toBe(false)
    }
  })

  it.skipIf(!process.geteuid)(
    'is not used where somebody else could have written it, nor through a link',
    async () => {
      const { env, file } = cached()
      await good(env)
      chmodSync(file, 0o666)
      await good(env)
      expect(statSync(file).mode & 0o777).toBe(0o600)
      const other = join(base, 'elsewhere.bin')
      linkSync(file, other)
      rmSync(file)
      symlinkSync(other, file)
      await good(env)
      expect(statSync(file).ino).not.toBe(statSync(other).ino)
    },
  )

  it('is done without where there is no folder for it, it cannot be written, or the user wants none', async () => {
    const { env, file } = cached()
    await good({ ...env, QMS_CODE_CACHE: '0' })
    expect(existsSync(file)).toBe(false)
    writeFileSync(join(base, 'file'), '')
    await good({ XDG_CACHE_HOME: join(base, 'file') })
    await good({ XDG_CACHE_HOME: 'relative', HOME: '' })
    expect(existsSync(join(project.root, 'relative'))).toBe(false)
  })

  it('of other versions stands beside it, and goes when it has not been written for a week', async () => {
    const { env, file } = cached()
    const other = (id: string) => file.replace(/-[0-9a-f]{12}\.bin$/, `-${id}.bin`)
    mkdirSync(join(file, '..'), { recursive: true })
    for (const name of ['0'.repeat(12), '1'.repeat(12)]) writeFileSync(other(name), 'code')
    writeFileSync(join(file, '..', 'notes.txt'), 'mine')
    const old = new Date(Date.now() - 8 * 24 * 3600 * 1000)
    for (const name of [other('0'.repeat(12)), join(file, '..', 'notes.txt')]) utimesSync(name, old, old)
    await good(env)
    expect(
      [other('0'.repeat(12)), other('1'.repeat(12)), file, join(file, '..', 'notes.txt')].map((f) =>
        existsSync(f),
      ),
    ).toEqual([false, true, true, true])
  })

  it('is written whole by each of many at once', async () => {
    const { env, file } = cached()
    await Promise.all(Array.from({ length: 6 }, () => good(env)))
    await good(env)
    expect(readdirSync(join(file, '..'))).toHaveLength(1)
  })
})

it.each([
  'status SOP-001',
  'status',
  'list',
  'read SOP-001',
  'history SOP-001',
  'inbox -u qa',
  'checkout SOP-001 --dry-run -u claude',
])('%s does not wait for the parser of Markdown', async (line) => {
  const watcher = join(base, 'watcher.cjs')
  const told = join(base, 'loaded.txt')
  writeFileSync(
    watcher,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(told)}, Object.keys(require.cache).join('\\n')))`,
  )
  const said = await launch(
    process.execPath,
    ['--require', watcher, join(ROOT, 'bin/qms.cjs'), ...line.split(' ')],
    {
      cwd: project.root,
    },
  )
  expect(said.code).toBe(0)
  const loaded = readFileSync(told, 'utf8')
  expect(loaded).toContain('qms.cjs')
  expect(loaded).not.toMatch(/(?:remark|mcp)\.cjs/)
})
