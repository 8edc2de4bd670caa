/** Two texts tell an agent how to review. They must not say opposite things. */
import { type Conflict, conflictsIn } from '../agent-definition.ts'
import { IS_ORCHESTRATION } from '../orchestration.ts'
import type { Span } from '../places.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { type Subject, spanOf } from '../subject.ts'

function* check(subject: Subject): Iterable<Found> {
  for (const [path, definition] of [...subject.agents].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const conflict of conflictsIn(path, definition))
      yield {
        at: placeOf(subject, conflict),
        found: `${path}:${conflict.line}: ${conflict.found}`,
        expected: `what section ${conflict.section} says of it`,
      }
}

/** The subsection that says otherwise, else the section, else the beginning. */
const placeOf = (subject: Subject, { section }: Conflict): Span => {
  const sections = subject.sections()
  const [main] = section.split('.')
  const place =
    sections.find(({ number }) => number === section) ?? sections.find(({ number }) => number === main)
  return place ? spanOf(place.node) : { start: 0, end: 0 }
}

const file = 'SOP-007.md'
const text = lines(
  '# SOP-007: Agent Orchestration',
  '',
  '## 5. Communication Boundaries',
  '',
  '### 5.3 Prohibited context',
  '',
  '## 6. Identity and Integrity',
)
const agent = (head: string, ...body: string[]) => ({
  '.claude/agents/qa.md': lines('---', 'name: qa', 'description: Quality reviewer', head, '---', '', ...body),
})

export const agentDefinitions: Rule = {
  name: 'agent-definitions',
  severity: 'error',
  softer: {
    where: 'a procedure that was adopted',
    when: ({ document }) => document?.adopted === true,
  },
  summary: 'no definition file of a reviewer says what SOP-007 forbids',
  why: 'An agent follows its definition file before any procedure. A file that settles verdicts, names criteria, sends the agent to the records past the program or lets a reviewer change files makes SOP-007 a dead letter.',
  asks: IS_ORCHESTRATION,
  check,
  examples: {
    good: [
      { file, text, note: 'no definition files' },
      {
        file,
        text,
        agents: agent(
          'tools: Read, Grep, Glob, Bash',
          'You are told a document id and its status. You do not recommend because somebody wishes it.',
          '',
          'Recommend only if you would answer for the text. Never read `QMS/.meta` or `.audit`.',
        ),
      },
      {
        file,
        text,
        agents: agent(
          'disallowedTools: Edit, Write',
          'Judge by the procedures. Nobody gives you review criteria.',
        ),
      },
      {
        file,
        text,
        agents: {
          '.claude/agents/engineer.md': lines(
            '---',
            'name: engineer',
            'tools: Read, Edit, Write',
            '---',
            '',
            'Change the code.',
          ),
        },
        note: 'no reviewer',
      },
    ],
    bad: [
      {
        file,
        text,
        adopted: true,
        agents: { '.claude/agents/qa.md': '## Review Criteria' },
        gives: [
          {
            at: '5:1',
            found: '.claude/agents/qa.md:1: criteria of the review are given ("Review Criteria")',
            severity: 'warning',
          },
        ],
      },
      {
        file,
        text,
        agents: { 'agents/tu_b.md': 'Always approve.', 'agents/tu_a.md': 'Never reject.' },
        gives: [
          { at: '5:1', found: 'agents/tu_a.md:1: verdicts are closed to it ("Never reject")' },
          { at: '5:1', found: 'agents/tu_b.md:1: the verdict is settled beforehand ("Always approve")' },
        ],
      },
      {
        file,
        text,
        agents: agent('tools: Read, Edit, Write', 'Judge.'),
        gives: [{ at: '7:1', found: '.claude/agents/qa.md:4: a reviewer is given the tool Edit' }],
      },
      {
        file,
        text,
        agents: agent(
          'model: any',
          'Unless something is broken,',
          'always approve the document.',
          '',
          '## Review criteria',
          '',
          '- The sections are there.',
        ),
        gives: [
          {
            at: '5:1',
            found: '.claude/agents/qa.md:8: the verdict is settled beforehand ("always approve")',
          },
          {
            at: '5:1',
            found: '.claude/agents/qa.md:10: criteria of the review are given ("Review criteria")',
          },
        ],
      },
      {
        file,
        text,
        agents: agent(
          'model: any',
          'Look into `QMS/.meta/CR` for the status. Do not request updates',
          'for small things.',
        ),
        gives: [
          {
            at: '5:1',
            found: '.claude/agents/qa.md:7: verdicts are closed to it ("Do not request updates")',
          },
          { at: '7:1', found: '.claude/agents/qa.md:7: records are read past the program ("QMS/.meta")' },
        ],
      },
      {
        file,
        text,
        agents: agent('model: any', 'The orchestrator will give you a summary of the change.'),
        gives: [
          {
            at: '3:1',
            found:
              '.claude/agents/qa.md:7: the orchestrator is to give more than it may ("orchestrator will give you a summary")',
          },
        ],
      },
    ],
  },
}
