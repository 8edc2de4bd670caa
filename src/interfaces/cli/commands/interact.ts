import { Flags } from '@oclif/core'
import { type InteractAsk, interact } from '../../../app/interact.ts'
import type { Interaction } from '../../../app/interaction.ts'
import { refuse } from '../../../errors.ts'
import { documentArg } from '../args.ts'
import { QmsCommand, wordsOf, writing } from '../base.ts'
import { openLines, progressLines, tookLines } from '../prompting.ts'

export default class Interact extends QmsCommand {
  static override summary = 'write a document by answering the prompts of its template'
  static override description =
    'For documents whose template asks, such as verification records. On a terminal it asks one prompt after the other; without one it shows the prompt that is open. Answers are kept in your workspace until qms checkin takes them in, and the text is compiled from them.'
  static override examples = [
    '<%= config.bin %> interact CR-001-VR-001 -u claude',
    '<%= config.bin %> interact CR-001-VR-001 --respond "EI-2" -u claude',
    '<%= config.bin %> interact CR-001-VR-001 --file output.txt -u claude',
    '<%= config.bin %> interact CR-001-VR-001 --goto items_verified --reason "EI-3 as well" --respond "EI-2, EI-3" -u claude',
    '<%= config.bin %> interact CR-001-VR-001 --progress',
  ]
  static override args = { id: documentArg }
  static override flags = {
    respond: Flags.string({ description: 'the answer to the prompt that is open', helpValue: 'TEXT' }),
    file: Flags.string({
      char: 'f',
      description: 'the answer from a file, - for standard input',
      helpValue: 'FILE',
    }),
    prompt: Flags.string({
      description: 'the prompt that is answered: refused where another one is open',
      helpValue: 'PROMPT',
    }),
    goto: Flags.string({
      description: 'change this answer; afterwards it goes on where it was',
      helpValue: 'PROMPT',
      exclusive: ['reopen', 'cancel-goto'],
    }),
    reason: Flags.string({ description: 'why an answer is changed or a loop reopened', helpValue: 'TEXT' }),
    'cancel-goto': Flags.boolean({ description: 'come back without changing anything' }),
    reopen: Flags.string({
      description: 'go through a closed loop once more',
      helpValue: 'LOOP',
      exclusive: ['goto', 'cancel-goto'],
    }),
    progress: Flags.boolean({
      description: 'all answers so far, and the states of the project kept with them',
    }),
    show: Flags.boolean({ description: 'the text that follows from the answers' }),
    ...writing,
  }

  async run(): Promise<Interaction> {
    const { args, flags } = await this.parse(Interact)
    const respond = await wordsOf(flags.respond, flags.file)
    const { goto, reason, reopen, prompt, progress, show } = flags
    const what: InteractAsk = { respond, reason, goto, reopen, prompt, show, cancel: flags['cancel-goto'] }
    const acts = respond !== undefined || goto !== undefined || reopen !== undefined || what.cancel === true
    if (!acts && (reason !== undefined || prompt !== undefined))
      throw refuse('USAGE', {
        problem: '--reason and --prompt go with an answer, --goto or --reopen',
        usage: `qms interact ${args.id} --respond "TEXT"`,
      })
    const asks = !acts && !progress && !show && this.#isTerminal()
    const done = await this.using(flags, async ({ qms, snapshots }, ask) => {
      const first = await interact(qms, snapshots, ask, args.id, what)
      if (!asks || !first.held || flags['dry-run']) return first
      const { converse } = await import('../dialogue.ts')
      return converse(first, (given) => interact(qms, snapshots, ask, args.id, given))
    })
    this.say(
      show
        ? (done.text ?? '').split('\n')
        : progress
          ? progressLines(done)
          : acts
            ? tookLines(done)
            : openLines(done),
    )
    return done
  }

  #isTerminal(): boolean {
    return !this.jsonEnabled() && process.stdin.isTTY === true && process.stdout.isTTY === true
  }
}
