// Scripted reviewers. Like any reviewer they work from their inbox, read the text under their own name and judge what
// it says; what they say is computed from the text before them.
import {
  blanksLeft,
  filesAffected,
  filesReferenced,
  holesLeft,
  itemsOf,
  missingReferences,
  proceduresCreated,
} from './record.mjs'
import { DemoFailure } from './stage.mjs'

const list = (items) => items.join(', ')
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** What quality finds in the plan of a record: problems that the author can correct, each with its correction. */
const planFindings = (stage, text) => {
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
  const absent = filesReferenced(text).filter((file) => !stage.files().includes(file))
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
const aboutProcedures = (stage, text) => {
  const created = proceduresCreated(text)
  const there = new Map(stage.ask(['list']).documents.map((d) => [d.doc_id, d]))
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

/** What each reviewer says of a text, by kind of document and stage. */
const OPINIONS = {
  qa: {
    plan: (_, text) =>
      `${capital(aboutItems(text))}; the References name every procedure relied on (SOP-002 section 6).`,
    executed: (stage, text) => `${capital(aboutExecution(text))}; ${aboutProcedures(stage, text)}.`,
    procedure: (_, text) => `${aboutProcedureText(text)}.`,
  },
  tu_docs: {
    plan: (_, text) => `Read in full; ${aboutFiles(text)}.`,
    executed: (stage, text) => `The plan was followed as approved; ${aboutProcedures(stage, text)}.`,
    procedure: (_, text) => `Read in full: ${aboutDuties(text)}; ${aboutTools(text)}.`,
  },
}

const stageOf = (task) =>
  task.document.startsWith('SOP-') ? 'procedure' : task.status.startsWith('IN_POST') ? 'executed' : 'plan'

/** The words of a command that `qms inbox` gave, without the program's name. */
const wordsOf = (command) => command.split(' ').slice(1)

export const openReviews = (stage) => {
  const shown = new Set()
  const judged = new Map()
  let objections = 0

  /** The first answer of a kind is shown; of later ones that look the same, only that they came. */
  const onceInFull = (key, first) => {
    const again = shown.has(key)
    shown.add(key)
    return again ? { first: 0 } : { first }
  }

  const taskFor = (name, id) => {
    const { out } = stage.qms(['inbox', '--json', '-u', name], onceInFull('inbox', undefined))
    const task = JSON.parse(out).result.tasks.find((t) => t.document === id)
    if (!task) throw new DemoFailure(`${id} is not in the inbox of ${name}`)
    return task
  }

  /** Reads the text with the very command that the inbox names. */
  const readTask = (task) => stage.qms(wordsOf(task.commands[0]), onceInFull(task.document, 6)).out

  const reviewOne = (name, id) => {
    const task = taskFor(name, id)
    const text = readTask(task)
    if (task.round > 1 && name === 'qa') stage.qms(['diff', id, '-u', name], { first: 24 })
    const kind = stageOf(task)
    const finding = name === 'qa' && kind === 'plan' && objections === 0 ? planFindings(stage, text) : null
    if (finding) objections += 1
    const comment = finding?.comment ?? OPINIONS[name][kind](stage, text)
    const verdict = finding ? '--request-updates' : '--recommend'
    stage.qms(['review', id, verdict, '--comment', comment, '-u', name])
    judged.set(`${name} ${id}`, task.content)
    return finding?.correct ?? null
  }

  /** Approves the text that was recommended, known by its digest; another one would have to be read first. */
  const approveOne = (name, id) => {
    const task = taskFor(name, id)
    if (task.content !== judged.get(`${name} ${id}`))
      throw new DemoFailure(`${name} is asked to approve another text of ${id} than they reviewed`)
    stage.qms(['approve', id, '-u', name])
  }

  return {
    /** All of them answer; gives what the author has to correct, or null. */
    review: (names, id) => names.map((name) => reviewOne(name, id)).find((c) => c !== null) ?? null,
    approve: (names, id) => {
      for (const name of names) approveOne(name, id)
    },
  }
}
