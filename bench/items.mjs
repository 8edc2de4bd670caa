// What it costs to record an execution item: beside a transition in the same store, one that places texts and one that
// does not, and one parse of the same text, each in a process of its own. And what it costs to have a command run and its
// output kept, beside the bare command.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argsFor, idIn, LIVES } from './commands.mjs'
import { BARE, compared, median, node, run, summary } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program, root } from './program.mjs'

export const title = 'Recording an execution item'

export const columns = [
  'documents',
  'command',
  'runs',
  'ms',
  'cpu',
  'ratio',
  'besideApprove',
  'besideWithdraw',
  'more',
]

const NODE = 'node -e 0'
const APPROVE = 'qms approve ID'
const WITHDRAW = 'qms withdraw ID'
const PARSE = 'parse of the text'
const RECORD = 'qms ei pass ID ITEM'
const COMMAND = 'true'
const CAPTURE = 'qms ei run ID ITEM -- true'

/** `beside...`: to the transition and the parse of the same round, each of which starts node; together they count it once. */
export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const all = compared(subjectsOf(where, join(scratch, `items-${count}.md`)), rounds)
    for (const name of [NODE, APPROVE, WITHDRAW, PARSE, RECORD, COMMAND, CAPTURE]) {
      const samples = all.map((ran) => ({ ...ran.get(name), ratio: ran.get(name).ms / ran.get(NODE).ms }))
      const { more: _, ...row } = summary(samples)
      rows.push({ documents: count, command: name, ...row, ...(OWN[name]?.(all) ?? {}) })
    }
  }
  return rows
}

const besideOf = (all) => {
  const beside = (transition) =>
    median(
      all.map((ran) => ran.get(RECORD).ms / (ran.get(transition).ms + ran.get(PARSE).ms - ran.get(NODE).ms)),
    )
  return { besideApprove: beside(APPROVE), besideWithdraw: beside(WITHDRAW) }
}

const moreOf = (all) => ({ more: median(all.map((ran) => ran.get(CAPTURE).ms - ran.get(COMMAND).ms)) })

/** What is told of one subject alone. */
const OWN = { [RECORD]: besideOf, [CAPTURE]: moreOf }

const subjectsOf = (where, text) => {
  const qms = (...words) => node([program, ...words, '-u', 'claude'], where)
  const procedure = lived('SOP', 2, where)
  const change = lived('CR', 7, where)
  let items = 0
  let approving = null
  return {
    [NODE]: { run: () => node(BARE, where) },
    [APPROVE]: {
      before: () => {
        approving = lived('SOP', LIVES.SOP.length - 1, where)
      },
      run: () => node(argsFor('SOP', LIVES.SOP.at(-1), approving), where),
    },
    [WITHDRAW]: {
      before: () => qms('route', procedure, '--review'),
      run: () => qms('withdraw', procedure),
    },
    [PARSE]: {
      before: () => writeFileSync(text, node([program, 'read', change], where).out),
      run: () => node([join(root, 'bench', 'parse.cjs'), text], where),
    },
    [RECORD]: {
      before: () => {
        items += 1
        qms('ei', 'add', change, '--item', `EI-${100 + items}`, '--task', 'Measure it once more')
      },
      run: () => qms('ei', 'pass', change, `EI-${100 + items}`, '--summary', 'Measured'),
    },
    [COMMAND]: { run: () => run(COMMAND, [], where) },
    [CAPTURE]: {
      run: () => node([program, 'ei', 'run', change, 'EI-1', '-u', 'claude', '--', COMMAND], where),
    },
  }
}

/** A document after so many of its transitions. */
const lived = (type, count, where) => {
  let id = null
  for (const words of LIVES[type].slice(0, count)) {
    const { out } = node(argsFor(type, words, id), where)
    id ??= idIn(out)
  }
  return id
}
