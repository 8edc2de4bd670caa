/** Tools follow from commands: which there are, what they take, what they promise, and the command line that each becomes. */
import { describe, expect, it } from 'vitest'
import { QmsError } from '../../src/errors.ts'
import { cardsOf } from '../../src/interfaces/cli/cards.ts'
import { PAGE, pageAfter } from '../../src/interfaces/mcp/paging.ts'
import { documentUri, questionOf } from '../../src/interfaces/mcp/resources.ts'
import { servedOf, toolsOf } from '../../src/interfaces/mcp/tools.ts'
import { wordsFor } from '../../src/interfaces/mcp/words.ts'
import { commandNames, config, parseLine } from '../support/grammar.ts'

const commandOf = async (verb: string) => {
  const command = servedOf((await config()).commands).get(`qms_${verb.replaceAll(' ', '_')}`)
  if (!command) throw new Error(`${verb} is not served`)
  return command
}

const line = async (verb: string, given: Record<string, unknown>, user?: string): Promise<string[]> =>
  wordsFor(await commandOf(verb), given, user)

const refusal = async (verb: string, given: Record<string, unknown>): Promise<object> => {
  const error = await line(verb, given).then(
    (words) => new Error(`not refused: ${words}`),
    (thrown) => thrown,
  )
  if (!(error instanceof QmsError)) throw error
  return { code: error.code, ...error.facts }
}

describe('the list of tools', () => {
  it('is every command but those for whoever administers, sets up or leads', async () => {
    const served = [...servedOf((await config()).commands).values()].map((c) => c.id.replaceAll(':', ' '))
    const kept = (await commandNames()).filter((name) => !served.includes(name))
    const topics = kept.map((name) => name.replace(/^(hook|hooks|user) .*/, '$1 *'))
    expect([...new Set(topics)]).toEqual([
      'completion',
      'config',
      'config trust',
      'fix',
      'hook *',
      'hooks *',
      'init',
      'mcp',
      'namespace add',
      'policy set',
      'resolve',
      'session allow-fresh',
      'user *',
    ])
    expect(served.length + kept.length).toBe((await commandNames()).length)
  })

  it('gives each a name and a schema that agent tools take', async () => {
    for (const { name, inputSchema, description } of toolsOf((await config()).commands)) {
      expect(name).toMatch(/^qms_[a-z_]{2,60}$/)
      expect(description).toMatch(/\S/)
      const properties = Object.entries(inputSchema.properties ?? {})
      for (const [key, schema] of properties) {
        expect(key).toMatch(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/)
        expect(schema).toMatchObject({ description: expect.stringMatching(/\S/) })
      }
      expect(inputSchema.additionalProperties).toBe(false)
      for (const key of inputSchema.required ?? [])
        expect(Object.keys(inputSchema.properties ?? {})).toContain(key)
    }
  })

  it('offers nobody a way to say who acts, where, or how it is printed', async () => {
    const keys = toolsOf((await config()).commands).flatMap((tool) =>
      Object.keys(tool.inputSchema.properties ?? {}),
    )
    for (const key of [
      'user',
      'project',
      'json',
      'plain',
      'sarif',
      'quiet',
      'verbose',
      'no-color',
      'no-pager',
    ])
      expect(keys).not.toContain(key)
    expect(keys).toContain('request-id')
  })

  it('takes types, choices, lists and what is required from the flags themselves', async () => {
    const tools = new Map(toolsOf((await config()).commands).map((tool) => [tool.name, tool]))
    expect(tools.get('qms_create')?.inputSchema).toMatchObject({
      required: ['type'],
      properties: {
        type: { type: 'string' },
        title: { type: 'string' },
        kind: { type: 'string', enum: ['1', '2'] },
        'dry-run': { type: 'boolean' },
      },
    })
    expect(tools.get('qms_route')?.inputSchema.properties).toMatchObject({
      assign: { type: 'array', items: { type: 'string' } },
      review: { type: 'boolean', description: 'to its reviewers (not with approval)' },
    })
    expect(tools.get('qms_lint')?.inputSchema.properties).toMatchObject({ id: { type: 'array' } })
    expect(tools.get('qms_ei_run')?.inputSchema).toMatchObject({
      required: ['id', 'item', 'command'],
      properties: {
        item: { type: 'string' },
        command: { type: 'array', items: { type: 'string' } },
        timeout: { type: 'integer' },
      },
    })
    expect(tools.get('qms_packet')?.inputSchema.properties).toMatchObject({
      sops: { enum: ['list', 'full'], description: expect.stringMatching(/\(default: full\)$/) },
    })
    expect(tools.get('qms_escalate')?.inputSchema.required).toEqual(['id', 'reason'])
  })

  it('offers nothing that is hidden, asks for nothing that has a default, and names no flag that is not offered', async () => {
    const command = await commandOf('assign')
    expect(servedOf([{ ...command, hidden: true }]).size).toBe(0)
    const flag = { type: 'option', description: 'a flag', multiple: false } as const
    const made = {
      ...command,
      args: { id: { name: 'id' }, secret: { name: 'secret', hidden: true } },
      flags: {
        one: { ...flag, name: 'one', required: true, default: 'x' },
        two: { ...flag, name: 'two', required: true, exclusive: ['json', 'one'] },
        three: { ...flag, name: 'three', hidden: true },
      },
    } as unknown as typeof command
    const [tool] = toolsOf([made])
    expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(['id', 'one', 'two'])
    expect(tool?.inputSchema.required).toEqual(['two'])
    expect(tool?.inputSchema.properties).toMatchObject({ two: { description: 'a flag (not with one)' } })
  })

  it('says of whatever could make or mend a file that it does not only read', async () => {
    const { flags, ...command } = await commandOf('list')
    const hint = (...names: readonly string[]) => {
      const more = Object.fromEntries(names.map((name) => [name, { type: 'boolean', name }]))
      return toolsOf([{ ...command, flags: { ...flags, ...more } } as never])[0]?.annotations?.readOnlyHint
    }
    expect([hint(), hint('out'), hint('fix'), hint('dry-run')]).toEqual([true, false, false, false])
  })

  it('withholds what mends a machine, accepts what was rewritten, or tells a secret', async () => {
    const of = async (verb: string) =>
      Object.keys(toolsOf([await commandOf(verb)])[0]?.inputSchema.properties ?? {})
    expect(await of('doctor')).toEqual([])
    expect(await of('checkpoint')).toEqual(['out'])
    expect(await of('session start')).toEqual(['dry-run', 'request-id'])
    expect(await of('status')).toEqual(['id', 'diagram', 'format'])
  })

  it('says of each whether it reads, whether it can be taken back, and that only one reaches further', async () => {
    const commands = (await config()).commands
    const cards = new Map(
      cardsOf(commands).map((card) => [`qms_${card.name.replaceAll(/[ -]/g, '_')}`, card]),
    )
    const by = new Map(toolsOf(commands).map((tool) => [tool.name, tool.annotations]))
    for (const name of [
      'status',
      'read',
      'inbox',
      'list',
      'history',
      'next',
      'why',
      'audit',
      'doctor',
      'tree',
    ])
      expect({ name, ...by.get(`qms_${name}`) }).toMatchObject({
        name,
        readOnlyHint: true,
        idempotentHint: true,
      })
    for (const name of ['review', 'approve', 'reject', 'close', 'cancel'])
      expect({ name, ...by.get(`qms_${name}`) }).toMatchObject({ readOnlyHint: false, destructiveHint: true })
    for (const name of ['create', 'route', 'checkin'])
      expect({ name, ...by.get(`qms_${name}`) }).toMatchObject({
        readOnlyHint: false,
        destructiveHint: false,
      })
    for (const name of ['checkpoint', 'audit_export', 'lint', 'trace'])
      expect({ name, ...by.get(`qms_${name}`) }).toMatchObject({
        readOnlyHint: false,
        destructiveHint: false,
      })
    for (const [name, hints] of by) {
      expect({ name, reads: hints?.readOnlyHint && cards.get(name)?.effects === 'writes' }).toEqual({
        name,
        reads: false,
      })
      expect({ name, open: hints?.openWorldHint }).toEqual({
        name,
        open: /^qms_(?:ei_run|agent_spawn)$/.test(name),
      })
    }
  })
})

describe('what a tool is called with becomes a command line', () => {
  it('that is the one a person would type', async () => {
    expect(await line('review', { id: 'CR-001', recommend: true, comment: 'Fine = good.' }, 'qa')).toEqual([
      'CR-001',
      '--recommend',
      '--comment=Fine = good.',
      '-u',
      'qa',
    ])
    expect(await line('route', { id: 'CR-001', assign: ['qa', 'tu_api'], review: false })).toEqual([
      'CR-001',
      '--assign=qa',
      '--assign=tu_api',
    ])
    expect(await line('lint', { id: ['CR-001', 'a.md'] })).toEqual(['CR-001', 'a.md'])
    expect(await line('status', { id: null })).toEqual([])
  })

  it('with a command of its own behind everything else', async () => {
    const given = { id: 'CR-001', item: 'EI-1', command: ['sh', '-c', 'exit 1', '-'], timeout: 5 }
    expect(await line('ei run', given, 'claude')).toEqual([
      ...['CR-001', 'EI-1', '--timeout=5', '-u', 'claude', '--'],
      ...['sh', '-c', 'exit 1', '-'],
    ])
  })

  it('in which no value becomes a flag', async () => {
    for (const id of ['--user=qa', '-uqa', '--project=/', '-'.repeat(2)]) {
      const words = await line('status', { id }, 'claude')
      expect(words).toEqual(['-u', 'claude', '--', id])
      await expect(parseLine(`qms status ${words.map((w) => `'${w}'`).join(' ')}`)).resolves.toBe('status')
    }
    expect(await refusal('ei run', { id: 'CR-001', item: '-uqa', command: ['true'] })).toMatchObject({
      code: 'BAD_VALUE',
      found: '-uqa',
    })
    expect(await line('review', { id: 'CR-001', comment: '--no-recommend' })).toContain(
      '--comment=--no-recommend',
    )
    await expect(parseLine('qms review CR-001 --recommend --comment=--no-recommend')).resolves.toBe('review')
    for (const comment of ['--dry-run', '--no-color', '-u qa', '-n'])
      expect(await refusal('review', { id: 'CR-001', comment })).toMatchObject({
        code: 'BAD_VALUE',
        name: 'comment',
      })
    expect(await line('review', { id: 'CR-001', comment: '- first\n- second' })).toContain(
      '--comment=- first\n- second',
    )
  })

  it('and is refused where it says something else, in words', async () => {
    expect(await refusal('review', { id: 'CR-001', coment: 'x' })).toMatchObject({
      code: 'USAGE',
      problem: 'review has no argument "coment": did you mean comment?',
    })
    expect(await refusal('inbox', { user: 'qa' })).toMatchObject({ code: 'USAGE' })
    expect(await refusal('review', { id: ['CR-001'] })).toMatchObject({
      code: 'BAD_VALUE',
      name: 'id',
      found: '["CR-001"]',
      expected: 'a text',
    })
    expect(await refusal('review', { id: 'CR-001', recommend: 'yes' })).toMatchObject({
      expected: 'true or false',
    })
    expect(await refusal('route', { id: 'CR-001', assign: [{}] })).toMatchObject({
      expected: 'a list of texts',
    })
  })

  it('and never names standard input or output: those are the protocol', async () => {
    for (const file of ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0', '/proc/1/fd/1', '/dev/stdout']) {
      expect(await refusal('create', { type: 'CR', file })).toMatchObject({
        code: 'BAD_VALUE',
        found: `"${file}"`,
      })
      expect(await refusal('lint', { id: [file] })).toMatchObject({ code: 'BAD_VALUE' })
      expect(await refusal('checkpoint', { out: file })).toMatchObject({ code: 'BAD_VALUE' })
    }
    expect(await line('create', { type: 'CR', file: '/dev/shm/draft.md' })).toContain(
      '--file=/dev/shm/draft.md',
    )
  })
})

describe('addresses and pages', () => {
  it('of resources name one command each, or nothing', () => {
    expect(documentUri('A B')).toBe('qms://documents/A%20B')
    expect(questionOf(documentUri('A/B'))).toEqual({ tool: 'qms_read', given: { id: 'A/B' } })
    expect(questionOf('qms://tasks')).toEqual({ tool: 'qms_inbox', given: {} })
    expect(questionOf('qms://documents/CR-001')).toEqual({ tool: 'qms_read', given: { id: 'CR-001' } })
    expect(questionOf('qms://documents/SOP-001/versions/1.0')).toEqual({
      tool: 'qms_read',
      given: { id: 'SOP-001', version: '1.0' },
    })
    for (const uri of [
      'qms://documents/',
      'qms://documents/a/b',
      'qms://documents/CR-001#x',
      'qms://documents/CR-001?x',
      'qms://tasks/',
      'file:///etc',
      'qms://documents/%E0%A4%A',
    ])
      expect({ uri, question: questionOf(uri) }).toEqual({ uri, question: null })
  })

  it('give every entry once, also where others come and go in between', () => {
    const all = Array.from({ length: 2 * PAGE + 50 }, (_, i) => `k${String(i).padStart(4, '0')}`)
    const keyOf = (key: string) => key
    const first = pageAfter(all, keyOf, undefined)
    expect(first?.entries).toEqual(all.slice(0, PAGE))
    const changed = all.filter((key) => key !== first?.entries.at(-1)).concat('z')
    const second = pageAfter(changed, keyOf, first?.nextCursor)
    expect(second?.entries).toEqual(all.slice(PAGE, 2 * PAGE))
    const third = pageAfter(changed, keyOf, second?.nextCursor)
    expect(third?.entries).toEqual([...all.slice(2 * PAGE), 'z'])
    expect(third?.nextCursor).toBeUndefined()
    for (const cursor of ['', 'not base64!', '%%%']) expect(pageAfter(all, keyOf, cursor)).toBeNull()
  })
})
