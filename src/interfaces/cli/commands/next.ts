import { Args } from '@oclif/core'
import { type Foresight, next } from '../../../app/foresight.ts'
import { type Agenda, agenda } from '../../../app/tasks.ts'
import { optionalDocumentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { agendaLines, foresightLines } from '../foresight.ts'

export default class Next extends QmsCommand {
  static override summary = 'what may be done now, and why or why not'
  static override description =
    'Without an id: everything you could move. With one: what is open for it. With an action: gate by gate.'
  static override examples = [
    '<%= config.bin %> next -u claude',
    '<%= config.bin %> next CR-001 -u claude',
    '<%= config.bin %> next CR-001 route-approval -u claude',
  ]
  static override args = {
    id: optionalDocumentArg,
    action: Args.string({ description: 'checkout, route-review, approve, close, ...', ignoreStdin: true }),
  }

  async run(): Promise<Agenda | Foresight> {
    const { args, flags } = await this.parse(Next)
    const { id, action } = args
    return this.using(flags, async ({ qms }, ask) => {
      if (id === undefined) return this.shown(await agenda(qms, ask), agendaLines)
      return this.shown(await next(qms, ask, id, action), foresightLines)
    })
  }

  private shown<T>(answer: T, lines: (answer: T) => string[]): T {
    this.say(lines(answer))
    return answer
  }
}
