import { Flags } from '@oclif/core'
import type { Spawned } from '../../../../app/agents/spawn.ts'
import { agentPorts, spawnBehind } from '../../../../compose-agents.ts'
import { AGENT_TASKS, type AgentTask } from '../../../../documents/event.ts'
import { QmsError } from '../../../../errors.ts'
import { spawnedLines, tellerFor } from '../../agents.ts'
import { nameArg } from '../../args.ts'
import { type CommonFlags, QmsCommand, writing } from '../../base.ts'

const DAY = 86_400

export default class AgentSpawn extends QmsCommand {
  static override summary = 'call an agent to a document that asks for its verdict'
  static override description =
    'The agent is told the document, its version and status, and the type of its task, and nothing else (SOP-007 section 5.2). Who served in the session before goes on. Ends with 0 where the trail holds its verdict, whichever that is, and with 1 where it does not.'
  static override examples = [
    '<%= config.bin %> agent spawn qa --doc CR-001 -u claude',
    '<%= config.bin %> agent spawn qa --doc CR-001 --task review --dry-run -u claude',
    '<%= config.bin %> agent spawn qa --doc CR-001 --detach -u claude',
  ]
  static override args = { name: nameArg('which agent') }
  static override flags = {
    doc: Flags.string({ description: 'the document', helpValue: 'ID', required: true }),
    task: Flags.string({
      description: 'what it is called for; else what the document asks now',
      options: [...AGENT_TASKS],
    }),
    fresh: Flags.boolean({ description: 'a new agent, which the Lead has allowed (session allow-fresh)' }),
    wait: Flags.boolean({
      description: 'wait for its verdict (as it is without a flag)',
      exclusive: ['detach'],
    }),
    detach: Flags.boolean({ description: 'leave it to work, and end at once', exclusive: ['dry-run'] }),
    timeout: Flags.integer({
      description: 'seconds after which it is ended',
      helpValue: 'S',
      min: 1,
      max: DAY,
    }),
    ...writing,
  }

  async run(): Promise<Spawned | { dispatch: string; log: string | null }> {
    const { args, flags } = await this.parse(AgentSpawn)
    if (flags.detach) return this.#behind(flags)
    const { spawnAgent } = await import('../../../../app/agents/spawn.ts')
    const tell = tellerFor(this.jsonEnabled())
    const asked = {
      agent: args.name,
      document: flags.doc,
      task: flags.task as AgentTask | undefined,
      fresh: flags.fresh,
      tell: (line: string) => tell(args.name, line),
      dispatched: (dispatch: string) => tellParent({ dispatch }),
    }
    const spawned = await this.using(flags, async (opened, ask) =>
      spawnAgent(opened.qms, ask, asked, await agentPorts(opened, { timeout: flags.timeout })),
    ).catch(refusedBehind)
    this.say(spawnedLines(spawned))
    return spawned
  }

  /** The same call, in a process that goes on when this one has ended. What is refused there is refused here. */
  async #behind(flags: CommonFlags): Promise<{ dispatch: string; log: string | null }> {
    const words = ['agent', 'spawn', ...this.argv.filter((word) => word !== '--detach' && word !== '--json')]
    const left = await this.using(flags, (opened) => spawnBehind(opened, words, this.folder(flags)))
    this.say([
      `${left.dispatch} is under way.${left.log ? ` What it writes: ${left.log}` : ''}`,
      '',
      'Next',
      '  qms session show',
    ])
    return left
  }
}

/** Whoever left this command behind waits for one word of it. */
const tellParent = (word: object): void => {
  if (process.connected) process.send?.(word)
}

const refusedBehind = (error: unknown): never => {
  if (error instanceof QmsError) tellParent({ refused: { code: error.code, facts: error.facts } })
  throw error
}
