import type { AgentFinding } from '../../../agents/comparison.ts'
import { agentAccounts } from '../../agents/accounts.ts'
import { DEFAULTS } from '../../configuration.ts'
import { type Check, count, type Finding, warning } from '../check.ts'

/** What an adopted project brought along raises no alarm. */
const isQuiet = ({ code, weight }: AgentFinding): boolean =>
  weight === 'note' || (code === 'CONTRADICTS_SOP' && weight === 'warning')

/** Nothing of it keeps anybody from working: `qms agent check` says what weighs how much. */
const told = (name: string, f: AgentFinding): Finding[] => {
  if (isQuiet(f)) return []
  const at = f.line === null ? '' : `line ${f.line}: `
  return [warning(f.path ?? name, { found: `${at}${f.found}`, expected: f.expected, next: f.next })]
}

export const agents: Check = {
  name: 'agents',
  group: 'people',
  about: 'agents that judge have a definition file, files of agents have a user, and both agree',
  examine: async (patient) => {
    const { settings } = await patient.configuration().catch(() => ({ settings: DEFAULTS }))
    const files = await patient.repository.agents(settings.agents)
    const here = { folder: settings.agents, files }
    const accounts = await agentAccounts(await patient.records(), here)
    return {
      summary: count(files.size, 'definition file'),
      findings: accounts.flatMap(({ name, findings }) => findings.flatMap((f) => told(name, f))),
    }
  },
}
