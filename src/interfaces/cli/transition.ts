/** What commands that move a document share: do it, say what became of it. */
import { Flags } from '@oclif/core'
import { act, type Command, type Result, verdict } from '../../app/act.ts'
import { type CommonFlags, QmsCommand, wordsOf } from './base.ts'
import { resultLines } from './screen.ts'

export abstract class Transition extends QmsCommand {
  /** One action of the tables on one document. @param done what happened, in the words of the receipt */
  protected async move(flags: CommonFlags, id: string, command: Command, done: string): Promise<Result> {
    const result = await this.using(flags, ({ qms }, ask) => act(qms, ask, id, command))
    this.say(resultLines(result, done))
    return result
  }
}

/** Flags of the three verdicts. */
export const judging = {
  comment: Flags.string({ description: 'what you found', helpValue: 'TEXT' }),
  'comment-file': Flags.string({
    description: 'the comment from a file, - for standard input',
    helpValue: 'FILE',
  }),
  text: Flags.string({
    description: 'judge the text with this digest (first 8 characters or more)',
    helpValue: 'DIGEST',
  }),
}

interface VerdictFlags extends CommonFlags {
  readonly comment?: string | undefined
  readonly 'comment-file'?: string | undefined
  readonly text?: string | undefined
}

export abstract class Verdict extends QmsCommand {
  protected async judge(flags: VerdictFlags, id: string, command: Command, done: string): Promise<Result> {
    const comment = await wordsOf(flags.comment, flags['comment-file'])
    const work = { ...command, comment }
    const result = await this.using(flags, ({ qms }, ask) => verdict(qms, ask, id, work, flags.text))
    this.say(resultLines(result, done))
    return result
  }
}
