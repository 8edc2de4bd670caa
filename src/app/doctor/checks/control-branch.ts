import { QmsError } from '../../../errors.ts'
import { BRANCH_KEY, CONFIG_FILE } from '../../../store/layout.ts'
import { type Check, type Finding, ofFault, problem } from '../check.ts'
import type { Patient } from '../patient.ts'

const noTip = (branch: string): Finding =>
  problem(branch, {
    found: 'a branch without a commit: neither this clone nor origin has it',
    expected: 'the branch that holds the store',
    next: [
      ['git', 'fetch', 'origin', `${branch}:${branch}`],
      ['git', 'config', '--get-all', BRANCH_KEY],
    ],
  })

/** The key in the store is what clones without a setting of their own go by. */
const disagreement = async (patient: Patient): Promise<Finding[]> => {
  const { raw } = await patient.configuration().catch(() => ({ raw: {} as Record<string, unknown> }))
  const { branch } = raw
  if (branch === undefined || branch === patient.branch) return []
  const next = typeof branch === 'string' ? [['git', 'config', BRANCH_KEY, branch]] : []
  return [
    problem('branch', {
      found: `this clone works on ${patient.branch}, and ${CONFIG_FILE} there says ${JSON.stringify(branch)}: other clones may work on another store`,
      expected: 'one branch for every clone',
      next: [['git', 'config', '--show-origin', '--get-all', BRANCH_KEY], ...next],
    }),
  ]
}

export const controlBranch: Check = {
  name: 'control-branch',
  group: 'store',
  about: 'there is a branch that holds the store, the same for every clone',
  examine: async (patient) => {
    try {
      const { tip } = await patient.snapshot()
      const findings = tip === null ? [noTip(patient.branch)] : await disagreement(patient)
      return { summary: `branch ${patient.branch}`, findings }
    } catch (error) {
      if (!(error instanceof QmsError) || error.code !== 'NOT_INITIALISED') throw error
      return { summary: '', findings: [ofFault('problem', error)] }
    }
  },
}
