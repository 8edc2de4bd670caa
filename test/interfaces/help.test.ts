/** Help on every level: commands, groups, topics, codes; the same words in the manual; every quoted line parses. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { STATUSES } from '../../src/documents/types.ts'
import { EXIT } from '../../src/errors.ts'
import { AGENT_GUIDE } from '../../src/interfaces/agent-guide.ts'
import { TASKS } from '../../src/interfaces/cli/help.ts'
import { widthOf } from '../../src/interfaces/cli/text.ts'
import { EXPLANATIONS } from '../../src/interfaces/explain.ts'
import { EXIT_MEANINGS, TOPICS } from '../../src/interfaces/topics.ts'
import { UNDO } from '../../src/interfaces/undo.ts'
import { folder, Project, ROOT } from '../support/cli.ts'
import { commandNames, config, parseLine } from '../support/grammar.ts'

let nowhere: Project
beforeAll(() => {
  nowhere = new Project(folder())
})

const tooWide = (page: string): string[] =>
  page.split('\n').filter((line) => widthOf(line) > 80 && !/^ +(?:\$ )?qms /.test(line))

describe('help', () => {
  it('on every command: help NAME, NAME --help and NAME -h are one page, examples first, outside any project', async () => {
    for (const command of (await config()).commands) {
      const name = command.id.replaceAll(':', ' ')
      const page = await nowhere.ok(`help ${name}`)
      expect(await nowhere.ok(`${name} --help`)).toBe(page)
      expect(await nowhere.ok(`${name} -h`)).toBe(page)
      const [example] = [command.examples ?? []].flat()
      const at = page.indexOf(`$ ${String(example).replaceAll('<%= config.bin %>', 'qms')}`)
      expect({ name, example: at > 0 && at < page.indexOf('USAGE') }).toEqual({ name, example: true })
      for (const flag of Object.keys(command.flags)) expect(page).toContain(`--${flag}`)
      expect({ name, wide: tooWide(page) }).toEqual({ name, wide: [] })
    }
  }, 240_000)

  it('on the program, on groups, and on help itself', async () => {
    const all = await nowhere.ok('help')
    for (const line of ['--help', '-h', '-u qa --help', '--help -u qa'])
      expect(await nowhere.ok(line)).toBe(all)
    expect(tooWide(all)).toEqual([])
    expect(all.indexOf('Examples')).toBeLessThan(all.indexOf(Object.keys(TASKS)[0] ?? ''))
    const commands = new Set(await commandNames())
    for (const name of Object.keys((await config()).pjson.oclif.topics ?? {})) {
      const page = await nowhere.ok(`help ${name}`)
      expect(page).toMatch(new RegExp(`EXAMPLES\n  \\$ qms ${name}\\b`))
      expect(page).toContain('\nCOMMANDS\n')
      expect(await nowhere.ok(`${name} --help`)).toBe(page)
      if (!commands.has(name)) expect(await nowhere.ok(name)).toBe(page)
    }
    expect(await nowhere.ok('help help')).toContain('qms help lifecycle')
    expect(await nowhere.ok('help --help')).toBe(await nowhere.ok('help help'))
  })

  it('on every topic and every code, whatever the case, named in the index', async () => {
    const all = await nowhere.ok('help')
    for (const name of Object.keys(TOPICS)) {
      expect(all).toContain(`help ${name}`)
      const page = await nowhere.ok(`help ${name}`)
      expect({ name, wide: tooWide(page), ticks: page.includes('`') }).toEqual({
        name,
        wide: [],
        ticks: false,
      })
    }
    const page = await nowhere.ok('help NOT_OPEN')
    expect(page).toContain('exit 1')
    expect(await nowhere.ok('help not-open')).toBe(page)
    expect(await nowhere.ok('help INTERNAL')).toContain('exit 70')
  })

  it('on what does not exist names what comes closest', async () => {
    expect(await nowhere.refused('help aprove', 'USAGE')).toContain('try       qms help approve')
    expect(await nowhere.refused('help lifecicle', 'USAGE')).toContain('try       qms help lifecycle')
    expect(await nowhere.refused('help NOT_OPN', 'USAGE')).toContain('try       qms help NOT_OPEN')
    expect(await nowhere.refused('help xyzzy', 'USAGE')).toContain('try       qms help\n')
  })
})

describe('explanations', () => {
  it('are there for every code, in words that say more than the code', () => {
    expect(Object.keys(EXPLANATIONS).sort()).toEqual([...Object.keys(EXIT), 'INTERNAL'].sort())
    for (const [code, { means, remedy }] of Object.entries(EXPLANATIONS))
      expect({ code, sentences: [means, remedy].every((t) => /^[`\w'].{15,}\.$/s.test(t)) }).toEqual({
        code,
        sentences: true,
      })
  })

  it('are there for every exit code that exists, and the README lists the same', () => {
    const codes = new Set([0, ...Object.values(EXIT), 70])
    for (const code of codes) expect({ code, meaning: EXIT_MEANINGS[code] }).toMatchObject({ meaning: /./ })
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8').replaceAll('`', '')
    for (const code of codes) expect(readme).toContain(`| ${code} | ${EXIT_MEANINGS[code]}`)
  })

  it('of the lifecycle name every status', () => {
    const { text } = TOPICS.lifecycle ?? { text: '' }
    expect(STATUSES.filter((status) => !new RegExp(`\\b${status}\\b`).test(text))).toEqual([])
  })

  it('of the way back are there for every command that writes, and for no other', async () => {
    const writing = (await config()).commands.filter((c) => 'dry-run' in c.flags && !c.hidden)
    expect(Object.keys(UNDO).sort()).toEqual(writing.map((c) => c.id.replaceAll(':', ' ')).sort())
    expect(await nowhere.ok('help route')).toContain('TAKE IT BACK\n  qms withdraw ID.')
  })

  it('of the environment name each variable that the program reads', () => {
    const { text } = TOPICS.environment ?? { text: '' }
    for (const name of [
      'QMS_USER',
      'QMS_PAGER',
      'QMS_ACCESSIBLE',
      'QMS_DEBUG',
      'NO_COLOR',
      'FORCE_COLOR',
      'TERM',
      'PAGER',
    ])
      expect(text).toContain(name)
  })
})

/** Names in capitals stand for what the reader puts there. */
const filled = (line: string): string =>
  line
    .replace(/\bGROUP\b/, 'reviewer')
    .replace(/\bCOMMAND\b/, 'route')
    .replaceAll(/\bID\b/g, 'CR-001')
    .replace(/\bTYPE\b/, 'CR')
    .replaceAll(/\b(?:NAME|TITLE|TEXT|KEY|VALUE|DIR|FILE)\b/g, 'x')

describe('every line that help quotes', () => {
  const quoted = (text: string): string[] => [
    ...[...text.matchAll(/`(qms [^`]+)`/g)].map((m) => m[1] ?? ''),
    ...text.split('\n').flatMap((line) => (/^ {2}qms /.test(line) ? [line.trim()] : [])),
  ]
  const sources = {
    topics: Object.values(TOPICS).map((t) => t.text),
    codes: Object.values(EXPLANATIONS).flatMap((e) => [e.means, e.remedy]),
    'ways back': Object.values(UNDO),
    'the guide for agents': [AGENT_GUIDE],
  }

  it.each(Object.entries(sources))('of %s goes through the parser', async (_, texts) => {
    const lines = texts.flatMap(quoted)
    expect(lines.length).toBeGreaterThan(5)
    const names = await commandNames()
    for (const line of lines) {
      const mention = names.includes(line.replace(/^qms /, '')) || line.startsWith('qms --version')
      if (!mention) await expect(parseLine(filled(line)), line).resolves.toBeTruthy()
    }
  })
})

describe('the list of habits', () => {
  it('has each once, and what it says shows it is there', () => {
    const rows = readFileSync(join(ROOT, 'docs/cli-habits.md'), 'utf8').match(/^\| C\d+ .*$/gm) ?? []
    expect(rows.map((row) => row.split(' ')[1])).toEqual(Array.from({ length: 45 }, (_, i) => `C${i + 1}`))
    for (const row of rows) {
      const cells = row.split(' | ')
      const shown = cells.at(-1)?.match(/`[^`]+`/g) ?? []
      const files = shown.map((name) => name.slice(1, -1)).filter((name) => !name.startsWith('npm run '))
      expect({ row, waits: shown.length > 0 || / waits for /.test(row) }).toEqual({ row, waits: true })
      for (const file of files)
        expect({ file, there: existsSync(join(ROOT, file)) }).toEqual({ file, there: true })
    }
  })
})

describe('the program describes itself', () => {
  it('to programs: every command with what it takes, whether it writes, how it ends', async () => {
    const { result } = await nowhere.json('commands')
    expect(result.commands.map((c: { name: string }) => c.name)).toEqual(await commandNames())
    const by = Object.fromEntries(result.commands.map((c: { name: string }) => [c.name, c]))
    expect(by.route).toMatchObject({
      effects: 'writes',
      arguments: [{ name: 'id', required: true }],
      undo: 'qms withdraw ID',
    })
    expect(by.route.exitCodes).toContain(4)
    expect(by.list).toMatchObject({ effects: 'reads', undo: null })
    expect(by.list.exitCodes).not.toContain(4)
    expect(by['user add'].flags).toContainEqual(
      expect.objectContaining({
        name: 'group',
        required: true,
        options: expect.arrayContaining(['quality']),
      }),
    )
    expect(by.help.effects).toBe('shell')
  })

  it('to agents: a section for AGENTS.md', async () => {
    expect(await nowhere.ok('agent-guide')).toBe(AGENT_GUIDE)
  })

  it('with versions of everything that takes part', async () => {
    const { command, result } = await nowhere.json('--version')
    expect(command).toBe('version')
    expect(result).toMatchObject({
      qms: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
      storeFormat: '1.0',
      node: process.versions.node,
      git: nowhere.git('--version').replace('git version ', ''),
    })
    expect((await nowhere.json('--version', { env: { PATH: '/nowhere' } })).result.git).toBeNull()
  })
})
