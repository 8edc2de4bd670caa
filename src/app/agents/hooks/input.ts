/** What the interfaces need of the inputs of agent tools. */
export { AGENT_TOOLS, type AgentTool, type HookInput, readHookInput } from '../../../agents/tool-call.ts'
