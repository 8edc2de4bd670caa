/** The procedure on agents is about what they do, not about how a tool is called. */
import { IS_ORCHESTRATION } from '../orchestration.ts'
import { passagesOf } from '../passages.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { excerpt } from '../signs.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'

/** A command with its verb or an option; a program that is only named is none. */
const COMMAND =
  /(?:\$\s+\S+|\b(?:qms|git|npm|npx|claude|codex|gemini|python3?|bash|sh)\s+(?:(?:create|read|checkout|checkin|route|assign|review|approve|reject|release|revert|close|cancel|status|next|inbox|history|diff|tree|audit|lint|agent|session|commit|push|log|add|run|exec|install)\b|-{1,2}\w)|(?<![\w-])--[a-z][\w-]+)/

const EXPECTED = 'what agents shall and shall not do, in words that hold with any tool'

function* check(subject: Subject): Iterable<Found> {
  for (const node of subject.all('code'))
    yield { at: spanOf(node), found: 'a block of code', expected: EXPECTED }
  const blocks = subject.all('code').map((node) => spanOf(node).start)
  for (const passage of passagesOf(subject)) {
    const found = COMMAND.exec(passage.words)
    const at = found && passage.span(found.index, found.index + found[0].length)
    if (!found || !at || blocks.includes(passage.span(0, 1).start)) continue
    yield { at, found: `a command line: ${excerpt(found[0])}`, expected: EXPECTED }
  }
}

const file = 'SOP-007.md'

export const orchestrationWording: Rule = {
  name: 'orchestration-wording',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'the procedure on agent orchestration is written in terms of behavior, without command lines',
  why: 'The procedure has to be followed by discipline alone, with whatever tools there are, and to stay true when they change. A tool may enforce more than it demands, and never defines it.',
  asks: IS_ORCHESTRATION,
  check,
  examples: {
    good: [
      { file, text: lines('The orchestrator shall not enter a verdict on behalf of a subagent.') },
      {
        file,
        text: lines('Documents are changed by the document control program (`qms`) only, and kept in git.'),
      },
      { file: 'SOP-001.md', text: lines('Run `qms status`.'), note: 'another procedure' },
    ],
    bad: [
      {
        file,
        text: lines('The reviewer runs `qms review SOP-001 --recommend`.'),
        gives: [{ at: '1:20', found: 'a command line: qms review' }],
      },
      {
        file,
        text: lines('## 4. Agent Roles', '', '```sh', 'qms inbox -u qa', '```'),
        gives: [{ at: '3:1', found: 'a block of code' }],
      },
      {
        file,
        text: lines('A fresh agent is started with the option --allow-fresh.'),
        gives: [{ at: '1:42', found: 'a command line: --allow-fresh' }],
      },
    ],
  },
}
