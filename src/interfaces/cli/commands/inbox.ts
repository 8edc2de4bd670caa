import { type Inbox as Answer, inbox } from '../../../app/tasks.ts'
import { QmsCommand } from '../base.ts'
import { inboxLines } from '../foresight.ts'

export default class Inbox extends QmsCommand {
  static override summary = 'what is asked of you, with the commands that answer it'
  static override examples = ['<%= config.bin %> inbox -u qa']

  async run(): Promise<Answer> {
    const { flags } = await this.parse(Inbox)
    const answer = await this.using(flags, ({ qms }, ask) => inbox(qms, ask))
    this.say(inboxLines(answer))
    return answer
  }
}
