/** What processes were given to act with: real files, and real processes that come from one another. */
import { spawn } from 'node:child_process'
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DiskGrants } from '../../src/store/grants.ts'
import type { Grant } from '../../src/store/local.ts'
import { processList } from '../../src/store/process-list.ts'
import { compileChildren } from '../support/compiled.ts'
import { temporaryFolder } from '../support/repository.ts'

let folder: string
let program: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qms-compiled-'))
  program = compileChildren(folder)('grants')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const soon = () => new Date(Date.now() + 60_000).toISOString()
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const now = () => new Date().toISOString()

const asked = (over: Partial<Grant> = {}): Omit<Grant, 'id' | 'packet'> => ({
  kind: 'dispatch',
  actor: 'qa',
  session: 'S-001',
  dispatch: 'D-001',
  document: 'CR-001',
  task: 'review',
  bound: null,
  expires: soon(),
  ...over,
})

interface Place {
  readonly common: string
  readonly state: string
  readonly grants: DiskGrants
  /** As another process sees them. */
  readonly anew: () => DiskGrants
  readonly files: () => string[]
}

const place = (): Place => {
  const [common, state] = [temporaryFolder(), temporaryFolder()]
  const anew = () => new DiskGrants(common, state)
  const files = () =>
    (readdirSync(state, { recursive: true }) as string[])
      .map((name) => join(state, name))
      .filter((file) => statSync(file).isFile())
  return { common, state, grants: anew(), anew, files }
}

interface Child {
  readonly pid: number
  /** Gives it its input, and tells what it said. */
  readonly ask: (input: string) => Promise<string>
}

const child = ({ common, state }: Place, word: string): Child => {
  const made = spawn(process.execPath, [program, common, state, word], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let said = ''
  made.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  const ended = new Promise<string>((done) => made.on('close', () => done(said.trim())))
  return {
    pid: made.pid ?? 0,
    ask: (input) => {
      made.stdin.end(input)
      return ended
    },
  }
}

describe('a grant', () => {
  it('is redeemed by its token as often as it is asked, until it expires', async () => {
    const { grants, anew } = place()
    const { grant, token } = await grants.issue(asked())
    expect(token).toMatch(/^qms_[0-9a-f]{16}_[0-9a-f]{64}$/)
    expect(grant).toEqual({ ...asked({ expires: grant.expires }), id: grant.id, packet: null })
    expect(await anew().redeem(token, now())).toEqual(grant)
    expect(await anew().redeem(token, now())).toEqual(grant)
    await expect(anew().redeem(token, grant.expires)).rejects.toMatchObject({
      code: 'BAD_TOKEN',
      facts: { problem: `it expired at ${grant.expires}` },
    })
  })

  it.each([
    ['', 'of the form'],
    ['qms_x', 'of the form'],
    [`qms_${'0'.repeat(16)}_${'0'.repeat(64)}`, 'none of this clone'],
    [`qms_../../../../e_${'0'.repeat(64)}`, 'of the form'],
  ])('is not redeemed by %s', async (token, problem) => {
    const { grants } = place()
    await grants.issue(asked())
    const refused = grants.redeem(token, now())
    await expect(refused).rejects.toMatchObject({
      code: 'BAD_TOKEN',
      facts: { problem: expect.stringContaining(problem) },
    })
  })

  it('is not redeemed by another secret, and no refusal repeats a token', async () => {
    const { grants, anew } = place()
    const { token } = await grants.issue(asked({ kind: 'call' }))
    const wrong = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0')
    const error = await anew()
      .redeem(wrong, now())
      .catch((e) => e)
    expect(error.code).toBe('BAD_TOKEN')
    expect(JSON.stringify([error.facts, error.message, error.stack])).not.toContain(wrong.slice(21))
    expect((await anew().redeem(token, now())).actor).toBe('qa')
  })

  it('is of one clone', async () => {
    const [one, other] = [place(), place()]
    const { token } = await one.grants.issue(asked())
    const elsewhere = new DiskGrants(other.common, one.state)
    await expect(elsewhere.redeem(token, now())).rejects.toMatchObject({ code: 'BAD_TOKEN' })
    expect(await elsewhere.list(now())).toEqual([])
  })

  it('is in files that only their user may read, and the secret is in none', async () => {
    const here = place()
    const { grant, token } = await here.grants.issue(asked())
    await here.grants.bind(grant.id, process.pid)
    await here.grants.keepPacket(grant.id, { digest: 'd', content: 'c', round: 1 })
    const files = here.files()
    expect(files).toHaveLength(3)
    for (const file of files) {
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
      expect(readFileSync(file, 'utf8')).not.toContain(token.slice(21))
    }
  })

  it('says nothing where a file is not what this program wrote', async () => {
    const here = place()
    const { grant, token } = await here.grants.issue(asked())
    const [file = ''] = here.files()
    for (const text of ['', '{', '[]', 'null', '{"format":2}', JSON.stringify({ format: 1, grant })]) {
      writeFileSync(file, text)
      await expect(here.anew().redeem(token, now())).rejects.toMatchObject({ code: 'BAD_TOKEN' })
      expect(await here.anew().list(now())).toEqual([])
    }
  })

  it('is not made, and none is known, where this user has no home', async () => {
    const nowhere = new DiskGrants(temporaryFolder(), null)
    await expect(nowhere.issue(asked())).rejects.toMatchObject({ code: 'IO' })
    await expect(nowhere.redeem(`qms_${'0'.repeat(16)}_${'0'.repeat(64)}`, now())).rejects.toMatchObject({
      code: 'BAD_TOKEN',
    })
    expect(await nowhere.ofProcess(now())).toBeNull()
    expect(await nowhere.list(now())).toEqual([])
    expect(await nowhere.revoke(() => true)).toBe(0)
  })
})

describe('a grant for one call', () => {
  it('goes to exactly one of the processes that redeem it at once', async () => {
    const here = place()
    const racing = [0, 1, 2].map(() => child(here, 'redeem'))
    const tokens = await Promise.all(
      Array.from({ length: 150 }, async () => (await here.grants.issue(asked({ kind: 'call' }))).token),
    )
    const start = Date.now() + 1500
    const input = tokens.map((token, n) => `${start + 4 * n} ${token}\n`).join('')
    const said = (await Promise.all(racing.map(({ ask }) => ask(input)))).map((all) => all.split('\n'))
    const won = tokens.map((_, n) => said.filter((one) => one[n] === 'qa').length)
    expect(won).toEqual(tokens.map(() => 1))
    expect(said.flat().filter((word) => word === 'BAD_TOKEN')).toHaveLength(300)
  })

  it('is not consumed where it has expired, or cannot be removed', async () => {
    const here = place()
    const { grant, token } = await here.grants.issue(asked({ kind: 'call' }))
    await expect(here.grants.redeem(token, grant.expires)).rejects.toMatchObject({ code: 'BAD_TOKEN' })
    if (process.getuid?.() !== 0) {
      const [file = ''] = here.files()
      chmodSync(join(file, '..'), 0o500)
      await expect(here.grants.redeem(token, now())).rejects.toMatchObject({ code: 'IO' })
      chmodSync(join(file, '..'), 0o700)
    }
    expect((await here.grants.redeem(token, now())).actor).toBe('qa')
  })
})

describe('a grant of a process', () => {
  it('is known to that process, and to those that it starts', async () => {
    const here = place()
    for (const word of ['held', 'below']) {
      const { grant } = await here.grants.issue(asked())
      const agent = child(here, 'redeem')
      await here.grants.bind(grant.id, agent.pid)
      expect(await here.anew().lives(grant.id)).toBe(true)
      await agent.ask('')
      expect(await here.anew().lives(grant.id)).toBe(false)
      const other = child(here, word)
      await here.grants.bind(grant.id, other.pid)
      expect(await other.ask('')).toBe('qa')
      await here.grants.revoke(() => true)
    }
    expect(await child(here, 'held').ask('')).toBe('nobody')
  })

  it('is the nearest: an agent does not act as who called it', async () => {
    const here = place()
    const session = await here.grants.issue(asked({ kind: 'session', actor: 'claude', dispatch: null }))
    await here.grants.bind(session.grant.id, process.pid)
    const dispatch = await here.grants.issue(asked())
    const agent = child(here, 'held')
    await here.grants.bind(dispatch.grant.id, agent.pid)
    expect(await agent.ask('')).toBe('qa')
    expect(await child(here, 'below').ask('')).toBe('claude')
    expect((await here.grants.ofProcess(now()))?.actor).toBe('claude')
  })

  it('that is over makes nobody else of an agent', async () => {
    const here = place()
    const session = await here.grants.issue(asked({ kind: 'session', actor: 'claude', dispatch: null }))
    await here.grants.bind(session.grant.id, process.pid)
    const { grant } = await here.grants.issue(asked())
    const agent = child(here, 'held')
    await here.grants.bind(grant.id, agent.pid)
    expect(await here.grants.revoke((g) => g.id === grant.id)).toBe(1)
    await here.grants.issue(asked({ actor: 'bo' })) // sweeps
    expect(await agent.ask('')).toBe('BAD_TOKEN')
    await here.grants.revoke((g) => g.kind === 'session')
    expect(await child(here, 'held').ask('')).toBe('nobody')
  })

  it('that is over is no reason to look further up: nobody acts as who began another session', async () => {
    const here = place()
    const session = (actor: string) => here.grants.issue(asked({ kind: 'session', actor, dispatch: null }))
    const [outer, inner] = [await session('claude'), await session('ann')]
    const shell = child(here, 'held')
    await here.grants.bind(outer.grant.id, process.pid)
    await here.grants.bind(inner.grant.id, shell.pid)
    await here.grants.revoke(({ id }) => id === inner.grant.id)
    expect(await shell.ask('')).toBe('nobody')
  })

  it('is the one that lasts longest, of several', async () => {
    const here = place()
    for (const [actor, hours] of [
      ['qa', 2],
      ['tu', 3],
      ['bo', 1],
    ] as const) {
      const { grant } = await here.grants.issue(asked({ actor, expires: inHours(hours) }))
      await here.grants.bind(grant.id, process.pid)
    }
    expect((await here.anew().ofProcess(now()))?.actor).toBe('tu')
  })

  it('that has expired is nobody’s where it was of a session alone, and else is refused', async () => {
    const here = place()
    const session = await here.grants.issue(asked({ kind: 'session', dispatch: null }))
    await here.grants.bind(session.grant.id, process.pid)
    const late = inHours(1)
    expect(await here.anew().ofProcess(late)).toBeNull()
    expect(await here.anew().list(late)).toEqual([])
    const dispatch = await here.grants.issue(asked())
    await here.grants.bind(dispatch.grant.id, process.pid)
    await expect(here.anew().ofProcess(late)).rejects.toMatchObject({ code: 'BAD_TOKEN' })
  })

  it('is not that of another process with the same number', async () => {
    const here = place()
    const { grant } = await here.grants.issue(asked())
    await here.grants.bind(grant.id, process.pid)
    const file = here.files().find((name) => name.includes('process')) ?? ''
    const bound = readFileSync(file, 'utf8')
    writeFileSync(file, bound.replace(/"start":"[^"]*"/, '"start":"1"'))
    expect(await here.anew().ofProcess(now())).toBeNull()
    expect(await here.anew().lives(grant.id)).toBe(false)
    writeFileSync(file, bound.replace(/"numbering":"[^"]*"/, '"numbering":"elsewhere"'))
    expect(await here.anew().ofProcess(now())).toBeNull()
    expect(await here.anew().lives(grant.id)).toBeNull()
  })

  it('of which nothing is known where no process was given any', async () => {
    const here = place()
    const { grant } = await here.grants.issue(asked())
    expect(await here.grants.lives(grant.id)).toBeNull()
    expect(await here.grants.ofProcess(now())).toBeNull()
    await here.grants.bind(grant.id, process.pid)
    expect(await here.grants.ofProcess(now())).toEqual(grant)
  })

  it('is told to a process that has ended already, and to nobody', async () => {
    const here = place()
    const { grant } = await here.grants.issue(asked({ expires: inHours(1) }))
    const gone = child(here, 'held')
    await gone.ask('')
    await here.grants.bind(grant.id, gone.pid)
    expect(await here.grants.lives(grant.id)).toBe(false)
    await here.grants.issue(asked({ actor: 'bo' })) // sweeps, but not what tells that it is gone
    expect(await here.grants.lives(grant.id)).toBe(false)
    await expect(here.grants.bind('0'.repeat(16), process.pid)).rejects.toMatchObject({ code: 'IO' })
  })
})

describe('what is taken back', () => {
  it('is gone for whoever holds its token, and counted', async () => {
    const { grants, anew } = place()
    const mine = await grants.issue(asked())
    const other = await grants.issue(asked({ session: 'S-002' }))
    expect(await anew().revoke((g) => g.session === 'S-001')).toBe(1)
    await expect(grants.redeem(mine.token, now())).rejects.toMatchObject({ code: 'BAD_TOKEN' })
    expect(await grants.list(now())).toEqual([other.grant])
  })

  it('does not come back with a packet that is kept for it', async () => {
    const { grants, anew } = place()
    const { grant, token } = await grants.issue(asked({ kind: 'call' }))
    await anew().redeem(token, now())
    await grants.keepPacket(grant.id, { digest: 'd', content: 'c', round: 1 }).catch(() => undefined)
    await expect(grants.redeem(token, now())).rejects.toMatchObject({ code: 'BAD_TOKEN' })
  })

  it('is swept with what has expired and whose process is gone, when the next one is made', async () => {
    const here = place()
    const { grant } = await here.grants.issue(asked({ expires: new Date(Date.now() + 1500).toISOString() }))
    const gone = child(here, 'held')
    await gone.ask('')
    await here.grants.bind(grant.id, gone.pid)
    await sleep(Math.max(0, Date.parse(grant.expires) - Date.now()) + 20)
    const { grant: next } = await here.grants.issue(asked())
    await here.grants.issue(asked({ session: 'S-002' }))
    expect(here.files().some((name) => name.includes(grant.id))).toBe(false)
    expect((await here.grants.list(now())).map((g) => g.id)).toContain(next.id)
  })
})

describe('what is left of grants', () => {
  it('is kept for a week where nobody can tell that it is over, in a folder that is closed again', async () => {
    const here = place()
    const { grant } = await here.grants.issue(asked({ expires: inHours(1) }))
    await here.grants.keepPacket(grant.id, { digest: 'd', content: 'c', round: 1 })
    const folder = join(here.files()[0] ?? '', '..')
    const [elsewhere, seen] = [join(folder, `${'0'.repeat(16)}.process-1.json`), 'seen-']
    writeFileSync(elsewhere, '{}')
    chmodSync(folder, 0o755)
    const left = async (days: number): Promise<boolean[]> => {
      const then = Date.now() / 1000 - days * 24 * 3600
      for (const file of here.files()) utimesSync(file, then, then)
      await here.grants.issue(asked())
      const files = here.files()
      return [grant.id, 'process-1', seen].map((part) => files.some((file) => file.includes(part)))
    }
    expect(await left(6)).toEqual([true, true, true])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(await left(8)).toEqual([true, false, false])
  })
})

describe('a packet that was shown', () => {
  const packet = { digest: 'a'.repeat(64), content: 'b'.repeat(64), round: 2 }

  it('is remembered with the grant, and replaced by the next', async () => {
    const { grants, anew } = place()
    const { grant, token } = await grants.issue(asked())
    await grants.keepPacket(grant.id, { ...packet, round: 1 })
    await grants.keepPacket(grant.id, packet)
    expect((await anew().redeem(token, now())).packet).toEqual(packet)
    expect((await anew().list(now())).map((g) => g.packet)).toEqual([packet])
  })

  it('in one call is remembered in the next of the same caller, and of nobody else', async () => {
    const { grants, anew } = place()
    const call = (bound: string, dispatch: string | null = null) =>
      grants.issue(asked({ kind: 'call', dispatch, bound }))
    const shown = await call('session/agent/1')
    await anew().redeem(shown.token, now())
    const here = anew()
    const again = await call('session/agent/2')
    await here.redeem(again.token, now())
    await here.keepPacket(again.grant.id, packet)
    const packetOf = async (made: { token: string }) => (await anew().redeem(made.token, now())).packet
    expect(await packetOf(await call('session/agent/3'))).toEqual(packet)
    expect(await packetOf(await call('session/other/3'))).toBeNull()
    expect(await packetOf(await call('session/agent/3', 'D-009'))).toBeNull()
  })
})

describe('the processes of a machine, as ps tells them', () => {
  it.skipIf(process.platform === 'win32')('are known with their parents and their starts', async () => {
    const all = await processList()
    expect(all.get(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid })
    expect(all.get(process.pid)?.start).toMatch(/\d\d:\d\d:\d\d/)
    expect((await processList()).get(process.pid)).toEqual(all.get(process.pid))
  })
})
