import { type CommitChecked, checkCommit } from '../../../../app/guard-commit.ts'
import { HookCommand } from '../../hook.ts'

export default class HookPreCommit extends HookCommand {
  static override summary = 'for git: refuse a commit that would change the store by hand'
  static override description =
    'Judges the index that git is about to commit: QMS/, qms.config.json and the line of .gitattributes. What a merged commit or the control branch has already is let through. Serves as pre-commit and as pre-merge-commit.'
  static override examples = ['<%= config.bin %> hook pre-commit']

  async run(): Promise<CommitChecked> {
    const { flags } = await this.parse(HookPreCommit)
    const checked = await this.judging(flags, ({ branch, commit }) => checkCommit(branch, commit))
    this.say([checked.branch === null ? 'This is no qms project.' : 'The commit leaves the store alone.'])
    return checked
  }
}
