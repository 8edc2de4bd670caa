/** Standard input and output belong to the protocol: whatever comes in ends nothing, and nothing else goes out. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { act, agreed, claude, drafted, folder, initialised, type Project, route } from '../support/cli.ts'
import { INITIALIZE, lineTo, tool } from '../support/mcp.ts'

let project: Project
beforeAll(async () => {
  project = await initialised()
})

const status = (id: number) => tool(id, 'qms_status', { id: 'SOP-001' })
const good = { result: { isError: false } }

describe('whatever comes in', () => {
  it('that is no message is passed over, named on standard error, and ends nothing', async () => {
    const line = lineTo(project.root, { user: 'claude' })
    line.send(
      'hello',
      '{"jsonrpc":"2.0"',
      '[]',
      '{"id":5}',
      'null',
      '',
      '\u0000\u0001',
      INITIALIZE,
      status(1),
    )
    expect(await line.answer(1)).toMatchObject(good)
    line.send('{"jsonrpc":"2.0","id":2,"method":"no/such"}', '{}', status(3))
    expect((await line.answer(2)).error?.code).toBe(-32601)
    expect(await line.answer(3)).toMatchObject(good)
    line.send(tool(4, 'qms_nothing'), { ...status(5), params: { name: 'qms_status', arguments: 'SOP-001' } })
    expect((await line.answer(4)).error?.code).toBe(-32602)
    expect((await line.answer(5)).error?.code).toBe(-32602)
    expect(line.complaints).toContain('a message that is no JSON-RPC was passed over')
    line.child.stdin.end()
    expect(await line.end()).toBe(0)
  })

  it('in pieces, many in one, or before the server is ready, is answered each', async () => {
    const line = lineTo(project.root, { user: 'claude' })
    const text = [INITIALIZE, status(1), status(2)].map((message) => `${JSON.stringify(message)}\n`).join('')
    for (let at = 0; at < text.length; at += 37) line.child.stdin.write(text.slice(at, at + 37))
    expect(await line.answer(1)).toMatchObject(good)
    expect(await line.answer(2)).toMatchObject(good)
  })

  it('is answered before its end ends the server', async () => {
    const line = lineTo(project.root, { user: 'claude' })
    line.send(INITIALIZE, status(1), tool(2, 'qms_create', { type: 'CR', title: 'Last' }), status(3))
    line.child.stdin.end()
    expect(await line.end()).toBe(0)
    expect(line.messages.map(({ id }) => id)).toEqual([0, 1, 2, 3])
    expect(line.complaints).toBe('')
    expect(await project.ok('list --type CR -u claude')).toContain('Last')
  })

  it('too large to be a message ends the server, which says so', async () => {
    const line = lineTo(project.root, { user: 'claude' })
    line.send(INITIALIZE)
    await line.answer(0)
    line.child.stdin.write('x'.repeat(11_000_000))
    expect(await line.end()).toBe(0)
    expect(line.complaints).toMatch(/exceeded maximum size/)
  })
})

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('comes with %s at once', async (signal) => {
    const line = lineTo(project.root, { user: 'claude' })
    line.send(INITIALIZE, status(1))
    await line.answer(1)
    line.child.kill(signal)
    expect(await line.end()).toBe(signal)
  })

  it('comes where nobody listens any more, and what was begun is finished', async () => {
    const own = await initialised()
    const line = lineTo(own.root, { user: 'claude' })
    line.send(INITIALIZE)
    await line.answer(0)
    line.child.stdout.destroy()
    line.send(tool(1, 'qms_create', { type: 'CR', title: 'Unheard' }), status(2))
    expect(await line.end()).toBe(0)
    expect(await own.ok('list --type CR')).toContain('Unheard')
    expect(await own.run('audit')).toMatchObject({ code: 0 })
  })

  it('is not told by what the calls found', async () => {
    const line = lineTo(project.root, { user: 'claude' })
    writeFileSync(project.path('bad.md'), 'no frontmatter\n')
    line.send(INITIALIZE, tool(1, 'qms_lint', { id: ['bad.md'] }), tool(2, 'qms_approve', { id: 'SOP-001' }))
    expect(await line.answer(1)).toMatchObject({ result: { structuredContent: { ok: true } } })
    expect(await line.answer(2)).toMatchObject({ result: { isError: true } })
    line.child.stdin.end()
    expect(await line.end()).toBe(0)
  })
})

describe('standard output', () => {
  it('holds messages alone, whatever else this process would print there', async () => {
    const noise = join(folder('noise'), 'noise.cjs')
    const taken = '{ write } = process.stdout, loud = () => process.stdout.write !== write'
    const made = "if (loud()) { console.log('printed'); process.stdout.write('written') }"
    writeFileSync(noise, `const ${taken}\nsetInterval(() => { ${made} }, 5).unref()\n`)
    const line = lineTo(project.root, { user: 'claude' }, ['--require', noise])
    line.send(INITIALIZE)
    for (let n = 1; n <= 60; n++) {
      line.send(status(n))
      expect(await line.answer(n)).toMatchObject(good)
      await sleep(10)
    }
    expect(line.complaints).toContain('printed\n')
    expect(line.complaints).toContain('written')
    expect(line.messages).toHaveLength(61)
  })

  it('holds no output of a run, no note, no progress: those go to standard error or into the answer', async () => {
    const own = await initialised()
    await own.use(async (qms) => {
      await drafted(own, qms, 'CR')
      for (let twice = 0; twice < 2; twice++) {
        await route(qms, claude, 'CR-001', {})
        await agreed(qms, 'CR-001')
      }
      await act(qms, claude, 'CR-001', { action: 'release' })
    })
    own.write('QMS/SOP/SOP-001.md', 'changed by hand\n')
    const line = lineTo(own.root, {
      user: 'claude',
      args: ['-v'],
      env: { FORCE_COLOR: '1', DEBUG: '*', QMS_DEBUG: '1' },
    })
    const run = {
      id: 'CR-001',
      item: 'EI-1',
      command: ['sh', '-c', 'echo heard; echo complained >&2; exit 3'],
    }
    line.send(
      INITIALIZE,
      tool(1, 'qms_ei_run', run),
      tool(2, 'qms_audit'),
      tool(3, 'qms_help', { command: ['route'] }),
    )
    line.send(tool(4, 'qms_status', { id: 'CR-404' }), tool(5, 'qms_checkpoint'), tool(6, 'qms_audit_report'))
    expect(await line.answer(1)).toMatchObject({
      result: { structuredContent: { result: { run: { exit: 3 } } } },
    })
    expect(await line.answer(2)).toMatchObject({ result: { structuredContent: { ok: true } } })
    for (const id of [3, 4, 5, 6]) expect(await line.answer(id)).toHaveProperty('result')
    expect(line.complaints).toContain('heard\n')
    line.child.stdin.end()
    expect(await line.end()).toBe(0)
    expect(line.messages.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6])
  })
})
