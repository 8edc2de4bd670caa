/** Commands as real children: what they say, how they end, and what they leave running. */
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Ran, RunAsk } from '../../src/project/commands.ts'
import { SpawnedCommands } from '../../src/project/spawned-commands.ts'
import { folder, Project } from '../support/cli.ts'

const where = new Project(folder('commands'))

const run = (
  command: readonly string[],
  more: Partial<RunAsk> = {},
  env = process.env,
  grace = 200,
): Promise<Ran> =>
  new SpawnedCommands(env, grace).run({
    command,
    folder: where.root,
    each: 1000,
    hear: () => undefined,
    ...more,
  })

const sh = (line: string, more: Partial<RunAsk> = {}): Promise<Ran> => run(['sh', '-c', line], more)
const node = (code: string, more: Partial<RunAsk> = {}): Promise<Ran> =>
  run([process.execPath, '-e', code], more)
const text = ({ head }: Ran): string => Buffer.from(head).toString()

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
  const file = where.path(name)
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(20)
  return Number(readFileSync(file, 'utf8'))
}

describe('a command', () => {
  it('ends with its code, its signal, and what it wrote', async () => {
    expect(await sh('echo out; exit 3')).toMatchObject({
      exit: 3,
      signal: null,
      late: false,
      bytes: 4,
      tail: null,
    })
    expect(await sh('kill -9 $$')).toMatchObject({ exit: null, signal: 'SIGKILL', late: false })
    expect(text(await sh('echo one; sleep 0.1; echo two >&2; sleep 0.1; echo three'))).toBe(
      'one\ntwo\nthree\n',
    )
  })

  it('is heard while it runs, each output by its name', async () => {
    const heard: string[] = []
    await sh('echo out; echo err >&2; until [ -e heard ]; do sleep 0.05; done', {
      hear: (from, chunk) => {
        where.write('heard', '')
        heard.push(`${from} ${Buffer.from(chunk)}`)
        return undefined
      },
    })
    expect(heard.sort()).toEqual(['stderr err\n', 'stdout out\n'])
  })

  it('gets its words as they are, and no shell, whatever is in them', async () => {
    const words = ['$(id)', '`id`', '; id', '', ' a  b ', '*', '--json', '-u', '\n', 'é😀', '"\'', '\\', '--']
    const said = await run([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ])
    expect(JSON.parse(text(said))).toEqual(words)
  })

  it('has empty standard input, the folder that is asked for, and no settings of ours', async () => {
    const env = {
      ...process.env,
      QMS_USER: 'lead',
      QMS_PAGER: 'less',
      NODE_EXTRA_CA_CERTS: '/none',
      OWN: 'kept',
    }
    const said = await run(['sh', '-c', 'cat; pwd; env | grep ^OWN'], {}, env)
    expect(text(said)).toMatch(`${where.root}\n`)
    expect(text(said)).toContain('OWN=kept')
    const counted = await run(['sh', '-c', 'env | grep -c -e ^QMS_ -e ^NODE_EXTRA'], {}, env)
    expect(text(counted)).toBe('1\n')
  })

  it.each([
    ['ENOENT', ['no-such-program']],
    ['ENOENT', ['./missing']],
    ['EACCES', ['./plain']],
    ['ERR_INVALID_ARG_VALUE', ['']],
  ])('that cannot be started is refused: %s %j', async (reason, command) => {
    where.write('plain', 'echo x')
    await expect(run(command)).rejects.toMatchObject({ code: 'NOT_STARTED', facts: { reason } })
  })

  it('that is a script without a first line is refused or run, as the system does', async () => {
    where.write('bare', 'echo ran\n')
    chmodSync(where.path('bare'), 0o755)
    const said = await run(['./bare']).catch((error) => error)
    expect('code' in said ? said.code : text(said)).toMatch(/NOT_STARTED|ran/)
  })

  it('may write much: only both ends are held', async () => {
    const before = process.memoryUsage().rss
    let most = 0
    const said = await node(
      'const b = Buffer.alloc(1e6, 120); let n = 0; const more = () => { if (n++ < 200) process.stdout.write(b, more) }; more()',
      {
        hear: () => {
          most = Math.max(most, process.memoryUsage().rss)
          return undefined
        },
      },
    )
    expect(said).toMatchObject({ exit: 0, bytes: 200_000_000 })
    expect([said.head.length, said.tail?.length]).toEqual([1000, 1000])
    expect(most - before).toBeLessThan(120_000_000)
  }, 60_000)

  it('waits for a slow reader, and loses nothing', async () => {
    const said = await node('for (let i = 0; i < 40; i++) process.stdout.write("x".repeat(50000))', {
      hear: () => sleep(5),
    })
    expect(said).toMatchObject({ exit: 0, bytes: 2_000_000 })
  })

  it('is over when it ends, even if what it left behind holds its output open', async () => {
    const said = await sh('echo before; (sleep 1000; echo after) & echo $! > left; echo done')
    expect({ out: text(said), exit: said.exit }).toEqual({ out: 'before\ndone\n', exit: 0 })
    const left = await pidIn('left')
    expect(isAlive(left)).toBe(true)
    process.kill(left, 'SIGKILL')
  })
})

describe('a command whose time is over', () => {
  it('is asked to end, and did not come to its own end even if it says so', async () => {
    const said = await sh('trap "exit 0" TERM; echo begun; while :; do sleep 0.05; done', { timeout: 1 })
    expect(said).toMatchObject({ exit: null, signal: 'SIGTERM', late: true })
    expect(text(said)).toMatch(/^begun\n/)
  })

  it('is killed with all its group where it does not listen', async () => {
    const line =
      'trap "" TERM; (trap "" TERM; echo $$ >/dev/null; exec sleep 60) & echo $! > deaf; while :; do sleep 0.05; done'
    const said = await sh(line, { timeout: 1 })
    expect(said).toMatchObject({ exit: null, signal: 'SIGKILL', late: true })
    const deaf = await pidIn('deaf')
    await expect.poll(() => isAlive(deaf), { timeout: 10_000 }).toBe(false)
  })

  it('takes with it what it left behind in its group', async () => {
    const line =
      '(trap "" TERM; exec sleep 60 >/dev/null 2>&1) & echo $! > behind; while :; do sleep 0.05; done'
    await sh(line, { timeout: 1 })
    const behind = await pidIn('behind')
    await expect.poll(() => isAlive(behind), { timeout: 10_000 }).toBe(false)
  })
})

describe('a command that is interrupted', () => {
  it('gets the signal, and did not come to its own end', async () => {
    const running = sh('trap "echo told; exit 0" INT; echo $$ > asked; while :; do sleep 0.05; done')
    await pidIn('asked')
    process.emit('SIGINT', 'SIGINT')
    const said = await running
    expect(said).toMatchObject({ exit: null, signal: 'SIGINT', late: false })
    expect(text(said)).toBe('told\n')
    expect(process.listenerCount('SIGINT')).toBe(0)
  })

  it('is killed where it is told for the third time', async () => {
    const running = sh('trap "" INT TERM; echo $$ > stubborn; while :; do sleep 0.05; done')
    await pidIn('stubborn')
    for (let i = 0; i < 3; i++) process.emit('SIGINT', 'SIGINT')
    expect(await running).toMatchObject({ exit: null, signal: 'SIGKILL' })
  })
})
