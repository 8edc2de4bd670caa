import { Args, Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import type { Suggested } from '../../../app/agents/suggest.ts'
import { refuse } from '../../../errors.ts'
import { documentArg } from '../args.ts'
import { type CommonFlags, writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Assign extends Transition {
  static override summary = 'change who is asked in an open round, or who owns a document'
  static override examples = [
    '<%= config.bin %> assign CR-001 tu_api -u qa',
    '<%= config.bin %> assign CR-001 --remove tu_api -u qa',
    '<%= config.bin %> assign CR-001 --owner ben -u lead',
    '<%= config.bin %> assign CR-001 --suggest',
  ]
  static override strict = false
  static override args = {
    id: documentArg,
    names: Args.string({ description: 'who is asked too', ignoreStdin: true }),
  }
  static override flags = {
    remove: Flags.string({
      description: 'no longer asked',
      helpValue: 'NAME',
      multiple: true,
      delimiter: ',',
    }),
    owner: Flags.string({ description: 'the new owner', helpValue: 'NAME' }),
    suggest: Flags.boolean({
      description: 'only say who knows about its files, by the domains of definition files',
      exclusive: ['remove', 'owner', 'dry-run', 'request-id'],
    }),
    ...writing,
  }

  async run(): Promise<Result | Suggested> {
    const { args, argv, flags } = await this.parse(Assign)
    if (flags.suggest) return this.#suggest(flags, argv.map(String))
    const command = {
      action: 'assign' as const,
      assign: argv.slice(1) as string[],
      remove: flags.remove,
      owner: flags.owner,
    }
    return this.move(flags, args.id, command, 'assigned')
  }

  async #suggest(flags: CommonFlags, [id = '', ...names]: readonly string[]): Promise<Suggested> {
    const usage = `qms assign ${id} --suggest`
    if (names.length > 0)
      throw refuse('USAGE', { problem: 'with --suggest nobody is named: it says whom to name', usage })
    const [{ suggestReviewers }, { suggestedLines }] = await Promise.all([
      import('../../../app/agents/suggest.ts'),
      import('../suggestion.ts'),
    ])
    const answer = await this.using(flags, async ({ qms, agents }, ask) =>
      suggestReviewers(qms, ask, await agents(), id),
    )
    this.say(suggestedLines(answer))
    return answer
  }
}
