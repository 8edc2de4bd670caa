// A whole life of a change record: its fourteen transitions, one after the other, from its first draft to its closure.
import { argsFor, bare, idIn, LIVES } from './commands.mjs'
import { node, summary } from './harness.mjs'
import { ownStore } from './places.mjs'

export const title = 'A whole life of a change record'

export const columns = ['documents', 'transitions', 'runs', 'ms', 'cpu', 'ratio']

const LIVES_EVERY = 5

export const measure = async ({ documents, rounds, brief, scratch }) => {
  const words = brief ? LIVES.CR.slice(0, 3) : LIVES.CR
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const lived = Array.from({ length: Math.max(1, Math.round(rounds / LIVES_EVERY)) }, () =>
      live(where, words),
    )
    rows.push({ documents: count, transitions: words.length, ...summary(lived) })
  }
  return rows
}

/** `ratio`: to as many runs of bare node, each just before its transition. */
const live = (where, life) => {
  const [whole, nodes] = [{ ms: 0, cpu: 0 }, []]
  let id = null
  for (const words of life) {
    nodes.push(bare(where))
    const { ms, cpu, out } = node(argsFor('CR', words, id), where)
    id ??= idIn(out)
    whole.ms += ms
    whole.cpu += cpu
  }
  const floor = nodes.reduce((a, b) => a + b, 0)
  return { ...whole, ratio: whole.ms / floor, over: whole.ms - 2.5 * floor }
}
