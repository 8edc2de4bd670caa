import { resolve } from 'node:path'
import { Args, Flags } from '@oclif/core'
import type { PromptAsk, PromptReport } from '../../../../app/agents/lint-prompt.ts'
import { shipped } from '../../../../compose.ts'
import { QmsError, refuse } from '../../../../errors.ts'
import { type CommonFlags, QmsCommand } from '../../base.ts'
import { readInput } from '../../input.ts'

/** Bytes of a prompt: many times what may be told, and little enough to be judged at once. */
const LARGEST_PROMPT = 1_000_000

export default class AgentLintPrompt extends QmsCommand {
  static override summary = 'is this text within what SOP-007 permits an agent to be told?'
  static override examples = [
    '<%= config.bin %> agent lint-prompt prompt.md',
    '<%= config.bin %> agent lint-prompt prompt.md --agent qa --doc CR-001',
  ]
  static override args = {
    file: Args.string({
      description: 'file with the prompt; - is standard input',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    agent: Flags.string({ description: 'whom it is for, where it does not say so', helpValue: 'NAME' }),
    doc: Flags.string({ description: 'which document it is about', helpValue: 'ID' }),
  }

  async run(): Promise<PromptReport> {
    const { args, flags } = await this.parse(AgentLintPrompt)
    const text = await promptIn(args.file, this.folder(flags))
    const want = { text, from: args.file, agent: flags.agent, document: flags.doc }
    const report = await this.#report(flags, want)
    if (!report.ok) process.exitCode = 6
    const { promptLines } = await import('../../prompt-report.ts')
    this.say(promptLines(report, text))
    return report
  }

  /** With or without a store. */
  async #report(common: CommonFlags, want: PromptAsk): Promise<PromptReport> {
    const { lintPrompt, lintPromptAlone } = await import('../../../../app/agents/lint-prompt.ts')
    try {
      return await this.using(common, async ({ qms }, ask) => lintPrompt(qms, shipped, ask, want))
    } catch (error) {
      if (!isWithoutStore(error)) throw error
      return lintPromptAlone(shipped, want)
    }
  }
}

const isWithoutStore = (error: unknown): boolean =>
  error instanceof QmsError && (error.code === 'NO_REPOSITORY' || error.code === 'NOT_INITIALISED')

/** @throws NO_FILE, BAD_VALUE where it is no prompt by its kind or size */
const promptIn = async (file: string, folder: string): Promise<string> => {
  const named = file === '-' ? file : resolve(folder, file)
  try {
    const { bytes } = await readInput(named, LARGEST_PROMPT)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    const found = unfit(error)
    if (found === null) throw error
    throw refuse(
      'BAD_VALUE',
      { name: file, found, expected: `a prompt: UTF-8, at most ${LARGEST_PROMPT} bytes` },
      error,
    )
  }
}

const unfit = (error: unknown): string | null => {
  if (error instanceof TypeError) return 'bytes that are not UTF-8'
  return error instanceof QmsError && error.code === 'TEXT_TOO_LARGE' ? 'a file that is larger' : null
}
