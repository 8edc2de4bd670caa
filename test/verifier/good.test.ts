/**
 * Stores that the program wrote are clean to the second verifier, which shares no line with it. Two more stand in
 * `differential.test.ts`.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { escalate, resolve } from '../../src/app/act.ts'
import { claude, folder, initialised, lead, Project, ROOT } from '../support/cli.ts'
import { adopt, hasSample, sampleProject } from '../support/peer.ts'
import { executions, family, governed, procedures } from './stores.ts'
import { expectClean, hasPython, VERIFIER, verifyFolder } from './verifying.ts'

const demonstrated = async (): Promise<Project> => {
  const place = join(folder('demo'), 'kept')
  execFileSync(process.execPath, [join(ROOT, 'demo/run.mjs'), '--keep', place], { stdio: 'pipe' })
  return new Project(join(place, 'repository'))
}

const STORES: Readonly<Record<string, { make: () => Promise<Project>; documents: number }>> = {
  'a fresh store': { make: () => initialised(), documents: 17 },
  'a procedure through every way out': { make: procedures, documents: 21 },
  'an investigation and its family': { make: family, documents: 28 },
  'an execution recorded by command': { make: executions, documents: 20 },
  'requirements, declared types, a team of one': { make: governed, documents: 25 },
  'the change record of the demonstration': { make: demonstrated, documents: 17 },
}

describe.skipIf(!hasPython)('the second verifier finds nothing in', () => {
  for (const [name, { make, documents }] of Object.entries(STORES))
    it(name, { timeout: 300_000 }, async () => {
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

  it('a store beside which it lies alone with its rules, as in a package of records', async () => {
    const [place, project] = [folder('package'), await initialised()]
    copyFileSync(VERIFIER, join(place, 'verify.py'))
    copyFileSync(join(ROOT, 'schemas/rules.json'), join(place, 'rules.json'))
    const said = execFileSync('python3', [join(place, 'verify.py'), project.root], { encoding: 'utf8' })
    expect(said).toBe('clean: 17 documents, 20 events, 17 texts\n')
  })

  it.skipIf(!hasSample)('the sample store, adopted', async () => {
    const project = sampleProject()
    await adopt(project)
    expectClean(await verifyFolder(project.root))
  })
})
