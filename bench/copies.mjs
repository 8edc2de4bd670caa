// The life of one document under another id: same events, own id, own texts, own chain; folded and linked by the
// program's own modules.
import { appendEvents, digest, fold, layout, metadata, parseId } from './program.mjs'

const idOfPath = (path) => parseId(/([^/]+)\.jsonl?$/.exec(path)?.[1] ?? '')
const isTrail = (path) => path.startsWith(`${layout.AUDIT_FOLDER}/`)
const isMetadata = (path) => path.startsWith(`${layout.META_FOLDER}/`)

/** What of a life does not depend on the copy: parsed once. */
export const modelOf = ({ name, id, changes }) => {
  const texts = new Map()
  const trails = new Map()
  for (const { files } of changes)
    for (const [path, bytes] of files) {
      if (isTrail(path)) trails.set(path, eventsIn(bytes))
      else if (bytes && !isMetadata(path)) texts.set(digest(bytes), Buffer.from(bytes).toString('utf8'))
    }
  return { name, id, changes, texts, trails, type: parseId(id).type.name, documents: trails.size }
}

const eventsIn = (bytes) =>
  Buffer.from(bytes)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { seq, prev, ...event } = JSON.parse(line)
      return event
    })

/** The changes of the first `stages` transitions, each a map of path to bytes, or null for what goes. */
export const copyOf = (model, to, stages = model.changes.length) => {
  const rename = (text) => text.replaceAll(model.id, to)
  const bytesOf = new Map()
  const digests = new Map()
  for (const [old, text] of model.texts) {
    const bytes = Buffer.from(rename(text))
    bytesOf.set(old, bytes)
    digests.set(old, digest(bytes))
  }
  const trails = new Map(
    [...model.trails].map(([path, events]) => [path, ownTrail(path, events, rename, digests)]),
  )
  return model.changes.slice(0, stages).map(({ files, message, author, at }) => {
    const own = new Map()
    for (const [path, bytes] of files) own.set(rename(path), fileOf(path, bytes, trails, bytesOf))
    return { files: own, message: rename(message), author, at }
  })
}

/** A trail under the other id, with the length of each of its beginnings and the state folded so far. */
const ownTrail = (path, events, rename, digests) => {
  const own = events.map((event) => withOwn(event, rename, digests))
  const bytes = Buffer.from(appendEvents(null, own, digest).bytes)
  return { id: parseId(rename(idOfPath(path).id)), events: own, bytes, folded: 0, state: null }
}

const withOwn = (event, rename, digests) =>
  Object.fromEntries(
    Object.entries(event).map(([key, value]) => [
      key,
      typeof value === 'string' ? (digests.get(value) ?? rename(value)) : value,
    ]),
  )

const fileOf = (path, bytes, trails, bytesOf) => {
  if (bytes === null) return null
  if (isTrail(path)) return upTo(trails.get(path).bytes, linesOf(bytes))
  if (isMetadata(path)) return metadataOf(trails.get(auditOf(path)), path, bytes)
  return bytesOf.get(digest(bytes))
}

const auditOf = (path) => `${path.replace(layout.META_FOLDER, layout.AUDIT_FOLDER)}l`
const linesOf = (bytes) => bytes.reduce((n, byte) => (byte === 10 ? n + 1 : n), 0)

const upTo = (bytes, lines) => {
  let end = 0
  for (let n = 0; n < lines; n++) end = bytes.indexOf(10, end) + 1
  return bytes.subarray(0, end)
}

/** The metadata after as many events as the model's had then. */
const metadataOf = (trail, path, model) => {
  const { events: count } = JSON.parse(Buffer.from(model).toString('utf8'))
  trail.state = fold(trail.id, trail.events.slice(trail.folded, count), trail.state)
  trail.folded = count
  const made = metadata(trail.state)
  if (made.events !== count) throw new Error(`${path}: ${made.events} events and not ${count}`)
  return Buffer.from(`${JSON.stringify(made, null, 2)}\n`)
}
