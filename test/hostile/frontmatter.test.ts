/** Frontmatter that attacks its reader (H1 to H8, H11), through every door by which a text comes in. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  approved,
  checkin,
  checkout,
  claude,
  create,
  drafted,
  fix,
  initialised,
  lead,
  type Project,
  ROOT,
} from '../support/cli.ts'
import { expectSentence, unchanged } from './attack.ts'

let project: Project
const marker = 'marker'
let harmless: string
beforeAll(async () => {
  project = await initialised()
  await project.use((qms) => create(qms, claude, { type: 'CR', title: 'A title' }))
  harmless = project.read(project.copy('claude', 'CR-001'))
})

const run = `require('node:fs').writeFileSync('marker', 'x')`
const bomb = `a0: &a0 [${'x,'.repeat(9)}x]\n${Array.from({ length: 8 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(',')}]`).join('\n')}`

const HOSTILE: readonly (readonly [string, string, string])[] = [
  ['H1 JavaScript', `---js\n{ title: ${run} }\n---\n`, 'only YAML'],
  ['H1 CoffeeScript', `---coffee\ntitle: ${run}\n---\n`, 'only YAML'],
  ['H1 TOML', '---toml\ntitle = "x"\n---\n', 'only YAML'],
  ['H1 JSON', '---json\n{"title":"x"}\n---\n', 'only YAML'],
  ['H3 an alias bomb', `---\n${bomb}\n---\n`, 'anchors are not allowed'],
  ['H4 a tag of JavaScript', "---\ntitle: !!js/function 'x'\n---\n", 'Unresolved tag'],
  ['H4 a tag of Python', "---\ntitle: !!python/object:os.system 'x'\n---\n", 'Unresolved tag'],
  ['H4 a tag of its own', '---\ntitle: !mine x\n---\n', 'Unresolved tag'],
  ['H4 a merge key', '---\nbase: &b {title: x}\n<<: *b\n---\n', 'anchors are not allowed'],
  ['H4 an anchor', '---\ntitle: &t x\n---\n', 'anchors are not allowed'],
  ['H5 a key twice', '---\ntitle: a\nother: x\ntitle: b\n---\n', 'Map keys must be unique'],
  ['H6 __proto__', '---\n__proto__: {polluted: yes}\ntitle: x\n---\n', '__proto__ is not allowed'],
  ['H6 constructor', '---\nconstructor: {prototype: x}\ntitle: x\n---\n', 'constructor is not allowed'],
  ['H6 prototype', '---\nprototype: x\ntitle: x\n---\n', 'prototype is not allowed'],
  ['H7 a list for a title', '---\ntitle: [a, b]\n---\n', 'title must be one line of text'],
  ['H11 lists in lists', `---\na: ${'['.repeat(60_000)}\n---\n`, 'nested too deeply'],
  ['H11 maps in maps', `---\n${'{a: '.repeat(15_000)}\n---\n`, 'nested too deeply'],
  ['H11 a chain of list signs', `---\n${'- '.repeat(30_000)}\n---\n`, 'nested too deeply'],
  ['H11 keys without end', `---\n${'k: v\n'.repeat(200_000)}---\n`, 'longer than 65536'],
]

// Verifies: REQ-QMS-901
describe.each(HOSTILE)('%s', (_, text, says) => {
  const bytes = new TextEncoder().encode(`${text}\nbody\n`)

  it('is refused at check-in, twice with the same words, and nothing is run', () =>
    unchanged(project, async () => {
      project.write(project.copy('claude', 'CR-001'), bytes)
      const before = project.everything()
      const [first, second] = await project.use(async (qms) => [
        await checkin(qms, claude, 'CR-001').catch((error) => error),
        await checkin(qms, claude, 'CR-001').catch((error) => error),
      ])
      expect(first).toMatchObject({
        code: 'TEXT_UNREADABLE',
        facts: { problem: expect.stringContaining(says) },
      })
      // H8: what could not be read is not remembered as read.
      expect(second.facts).toEqual(first.facts)
      expect(first.facts.problem.length).toBeLessThan(300)
      expect(project.everything()).toEqual(before)
      expect(project.has(marker)).toBe(false)
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      project.write(project.copy('claude', 'CR-001'), harmless)
    }))

  it('is refused as a text to begin with, and as a fix', () =>
    unchanged(project, async () => {
      const text = { bytes, from: 'a file' }
      const what = { type: 'SOP', title: 'A title', text }
      await project.denied('TEXT_UNREADABLE', (qms) => create(qms, claude, what))
      await project.denied('TEXT_UNREADABLE', (qms) => fix(qms, lead, 'SOP-001', text, 'Words'))
      expect(project.has(marker)).toBe(false)
    }))
})

describe('what is odd but harmless is kept', () => {
  it('H2. a second block, and a body that looks like one, stay byte for byte and are never read', async () => {
    const own = await initialised()
    const text = `---\ntitle: 'About CR'\n---\n---js\n${run}\n---\n\n---\ntitle: [\n---\n`
    await own.use((qms) => drafted(own, qms, 'CR', { text: () => text }))
    expect(own.git('show', 'main:QMS/CR/CR-001/CR-001-draft.md')).toBe(text.trimEnd())
    expect(await own.ok('read CR-001')).toBe(text)
    expect(own.has(marker)).toBe(false)
  })

  it('H7. what looks like a number, a date or a yes is the words that were written', async () => {
    const own = await initialised()
    const title = async (value: string) => {
      const text = { bytes: new TextEncoder().encode(`---\ntitle: ${value}\n---\n\nbody\n`), from: 'x' }
      return (await own.use((qms) => create(qms, claude, { type: 'SOP', text }))).document?.title
    }
    for (const value of ['1.10', '010', 'no', '2026-01-01', '1e3', 'NaN', '0x10', 'null', '~', '.inf'])
      expect(await title(value)).toBe(value)
    expect(await title('"a \\"quoted\\" title"')).toBe('a "quoted" title')
    for (const value of ['>\n  folded', '"two\\nlines"', `a${' '.repeat(60_000)}b`])
      await expect(title(value)).rejects.toMatchObject({ code: 'BAD_TITLE' })
  })

  it('H1, H2. a template whose form attacks is refused by name, whoever creates from it', async () => {
    const own = await initialised()
    const form = (inner: string) => `---\ntitle: 'T'\n---\n\n${inner}`
    await own.use(async (qms) => {
      await checkout(qms, claude, 'TEMPLATE-CR')
      own.edit('claude', 'TEMPLATE-CR', () => form('---\ntitle: [\n---\n\nbody\n'))
      await checkin(qms, claude, 'TEMPLATE-CR')
    })
    await own.use((qms) => approved(qms, 'TEMPLATE-CR'))
    await unchanged(own, async () => {
      const said = await own.run('create CR --title X -u claude')
      expectSentence(said)
      expect(said.err).toContain('TEMPLATE-CR is not a readable controlled text: the frontmatter of its form')
      expectSentence(await own.run('template show CR'))
    })
    await own.use(async (qms) => {
      await checkout(qms, claude, 'TEMPLATE-SOP')
      own.edit('claude', 'TEMPLATE-SOP', () => form(`---js\n${run}\n---\n\nbody\n`))
      await checkin(qms, claude, 'TEMPLATE-SOP')
      await approved(qms, 'TEMPLATE-SOP')
      await create(qms, claude, { type: 'SOP', title: 'From it' })
    })
    expect(own.read(own.copy('claude', 'SOP-008'))).toContain('---js')
    expect(own.has(marker)).toBe(false)
  })
})

it('H3. a bomb of nine levels of ten costs less than 100 ms of processor and 100 MB', () => {
  const script = `
    import { readFrontmatter } from ${JSON.stringify(join(ROOT, 'dist/documents/frontmatter.js'))}
    const text = ${JSON.stringify(`---\n${bomb}\n---\nbody\n`)}
    const before = process.memoryUsage().rss
    const costs = []
    for (let n = 0; n < 5; n++) {
      const start = process.cpuUsage()
      try { readFrontmatter(text); costs.push(Infinity) } catch {}
      const { user, system } = process.cpuUsage(start)
      costs.push((user + system) / 1000)
    }
    console.log(JSON.stringify({ ms: Math.min(...costs), mb: (process.memoryUsage().rss - before) / 1e6 }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  const { ms, mb } = JSON.parse(stdout)
  expect(ms).toBeLessThan(100)
  expect(mb).toBeLessThan(100)
})
