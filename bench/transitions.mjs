// Each transition with its durable commit, against bare node and against the same files committed by hand: in stores
// of different sizes, and beside 50,000 other files, with the control branch checked out and not.
import { argsFor, bare, byHand, idIn, LIVES, label } from './commands.mjs'
import { median, node, summary } from './harness.mjs'
import { ownStore, twinOf } from './places.mjs'

export const title = 'Transitions'

export const columns = ['store', 'life', 'runs', 'ms', 'cpu', 'ratio', 'over', 'byHand']

const LIVES_EVERY = 5

/** The figures of each transition alone stand in the JSON, under `each`. */
export const measure = async ({ documents, others, rounds, brief, scratch }) => {
  const types = brief ? ['SOP'] : Object.keys(LIVES)
  const [few] = documents
  const plans = [
    ...documents.map((count) => [`${count} documents`, { documents: count }]),
    [`${few} and ${others} other files`, { documents: few, others }],
    [`${few} and ${others} other files, branch of its own`, { documents: few, others, ownBranch: true }],
  ]
  const rows = []
  for (const [store, plan] of plans) {
    const where = await ownStore(scratch, plan)
    const branch = plan.ownBranch ? 'qms' : 'main'
    const at = { where, twin: twinOf(where, branch), branch }
    for (const row of living(at, types, Math.max(1, Math.round(rounds / LIVES_EVERY))))
      rows.push({ store, ...row })
  }
  return rows
}

const living = (at, types, times) => {
  const samples = new Map(types.map((type) => [type, []]))
  for (let n = 0; n < times; n++) for (const type of types) samples.get(type).push(...livingOnce(type, at))
  return [...samples].map(([type, all]) => {
    const each = new Map(all.map(({ step }) => [step, all.filter((s) => s.step === step)]))
    return {
      life: type,
      ...withHand(all),
      each: [...each].map(([step, own]) => ({ step, ...withHand(own) })),
    }
  })
}

const withHand = (all) => ({ ...summary(all), byHand: median(all.map((s) => s.hand)) })

const livingOnce = (type, { where, twin, branch }) => {
  let id = null
  return LIVES[type].map((words, at) => {
    const floor = bare(where)
    const { ms, cpu, out } = node(argsFor(type, words, id), where)
    id ??= idIn(out)
    const step = `${at + 1} ${label(words)}`
    return { step, ms, cpu, ratio: ms / floor, over: ms - 2.5 * floor, hand: byHand(where, twin, branch) }
  })
}
