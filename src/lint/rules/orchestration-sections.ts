/** The procedure on agents covers what it has to cover. */
import { plain } from '../headings.ts'
import { IS_ORCHESTRATION, ORCHESTRATION_SECTIONS } from '../orchestration.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, spanOf } from '../subject.ts'
import { endOf } from '../tables.ts'
import { listed } from '../words.ts'

const EXPECTED = `eight sections in this order: ${ORCHESTRATION_SECTIONS.join(', ')}`

function* check(subject: Subject): Iterable<Found> {
  const present = subject.sections().filter(({ depth }) => depth === 2)
  const titles = present.map(({ title }) => plain(title))
  const absent = ORCHESTRATION_SECTIONS.filter((title) => !titles.includes(plain(title)))
  if (absent.length > 0)
    yield { at: endOf(subject), found: `no section ${listed(absent)}`, expected: EXPECTED }
  const order = ORCHESTRATION_SECTIONS.map((title) => titles.indexOf(plain(title))).filter((at) => at >= 0)
  const early = order.find((at, i) => i > 0 && at < (order[i - 1] ?? 0))
  const section = early === undefined ? undefined : present[early]
  if (section) yield { at: spanOf(section.node), found: `${section.title} too early`, expected: EXPECTED }
}

const text = (titles: readonly string[]): string =>
  lines('# SOP-007: Agent Orchestration', ...titles.flatMap((title, i) => ['', `## ${i + 1}. ${title}`]))

const file = 'SOP-007.md'

export const orchestrationSections: Rule = {
  name: 'orchestration-sections',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'the procedure on agent orchestration has its eight sections',
  why: 'Roles, boundaries of communication, identity and the resolution of conflicts are what makes a review by an agent one. Reviewers and orchestrators are referred to these sections by name.',
  asks: IS_ORCHESTRATION,
  check,
  examples: {
    good: [
      { file, text: text(ORCHESTRATION_SECTIONS) },
      { file: 'SOP-001.md', text: lines('# SOP-001: Document Control'), note: 'another procedure' },
    ],
    bad: [
      {
        file,
        text: text(ORCHESTRATION_SECTIONS.filter((title) => title !== 'Conflict Resolution')),
        gives: [{ at: '15:17', found: 'no section Conflict Resolution' }],
      },
      {
        file,
        text: text(['Scope', 'Purpose', ...ORCHESTRATION_SECTIONS.slice(2)]),
        gives: [{ at: '3:1', found: 'Scope too early' }],
      },
    ],
  },
}
