import { Args } from '@oclif/core'
import type { PushChecked, RefUpdate } from '../../../../app/guard-push.ts'
import { HookCommand, pushedLine, refLines, refUpdate } from '../../hook.ts'

export default class HookPrePush extends HookCommand {
  static override summary = 'for git: refuse a push that would break the record of the control branch'
  static override description =
    'Reads the references from standard input, as git writes them. A control branch may not be deleted or rewound, each of its new commits may only append to trails, and every document that changed must be whole. Other references pass.'
  static override examples = ['<%= config.bin %> hook pre-push origin git@example.org:team/project.git']
  static override args = {
    remote: Args.string({ description: 'name of the remote', ignoreStdin: true }),
    url: Args.string({ description: 'its address', ignoreStdin: true }),
  }

  async run(): Promise<PushChecked> {
    const { flags } = await this.parse(HookPrePush)
    const updates = ofFramework(process.env) ?? (await refLines('git push')).map(ofGit)
    const checked = await this.pushed(flags, updates, false)
    this.say([pushedLine(checked)])
    return checked
  }
}

/** `<local ref> <local id> <remote ref> <remote id>` */
const ofGit = (line: string): RefUpdate => {
  const [, to, ref, from] = line.split(' ')
  return refUpdate(ref, from, to)
}

/** The pre-commit framework reads standard input itself and hands one reference on, in variables. */
const ofFramework = (env: NodeJS.ProcessEnv): RefUpdate[] | null => {
  const { PRE_COMMIT_TO_REF: to, PRE_COMMIT_FROM_REF: from, PRE_COMMIT_REMOTE_BRANCH: ref } = env
  if (!env.PRE_COMMIT || !ref || !to) return null
  return [refUpdate(ref, from || '0'.repeat(to.length), to)]
}
