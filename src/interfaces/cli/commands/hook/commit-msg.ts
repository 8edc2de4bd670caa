import { Args } from '@oclif/core'
import type { MessageChecked } from '../../../../app/guard-message.ts'
import { digest } from '../../../../compose.ts'
import type { HookOpened } from '../../../../compose-hooks.ts'
import { visibleLine } from '../../../visible.ts'
import { HookCommand } from '../../hook.ts'
import { readInput } from '../../input.ts'
import { printError } from '../../screen.ts'

const MOST_WORDS = 1_000_000

export default class HookCommitMsg extends HookCommand {
  static override summary =
    'for git: refuse a commit that names no record in execution, where the policy asks'
  static override description =
    'The policy commits says what is asked: free asks nothing; recorded asks for the id of a record in execution, in the subject or in a last line QMS-Record: ID, and names files that the record does not list under Files Affected; listed refuses those. Merges, fixup! and squash! commits pass.'
  static override examples = ['<%= config.bin %> hook commit-msg .git/COMMIT_EDITMSG']
  static override args = {
    file: Args.string({ description: 'the message, as git gives it', required: true, ignoreStdin: true }),
  }

  async run(): Promise<MessageChecked> {
    const { args, flags } = await this.parse(HookCommitMsg)
    const { bytes } = await readInput(args.file, MOST_WORDS)
    const checked = await this.judging(flags, (opened) => judged(opened, bytes))
    if (!this.jsonEnabled()) printError(warnings(checked))
    this.say([
      checked.records.length > 0
        ? `The commit is made under ${checked.records.join(', ')}.`
        : 'Nothing is asked of this commit.',
    ])
    return checked
  }
}

const judged = async (opened: HookOpened, bytes: Uint8Array): Promise<MessageChecked> => {
  const { checkMessage } = await import('../../../../app/guard-message.ts')
  const text = new TextDecoder().decode(bytes)
  const comment = await opened.comment()
  return checkMessage(await opened.snapshot(), opened.commit, { text, comment }, digest)
}

const warnings = ({ records, unlisted, unreadable }: MessageChecked): string[] => [
  ...unlisted.map((file) => `Note: ${records.join(', ')} does not list ${visibleLine(file)} as affected.`),
  ...unreadable.map(
    (entry) => `Note: an entry of Files Affected names no file in backticks: ${visibleLine(entry)}`,
  ),
]
