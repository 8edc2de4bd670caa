import type { Tool } from '@modelcontextprotocol/server'
import { Flags } from '@oclif/core'
import { refuse } from '../../../errors.ts'
import { type CommonFlags, QmsCommand } from '../base.ts'
import { table } from '../screen.ts'

export default class Mcp extends QmsCommand {
  static override summary = 'serve agent tools: the commands over the Model Context Protocol'
  static override description =
    'Started by an agent tool, which talks to it over standard input and output, and ends with it. Whoever it is started as acts in every call: by the grant of the process, else -u or QMS_USER. docs/mcp.md says what is served, and how agent tools are told of it.'
  static override examples = ['<%= config.bin %> mcp -u claude', '<%= config.bin %> mcp --tools']
  static override flags = {
    tools: Flags.boolean({ description: 'show what would be served, and serve nothing' }),
  }

  async run(): Promise<{ tools: readonly Tool[] } | undefined> {
    const { flags } = await this.parse(Mcp)
    if (flags.tools) return this.shown()
    if (this.jsonEnabled())
      throw refuse('USAGE', {
        problem: 'standard output belongs to the protocol: there is no answer but with --tools',
        usage: 'qms mcp --tools --json',
      })
    if (process.stdin.isTTY)
      throw refuse('USAGE', {
        problem: 'an agent tool starts this, and talks to it over standard input; nobody can at a terminal',
        usage: 'qms mcp --tools',
      })
    await this.serve(flags)
    return undefined
  }

  private async shown(): Promise<{ tools: readonly Tool[] }> {
    const { toolsOf } = await import('../../mcp/tools.ts')
    const tools = toolsOf(this.config.commands)
    const rows = tools.map((tool) => [tool.name, does(tool), tool.description?.split('\n')[0] ?? ''])
    this.say(table(['TOOL', 'DOES', 'WHAT'], rows))
    return { tools }
  }

  /** Commands name files from where the server stands: that is the folder it is to work in. */
  private async serve(flags: CommonFlags): Promise<void> {
    process.chdir(this.folder(flags))
    const [{ serve }, { KeptProject }, { servedUser }] = await Promise.all([
      import('../../mcp/serve.ts'),
      import('../../../compose-server.ts'),
      import('../../../app/agents/served-user.ts'),
    ])
    const user = await this.using({ ...flags, project: undefined }, ({ qms }, ask) => servedUser(qms, ask))
    const project = new KeptProject()
    try {
      await serve(this.config, project, user)
    } finally {
      project.close()
    }
  }
}

const does = ({ annotations }: Tool): string =>
  annotations?.readOnlyHint ? 'reads' : annotations?.destructiveHint ? 'writes for good' : 'writes'
