import { Flags } from '@oclif/core'
import type { SessionReceipt } from '../../../../app/agents/sessions.ts'
import type { Opened } from '../../../../compose.ts'
import { inForeground } from '../../../../compose-agents.ts'
import { refuse } from '../../../../errors.ts'
import { sessionNext } from '../../agents.ts'
import { QmsCommand, writing } from '../../base.ts'
import { receiptLines, show } from '../../screen.ts'

export default class SessionStart extends QmsCommand {
  static override summary = 'open a session, in which agents are called and called again'
  static override description =
    'With a program behind --, it is run in the session: in its environment QMS_TOKEN says who it is, to every command that it runs, and the session ends with it. With --export, the line that says so to a shell is printed: eval "$(qms session start --export)".'
  static override examples = [
    '<%= config.bin %> session start -u claude',
    '<%= config.bin %> session start -u claude -- git log -1 --oneline',
  ]
  /** What stands behind -- is not ours to judge. */
  static override strict = false
  static override flags = {
    export: Flags.boolean({ description: 'print the token as a line for a shell to evaluate' }),
    ...writing,
  }

  async run(): Promise<SessionReceipt & { exit?: number }> {
    const given = this.argv
    const end = given.includes('--') ? given.indexOf('--') : given.length
    const { flags, argv } = await this.parse(SessionStart, given.slice(0, end))
    this.argv = given // the parser leaves what it was given
    const program = given.slice(end + 1)
    if (argv.length > 0)
      throw refuse('USAGE', {
        problem: 'a program stands behind --',
        usage: 'qms session start -u claude -- PROGRAM',
      })
    if (program.length > 0 && this.jsonEnabled())
      throw refuse('USAGE', { problem: 'a program that has the terminal leaves no room for --json' })
    const { startSession } = await import('../../../../app/agents/sessions.ts')
    const { receipt, token } = await this.using(flags, async (opened, ask) => {
      const handedOut = flags.export || program.length > 0
      if (handedOut && !ask.dryRun) await opened.grants.ready()
      const receipt = await startSession(opened.qms, ask)
      const wanted = handedOut && !receipt.dryRun
      return { receipt, token: wanted ? await this.#token(opened, receipt) : null }
    })
    if (token !== null && program.length > 0) return this.#within(flags, receipt, token, program)
    if (token !== null) return this.#exported(receipt, token)
    this.say([...receiptLines(receipt, `${receipt.session} is open.`), ...sessionNext()])
    return receipt
  }

  async #token({ qms, grants }: Opened, receipt: SessionReceipt): Promise<string> {
    const { sessionToken } = await import('../../../../app/agents/sessions.ts')
    const orchestrator = receipt.events.flatMap((e) => ('user' in e ? [String(e.user)] : []))[0] ?? ''
    return sessionToken(qms, grants, orchestrator, receipt.session)
  }

  /** The line alone, so that a shell can evaluate it; with --json as a key that nobody should log. */
  #exported(receipt: SessionReceipt, token: string): SessionReceipt & { token?: string } {
    if (this.jsonEnabled()) return { ...receipt, token }
    show([`export QMS_TOKEN=${token}`])
    return receipt
  }

  async #within(
    flags: { project?: string | undefined; user?: string | undefined },
    receipt: SessionReceipt,
    token: string,
    program: readonly string[],
  ): Promise<SessionReceipt & { exit: number }> {
    process.env.QMS_TOKEN = token // of this program, too, when it ends the session
    const exit = await inForeground(program, this.folder(flags), process.env).finally(() =>
      this.using(flags, async ({ qms, grants }, ask) => {
        const { leaveSession } = await import('../../../../app/agents/sessions.ts')
        await leaveSession(qms, { ...ask, request: undefined }, grants, receipt.session)
      }),
    )
    process.exitCode = exit
    return { ...receipt, exit }
  }
}
