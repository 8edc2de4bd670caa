/** Question after question on a terminal. Each answer is kept when it is given: whoever leaves loses nothing. */
import { createInterface, type Interface } from 'node:readline/promises'
import type { InteractAsk, Interaction, Open } from '../../app/interact.ts'
import { QmsError } from '../../errors.ts'
import { present } from '../present.ts'
import { askingLines, openLines } from './prompting.ts'
import { dim, print, refusalLines } from './screen.ts'

/** A line that ends an answer of several lines. */
const DOT = '.'

type Give = (what: InteractAsk) => Promise<Interaction>

/** Goes on until everything is answered, or the author leaves with Ctrl-D or Ctrl-C. */
export const converse = async (first: Interaction, give: Give): Promise<Interaction> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const left = new AbortController()
  terminal.on('SIGINT', () => left.abort())
  terminal.on('close', () => left.abort())
  let now = first
  try {
    print([
      ...openLines({ ...now, next: [] }).slice(0, 2),
      dim('  Ctrl-D leaves; what was answered is kept.'),
    ])
    while (now.open) now = await answered(terminal, left.signal, now, now.open, give)
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error
    print([''])
  } finally {
    terminal.close()
  }
  return now
}

const answered = async (
  terminal: Interface,
  signal: AbortSignal,
  now: Interaction,
  open: Open,
  give: Give,
): Promise<Interaction> => {
  print(askingLines(open))
  const needsReason = open.changing !== null && open.changing.reason === null
  const reason = needsReason ? await terminal.question('reason> ', { signal }) : undefined
  const respond = await words(terminal, signal, open)
  try {
    return await give({ respond, prompt: open.prompt, reason })
  } catch (error) {
    if (!(error instanceof QmsError) || error.code !== 'BAD_VALUE') throw error
    print(refusalLines({ ...present(error), next: [] }))
    return now
  }
}

/** One line where yes, no or a choice is asked, or the default is taken; else lines until one that is a dot. */
const words = async (terminal: Interface, signal: AbortSignal, open: Open): Promise<string> => {
  if (open.kind !== 'text') return terminal.question('> ', { signal })
  print([dim('  Several lines are one answer; a line with a dot alone ends it.')])
  const lines: string[] = []
  for (let line = await terminal.question('> ', { signal }); line !== DOT; ) {
    if (lines.length === 0 && line === '' && open.default !== null) return ''
    lines.push(line)
    line = await terminal.question('. ', { signal })
  }
  return lines.join('\n')
}
