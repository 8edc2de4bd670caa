/** Runs every check, each by itself: one that cannot be made is unknown, and stops no other. */
import { QmsError, refuse } from '../../errors.ts'
import { type Check, type Finding, type Mend, ofFault, type State, worst } from './check.ts'
import { CHECKS } from './checks.ts'
import type { Patient } from './patient.ts'

export interface Checked extends Pick<Check, 'name' | 'group' | 'about'> {
  readonly state: State
  readonly summary: string
  readonly findings: readonly Finding[]
  readonly mend: Mend | null
}

export const diagnose = async (patient: Patient): Promise<readonly Checked[]> => {
  const all: Checked[] = []
  for (const check of CHECKS) all.push(await made(check, patient))
  return all
}

const made = async (check: Check, patient: Patient): Promise<Checked> => {
  const { name, group, about } = check
  try {
    const { summary, findings, mend } = await check.examine(patient)
    const state = worst(findings.map((f) => f.state))
    return { name, group, about, state, summary, findings, mend: mend ?? null }
  } catch (error) {
    const findings = [ofFault('unknown', faultOf(error))]
    return { name, group, about, state: 'unknown', summary: '', findings, mend: null }
  }
}

/** What the system says is a fault of the world; anything else is a bug of this program. */
const faultOf = (error: unknown): QmsError => {
  if (error instanceof QmsError) return error
  if (!(error instanceof Error) || !('code' in error)) throw error
  const { path } = error as NodeJS.ErrnoException
  return refuse('IO', { operation: 'look', ...(path ? { path } : {}), reason: error.message }, error)
}

/** One mend, and what became of it. */
export interface Mended {
  readonly check: string
  readonly does: string
  /** The refusal that stopped it; null where it was done. */
  readonly fault: QmsError | null
}

/** What `--fix` would do, in order. */
export const mendable = (checked: readonly Checked[]): readonly Checked[] =>
  checked.filter(({ mend, findings }) => mend !== null && findings.some((f) => f.fixable))

/** Mends what is mendable, one after the other; one that fails stops no other. */
export const mendAll = async (checked: readonly Checked[]): Promise<readonly Mended[]> => {
  const all: Mended[] = []
  for (const { name, mend } of mendable(checked)) {
    const fault = await mend!.run().then(() => null, faultOf)
    all.push({ check: name, does: mend!.does, fault })
  }
  return all
}
