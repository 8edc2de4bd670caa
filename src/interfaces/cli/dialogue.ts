/** Question after question on a terminal. Each answer is kept when it is given: whoever leaves loses nothing. */
import { createInterface } from 'node:readline/promises'
import type { InteractAsk } from '../../app/interact.ts'
import type { Interaction, Open } from '../../app/interaction.ts'
import { QmsError } from '../../errors.ts'
import { present } from '../present.ts'
import { askingLines, openLines } from './prompting.ts'
import { dim, print, refusalLines } from './screen.ts'

/** A line that ends an answer of several lines. */
const DOT = '.'
const INTERRUPTED = 130

type Give = (what: InteractAsk) => Promise<Interaction>
/** The next line, after this sign; null where the author has left. Lines that were pasted wait their turn. */
type NextLine = (sign: string) => Promise<string | null>

/** Goes on until everything is answered, or the author leaves with Ctrl-D or Ctrl-C. */
export const converse = async (first: Interaction, give: Give): Promise<Interaction> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const lines = terminal[Symbol.asyncIterator]()
  terminal.on('SIGINT', () => {
    process.exitCode = INTERRUPTED
    terminal.close()
  })
  const nextLine: NextLine = async (sign) => {
    terminal.setPrompt(sign)
    terminal.prompt()
    const { value, done } = await lines.next()
    return done ? null : value
  }
  try {
    print([
      ...openLines({ ...first, next: [] }).slice(0, 2),
      dim('  Ctrl-D leaves; what was answered is kept.'),
    ])
    return await asked(first, give, nextLine)
  } finally {
    terminal.close()
    print([''])
  }
}

const asked = async (first: Interaction, give: Give, nextLine: NextLine): Promise<Interaction> => {
  let now = first
  while (now.open) {
    print(askingLines(now.open))
    const what = await answerTo(now.open, nextLine)
    if (what === null) return now
    now = await given(now, what, give)
  }
  return now
}

/** What cannot be an answer is said, and asked again. */
const given = async (now: Interaction, what: InteractAsk, give: Give): Promise<Interaction> => {
  try {
    return await give(what)
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'BAD_VALUE') throw error
    print(refusalLines({ ...present(error), next: [] }))
    return now
  }
}

const answerTo = async (open: Open, nextLine: NextLine): Promise<InteractAsk | null> => {
  const needsReason = open.changing !== null && open.changing.reason === null
  const reason = needsReason ? await nextLine('reason> ') : undefined
  const respond = reason === null ? null : await wordsFor(open, nextLine)
  return respond === null ? null : { respond, prompt: open.prompt, reason: reason ?? undefined }
}

/** One line where yes, no or a choice is asked, or the default is taken; else lines until one that is a dot. */
const wordsFor = async (open: Open, nextLine: NextLine): Promise<string | null> => {
  if (open.kind !== 'text') return nextLine('> ')
  print([dim('  Several lines are one answer; a line with a dot alone ends it.')])
  const lines: string[] = []
  for (let line = await nextLine('> '); line !== DOT; line = await nextLine('. ')) {
    if (line === null) return null
    if (lines.length === 0 && line === '' && open.default !== null) return ''
    lines.push(line)
  }
  return lines.join('\n')
}
