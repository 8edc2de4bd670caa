/** What the commands that git starts as hooks share: they judge and change nothing. */
import type { PushChecked, RefUpdate } from '../../app/guard-push.ts'
import { type HookOpened, openForHook } from '../../compose-hooks.ts'
import { refuse } from '../../errors.ts'
import { type CommonFlags, QmsCommand } from './base.ts'
import { readInput } from './input.ts'

export abstract class HookCommand extends QmsCommand {
  /** Opens the repository that git has started the hook in. */
  protected async judging<T>(
    flags: CommonFlags,
    work: (opened: HookOpened) => Promise<T>,
    receiving = false,
  ): Promise<T> {
    const opened = await openForHook(this.folder(flags), receiving)
    try {
      return await work(opened)
    } finally {
      opened.close()
    }
  }

  protected async pushed(
    flags: CommonFlags,
    updates: readonly RefUpdate[],
    receiving: boolean,
  ): Promise<PushChecked> {
    const { checkPush } = await import('../../app/guard-push.ts')
    return this.judging(flags, ({ push, qms }) => checkPush(updates, push, qms), receiving)
  }
}

/** Enough for a hundred thousand references. */
const MOST_REFS = 32_000_000

/** Lines of standard input, as git writes them. @throws USAGE at a terminal, where nobody would end them */
export const refLines = async (usage: string): Promise<string[]> => {
  if (process.stdin.isTTY)
    throw refuse('USAGE', { problem: 'git gives this command the references on standard input', usage })
  const { bytes } = await readInput('-', MOST_REFS)
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .filter((line) => line !== '')
}

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const NONE = /^0+$/

/** @throws USAGE for anything that git would not write: what cannot be read cannot be let through */
export const refUpdate = (ref: string | undefined, from = '', to = ''): RefUpdate => {
  if (!ref || !OID.test(from) || !OID.test(to))
    throw refuse('USAGE', { problem: `these are no references of a push: ${from} ${to} ${ref ?? ''}`.trim() })
  const oid = (text: string): string | null => (NONE.test(text) ? null : text)
  return { ref, from: oid(from), to: oid(to) }
}

export const pushedLine = ({ refs, documents }: PushChecked): string =>
  refs.length === 0
    ? 'No reference of a control branch is pushed.'
    : `${refs.join(', ')} only moves forward; ${documents} changed documents are whole.`
