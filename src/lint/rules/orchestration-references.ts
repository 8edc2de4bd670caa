/** The procedure on agents refers to what there is. */
import { parseId } from '../../documents/id.ts'
import { IS_ORCHESTRATION } from '../orchestration.ts'
import type { Span } from '../places.ts'
import { type Found, lines, type Rule } from '../rule.ts'
import { DRAFTS_OF_OURS } from '../stage.ts'
import { type Subject, sourceOf, spanOf } from '../subject.ts'
import { partsNamed } from '../tables.ts'

const ID = /(?<![\w/.-])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?![\w-])/g
const AGENT_FILE = /(?:[\w.-]+\/)*agents\/[\w.-]+\.md/g
const GONE: ReadonlySet<string> = new Set(['RETIRED', 'CANCELLED'])

function* check(subject: Subject): Iterable<Found> {
  for (const part of partsNamed(subject, /^references$/i))
    for (const node of part.nodes) {
      const source = sourceOf(subject, node)
      yield* documents(subject, source, spanOf(node))
      yield* definitions(subject, source, spanOf(node))
    }
}

function* documents({ known }: Subject, source: string, { start }: Span): Iterable<Found> {
  for (const { index, 0: id } of known ? source.matchAll(ID) : []) {
    const status = known?.get(id)?.status
    if (parseId(id) === null || (status && !GONE.has(status))) continue
    const found = status ? `${id}, which is ${status}` : `${id}, which is not in the store`
    yield {
      at: { start: start + index, end: start + index + id.length },
      found,
      expected: 'a document in force',
    }
  }
}

/** Where no definition file is known, nothing can be said of one. */
function* definitions({ agents }: Subject, source: string, { start }: Span): Iterable<Found> {
  for (const { index, 0: path } of agents.size > 0 ? source.matchAll(AGENT_FILE) : [])
    if (![...agents.keys()].some((known) => known === path || known.endsWith(`/${path}`)))
      yield {
        at: { start: start + index, end: start + index + path.length },
        found: `${path}, which is no definition file of an agent here`,
        expected: `one of ${[...agents.keys()].slice(0, 3).join(', ')}`,
      }
}

const file = 'SOP-007.md'
const known = { 'SOP-001': 'EFFECTIVE', 'SOP-002': 'RETIRED' } as const
const agents = { '.claude/agents/qa.md': '# QA' }

export const orchestrationReferences: Rule = {
  name: 'orchestration-references',
  severity: 'error',
  softer: DRAFTS_OF_OURS,
  summary: 'the documents and definition files in the references of SOP-007 exist',
  why: 'Subagents take their criteria from what the procedure refers them to. A reference to nothing leaves them with what the orchestrator says.',
  asks: IS_ORCHESTRATION,
  check,
  examples: {
    good: [
      {
        file,
        known,
        agents,
        text: lines('## 8. References', '', '- **SOP-001:** Document Control', '- `.claude/agents/qa.md`'),
      },
      {
        file,
        text: lines('## 8. References', '', '- SOP-001', '- `.claude/agents/x.md`'),
        note: 'no store and no definition files to ask',
      },
      {
        file,
        known,
        text: lines('See SOP-009.', '', '## 8. References', '', '- SOP-001'),
        note: 'elsewhere `dangling-references` names it',
      },
    ],
    bad: [
      {
        file,
        known,
        text: lines(
          '## 8. References',
          '',
          '- **SOP-001:** Document Control',
          '- **SOP-009:** Agents',
          '- SOP-002',
        ),
        gives: [
          { at: '4:5', found: 'SOP-009, which is not in the store' },
          { at: '5:3', found: 'SOP-002, which is RETIRED' },
        ],
      },
      {
        file,
        agents,
        text: lines('## 8. References', '', '- `.claude/agents/quality.md`'),
        gives: [
          { at: '3:4', found: '.claude/agents/quality.md, which is no definition file of an agent here' },
        ],
      },
    ],
  },
}
