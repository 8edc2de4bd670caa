// What calling an agent costs over the bare run of its program: the dispatch goes on record, the program is started with
// its token, the trail is read, and the end goes on record. Beside it one transition of the same store, since a call
// makes two commits. The program here gives no verdict, so that only the calling is measured: exit code 1 says so.
import { join } from 'node:path'
import { argsFor, idIn, LIVES } from './commands.mjs'
import { BARE, compared, median, node, run, summary } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program, root } from './program.mjs'

export const title = 'Calling an agent'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'ratio', 'more', 'besideTransitions']

const NODE = 'node -e 0'
const AGENT = 'the bare program of the agent'
const TRANSITION = 'qms withdraw ID'
const SPAWN = 'qms agent spawn qa --doc ID'
const NO_VERDICT = 1

/** `more`: over the bare program, in ms; `besideTransitions`: to two transitions and that program. */
export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const all = compared(subjectsOf(where), rounds)
    for (const name of [NODE, AGENT, TRANSITION, SPAWN]) {
      const samples = all.map((ran) => ({ ...ran.get(name), ratio: ran.get(name).ms / ran.get(NODE).ms }))
      const { more: _, ...row } = summary(samples)
      rows.push({ documents: count, command: name, ...row, ...(name === SPAWN ? besideOf(all) : {}) })
    }
  }
  return rows
}

const besideOf = (all) => ({
  more: median(all.map((ran) => ran.get(SPAWN).ms - ran.get(AGENT).ms)),
  besideTransitions: median(
    all.map((ran) => ran.get(SPAWN).ms / (2 * ran.get(TRANSITION).ms + ran.get(AGENT).ms)),
  ),
})

const subjectsOf = (where) => {
  const agent = join(root, 'bench', 'agent.cjs')
  const qms = (user, ...words) => node([program, ...words, '-u', user], where)
  const backends = { default: 'bench', commands: { bench: { start: ['node', agent] } } }
  qms('lead', 'config', 'backends', JSON.stringify(backends))
  qms('lead', 'config', 'trust', 'bench', '--yes')
  qms('claude', 'session', 'start')
  const [asked, other] = [written(where), written(where)]
  qms('claude', 'route', asked, '--review')
  return {
    [NODE]: { run: () => node(BARE, where) },
    [AGENT]: { run: () => run(process.execPath, [agent], where) },
    [TRANSITION]: {
      before: () => qms('claude', 'route', other, '--review'),
      run: () => qms('claude', 'withdraw', other),
    },
    [SPAWN]: {
      run: () =>
        node([program, 'agent', 'spawn', 'qa', '--doc', asked, '-u', 'claude'], {
          ...where,
          codes: [NO_VERDICT],
        }),
    },
  }
}

/** A procedure that is checked in. */
const written = (where) => {
  let id = null
  for (const words of LIVES.SOP.slice(0, 2)) {
    const { out } = node(argsFor('SOP', words, id), where)
    id ??= idIn(out)
  }
  return id
}
