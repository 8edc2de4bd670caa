// A life under other names and at another time: same events, own ids, own people, own texts, own chain; folded, linked
// and written by the program's own modules.
import { appendEvents, digest, fold, layout, metadataFile, parseId } from './program.mjs'
import { PARTS } from './recording.mjs'

const isSystem = (path) => path.startsWith(`${layout.SYSTEM_FOLDER}/`)
const isTrail = (path) => path.startsWith(`${layout.AUDIT_FOLDER}/`) && !isSystem(path)
/** Answers stand beside the metadata, and are what a check-in says they are, as texts. */
const isMetadata = (path) => path.startsWith(`${layout.META_FOLDER}/`) && !path.endsWith(layout.RECORD_END)
const auditOf = (path) => `${path.replace(layout.META_FOLDER, layout.AUDIT_FOLDER)}l`
const idOfPath = (path) => parseId(/([^/]+)\.jsonl$/.exec(path)[1])
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)

/**
 * What of a life does not depend on the copy: read once.
 * `stages`: of each transition its time, its message and author, its events of the system records, and how many
 * documents and events it adds. `births`: the names that a copy has to give, with the stage that first uses each.
 */
export const modelOf = ({ name, changes }) => {
  const model = { name, changes, texts: new Map(), trails: new Map(), stages: [], births: [] }
  for (const [stage, change] of changes.entries()) {
    const system = []
    let added = { documents: 0, events: 0 }
    for (const [path, bytes] of change.files) {
      if (isSystem(path)) system.push(...systemEvent(path, bytes))
      else if (isTrail(path)) added = total(added, ownLines(model, path, bytes, stage))
      else if (bytes && !isMetadata(path)) model.texts.set(digest(bytes), Buffer.from(bytes).toString('utf8'))
    }
    model.stages.push({ ...added, events: added.events + system.length, system, ...headOf(change) })
  }
  model.documents = model.trails.size
  model.names = [...model.births.map((birth) => birth.name), ...Object.keys(PARTS)]
  model.pattern = new RegExp(model.names.toSorted((a, b) => b.length - a.length).join('|'), 'g')
  for (const { events } of model.trails.values()) for (const at of events) model.stages[at.stage].ts = at.ts
  return model
}

const total = (a, b) => ({ documents: a.documents + b.documents, events: a.events + b.events })
const headOf = ({ message, author }) => ({ message, author: author.name })

const systemEvent = (path, bytes) => {
  const { ts, user, version, seq, prev, ...own } = eventsIn(bytes).at(-1)
  return [{ record: /([^/]+)\.jsonl$/.exec(path)[1], own }]
}

const eventsIn = (bytes) =>
  Buffer.from(bytes)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Takes what a change appended to a trail into the model. */
const ownLines = (model, path, bytes, stage) => {
  const known = model.trails.get(path)
  const trail = known ?? { path, events: [] }
  const all = eventsIn(bytes)
  const added = all.slice(trail.events.length)
  for (const { seq, prev, ts, ...event } of added) trail.events.push({ ts, stage, event })
  if (known) return { documents: 0, events: added.length }
  model.trails.set(path, trail)
  const birth = birthOf(idOfPath(path), stage)
  if (birth && !model.births.some((b) => b.name === birth.name)) model.births.push(birth)
  return { documents: 1, events: added.length }
}

/** Children are named after their parents, and documents of a namespace after that. */
const birthOf = (id, stage) => {
  if (id.namespace) return { name: id.namespace, type: null, stage }
  return id.parent ? null : { name: id.id, type: id.type.name, stage }
}

/**
 * What the first transitions of a life commit under other names.
 * @param names of every name of the model, its own
 * @param times of each transition, in order: as many are lived
 * @returns for each transition: `files`, a map of path to bytes or to null for what goes; `message`; `author`
 */
export const copyOf = (model, names, times) => {
  const rename = (text) => text.replace(model.pattern, (name) => names.get(name))
  const texts = new Map()
  const digests = new Map()
  for (const [old, text] of model.texts) {
    const bytes = Buffer.from(rename(text))
    texts.set(old, bytes)
    digests.set(old, digest(bytes))
  }
  const copy = { rename, texts, digests, times, trails: new Map() }
  for (const trail of model.trails.values()) copy.trails.set(trail.path, ownTrail(trail, copy))
  return times.map((_, stage) => {
    const { files } = model.changes[stage]
    const own = new Map()
    for (const [path, bytes] of files)
      if (!isSystem(path)) own.set(rename(path), fileOf(path, bytes, stage, copy))
    const { message, author } = model.stages[stage]
    return { files: own, message: rename(message), author: rename(author) }
  })
}

/** A trail under the other names, with the state that its events so far fold to. */
const ownTrail = ({ path, events }, copy) => {
  const lived = events.filter(({ stage }) => stage < copy.times.length)
  const own = lived.map(({ stage, event }) => ({ ts: copy.times[stage], ...ownValues(event, copy) }))
  const bytes = Buffer.from(appendEvents(null, own, digest).bytes)
  const id = lived.length > 0 ? parseId(idOfPath(copy.rename(path)).id) : null
  return { id, events: own, stages: lived.map(({ stage }) => stage), bytes, end: 0, folded: 0, state: null }
}

const ownValues = (value, copy) => {
  if (typeof value === 'string') return copy.digests.get(value) ?? copy.rename(value)
  if (Array.isArray(value)) return value.map((item) => ownValues(item, copy))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, ownValues(own, copy)]))
}

const fileOf = (path, bytes, stage, copy) => {
  if (bytes === null) return null
  if (isTrail(path)) return advanced(copy.trails.get(path), stage)
  if (isMetadata(path)) return metadataOf(copy.trails.get(auditOf(path)), path, stage)
  return copy.texts.get(digest(bytes))
}

/** The bytes of a trail after a transition. Transitions are asked for in order. */
const advanced = (trail, stage) => {
  const lines = trail.stages.filter((at) => at === stage).length
  for (let n = 0; n < lines; n++) trail.end = trail.bytes.indexOf(10, trail.end) + 1
  return trail.bytes.subarray(0, trail.end)
}

const metadataOf = (trail, path, stage) => {
  const events = trail.events.filter((_, n) => trail.stages[n] === stage)
  trail.state = fold(trail.id, events, trail.state)
  trail.folded += events.length
  if (trail.state.seq !== trail.folded)
    throw new Error(`${path}: ${trail.state.seq} events, not ${trail.folded}`)
  return Buffer.from(metadataFile(trail.state))
}

/** A copy under the model's own names and times must be the model, byte for byte. @throws Error */
export const checkedModel = (life) => {
  const model = modelOf(life)
  const names = new Map(model.names.map((name) => [name, name]))
  const copy = copyOf(
    model,
    names,
    model.stages.map((stage) => stage.ts ?? ''),
  )
  for (const [at, { files }] of life.changes.entries())
    for (const [path, bytes] of files)
      if (!isSystem(path) && !same(copy[at].files.get(path), bytes))
        throw new Error(`${model.name}, ${at}: ${path} is not what was lived`)
  return model
}

const same = (a, b) => (a === null || b === null ? a === b : Buffer.from(a).equals(b))

/** Documents and events after as many transitions. */
export const sizeAfter = ({ stages }, count) => {
  const lived = stages.slice(0, count)
  return { documents: sum(lived.map((s) => s.documents)), events: sum(lived.map((s) => s.events)) }
}
