import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MemoryWorkspace } from '../../src/store/memory-workspace.ts'
import { openRepository } from '../../src/store/repository.ts'
import { DiskWorkspace } from '../../src/store/workspace.ts'
import { makeRepository } from '../support/repository.ts'
import { workspaceContract } from './workspace.ts'

workspaceContract('memory', async () => new MemoryWorkspace())
workspaceContract('disk', async () => new DiskWorkspace(await openRepository(makeRepository().root)))

describe('workspace on disk', () => {
  it('is ignored by git, through a file that is appended to once', async () => {
    const repository = makeRepository()
    writeFileSync(join(repository.root, '.git/info/exclude'), '# mine')
    for (const root of ['.qms/workspace', '.claude/users/<user>/workspace']) {
      const workspace = new DiskWorkspace(await openRepository(repository.root), { root })
      await workspace.write('ann', 'CR-001', Buffer.from('x'), 'digest')
      await workspace.write('ann', 'CR-002', Buffer.from('x'), 'digest')
    }
    expect(existsSync(join(repository.root, '.claude/users/ann/workspace/CR-001.md'))).toBe(true)
    expect(repository.git('status', '--porcelain')).toBe('')
    expect(readFileSync(join(repository.root, '.git/info/exclude'), 'utf8')).toBe(
      '# mine\n/.qms/\n/.claude/users/*/workspace/\n',
    )
  })

  it('is one for all worktrees', async () => {
    const repository = makeRepository()
    repository.git('worktree', 'add', '-q', '--detach', `${repository.root}-linked`)
    const workspace = new DiskWorkspace(await openRepository(`${repository.root}-linked`))
    await workspace.write('ann', 'CR-001', Buffer.from('x'), null)
    expect(readFileSync(join(repository.root, workspace.pathOf('ann', 'CR-001')), 'utf8')).toBe('x')
  })

  it('follows no link, neither for a copy nor for a folder', async () => {
    const repository = makeRepository()
    const workspace = new DiskWorkspace(await openRepository(repository.root))
    const outside = join(repository.root, '../outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'CR-001.md'), 'outside')
    mkdirSync(join(repository.root, '.qms/workspace/ann'), { recursive: true })
    const copy = join(repository.root, '.qms/workspace/ann/CR-001.md')
    symlinkSync(join(outside, 'CR-001.md'), copy)
    const link = { code: 'LINK_IN_STORE' }
    await expect(workspace.read('ann', 'CR-001')).rejects.toMatchObject(link)
    await expect(workspace.write('ann', 'CR-001', Buffer.from('x'), null)).rejects.toMatchObject(link)
    rmSync(join(repository.root, '.qms'), { recursive: true })
    symlinkSync(outside, join(repository.root, '.qms'))
    await expect(workspace.write('ann', 'CR-001', Buffer.from('x'), null)).rejects.toMatchObject(link)
    await expect(workspace.remove('ann', 'CR-001')).rejects.toMatchObject(link)
    await workspace.markSeen('ann', 'CR-001', { content: 'x', round: 1 })
    expect(readFileSync(join(outside, 'CR-001.md'), 'utf8')).toBe('outside')
    expect(existsSync(join(outside, 'seen'))).toBe(false)
  })

  it('refuses a copy over the limit before reading it', async () => {
    const repository = makeRepository()
    const workspace = new DiskWorkspace(await openRepository(repository.root), { limit: 10 })
    await workspace.write('ann', 'CR-001', Buffer.from('12345678901'), null)
    await expect(workspace.read('ann', 'CR-001')).rejects.toMatchObject({
      code: 'TEXT_TOO_LARGE',
      facts: { bytes: 11, limit: 10 },
    })
  })

  it('sweeps what a killed process left beside a copy', async () => {
    const repository = makeRepository()
    const workspace = new DiskWorkspace(await openRepository(repository.root))
    await workspace.write('ann', 'CR-001', Buffer.from('x'), null)
    const { newOwnerId } = await import('../../src/store/owner.ts')
    const [, , host, boot, namespace] = newOwnerId().split('-')
    const left = `.CR-001.md.qms-tmp-4000000-1-${host}-${boot}-${namespace}-00000000`
    const folder = join(repository.root, '.qms/workspace/ann')
    writeFileSync(join(folder, left), 'half')
    await workspace.write('ann', 'CR-001', Buffer.from('y'), null)
    expect(existsSync(join(folder, left))).toBe(false)
    expect(await workspace.list('ann')).toEqual(['CR-001'])
  })

  it.skipIf(process.getuid?.() === 0)('marks nothing, and does not fail, on a read-only disk', async () => {
    const repository = makeRepository()
    const workspace = new DiskWorkspace(await openRepository(repository.root))
    chmodSync(repository.root, 0o555)
    await workspace.markSeen('ann', 'CR-001', { content: 'x', round: 1 })
    chmodSync(repository.root, 0o755)
    expect(await workspace.seen('ann', 'CR-001')).toBeNull()
  })
})
