/** What the commands for execution items share: the item named, what is recorded of it, and the receipt. */
import { resolve } from 'node:path'
import { Args, Flags } from '@oclif/core'
import type { Result } from '../../app/act.ts'
import { capturing } from '../../app/claims.ts'
import { type ItemAsk, recordItem } from '../../app/execute.ts'
import { refuse } from '../../errors.ts'
import { quoted } from '../call.ts'
import { documentArg } from './args.ts'
import { type CommonFlags, QmsCommand, wordsOf } from './base.ts'
import { resultLines } from './screen.ts'

export const itemArgs = {
  id: documentArg,
  item: Args.string({
    description: 'the execution item, such as EI-2',
    required: true,
    ignoreStdin: true,
  }),
}

export const summed = {
  summary: Flags.string({ char: 's', description: 'what was done and found', helpValue: 'TEXT' }),
  'summary-file': Flags.string({
    description: 'the summary from a file, - for standard input',
    helpValue: 'FILE',
  }),
}

export const evidenced = {
  evidence: Flags.string({
    description: 'what proves it: commit:REV, doc:ID, file:PATH, url:URL or text:WORDS; a run by ei run',
    helpValue: 'KIND:VALUE',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

export const amending = {
  reason: Flags.string({ description: 'why what is recorded changes', helpValue: 'TEXT' }),
  'set-aside': Flags.string({
    description: 'evidence that no longer speaks, such as E2; with a --reason',
    helpValue: 'E1',
    multiple: true,
    delimiter: ',',
  }),
}

interface SummaryFlags extends CommonFlags {
  readonly summary?: string | undefined
  readonly 'summary-file'?: string | undefined
  readonly reason?: string | undefined
  readonly 'set-aside'?: readonly string[] | undefined
  readonly evidence?: readonly string[] | undefined
}

export abstract class ItemCommand extends QmsCommand {
  protected async record(
    flags: SummaryFlags,
    id: string,
    asked: ItemAsk,
    done: (item: string) => string,
  ): Promise<Result> {
    const summary = await wordsOf(flags.summary, flags['summary-file'])
    if (summary?.trim() === '')
      throw refuse('BAD_VALUE', { name: '--summary-file', found: 'nothing', expected: 'what was done' })
    const aside = flags['set-aside']?.map(numberOf)
    const what = { ...asked, summary, aside, reason: flags.reason }
    const absolute = (path: string): string => resolve(this.folder(flags), path)
    const result = await this.using(flags, async ({ qms }, ask) =>
      recordItem(qms, ask, id, what, await capturing(qms, flags.evidence ?? [], absolute)),
    )
    this.say(resultLines(result, done(itemIn(result, asked))))
    return result
  }
}

/** As the document writes it: `2` was meant for EI-2. */
export const itemIn = ({ events }: Result, { item = '' }: Pick<ItemAsk, 'item'>): string => {
  const entry = events.find((e) => 'event' in e && e.event === 'EI')
  return entry && 'item' in entry && typeof entry.item === 'string' ? entry.item : item
}

const numberOf = (text: string): number => {
  const number = /^E?([1-9]\d{0,5})$/i.exec(text)?.[1]
  if (number) return Number(number)
  throw refuse('BAD_VALUE', {
    name: '--set-aside',
    found: text,
    expected: 'evidence by its number, such as E2',
  })
}

/** An outcome or a note without words would say nothing. @throws USAGE */
export const needSummary = (
  flags: SummaryFlags,
  verb: string,
  { id, item }: { readonly id: string; readonly item: string },
): void => {
  if (flags.summary?.trim() || flags['summary-file'] !== undefined) return
  throw refuse('USAGE', {
    problem: 'say what was done: --summary, or --summary-file',
    usage: `qms ei ${verb} ${quoted(id)} ${quoted(item)} --summary "TEXT"`,
  })
}
