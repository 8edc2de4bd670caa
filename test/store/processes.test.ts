/**
 * Several processes on one clone, and what killed ones left. Kills and failures at single system calls, and races of
 * many, are in test/reliability/.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newOwnerId } from '../../src/store/owner.ts'
import { compileChildren } from '../support/compiled.ts'
import { makeRepository, type TestRepository } from '../support/repository.ts'
import { openStore, put, text } from '../support/stores.ts'

let folder: string
let program: (name: string) => string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'qms-compiled-'))
  program = compileChildren(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LOG = 'QMS/log.md'

async function started(branch: string): Promise<TestRepository> {
  const repository = makeRepository()
  const { store } = await openStore(repository.root, branch)
  await put(store, { [LOG]: 'start\n', '.gitattributes': 'QMS/** -text\n' })
  repository.git('status')
  return repository
}

function append(repository: TestRepository, name: string, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [program('append'), repository.root, name, String(count)], {
    env: repository.env,
  })
  let said = ''
  let complaint = ''
  child.stdout.on('data', (chunk) => (said += chunk))
  child.stderr.on('data', (chunk) => (complaint += chunk))
  return new Promise((resolve, reject) =>
    child.on('close', (code) =>
      code === 0 ? resolve(said.trim().split('\n')) : reject(new Error(complaint)),
    ),
  )
}

/** What must hold whatever happened, after the next run of the program. */
async function expectWhole(repository: TestRepository, log: readonly string[]): Promise<void> {
  const { store } = await openStore(repository.root)
  expect(await store.refresh()).toEqual([])
  const now = ((await text(store, LOG)) ?? '').trim().split('\n')
  expect(log).toContain(now.join('|'))
  expect(
    filesBelow(join(repository.root, '.git')).filter(
      (name) => name.endsWith('.lock') || name.includes('qms-tmp'),
    ),
  ).toEqual([])
  expect(filesBelow(join(repository.root, 'QMS')).filter((name) => name.includes('qms-tmp'))).toEqual([])
  expect(repository.git('status', '--porcelain')).toBe('')
  expect(readFileSync(join(repository.root, LOG), 'utf8')).toBe(await text(store, LOG))
  execFileSync('git', ['fsck', '--strict'], { cwd: repository.root, env: repository.env, stdio: 'pipe' })
  await store.exclusively(() => put(store, { 'QMS/after.md': String(Math.random()) }))
  expect(readdirSync(join(repository.root, '.git/qms')).filter((name) => name !== 'view.json')).toEqual([])
  expect(repository.git('status', '--porcelain')).toBe('')
}

const filesBelow = (root: string): string[] =>
  existsSync(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }) : []

describe.each(['main', 'qms'])('processes, control branch %s', (branch) => {
  // Verifies: REQ-QMS-102
  it('lose nothing to one another', async () => {
    const repository = await started(branch)
    const names = ['a', 'b', 'c', 'd']
    const said = await Promise.all(names.map((name) => append(repository, name, 6)))
    const { store } = await openStore(repository.root)
    const lines = ((await text(store, LOG)) ?? '').trim().split('\n').slice(1)
    expect(lines.sort()).toEqual(said.flat().sort())
    expect(lines).toHaveLength(24)
    await expectWhole(repository, [
      ['start', ...((await text(store, LOG)) ?? '').trim().split('\n').slice(1)].join('|'),
    ])
  }, 60_000)

  // Verifies: REQ-QMS-101
  it('may be killed at any moment', async () => {
    const repository = await started(branch)
    for (let round = 0; round < 12; round++) {
      const { store } = await openStore(repository.root)
      const before = ((await text(store, LOG)) ?? '').trim().split('\n')
      const child = spawn(process.execPath, [program('append'), repository.root, 'k', '1'], {
        env: repository.env,
      })
      const ended = new Promise((resolve) => child.on('close', resolve))
      await sleep(90 + Math.random() * 110)
      child.kill('SIGKILL')
      await ended
      await sleep(30)
      await expectWhole(repository, [before.join('|'), [...before, 'k 0'].join('|')])
    }
  }, 60_000)
})

describe.skipIf(process.getuid?.() !== 0)('as a user who may only read', () => {
  const nobody = 65_534

  async function shown(trusted: boolean): Promise<object> {
    const repository = await started('main')
    const home = join(repository.root, '../home')
    if (trusted) writeFileSync(join(home, '.gitconfig'), '[safe]\n\tdirectory = *\n')
    for (const opened of [folder, join(repository.root, '..')]) chmodSync(opened, 0o755)
    const options = { env: repository.env, uid: nobody, gid: nobody, encoding: 'utf8' } as const
    return JSON.parse(spawnSync(process.execPath, [program('show'), repository.root], options).stdout)
  }

  it('reads, mends nothing, and is told so when it writes', async () => {
    expect(await shown(true)).toEqual({ text: 'start\n', notices: [], commit: 'IO', exclusively: 'IO' })
  })

  it('is told how to trust a repository of somebody else', async () => {
    expect(await shown(false)).toMatchObject({
      open: 'GIT',
      facts: { reason: expect.stringContaining('safe.directory') },
    })
  })
})

describe('what a killed process left', () => {
  const dead = () => {
    const [, , host, boot, namespace] = newOwnerId().split('-')
    return `4000000-1-${host}-${boot}-${namespace}-0000000a`
  }

  function journal(repository: TestRepository, id: string, facts: object): void {
    const intent = { branchRef: 'refs/heads/main', paths: [LOG], startedAt: Date.now(), ...facts }
    writeFileSync(join(repository.root, '.git/qms', `journal.${id}`), `${JSON.stringify(intent)}\n`)
  }

  it('is not mended by removing a lock of somebody else', async () => {
    const repository = await started('main')
    const { store } = await openStore(repository.root)
    const lock = join(repository.root, '.git/index.lock')
    const next = repository.git('rev-parse', 'main').trim()
    writeFileSync(lock, 'foreign')
    const view = { root: repository.root, gitDir: join(repository.root, '.git') }
    journal(repository, dead(), { old: repository.git('rev-parse', 'main~1').trim(), next, view })
    expect(await store.refresh()).toEqual([{ kind: 'FOREIGN_LOCK', path: lock }])
    expect(readFileSync(lock, 'utf8')).toBe('foreign')
    rmSync(lock)
    await expectWhole(repository, ['start'])
  })

  it('has its index repaired when the user removed the lock by hand', async () => {
    const repository = await started('main')
    const { store } = await openStore(repository.root)
    const old = repository.git('rev-parse', 'main').trim()
    repository.git('branch', 'side')
    repository.git('checkout', '-q', 'side')
    await put(store, { [LOG]: 'start\nnext\n' })
    const next = repository.git('rev-parse', 'main').trim()
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/main')
    expect(repository.git('status', '--porcelain')).not.toBe('')
    const view = { root: repository.root, gitDir: join(repository.root, '.git') }
    journal(repository, dead(), { old, next, view })
    await expectWhole(repository, ['start|next'])
  })

  it('are tickets that the next reader takes away, and no others', async () => {
    const repository = await started('main')
    const { store } = await openStore(repository.root)
    const put = (name: string, id: string) =>
      writeFileSync(join(repository.root, '.git/qms', `${name}.7.${id}`), '')
    for (const name of ['turn', 'views']) put(name, dead())
    const living = newOwnerId()
    put('views', living)
    expect(await store.refresh()).toEqual([])
    const left = readdirSync(join(repository.root, '.git/qms')).filter((name) => name !== 'view.json')
    expect(left).toEqual([`views.7.${living}`])
  })

  it('is a ticket that the next one takes away', async () => {
    const repository = await started('main')
    const ticket = join(repository.root, '.git/qms', `turn.7.${dead()}`)
    writeFileSync(ticket, '')
    const { store } = await openStore(repository.root)
    expect(await store.exclusively(async () => 'mine')).toBe('mine')
    expect(existsSync(ticket)).toBe(false)
  })
})
