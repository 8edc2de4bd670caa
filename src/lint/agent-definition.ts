/** What the definition file of an agent says against the procedure on agent orchestration. */
import { FrontmatterError, readFrontmatter } from '../documents/frontmatter.ts'
import { HIDDEN } from '../documents/hidden.ts'

export interface Conflict {
  /** Line of the definition file, from 1. */
  readonly line: number
  readonly found: string
  /** Section of the procedure that says otherwise. */
  readonly section: '4.2' | '5.2' | '5.3' | '6.3'
}

/** By line. @param judges whether it is one that judges documents; by default what its name and words suggest */
export const conflictsIn = (path: string, definition: string, judges?: boolean): Conflict[] => {
  const text = definition.replace(/^\ufeff/, '')
  const { fields, bodyStart } = headOf(text)
  if (!(judges ?? isReviewer(path, fields))) return []
  return [...ofTools(text, fields), ...ofBody(text, bodyStart)].sort((a, b) => a.line - b.line)
}

type Fields = ReadonlyMap<string, unknown>

const headOf = (text: string): { fields: Fields; bodyStart: number } => {
  try {
    return readFrontmatter(text)
  } catch (error) {
    if (error instanceof FrontmatterError) return { fields: new Map(), bodyStart: 0 }
    throw error
  }
}

const REVIEWER_NAME = /^(?:qa|bu|tu[_-].+|quality.*|.*reviewer.*|.*approver.*)$/i
const REVIEWS = /\b(?:review(?:s|er|ing)?|approv(?:es|er|als?|ing)|quality assurance)\b/i

/** By name, by what it is called in the frontmatter, or by what it is there for. */
const isReviewer = (path: string, fields: Fields): boolean =>
  /^(?:quality|reviewer)$/i.test(String(fields.get('role') ?? fields.get('group') ?? '')) ||
  [String(fields.get('name') ?? ''), path.replace(/^.*\//, '').replace(/\.md$/, '')].some((name) =>
    REVIEWER_NAME.test(name),
  ) ||
  REVIEWS.test(String(fields.get('description') ?? ''))

const WRITING = /\b(?:Edit|Write|MultiEdit|NotebookEdit)\b|(?<![\w*])\*(?!\*)/
const TOOLS = /^(?:tools|allowed-tools|allowedTools):/

/** Tools that change files, where they are granted; those that are denied are as they should be. */
const ofTools = (text: string, fields: Fields): Conflict[] => {
  const key = ['tools', 'allowed-tools', 'allowedTools'].find((name) => fields.has(name))
  const granted = key && [fields.get(key)].flat().map(String).join(', ')
  const found = granted && WRITING.exec(granted)?.[0]
  if (!found) return []
  const line = text.split('\n').findIndex((l) => TOOLS.test(l)) + 1
  return [{ line, found: `a reviewer is given the tool ${found}`, section: '6.3' }]
}

const NOT =
  /\b(?:not|never|no|nor|neither|nobody|without|cannot|refuse|disregard|forbidden|prohibited)\b|n['\u2019]t\b/i

interface Sign {
  readonly says: string
  readonly section: Conflict['section']
  readonly pattern: RegExp
  /** A sentence that denies it is none. */
  readonly unlessDenied: boolean
}

const SIGNS: readonly Sign[] = [
  {
    says: 'the verdict is settled beforehand',
    section: '5.3',
    pattern:
      /\b(?:always|automatically|routinely|by default|generally)\s+(?:approve|recommend|accept)\b|\b(?:approve|recommend)\s+(?:all|every|any|everything)\b|\bdefault(?:s)?\s+to\s+(?:approv|recommend)\w*|\bin\s+doubt,?\s+(?:approve|recommend)\b|\byour\s+(?:job|task|role|goal|purpose)\s+is\s+to\s+(?:approve|recommend)\b|\bshould\s+be\s+approved\b|\byou\s+(?:must|should|shall|will)\s+(?:approve|recommend)\b|\b(?:desired|expected|preferred)\s+(?:outcome|verdict)\b/i,
    unlessDenied: true,
  },
  {
    says: 'verdicts are closed to it',
    section: '5.3',
    pattern: /\b(?:do\s+not|don['\u2019]t|never)\s+(?:reject|request\s+updates|raise|escalate|withhold)\b/i,
    unlessDenied: false,
  },
  {
    says: 'criteria of the review are given',
    section: '5.3',
    pattern:
      /^#+\s+(?:\w+\s+)?(?:review|approval)\s+(?:criteria|checklist)\b|\b(?:use|apply|follow|tick\s+off)\s+(?:the|this|these|your)\s+(?:following\s+)?(?:(?:review|approval)\s+)?(?:criteria|checklist)\b|\b(?:approve|recommend)\s+(?:if|when|once|provided|as\s+long\s+as|unless)\b|\bonly\s+(?:check|look\s+at|verify|review)\s+(?:the|that|whether|for)\b/i,
    unlessDenied: true,
  },
  {
    says: 'the orchestrator is to give more than it may',
    section: '5.2',
    pattern:
      /\b(?:orchestrator|claude|main\s+agent|caller)\s+(?:will|shall|should|must|can|may)\s+(?:tell|give|provide|send|supply)\b[^.]{0,80}\b(?:summar\w+|criteria|checklists?|outcomes?|what\s+to\s+(?:look|find|conclude|check)|background|focus)\b/i,
    unlessDenied: true,
  },
  {
    says: 'records are read past the program',
    section: '6.3',
    pattern: /(?<![\w.])(?:QMS\/)?\.(?:meta|audit)\b/,
    unlessDenied: true,
  },
  {
    says: 'it is to change what it judges',
    section: '6.3',
    pattern:
      /\b(?:fix|correct|edit|rewrite|modify|change)\s+(?:the\s+|any\s+|minor\s+|small\s+)*(?:document|text|draft|typos?|errors|issues|wording)\b(?:\s+(?:yourself|directly|in\s+place))/i,
    unlessDenied: true,
  },
  {
    says: 'another identity is lent to it',
    section: '6.3',
    pattern:
      /\b(?:act|sign|approve|review|run\s+commands?)\s+(?:as|in\s+the\s+name\s+of|on\s+behalf\s+of|under\s+the\s+name\s+of)\s+(?:the\s+)?(?:lead|another|other|claude|orchestrator|author|owner)\b/i,
    unlessDenied: true,
  },
]

/** Sentence by sentence, since a sentence may run over lines and say not at its beginning. */
const ofBody = (text: string, bodyStart: number): Conflict[] => {
  const found: Conflict[] = []
  const denied = deniedLines(text)
  for (const { words, line } of sentencesOf(text, bodyStart))
    for (const { says, section, pattern, unlessDenied } of SIGNS) {
      const match = pattern.exec(words)
      if (!match) continue
      const at = line + words.slice(0, match.index).split('\n').length - 1
      if (unlessDenied && (NOT.test(words) || denied.has(at))) continue
      found.push({
        line: at,
        found: `${says} ("${match[0].replace(/^#+\s+/, '').replace(/\s+/g, ' ')}")`,
        section,
      })
    }
  return found
}

const HEADING = /^#{1,6}\s/
const CONTINUES = /^\s|^(?:[-*+]|\d+[.)])\s|^$/

/** Lines below a heading, or in a list behind a sentence, that say what is not to be. */
const deniedLines = (text: string): ReadonlySet<number> => {
  const denied = new Set<number>()
  let [heading, list, paragraph] = [false, false, '']
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (HEADING.test(line)) [heading, list, paragraph] = [NOT.test(line), false, '']
    else if (CONTINUES.test(line)) {
      list ||= paragraph.trimEnd().endsWith(':') && NOT.test(paragraph.split(/[.!?]\s/).at(-1) ?? '')
      paragraph = ''
    } else [list, paragraph] = [false, `${paragraph} ${line}`]
    if (heading || list) denied.add(i + 1)
  }
  return denied
}

const SENTENCE = /[^\n](?:(?!\n[ \t]*(?:\n|[-*+|#>]|\d+[.)]\s|```)|[.!?;](?=\s))[\s\S])*/g

const sentencesOf = (text: string, bodyStart: number): { words: string; line: number }[] =>
  [...text.slice(bodyStart).matchAll(SENTENCE)].map(({ index, 0: words }) => ({
    words: words.replace(HIDDEN, (c) => (c === '\r' ? ' ' : '')),
    line: text.slice(0, bodyStart + index).split('\n').length,
  }))
