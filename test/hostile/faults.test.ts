/** A disk that is full, or can only be read (H39). Single system calls that fail are in test/reliability/. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { claude, create, folder, initialised, Project } from '../support/cli.ts'

/** A change record with a copy that was worked on. */
const withCopy = async (project: Project): Promise<void> => {
  await project.use((qms) => create(qms, claude, { type: 'CR', title: 'A' }))
  project.edit('claude', 'CR-001', (text) => `${text}more\n`)
}

const expectWhole = (project: Project): void => {
  expect(project.git('status', '--porcelain')).toBe('')
  expect(project.git('fsck', '--strict', '--no-dangling')).toBe('')
}

describe('H39. a small disk', () => {
  const disk = folder('disk')
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk], { stdio: 'ignore' }).status === 0
  if (!mounted) console.log('skipped: no right to mount a small disk here')
  afterAll(() => {
    if (mounted) execFileSync('umount', [disk])
  })

  it.skipIf(!mounted)(
    'that is full refuses cleanly, reads on, and takes up again when there is room',
    async () => {
      const from = await initialised()
      await withCopy(from)
      const project = new Project(join(disk, 'project'))
      cpSync(from.root, project.root, { recursive: true, preserveTimestamps: true })
      const { bavail, bsize } = statfsSync(disk)
      for (const keep of [0, 16, 64, 256]) {
        writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - keep * 1024, 1), { flag: 'w' })
        const tip = project.tip()
        const said = await project.run('checkin CR-001 -u claude')
        if (project.tip() !== tip) break
        expect({ keep, code: said.code, err: said.err }).toMatchObject({
          code: 8,
          err: expect.stringMatching(/^Refused \[IO\]/),
        })
        expect(await project.ok('read SOP-001')).toContain('Document Control')
        expect(project.git('fsck', '--strict', '--no-dangling')).toBe('')
      }
      rmSync(join(disk, 'filler'))
      await project.run('checkin CR-001 -u claude')
      expect((await project.json('status CR-001')).result.document).toMatchObject({ checked_out: false })
      expectWhole(project)
    },
  )

  it.skipIf(!mounted)('that became read-only is read on, and every change is refused', async () => {
    const project = new Project(join(disk, 'readonly'))
    const from = await initialised()
    await withCopy(from)
    cpSync(from.root, project.root, { recursive: true, preserveTimestamps: true })
    execFileSync('mount', ['-o', 'remount,ro', disk])
    try {
      const tip = project.tip()
      for (const line of [
        'status',
        'read SOP-001 -u qa',
        'inbox -u qa',
        'list',
        'search quality',
        'next CR-001 -u claude',
      ])
        expect({ line, ...(await project.run(line)), out: '' }).toMatchObject({ line, code: 0, err: '' })
      for (const line of [
        'checkin CR-001 -u claude',
        'create CR --title X -u claude',
        'user add x --group quality -u lead',
      ]) {
        const err = await project.refused(line, 'IO')
        expect(err).toMatch(/read-only/i)
      }
      expect(project.tip()).toBe(tip)
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk])
    }
    expect(existsSync(project.path('.git/index.lock'))).toBe(false)
  })
})
