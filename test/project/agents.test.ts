/** Programs that run agents, as real children: what they are told, how they are heard, and how they are ended. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { QmsError } from '../../src/errors.ts'
import type { AgentRan, AgentRunAsk } from '../../src/project/agent-runs.ts'
import { findProgram } from '../../src/project/find-program.ts'
import { Lines } from '../../src/project/lines.ts'
import { SpawnedAgents } from '../../src/project/spawned-agents.ts'
import { folder } from '../support/cli.ts'

const root = folder('agents')

interface Heard {
  readonly ran: AgentRan
  readonly lines: readonly string[]
}

const run = async (
  command: AgentRunAsk['command'],
  more: Partial<AgentRunAsk> = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Heard> => {
  const lines: string[] = []
  const ran = await new SpawnedAgents(env, 300).run({
    command,
    folder: root,
    input: '',
    env: {},
    secrets: {},
    time: 20_000,
    idle: 20_000,
    log: null,
    hear: (from, line) => lines.push(`${from} ${line}`) > 0,
    ...more,
  })
  return { ran, lines }
}

const sh = (line: string, more: Partial<AgentRunAsk> = {}, env = process.env) =>
  run(['sh', '-c', line], more, env)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

/** The number that a child wrote into a file, once it has. */
const pidIn = async (name: string): Promise<number> => {
  const file = join(root, name)
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20)
  return Number(readFileSync(file, 'utf8'))
}

describe('an agent program', () => {
  it('is told what it is to do, whole, and then nothing more', async () => {
    const input = `${'a long prompt '.repeat(20_000)}\nends here`
    const { ran, lines } = await sh('wc -c; tail -c 9 >&2', { input })
    expect(ran).toMatchObject({ exit: 0, signal: null, late: null, interrupted: false })
    expect(lines[0]).toBe(`stdout ${input.length}`)
  })

  it('need not read what it is told', async () => {
    const { ran, lines } = await sh('exec 0<&-; echo done', { input: 'x'.repeat(5_000_000) })
    expect({ exit: ran.exit, lines }).toEqual({ exit: 0, lines: ['stdout done'] })
  })

  it('is heard line by line, each output by its name, the last one without an end, too', async () => {
    const { lines } = await sh("printf 'one\\ntw'; sleep 0.1; printf 'o\\r\\n\\nlast'; echo no >&2")
    expect(lines.filter((l) => l.startsWith('stdout'))).toEqual([
      'stdout one',
      'stdout two',
      'stdout ',
      'stdout last',
    ])
    expect(lines).toContain('stderr no')
  })

  it('has the environment of this program, without its settings, and what it is given besides', async () => {
    const env = {
      PATH: process.env.PATH,
      KEPT: 'kept',
      GONE: 'gone',
      QMS_USER: 'lead',
      QMS_TOKEN: 'of another',
    }
    const more = { env: { ADDED: 'added', GONE: null }, secrets: { QMS_TOKEN: 'own' } }
    const { lines } = await sh(
      'echo "$KEPT,$ADDED,$GONE,$QMS_USER"; printf %s "$QMS_TOKEN" | wc -c',
      more,
      env,
    )
    expect(lines).toEqual(['stdout kept,added,,', 'stdout 3'])
  })

  it('says nothing of its secret, neither to us nor to the log', async () => {
    const secret = 'q7-Zx_91kk'
    const log = join(root, 'logs', 'secret.log')
    const more = { secrets: { QMS_TOKEN: secret }, log }
    const { lines } = await sh('echo "a $QMS_TOKEN b $QMS_TOKEN"; printf %s "$QMS_TOKEN" >&2', more)
    expect([...lines].sort()).toEqual(['stderr [masked]', 'stdout a [masked] b [masked]'])
    const kept = readFileSync(log, 'utf8')
    expect(kept).toContain('> a [masked] b [masked]')
    expect(kept).not.toContain(secret)
    expect(statSync(log).mode & 0o777).toBe(0o600)
  })

  it('is told nothing before those who must know of it do', async () => {
    const order: string[] = []
    await sh('read line; echo "$line"', {
      input: 'go\n',
      started: async (pid) => {
        expect(isAlive(pid)).toBe(true)
        await sleep(100)
        order.push('known')
      },
      hear: (_, line) => order.push(line) > 0,
    })
    expect(order).toEqual(['known', 'go'])
  })

  it('is ended where it cannot be made known', async () => {
    let at = 0
    const started = (pid: number): Promise<void> => {
      at = pid
      return Promise.reject(new Error('no room'))
    }
    await expect(sh('sleep 60', { started })).rejects.toThrow('no room')
    expect(isAlive(at)).toBe(false)
  })
})

describe('limits', () => {
  it('end it when its time is over, with what it started', async () => {
    const line = 'trap "" TERM; sleep 60 & echo $! > late.pid; while :; do echo still; sleep 0.05; done'
    const { ran } = await sh(line, { time: 700 })
    expect(ran).toMatchObject({ exit: null, late: 'time', interrupted: false })
    const pid = await pidIn('late.pid')
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  })

  it('leave nothing of its group at work when it has ended by itself', async () => {
    const { ran } = await sh('sleep 60 > /dev/null 2>&1 & echo $! > left.pid')
    expect(ran).toMatchObject({ exit: 0, signal: null, late: null, interrupted: false })
    const pid = await pidIn('left.pid')
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false)
  })

  it('end it when it is silent for too long, and not before', async () => {
    expect((await sh('for i in 1 2 3 4 5; do sleep 0.8; echo $i; done', { idle: 3000 })).ran).toMatchObject({
      exit: 0,
      late: null,
    })
    expect((await sh('echo one; sleep 60', { idle: 300 })).ran).toMatchObject({ exit: null, late: 'silence' })
  })

  it('do not count what is no sign of life', async () => {
    const hear = (_: string, line: string): boolean => line !== 'Reconnecting...'
    const line = 'while :; do echo Reconnecting...; sleep 0.05; done'
    expect((await sh(line, { idle: 400, hear })).ran).toMatchObject({ late: 'silence' })
  })

  it('keep no more of a line than there is room for, and no part of a secret at its end', () => {
    const told: string[] = []
    const lines = new Lines((line) => told.push(line), ['secret'], 10)
    for (const piece of ['1234567', 'secret and', ' more\n', 'next\n', 'é'.repeat(3)])
      lines.add(Buffer.from(piece))
    lines.end()
    expect(told).toEqual(['1234', 'next', 'ééé'])
  })
})

describe('where a program is', () => {
  const project = folder('project')
  const elsewhere = folder('elsewhere')
  const put = (place: string, name: string): string => {
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, name), '#!/bin/sh\n')
    chmodSync(join(place, name), 0o755)
    return join(place, name)
  }
  const find = (name: string, ...path: string[]) => findProgram(name, project, path.join(delimiter))
  const refusal = (work: () => unknown): unknown => {
    try {
      return work()
    } catch (error) {
      return (error as QmsError<'NOT_STARTED'>).facts
    }
  }

  it('is for PATH to say, the first that may be run', () => {
    const there = put(join(elsewhere, 'b'), 'tool')
    mkdirSync(join(elsewhere, 'a', 'tool'), { recursive: true })
    expect(find('tool', join(elsewhere, 'a'), join(elsewhere, 'b'))).toBe(there)
    expect(find(there, '')).toBe(there)
  })

  it('is never in the project, however it is named', () => {
    const own = put(join(project, 'node_modules/.bin'), 'tool')
    const there = put(join(elsewhere, 'c'), 'tool')
    mkdirSync(join(elsewhere, 'd'))
    symlinkSync(own, join(elsewhere, 'd', 'tool'))
    symlinkSync(join(project, 'node_modules/.bin'), join(elsewhere, 'e'))
    for (const entry of [join(project, 'node_modules/.bin'), join(elsewhere, 'd'), join(elsewhere, 'e')]) {
      expect(find('tool', entry, join(elsewhere, 'c'))).toBe(there)
      expect(refusal(() => find('tool', entry))).toMatchObject({
        command: 'tool',
        reason: expect.stringContaining('lies in this project'),
      })
    }
    expect(refusal(() => find(own, ''))).toMatchObject({
      reason: expect.stringContaining('lies in this project'),
    })
  })

  it('does not depend on the folder where somebody stands', () => {
    const here = put(folder('here'), 'tool')
    const before = process.cwd()
    process.chdir(join(here, '..'))
    try {
      for (const path of ['', '.', `${delimiter}${delimiter}`])
        expect(refusal(() => findProgram('tool', project, path))).toMatchObject({ reason: 'ENOENT' })
      expect(refusal(() => find('./tool', '.'))).toMatchObject({
        reason: expect.stringContaining('folder where'),
      })
    } finally {
      process.chdir(before)
    }
  })

  it('is said where it is missing', async () => {
    const error = await run(['no-such-tool']).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(QmsError)
    expect((error as QmsError).facts).toEqual({ command: 'no-such-tool', reason: 'ENOENT', of: 'agent' })
  })
})
