/** What a tool is about to do, judged before it does it. Source: SOP-007 sections 4 to 6; design of agents, "Hooks". */
import { type HookInput, toolCall } from '../../../agents/tool-call.ts'
import { type Decision, deny, type HookPorts, PASS } from './ports.ts'
import { withToken } from './tokens.ts'
import { guardCommand, guardFiles } from './writes.ts'

/** What a tool can be answered: not all of them run a call with other input than it was made with. */
export interface Abilities {
  readonly replaces: boolean
}

export const judgeTool = async (p: HookPorts, input: HookInput, can: Abilities): Promise<Decision> => {
  const call = toolCall(input)
  switch (call.kind) {
    case 'unreadable':
      return deny(`Not run: this call of ${input.tool} cannot be read (${call.problem}).`)
    case 'write':
      return guardFiles(p, input, call.paths, call.makes)
    case 'shell':
      return judgeCommand(p, input, call.command, can)
    case 'agent':
      return (await import('./calls.ts')).guardAgent(p, input, call)
    case 'message':
      return (await import('./calls.ts')).guardMessage(p, input, call)
    case 'workflow':
      return (await import('./calls.ts')).guardWorkflow(p, input, call)
    case 'other':
      return PASS
  }
}

const judgeCommand = async (
  p: HookPorts,
  input: HookInput,
  command: string,
  can: Abilities,
): Promise<Decision> => {
  const { reading, decision } = await guardCommand(p, input, command)
  if (decision.do !== 'pass') return decision
  const { guardStarted } = await import('./calls.ts')
  const started = await guardStarted(p, input, command, reading.started)
  return started.do !== 'pass' || !can.replaces ? started : withToken(p, input, command)
}
