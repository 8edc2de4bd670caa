/** An adoption that is killed, whenever, leaves nothing half: run again, it completes. */
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { BIN, history, list, status } from '../support/cli.ts'
import { adopt, filesOf, type PeerDocument, peerProject, reviewed, textOf } from '../support/peer.ts'

const DOCUMENTS: PeerDocument[] = Array.from({ length: 60 }, (_, i) => ({
  id: `CR-${String(i + 1).padStart(3, '0')}`,
  status: 'PRE_REVIEWED',
  version: '0.1',
  draft: textOf(`CR-${i}`),
  trail: reviewed('0.1', 'PRE_REVIEW'),
}))

/** Starts an adoption and kills it after so many milliseconds. Gives whether it was still at work. */
const killedAfter = (root: string, ms: number): Promise<boolean> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [BIN, 'init', '--adopt'], { cwd: root, stdio: 'ignore' })
    child.once('exit', (_, signal) => done(signal === 'SIGKILL'))
    void sleep(ms).then(() => child.kill('SIGKILL'))
  })

it('killed at any moment it is completed by the next run', { timeout: 240_000 }, async () => {
  const before: Record<string, string> = Object.assign({}, ...DOCUMENTS.map(filesOf))
  const started = performance.now()
  const whole = peerProject(DOCUMENTS)
  await whole.ok('init --adopt')
  let span = performance.now() - started
  let killed = 0
  for (let n = 1; n <= 8 || killed < 4; n++) {
    const project = peerProject(DOCUMENTS)
    for (const part of [0.35, 0.6])
      if (await killedAfter(project.root, span * part * (0.7 + Math.random() * 0.6))) killed += 1
      else span *= 0.8 // it was through already: this machine is less busy than it was
    const done = await adopt(project)
    expect(done.already || done.documents.length === DOCUMENTS.length).toBe(true)
    for (const [path, text] of Object.entries(before)) expect(project.read(path).startsWith(text)).toBe(true)
    await project.use(async (qms) => {
      expect(await list(qms, {})).toHaveLength(DOCUMENTS.length)
      for (const { id } of DOCUMENTS.slice(0, 5)) {
        expect((await status(qms, {}, id)).document.status).toBe('PRE_REVIEWED')
        expect((await history(qms, {}, id)).events).toHaveLength(1)
      }
    })
    expect(project.git('status', '--porcelain', '--', 'QMS', 'qms.config.json')).toBe('')
    expect(project.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(await project.ok('route CR-001 -u claude')).toContain('IN_PRE_APPROVAL')
  }
})
