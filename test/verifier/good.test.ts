/** Stores that the program wrote are clean to the second verifier, which shares no line with it. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { escalate, resolve } from '../../src/app/act.ts'
import { claude, folder, initialised, lead, Project, ROOT } from '../support/cli.ts'
import { adopt, hasSample, sampleProject } from '../support/peer.ts'
import { adopted, family, governed, procedures, yard } from './stores.ts'
import { expectClean, hasPython, verifyFolder } from './verifying.ts'

const demonstrated = async (): Promise<Project> => {
  const place = join(folder('demo'), 'kept')
  execFileSync(process.execPath, [join(ROOT, 'demo/run.mjs'), '--keep', place], { stdio: 'pipe' })
  return new Project(join(place, 'repository'))
}

const STORES: Readonly<Record<string, { make: () => Promise<Project>; documents: number }>> = {
  'a fresh store': { make: () => initialised(), documents: 17 },
  'documents in the midst of things': { make: yard, documents: 25 },
  'a procedure through every way out': { make: procedures, documents: 21 },
  'an investigation and its family': { make: family, documents: 28 },
  'requirements, declared types, a team of one': { make: governed, documents: 25 },
  'an adopted store, gone on with': { make: adopted, documents: 4 },
  'the change record of the demonstration': { make: demonstrated, documents: 17 },
}

describe.skipIf(!hasPython)('the second verifier finds nothing in', () => {
  for (const [name, { make, documents }] of Object.entries(STORES))
    it.concurrent(name, { timeout: 180_000 }, async () => {
      const verdict = await verifyFolder((await make()).root)
      expectClean(verdict)
      expect(verdict.checked.documents).toBeGreaterThanOrEqual(documents)
      expect(verdict.checked.texts).toBeGreaterThanOrEqual(documents - 1)
    })

  it('what was escalated and resolved', async () => {
    const project = await initialised()
    await project.use(async (qms) => {
      await escalate(qms, claude, 'SOP-001', 'We do not agree.')
      await escalate(qms, claude, 'SOP-001', 'Still not.')
      await resolve(qms, lead, 'SOP-001', 'As it is.')
    })
    expectClean(await verifyFolder(project.root))
  })

  it.skipIf(!hasSample)('the sample store, adopted', async () => {
    const project = sampleProject()
    await adopt(project)
    expectClean(await verifyFolder(project.root))
  })
})
