// What it costs to prove a store: all of it, beside `git fsck` of the same repository; one document; and what has come
// since the last audit.
import { idIn } from './commands.mjs'
import { storeOf } from './generate.mjs'
import { BARE, compare, node, probe, run } from './harness.mjs'
import { ANY_DOCUMENT, longHistory, ownStore } from './places.mjs'
import { program } from './program.mjs'

export const title = 'Proving a store'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'ratio', 'fsck', 'children', 'megabytes']

/** Everything takes minutes in a large store. */
const WHOLE_EVERY = 5

const FSCK = 'git fsck'
const NODE = 'node -e 0'

export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const { folder, env } = await storeOf(longHistory(count))
    const where = { cwd: folder, env }
    const own = await ownStore(scratch, longHistory(count))
    rows.push(...wholes(where, Math.max(1, Math.round(rounds / WHOLE_EVERY))), ...parts(where, own, rounds))
    for (const row of rows) row.documents ??= count
  }
  return rows
}

/** Everything, beside the plain `git fsck`, as people run it: ratios are to that of the same round. */
const wholes = (where, rounds) => {
  const peaks = new Map()
  const subjects = {
    [FSCK]: { run: () => run('git', ['fsck'], where) },
    'qms audit': { run: () => remembered(peaks, 'qms audit', [program, 'audit'], where) },
  }
  return compare(subjects, FSCK, rounds).map(({ name, ratio, ...row }) => ({
    command: name,
    ...row,
    ratio: null,
    fsck: ratio,
    ...peaks.get(name),
  }))
}

/** One document, beside bare node; and what one more event costs after an audit of everything. */
const parts = (where, own, rounds) => {
  const peaks = new Map()
  const incremental = [program, 'audit', '--incremental']
  node(incremental, own)
  const subjects = {
    [NODE]: { run: () => node(BARE, where) },
    'qms audit ID': { run: () => remembered(peaks, 'qms audit ID', [program, 'audit', ANY_DOCUMENT], where) },
    'qms audit --incremental, one event more': {
      before: () => oneEventMore(own),
      run: () => remembered(peaks, 'qms audit --incremental, one event more', incremental, own),
    },
  }
  return compare(subjects, NODE, rounds).map(({ name, ...row }) => ({
    command: name,
    ...row,
    fsck: null,
    ...peaks.get(name),
  }))
}

const oneEventMore = (own) =>
  idIn(node([program, 'create', 'CR', '--title', 'One event more', '-u', 'claude'], own).out)

/** Runs the program, and keeps the largest of what its runs say of themselves. */
const remembered = (peaks, name, args, where) => {
  const { ms, cpu, megabytes, children } = probe(args, where)
  const before = peaks.get(name) ?? { megabytes: 0, children: 0 }
  peaks.set(name, {
    megabytes: Math.max(before.megabytes, megabytes),
    children: Math.max(before.children, children),
  })
  return { ms, cpu }
}
