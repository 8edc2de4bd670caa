// Which lives a store is made of, in which order their transitions happen, who lives them and under which names. Draws
// always the same numbers, so that two runs make the same store.
import { sizeAfter } from './copies.mjs'
import { BEGAN, LEAD, PARTS } from './recording.mjs'

const DAY = 86_400_000
/** Between two transitions. */
const PACE = 5 * 60_000
/** Lives of several documents at a time, interleaved. */
const AT_A_TIME = 40
/** Of ten lives as many are whole; the others were broken off somewhere. */
const WHOLE = 8
/** Numbers that the shipped procedures have. */
const SHIPPED = { SOP: 7 }
const RICH = 'long procedure'

const user = (name, group, kind) => ({ event: 'USER_ADD', name, group, kind })
const policy = (key, value) => ({ event: 'POLICY_SET', key, value })

/** Decisions on the system records, each with the share of the store's life after which it is made. */
const GOVERNANCE = [
  [0, 'registry', user('initiator-1', 'initiator', 'human')],
  [0, 'registry', user('quality-1', 'quality', 'human')],
  [0, 'registry', user('reviewer-1', 'reviewer', 'human')],
  [0, 'registry', user('reviewer-2', 'reviewer', 'agent')],
  [0.05, 'registry', user('initiator-2', 'initiator', 'agent')],
  [0.1, 'policy', policy('quality', 'qa')],
  [0.12, 'registry', user('initiator-3', 'initiator', 'agent')],
  [0.15, 'registry', user('quality-2', 'quality', 'agent')],
  [0.2, 'policy', policy('changeControl', 'required')],
  [0.25, 'registry', user('reviewer-3', 'reviewer', 'human')],
  [0.3, 'policy', policy('types', [{ name: 'POL', title: 'Policy', executable: false, parents: [] }])],
  [0.4, 'registry', { event: 'USER_DISABLE', name: 'reviewer-1', reason: 'On leave.' }],
  [0.45, 'policy', policy('selfApproval', 'allowed')],
  [0.46, 'policy', policy('selfApproval', 'forbidden')],
  [0.5, 'registry', user('initiator-4', 'initiator', 'human')],
  [0.55, 'registry', { event: 'USER_ENABLE', name: 'reviewer-1' }],
  [0.6, 'registry', user('reviewer-4', 'reviewer', 'agent')],
  [0.65, 'policy', policy('quality', 'quality-1')],
  [0.7, 'registry', { event: 'USER_DISABLE', name: 'initiator-2' }],
  [0.8, 'policy', policy('changeControl', 'recommended')],
  [0.85, 'policy', policy('quality', 'qa')],
  [0.9, 'registry', user('quality-3', 'quality', 'human')],
]

/** Whom `init` registers, besides the lead. */
const REGISTERED = [user('claude', 'initiator'), user('qa', 'quality')]

const sequence = (seed) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/**
 * The steps of a store in order, each with its time: a transition of a life, or a decision on a system record.
 * @param models as `copies.mjs` makes them
 * @param size `documents`, besides those that `init` ships; `events`: about as many, where it matters
 * @returns `lives`: `{model, stages, names, times}`; `steps`: `{ts, life, stage}` or `{ts, record, own}`
 */
export const scheduleOf = (models, { documents, events = 0 }) => {
  const draw = sequence(7)
  const lives = chosen(models, documents, events, draw)
  const steps = governed(interleaved(lives))
  for (const [at, step] of steps.entries()) step.ts = new Date(BEGAN + DAY + at * PACE).toISOString()
  named(lives, steps)
  cast(lives, steps, draw)
  for (const { life, ts, stage } of steps) if (life) life.times[stage] = ts
  return { lives, steps: steps.flatMap(withSystem) }
}

/** Lives until there are as many documents; richer ones while there are too few events. */
const chosen = (models, documents, events, draw) => {
  const plain = models.filter((model) => model.name !== RICH)
  const rich = models.find((model) => model.name === RICH)
  const lives = []
  const size = { documents: 0, events: 0 }
  for (let n = 0; size.documents < documents; n++) {
    const poor = size.events * documents < events * size.documents
    const left = documents - size.documents
    const wanted = poor ? rich : plain[n % plain.length]
    const model = wanted.documents <= left ? wanted : plain.find((m) => m.documents === 1)
    const whole = lives.length === 0 || draw(10) < WHOLE
    const stages = whole ? model.stages.length : 1 + draw(model.stages.length)
    const own = sizeAfter(model, stages)
    size.documents += own.documents
    size.events += own.events
    lives.push({ model, stages, names: new Map(), times: [] })
  }
  return lives
}

const interleaved = (lives) => {
  const steps = []
  const open = []
  const waiting = lives.map((life) => ({ life, stage: 0 }))
  for (let next = 0; open.length > 0 || next < waiting.length; ) {
    if (open.length < AT_A_TIME && next < waiting.length) open.push(waiting[next++])
    const at = open.shift()
    steps.push({ ...at })
    at.stage += 1
    if (at.stage < at.life.stages) open.push(at)
  }
  return steps
}

const governed = (steps) => {
  const made = []
  let next = 0
  for (const [at, step] of steps.entries()) {
    while (next < GOVERNANCE.length && GOVERNANCE[next][0] * steps.length <= at) {
      const [, record, own] = GOVERNANCE[next++]
      made.push({ record, own })
    }
    made.push(step)
  }
  return made
}

/** Numbers are given in the order in which documents are created. */
const named = (lives, steps) => {
  const numbers = new Map(Object.entries(SHIPPED))
  let areas = 0
  for (const { life, stage } of steps)
    for (const birth of life?.model.births ?? []) {
      if (birth.type === null && stage === 0) life.names.set(birth.name, areaName(++areas))
      if (birth.type === null || birth.stage !== stage) continue
      const number = (numbers.get(birth.type) ?? 0) + 1
      numbers.set(birth.type, number)
      life.names.set(birth.name, `${birth.type}-${String(number).padStart(3, '0')}`)
    }
  for (const { model, names } of lives)
    for (const { name } of model.births) if (!names.has(name)) names.set(name, name)
}

const areaName = (number) => `AREA${String(number).padStart(3, '0')}`

/** Gives each part to somebody who is there, and enabled, from the first transition of the life to its last. */
const cast = (lives, steps, draw) => {
  const spans = new Map(lives.map((life) => [life, [steps.length, 0]]))
  for (const [at, { life }] of steps.entries()) {
    const span = spans.get(life)
    if (span) spans.set(life, [Math.min(span[0], at), at])
  }
  const present = presence(steps)
  for (const [life, span] of spans) {
    const taken = new Set()
    for (const [part, group] of Object.entries(PARTS)) {
      const able = present.filter((p) => p.group === group && p.from <= span[0] && span[1] < p.to)
      const free = able.filter((p) => !taken.has(p.name))
      const { name } = free[draw(free.length)]
      taken.add(name)
      life.names.set(part, name)
    }
  }
}

/** From when to when everybody is enabled: `{name, group, from, to}`. */
const presence = (steps) => {
  const found = REGISTERED.map(({ name, group }) => ({ name, group, from: 0, to: Infinity }))
  for (const [at, { own }] of steps.entries()) {
    const last = found.findLast(({ name }) => name === own?.name)
    if (own?.event === 'USER_ADD') found.push({ name: own.name, group: own.group, from: at, to: Infinity })
    if (own?.event === 'USER_DISABLE') last.to = at
    if (own?.event === 'USER_ENABLE') found.push({ ...last, from: at, to: Infinity })
  }
  return found
}

/** A transition of a life that decides on a system record, a namespace, is that decision. */
const withSystem = (step) => {
  if (!step.life) return [{ ...step, user: LEAD }]
  const { system } = step.life.model.stages[step.stage]
  if (system.length === 0) return [step]
  return system.map(({ record, own }) => {
    const name = step.life.names.get(own.name) ?? own.name
    return { ts: step.ts, user: LEAD, record, own: { ...own, name } }
  })
}
