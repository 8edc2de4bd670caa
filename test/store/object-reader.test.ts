import { execFileSync } from 'node:child_process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { ObjectReader } from '../../src/store/object-reader.ts'
import { Git } from '../../src/store/plumbing.ts'
import { makeRepository } from '../support/repository.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const SIZE = 100_000

describe('the reader of objects', () => {
  it('asks once for a small object, and again for a large one', async () => {
    const { root, env } = makeRepository()
    const stored = (input: string): string =>
      execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: root, env, input }).toString().trim()
    const [small, large] = [stored('small'), stored('large'.repeat(SIZE))]
    const reader = new ObjectReader(new Git(root))
    const [first, again] = [await reader.read(small), await reader.read(small)]
    expect(first?.bytes.toString()).toBe('small')
    expect(again).toBe(first)
    const whole = await reader.read(large)
    expect(await reader.read(large)).toEqual(whole)
    expect(await reader.read(large)).not.toBe(whole)
    reader.close()
  })

  it('does not hold what it has answered, although somebody always waits', async () => {
    const { root, env } = makeRepository()
    const oids = Array.from({ length: 20 }, (_, n) =>
      execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: root, env, input: `${n}`.repeat(SIZE) })
        .toString()
        .trim(),
    )
    const reader = new ObjectReader(new Git(root))
    const before = process.memoryUsage().arrayBuffers
    let [asked, answered, held] = [0, 0, 0]
    const work = async () => {
      while (asked < 1000) {
        expect((await reader.blob(oids[asked++ % oids.length]!)).length % SIZE).toBe(0)
        if (++answered !== 900) continue
        collect()
        await new Promise((done) => setTimeout(done, 100)) // buffers are given back beside the work
        collect()
        held = process.memoryUsage().arrayBuffers - before
      }
    }
    await Promise.all([work(), work(), work()])
    expect(answered).toBeGreaterThanOrEqual(1000)
    expect(held).toBeLessThan(600 * SIZE) // of 1,350 that were answered
    reader.close()
  })
})
