// From steps to commits: what each decides on the system records, and how steps share commits.
import {
  appendEvents,
  decideNamespaceAdd,
  decidePolicySet,
  decideUserAdd,
  decideUserDisable,
  decideUserEnable,
  digest,
  foldNamespaces,
  foldPolicy,
  foldRegistry,
  layout,
} from './program.mjs'

const DECIDERS = {
  USER_ADD: ({ name, group, kind }, c) => decideUserAdd(name, group, kind, c),
  USER_DISABLE: ({ name, reason }, c) => decideUserDisable(name, reason, c),
  USER_ENABLE: ({ name }, c) => decideUserEnable(name, c),
  NAMESPACE_ADD: ({ name }, c, { namespaces }) => decideNamespaceAdd(name, foldNamespaces(namespaces), c),
  POLICY_SET: ({ key, value }, c, { policy }) =>
    decidePolicySet(key, typeof value === 'string' ? value : JSON.stringify(value), foldPolicy(policy), c),
}

const RECORDS = ['registry', 'namespaces', 'policy']

const eventsOf = (bytes) =>
  bytes
    ? Buffer.from(bytes)
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []

/** The system records from the first change of a store on: `decide` gives the change that a step makes of them. */
export const systemTrails = ({ files }) => {
  const trails = Object.fromEntries(RECORDS.map((name) => [name, files.get(layout.systemPath(name)) ?? null]))
  const events = Object.fromEntries(RECORDS.map((name) => [name, eventsOf(trails[name])]))
  const decide = ({ ts, user, record, own }) => {
    const registry = foldRegistry(events.registry)
    const c = { actor: registry.get(user), now: ts, registry, recorded: events[record].length }
    const event = DECIDERS[own.event](own, c, events)
    trails[record] = appendEvents(trails[record], [event], digest).bytes
    events[record].push(event)
    const message = `${record}: ${own.event.toLowerCase().replace('_', ' ')} (${user})\n\nQMS-Event: ${own.event}\nQMS-Actor: ${user}\n`
    return { files: new Map([[layout.systemPath(record), trails[record]]]), message, author: user }
  }
  return { decide }
}

const seconds = (ts) => Math.floor(Date.parse(ts) / 1000)

const changeOf = (step) => step.change ?? step.life.changes[step.stage]

/** One commit a step, or as many as asked; then neighbours share one, no two of the same life. @throws Error */
export function* commitsOf(steps, count = steps.length) {
  if (count > steps.length)
    throw new Error(`${count} commits need as many transitions; there are ${steps.length}`)
  let done = 0
  for (let n = 1; done < steps.length; n++) {
    const until = Math.max(done + 1, Math.round((n * steps.length) / count))
    const together = [steps[done++]]
    while (done < until && done < steps.length && fits(together, steps[done])) together.push(steps[done++])
    yield commitOf(together)
  }
}

const fits = (together, step) =>
  !step.record && together.every(({ record, life }) => !record && life !== step.life)

const commitOf = (steps) => {
  const changes = steps.map(changeOf)
  const [heads, tails] = [0, 1].map((part) =>
    changes.map(({ message }) => message.trimEnd().split('\n\n')[part]),
  )
  return {
    author: changes[0].author,
    at: seconds(steps.at(-1).ts),
    message: `${heads.join('; ')}\n\n${tails.join('\n')}\n`,
    files: changes.flatMap(({ files }) => [...files]),
  }
}

/** One commit that leaves the same files as all of them. */
export const lastCommit = ({ lives, steps }, first, livedBy) => {
  const files = new Map()
  const take = (change) => {
    for (const [path, bytes] of change.files) files.set(path, bytes)
  }
  for (const life of lives) for (const change of livedBy(life)) take(change)
  for (const step of steps) if (step.record) take(first.decide(step))
  const left = [...files].filter(([, bytes]) => bytes !== null)
  return { author: 'lead', at: seconds(steps.at(-1).ts), message: `${lives.length} lives\n`, files: left }
}
