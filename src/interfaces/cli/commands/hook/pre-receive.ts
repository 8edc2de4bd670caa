import type { PushChecked, RefUpdate } from '../../../../app/guard-push.ts'
import { HookCommand, pushedLine, refLines, refUpdate } from '../../hook.ts'

export default class HookPreReceive extends HookCommand {
  static override summary = 'for git on a server: refuse a push that would break the record, whoever pushes'
  static override description =
    'Reads the references from standard input, as git writes them, and the objects from the quarantine that git keeps them in until they are accepted. Asks the same as pre-push.'
  static override examples = ['<%= config.bin %> hook pre-receive']

  async run(): Promise<PushChecked> {
    const { flags } = await this.parse(HookPreReceive)
    const updates = (await refLines('qms hooks install --server DIR')).map(ofGit)
    const checked = await this.pushed(flags, updates, true)
    this.say([pushedLine(checked)])
    return checked
  }
}

/** `<old id> <new id> <ref>` */
const ofGit = (line: string): RefUpdate => {
  const [from, to, ref] = line.split(' ')
  return refUpdate(ref, from, to)
}
