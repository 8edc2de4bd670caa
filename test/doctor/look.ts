/** What `qms doctor` says of a project, check by check. */
import { expect } from 'vitest'
import { type Checked, diagnose } from '../../src/app/doctor/diagnose.ts'
import { examine } from '../../src/compose.ts'
import type { Diagnosis } from '../../src/interfaces/cli/diagnosis.ts'
import type { How, Project } from '../support/cli.ts'

/** All checks, in this process. */
export const looked = async (project: Project, cwd = project.root): Promise<readonly Checked[]> => {
  const { patient, close } = await examine(cwd)
  try {
    return await diagnose(patient)
  } finally {
    await close()
  }
}

export interface Told {
  readonly state: string
  readonly about: string | null
  readonly found: string
  readonly next: readonly string[]
}

/** What is amiss by one check, as `state about`; notes are left out. */
export const amiss = async (project: Project, name: string, cwd = project.root): Promise<Told[]> => {
  const check = (await looked(project, cwd)).find((c) => c.name === name)
  expect(check, name).toBeDefined()
  return check!.findings
    .filter((f) => f.state !== 'ok')
    .map((f) => ({
      state: f.state,
      about: f.about ?? f.fault?.code ?? null,
      found: f.found,
      next: f.next.map((command) => command.join(' ')),
    }))
}

/** Names of the checks in a state. */
export const inState = async (project: Project, state: string): Promise<string[]> =>
  (await looked(project)).filter((c) => c.state === state).map((c) => c.name)

/** The command itself: its answer and how it ended. */
export const doctor = async (
  project: Project,
  flags = '',
  how: How = {},
): Promise<Diagnosis & { readonly exit: number | null }> => {
  const said = await project.run(`doctor ${flags} --json`, how)
  expect(said.err).toBe('')
  const answer = JSON.parse(said.out)
  expect(answer).toMatchObject({ ok: true, command: 'doctor' })
  return { ...answer.result, exit: said.code }
}
