/** What an agent was told, against what may be told: a closed grammar decides, whatever template it was made from. */
import { judgePrompt, type Named } from '../agents/prompt-lint.ts'
import { systemPath } from '../store/layout.ts'
import type { Dispatched } from './calls.ts'
import { type Finding, finding } from './finding.ts'

/** Source: SOP-007 sections 5.2 and 5.3. */
export const toldFindings = (e: Dispatched): Finding[] => {
  const { named, violations } = judgePrompt(e.told, {
    agents: [e.agent],
    ids: (id) => id === e.document || id === 'SOP-007',
  })
  const where = { document: 'dispatches', path: systemPath('dispatches'), line: e.seq }
  const first = violations[0]
  if (first) {
    const more = violations.length > 1 ? `, and ${violations.length - 1} more` : ''
    const found = `${first.class}: ${JSON.stringify(first.text)}${more}`
    return [finding('PROMPT_NOT_PERMITTED', where, 'only what SOP-007 section 5.2 permits', found)]
  }
  const odd = misnamed(e, named)
  return odd ? [finding('PROMPT_NOT_PERMITTED', where, ...odd)] : []
}

/** It speaks of the call that it belongs to: what it names is what is on record, and the document is named. */
const misnamed = (e: Dispatched, named: Named | null): readonly [string, string] | null => {
  const must = {
    agent: e.agent,
    document: e.document,
    task: e.task,
    version: e.text_version,
    status: e.status,
  }
  if (named?.document !== e.document)
    return [`a prompt for ${e.document}`, `one for ${named?.document ?? 'no document'}`]
  for (const [key, value] of Object.entries(must)) {
    const is = named[key as keyof Named]
    if (is !== null && is !== value) return [`${key} ${value}`, `${key} ${is}`]
  }
  return null
}
