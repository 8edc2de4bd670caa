// Eight processes at once on one clone: how many transitions a second, whether any is lost, and the slowest; against
// the rate at which eight loops of bare node start.

import { idIn } from './commands.mjs'
import { BARE, median, run, runBeside } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program } from './program.mjs'

export const title = 'Eight processes at once'

export const columns = ['documents', 'transitions', 'rate', 'nodeRate', 'share', 'lost', 'median', 'slowest']

const WRITERS = 8
const EACH = 6
const EACH_IN_BRIEF = 1
const LOOPS_EVERY = 5

export const measure = async ({ documents, rounds, brief, scratch }) => {
  const each = brief ? EACH_IN_BRIEF : EACH
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const ids = await draft(where)
    const all = []
    for (let n = 0; n < Math.max(1, Math.round(rounds / LOOPS_EVERY)); n++)
      all.push(await once(where, ids, each))
    rows.push({
      documents: count,
      transitions: all.length * WRITERS * each,
      rate: median(all.map((one) => one.rate)),
      nodeRate: median(all.map((one) => one.nodeRate)),
      share: median(all.map((one) => one.rate / one.nodeRate)),
      lost: all.reduce((n, one) => n + one.lost, 0),
      median: median(all.flatMap((one) => one.times)),
      slowest: Math.max(...all.flatMap((one) => one.times)),
    })
  }
  return rows
}

/** A change record for each writer. */
const draft = async (where) => {
  const ids = []
  for (let n = 0; n < WRITERS; n++) {
    const words = ['create', 'CR', '--title', `Of writer ${n}`, '-u', 'claude']
    ids.push(idIn((await runBeside(process.execPath, [program, ...words], where)).out))
  }
  return ids
}

const once = async (where, ids, each) => {
  const nodes = await loops(() => BARE, where, each)
  const before = eventsOf(where, ids)
  const ran = await loops((writer, n) => [program, ...words(ids[writer], n)], where, each)
  const lost = WRITERS * each - (eventsOf(where, ids) - before)
  return { rate: ran.rate, nodeRate: nodes.rate, lost, times: ran.times }
}

/** One event each, so that their number tells whether all were kept. */
const words = (id, n) =>
  n % 2 === 0
    ? ['escalate', id, '--reason', `Question ${n}`, '-u', 'claude']
    : ['resolve', id, '--decision', `Answer ${n}`, '-u', 'lead']

const loops = async (argsOf, where, each) => {
  const started = process.hrtime.bigint()
  const times = await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const own = []
      for (let n = 0; n < each; n++)
        own.push((await runBeside(process.execPath, argsOf(writer, n), where)).ms)
      return own
    }),
  )
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  return { rate: (WRITERS * each) / seconds, times: times.flat() }
}

const eventsOf = (where, ids) => {
  const lines = (id) =>
    run('git', ['show', `main:QMS/.audit/CR/${id}.jsonl`], where)
      .out.trimEnd()
      .split('\n')
  return ids.reduce((n, id) => n + lines(id).length, 0)
}
