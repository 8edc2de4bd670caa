/** Calls under way, as this machine sees them: real files, and processes that wait and are killed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Dispatch } from '../../src/agents/sessions.ts'
import { callsOf } from '../../src/app/agents/calls.ts'
import { DiskCalls } from '../../src/store/calls.ts'
import { DiskGrants } from '../../src/store/grants.ts'
import { compileChildren } from '../support/compiled.ts'
import { temporaryFolder } from '../support/repository.ts'

let folder: string
let program: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qms-compiled-'))
  program = compileChildren(folder)('calls')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const place = () => {
  const [common, state] = [temporaryFolder(), temporaryFolder()]
  const calls = new DiskCalls(common, state)
  const grants = new DiskGrants(common, state)
  const files = () =>
    (readdirSync(state, { recursive: true }) as string[]).filter((f) => statSync(join(state, f)).isFile())
  return { common, state, calls, grants, files }
}
type Place = ReturnType<typeof place>

/** A process that waits for a call, until it is killed. */
const waiter = async ({ common, state }: Place, dispatch: string, instance: string) => {
  const child = spawn(process.execPath, [program, common, state, dispatch, instance], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

const DAY = 86_400_000
const until = (ms: number) => new Date(Date.now() + ms).toISOString()
const call = (over: Partial<Dispatch> = {}) =>
  ({ id: 'D-001', agent: 'qa', end: null, until: until(DAY), ...over }) as Dispatch

const seen = async (p: Place, ...all: Dispatch[]) => {
  const found = await callsOf({ dispatches: new Map(all.map((d) => [d.id, d])), now: until(0) }, p)
  return found.map(({ of, gone, instance }) => [of.id, gone, instance])
}

describe('a call under way', () => {
  it('is waited for until its process ends, and what its agent is known by outlives it', async () => {
    const p = place()
    expect(p.calls.known('D-001')).toBeNull()
    const kill = await waiter(p, 'D-001', 'I-1')
    expect(p.calls.known('D-001')).toEqual({ waits: true, instance: 'I-1' })
    expect(await seen(p, call())).toEqual([['D-001', false, 'I-1']])
    await kill()
    expect(p.calls.known('D-001')).toEqual({ waits: false, instance: 'I-1' })
    expect(await seen(p, call())).toEqual([['D-001', true, 'I-1']])
    expect(await seen(p, call({ end: {} as never }))).toEqual([])
  })

  it('is not gone between two tries, when its agent is not there and who waits for it is', async () => {
    const p = place()
    await p.calls.wait('D-001')
    const of = { kind: 'dispatch', actor: 'qa', session: 'S-001', dispatch: 'D-001' } as const
    const { grant } = await p.grants.issue({
      ...of,
      document: 'CR-001',
      task: 'review',
      bound: null,
      expires: until(DAY),
    })
    const agent = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
    await p.grants.bind(grant.id, agent.pid ?? 0)
    agent.kill('SIGKILL')
    await once(agent, 'exit')
    expect(await p.grants.lives(grant.id)).toBe(false)
    expect(await seen(p, call())).toEqual([['D-001', false, null]])
    p.calls.forget('D-001')
    expect(await seen(p, call())).toEqual([['D-001', true, null]])
  })

  it('is gone when its time is over, and of another machine only then', async () => {
    const p = place()
    await p.calls.wait('D-001')
    const over = call({ until: until(-1) })
    expect(await seen(p, over, call({ id: 'D-002' }))).toEqual([
      ['D-001', true, null],
      ['D-002', false, null],
    ])
  })

  it('is forgotten by who waited, and by anybody once who waited has ended', async () => {
    const p = place()
    const kill = await waiter(p, 'D-001', 'I-1')
    await p.calls.wait('D-001')
    p.calls.forget('D-001')
    expect(p.calls.known('D-001')).toEqual({ waits: true, instance: 'I-1' })
    await kill()
    p.calls.forget('D-001')
    expect(p.files()).toEqual([])
  })

  it('says nothing of a store that stood there before', async () => {
    const p = place()
    await (await waiter(p, 'D-001', 'I-old'))()
    await p.calls.wait('D-001')
    expect(p.calls.known('D-001')).toEqual({ waits: true, instance: null })
  })

  it('is for this user alone, and refused where it cannot be kept', async () => {
    const p = place()
    await p.calls.wait('D-001')
    for (const file of p.files()) expect(statSync(join(p.state, file)).mode & 0o077).toBe(0)
    const nowhere = new DiskCalls(p.common, null)
    await expect(nowhere.wait('D-001')).rejects.toMatchObject({ code: 'IO' })
    expect(nowhere.known('D-001')).toBeNull()
    const state = temporaryFolder()
    mkdirSync(state, { recursive: true })
    writeFileSync(join(state, 'calls'), '')
    const closed = new DiskCalls(p.common, state)
    await expect(closed.wait('D-001')).rejects.toMatchObject({ code: 'IO' })
    expect(() => closed.met('D-001', 'I-1')).not.toThrow()
  })
})
