/** Every command explains itself, and every command line that anybody is shown is one that the parser takes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TASKS } from '../../src/interfaces/cli/help.ts'
import { ROOT } from '../support/cli.ts'
import { commandNames, config, parseLine } from '../support/grammar.ts'

/** Of a Markdown text: inline code and lines of shell blocks that begin with `qms`. A bare mention of a verb is none. */
const commandLines = (markdown: string): string[] => {
  const blocks = [...markdown.matchAll(/^```(?:sh|console|bash|text)?\n([\s\S]*?)^```/gm)].map(
    (m) => m[1] ?? '',
  )
  const inBlocks = blocks.flatMap((block) =>
    block
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/^\$ /, '').trim())
      .filter((line) => line.startsWith('qms ')),
  )
  const prose = markdown.replaceAll(/^```[\s\S]*?^```/gm, '')
  const inline = [...prose.matchAll(/`(qms [^`]+)`/g)].map((m) => (m[1] ?? '').replaceAll(/\s+/g, ' '))
  return [...inBlocks, ...inline]
}

const mentionsOnly = async (line: string): Promise<boolean> =>
  (await commandNames()).includes(line.replace(/^qms /, ''))

describe('every command', () => {
  it('has a summary, and examples that parse as this command', async () => {
    for (const command of (await config()).commands) {
      const name = command.id.replaceAll(':', ' ')
      const examples = [command.examples ?? []].flat().map(String)
      expect({ name, summary: typeof command.summary }).toEqual({ name, summary: 'string' })
      expect({ name, examples: examples.length > 0 }).toEqual({ name, examples: true })
      for (const example of examples) {
        const line = example.replaceAll('<%= config.bin %>', 'qms')
        await expect(parseLine(line), line).resolves.toBe(name)
      }
    }
  })

  it('stands under exactly one task of the help', async () => {
    expect(Object.values(TASKS).flat().sort()).toEqual(await commandNames())
  })

  it('that writes takes --dry-run and --request-id; those that write no event, or are refused twice, only the first', async () => {
    const reading = new Set(
      'diff help history inbox list next packet why read search status tree workspace comments audit checkpoint commands completion agent-guide mcp'
        .split(' ')
        .concat([
          'audit export',
          'audit report',
          'audit verify',
          'ei list',
          'ei show',
          'user list',
          'user show',
          'agent check',
          'agent stats',
          'session show',
          'namespace list',
          'policy show',
          'template list',
          'template show',
          'hooks show',
          'hook pre-commit',
          'hook commit-msg',
          'hook pre-push',
          'hook pre-receive',
          'agent lint-prompt',
          'hook pre-tool-use',
          'hook user-prompt-submit',
          'hook session-start',
          'hook subagent-start',
          'hook subagent-stop',
        ]),
    )
    for (const command of (await config()).commands) {
      const name = command.id.replaceAll(':', ' ')
      const flags = Object.keys(command.flags).filter((f) => f === 'dry-run' || f === 'request-id')
      const expected = reading.has(name)
        ? []
        : ['init', 'doctor', 'lint', 'hooks install', 'trace', 'config trust'].includes(name)
          ? ['dry-run']
          : ['dry-run', 'request-id']
      expect({ name, flags: flags.sort() }).toEqual({ name, flags: expected })
    }
  })

  it('describes each of its flags and arguments', async () => {
    for (const command of (await config()).commands)
      for (const [name, part] of [...Object.entries(command.flags), ...Object.entries(command.args)])
        expect({
          command: command.id,
          name,
          described: Boolean(part.description || name === 'json'),
        }).toEqual({
          command: command.id,
          name,
          described: true,
        })
  })
})

const shipped = ['templates/sops', 'templates/agents', 'templates/documents'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

describe('every command line that is quoted', () => {
  it.each(shipped)('in %s goes through the parser', async (file) => {
    const lines = commandLines(readFileSync(join(ROOT, file), 'utf8'))
    for (const line of lines)
      if (!(await mentionsOnly(line))) await expect(parseLine(line), line).resolves.toBeTruthy()
  })

  it('there are many of them, so that the search for them works', () => {
    const all = shipped.flatMap((file) => commandLines(readFileSync(join(ROOT, file), 'utf8')))
    expect(all.length).toBeGreaterThan(80)
    expect(all).toContain('qms route SOP-008 --review --assign tu_api tu_ops -u writer')
    expect(all).toContain('qms close CR-001 -u writer')
  })

  it('and the parser is not one that takes everything', async () => {
    for (const line of [
      'qms aprove CR-001',
      'qms close',
      'qms close CR-001 CR-002',
      'qms review CR-001',
      'qms list --colour',
    ])
      await expect(parseLine(line), line).rejects.toThrow()
  })
})
