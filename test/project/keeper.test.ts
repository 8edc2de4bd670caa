/** What ends a child: its time, its silence, and what this program is told to end by. Real children, in groups of their own. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { endOf, spawnChild } from '../../src/project/child.ts'
import { Keeper, type Limits } from '../../src/project/keeper.ts'
import { folder } from '../support/cli.ts'

const LONG = 600_000
const root = folder('keeper')

const keeperOf = (limits: Partial<Limits> = {}): Keeper => new Keeper({ grace: LONG, ...limits })

/** With the first line that it says. */
const child = async (line: string): Promise<{ made: ChildProcess; said: string }> => {
  const env = { PATH: process.env.PATH ?? '' }
  const made = spawnChild({ command: ['sh', '-c', line], folder: root, env, reads: false })
  const [said] = await once(made.stdout as NodeJS.ReadableStream, 'data')
  return { made, said: String(said).trim() }
}

const told = (signal: 'SIGINT' | 'SIGHUP'): unknown => process.emit(signal, signal)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

const IGNORES = 'trap "" HUP INT TERM; echo ready; while :; do sleep 0.05; done'

describe.skipIf(process.platform === 'win32')('a keeper', () => {
  it.each(['SIGINT', 'SIGHUP'] as const)(
    'passes on %s, also what came before there was a child',
    async (signal) => {
      for (const early of [true, false]) {
        const { made } = await child('trap - INT; echo ready; exec sleep 600')
        const ended = endOf(made)
        const keeper = keeperOf()
        if (early) told(signal)
        keeper.keep(made)
        if (!early) told(signal)
        expect(keeper.judged(await ended)).toEqual({ exit: null, signal, late: null, interrupted: true })
        keeper.release()
        expect(process.listenerCount(signal)).toBe(0)
      }
    },
  )

  it('passes on a stronger signal to who is asked again', async () => {
    const { made } = await child(IGNORES)
    const ended = endOf(made)
    const keeper = keeperOf()
    keeper.keep(made)
    for (let n = 0; n < 3; n++) told('SIGHUP')
    expect(keeper.judged(await ended)).toMatchObject({ signal: 'SIGKILL', interrupted: true })
    keeper.release()
  })

  it('believes no exit of a child that was told to end', async () => {
    const { made } = await child('trap "exit 0" TERM; echo ready; while :; do sleep 0.05; done')
    const ended = endOf(made)
    const keeper = keeperOf()
    keeper.keep(made)
    keeper.end()
    expect(await ended).toEqual({ code: 0, signal: null })
    expect(keeper.judged(await ended)).toEqual({
      exit: null,
      signal: 'SIGTERM',
      late: null,
      interrupted: false,
    })
    keeper.release()
  })

  it('believes the exit of a child that was told nothing', async () => {
    const { made } = await child('echo ready; exit 3')
    const keeper = keeperOf({ time: LONG, silence: LONG })
    keeper.keep(made)
    const judged = keeper.judged({ code: 3, signal: null })
    expect(judged).toEqual({ exit: 3, signal: null, late: null, interrupted: false })
    keeper.release()
  })

  it('names the first of two limits, and none once it was released', async () => {
    const { made } = await child(IGNORES)
    const keeper = keeperOf({ time: 5, silence: 10 })
    keeper.keep(made)
    await sleep(50) // the clocks of one process go in their order
    expect(keeper.judged({ code: null, signal: null }).late).toBe('time')
    keeper.release()
    const other = keeperOf({ time: 5, silence: 10 })
    other.keep(made)
    other.release()
    await sleep(50)
    expect(other.judged({ code: null, signal: null }).late).toBeNull()
  })

  it('ends who is late and does not end, when the grace is over', async () => {
    const { made } = await child(IGNORES)
    const ended = endOf(made)
    const keeper = keeperOf({ time: 5, grace: 50 })
    keeper.keep(made)
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    expect(keeper.judged(await ended).late).toBe('time')
    keeper.release()
  })

  it('leaves nobody of the group behind whom it told to end', async () => {
    const { made, said } = await child(`sh -c '${IGNORES.replace('echo ready; ', '')}' & echo $!; wait`)
    const ended = endOf(made)
    const keeper = keeperOf()
    keeper.keep(made)
    keeper.end()
    await ended
    keeper.release()
    while (isAlive(Number(said))) await sleep(20)
    expect(isAlive(made.pid ?? 0)).toBe(false)
  })
})
