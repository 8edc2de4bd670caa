// How the scripted reviewers of the demonstration judge: what they say is computed from the text before them.
import {
  blanksLeft,
  filesAffected,
  filesReferenced,
  holesLeft,
  itemsOf,
  missingReferences,
  proceduresCreated,
} from './record.mjs'

const list = (items) => items.join(', ')
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/**
 * What quality finds in the plan of a record: problems that the author can correct, each with its correction.
 * @param files paths of the files that the repository holds
 */
export const planFindings = (text, files) => {
  const blanks = blanksLeft(text)
  if (blanks.length > 0)
    return {
      comment: `Blanks of the form are left in the text: ${list(blanks)}. Nobody can judge what is not there.`,
      correct: { blanks },
    }
  const missing = missingReferences(text)
  if (missing.length > 0)
    return {
      comment: `SOP-002 section 6: the References shall name the documents relied on. The text names ${list(missing)} and the References do not.`,
      correct: { references: missing },
    }
  const absent = filesReferenced(text).filter((file) => !files.includes(file))
  if (absent.length > 0)
    return {
      comment: `The References rely on ${list(absent)}, which is not in this repository: say so, or a reader will look for it.`,
      correct: { files: absent },
    }
  return null
}

const aboutItems = (text) => {
  const items = itemsOf(text)
  return items.length === 0 ? 'no execution table' : `${items.length} execution items, each with a task`
}

const aboutFiles = (text) => {
  const { scope, impact } = filesAffected(text)
  if (scope.length === 0 || impact.length === 0) return 'files affected are described in words'
  return list(scope) === list(impact)
    ? `2.3 and 7.1 name the same files (${list(scope)})`
    : `2.3 names ${list(scope)}, 7.1 names ${list(impact)}; the plan says which is which`
}

/** State of each procedure that the record creates, as the store has it. */
const aboutProcedures = (text, documents) => {
  const created = proceduresCreated(text)
  const there = new Map(documents.map((d) => [d.doc_id, d]))
  const states = created.map((id) => `${id} is ${there.get(id)?.status ?? 'not there'}`)
  return states.length > 0 ? list(states) : 'the record creates no procedure'
}

const aboutExecution = (text) => {
  const items = itemsOf(text)
  const left = holesLeft(text)
  if (left.length > 0) return `still open: ${list(left)}`
  return items.length === 0
    ? 'the record has no execution table'
    : `${items.length} of ${items.length} execution items are filled, nothing is left open`
}

const sections = (text) => [...text.matchAll(/^## (\d+)\. /gm)].map((m) => Number(m[1]))
const inOrder = (numbers) => numbers.length > 0 && numbers.every((n, i) => n === i + 1)

const aboutProcedureText = (text) =>
  inOrder(sections(text))
    ? `Sections 1 to ${sections(text).length} in order, no blank left`
    : 'Sections are numbered in their own way'

const aboutDuties = (text) => `${text.match(/\bshall\b/g)?.length ?? 0} duties are stated with "shall"`

const aboutTools = (text) =>
  /`qms |\$ qms /.test(text) ? 'commands in it are examples' : 'it names no tool and no command'

/** What each reviewer says of a text, by kind of document and stage; `documents` are those of the store. */
const OPINIONS = {
  qa: {
    plan: (text) =>
      `${capital(aboutItems(text))}; the References name every procedure relied on (SOP-002 section 6).`,
    executed: (text, documents) => `${capital(aboutExecution(text))}; ${aboutProcedures(text, documents)}.`,
    procedure: (text) => `${aboutProcedureText(text)}.`,
  },
  tu_docs: {
    plan: (text) => `Read in full; ${aboutFiles(text)}.`,
    executed: (text, documents) => `The plan was followed as approved; ${aboutProcedures(text, documents)}.`,
    procedure: (text) => `Read in full: ${aboutDuties(text)}; ${aboutTools(text)}.`,
  },
}

/** Which of the opinions is asked for. */
export const kindOf = ({ document, status }) =>
  document.startsWith('SOP-') ? 'procedure' : status.startsWith('IN_POST') ? 'executed' : 'plan'

export const opinionOf = (agent, kind, text, documents) => OPINIONS[agent][kind](text, documents)
