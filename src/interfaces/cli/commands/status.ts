import { type Standing, status } from '../../../app/read.ts'
import { type Overview, overview } from '../../../app/survey.ts'
import { optionalDocumentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { overviewLines, standingLines } from '../standing.ts'

export default class Status extends QmsCommand {
  static override summary = 'where a document stands; without an id, the whole store on one screen'
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status CR-001 -u claude']
  static override args = { id: optionalDocumentArg }

  async run(): Promise<Standing | Overview> {
    const { args, flags } = await this.parse(Status)
    const { id } = args
    return this.using(flags, async ({ qms, branch }, ask) => {
      if (id === undefined) return this.shown(await overview(qms, branch), overviewLines)
      return this.shown(await status(qms, ask, id), standingLines)
    })
  }

  private shown<T>(answer: T, lines: (answer: T) => string[]): T {
    this.say(lines(answer))
    return answer
  }
}
