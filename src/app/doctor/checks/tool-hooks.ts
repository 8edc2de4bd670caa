import { AGENT_TOOLS, type AgentTool } from '../../../agents/tool-call.ts'
import { HOOKS, readSettings, SETTINGS_FILE, statesOf } from '../../../agents/tool-settings.ts'
import { type Check, count, type Finding, problem, warning } from '../check.ts'
import type { Patient } from '../patient.ts'

/** Settings of one user beside those of the project: what they take out is out for all of it. */
const LOCAL = '.claude/settings.local.json'

const install = (tool: AgentTool): string[] => ['qms', 'hooks', 'install', '--agent', tool]

/** A call that every guard refuses, and that leaves no trace. */
const CANARY = JSON.stringify({ session_id: 'canary', tool_name: 'Bash', tool_input: { command: null } })

const refused = (tool: AgentTool, { exit, out, err }: { exit: number | null; out: string; err: string }) =>
  tool === 'claude'
    ? exit === 0 && /"permissionDecision":"deny".*cannot be read/.test(out)
    : exit === 2 && err.includes('cannot be read')

/** What the guard answers to the canary, where it is not what it should be. */
const fired = async (patient: Patient, tool: AgentTool): Promise<Finding[]> => {
  const guard = HOOKS[tool].find(({ matcher }) => matcher !== null)
  if (!guard) return []
  const answer = await patient.toolHooks.fire(guard.command, CANARY)
  if (refused(tool, answer)) return []
  const said = (answer.err || answer.out).trim().split('\n')[0]?.slice(0, 200) ?? ''
  const found = `${guard.event} answers a call that it must refuse with exit ${answer.exit ?? 'none'}${said && `: ${said}`}`
  return [
    problem(SETTINGS_FILE[tool], {
      found,
      expected: 'a qms on the PATH that refuses it',
      next: [['qms', '--version']],
    }),
  ]
}

const ofTool = async (patient: Patient, tool: AgentTool): Promise<{ ours: number; findings: Finding[] }> => {
  const path = SETTINGS_FILE[tool]
  const text = await patient.toolHooks.settings(path)
  const read = readSettings(text)
  if ('problem' in read) {
    const expected = 'settings without a mistake: with one, the tool runs none of its hooks'
    const amiss = text?.includes('qms hook') ? problem : warning
    return { ours: 0, findings: [amiss(path, { found: read.problem, expected })] }
  }
  const states = statesOf(read.json, tool)
  const ours = states.filter(({ state }) => state !== 'absent').length
  if (ours === 0) return { ours, findings: [] }
  const wanting = states.filter(({ state }) => state !== 'installed').map(({ hook }) => hook.event)
  const expected = 'every hook as this version writes it'
  const found = `missing, or written otherwise: ${wanting.join(', ')}`
  const lacking = wanting.length > 0 ? [warning(path, { found, expected, next: [install(tool)] })] : []
  return { ours, findings: [...lacking, ...(await disabled(patient, tool)), ...(await fired(patient, tool))] }
}

/** Hooks that are there and taken out all the same. */
const disabled = async (patient: Patient, tool: AgentTool): Promise<Finding[]> => {
  const paths = tool === 'claude' ? [SETTINGS_FILE.claude, LOCAL] : []
  const found = await Promise.all(
    paths.map(async (path) => {
      const read = readSettings(await patient.toolHooks.settings(path))
      if ('problem' in read) return [{ path, found: read.problem }]
      return read.json.disableAllHooks === true ? [{ path, found: 'disableAllHooks is true' }] : []
    }),
  )
  return found
    .flat()
    .map(({ path, found: what }) => problem(path, { found: what, expected: 'hooks that the tool runs' }))
}

export const toolHooks: Check = {
  name: 'tool-hooks',
  group: 'agents',
  about: 'hooks in the settings of agent tools can be read by the tool, and refuse what they should',
  examine: async (patient) => {
    const all = await Promise.all(AGENT_TOOLS.map((tool) => ofTool(patient, tool)))
    const ours = all.reduce((sum, one) => sum + one.ours, 0)
    return {
      summary: ours > 0 ? `${count(ours, 'hook')} of qms` : 'none of qms',
      findings: all.flatMap(({ findings }) => findings),
    }
  },
}
