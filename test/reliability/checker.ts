/**
 * Judges a race after it is over, from the logs of its calls and the trails before and after: every call that was
 * answered with success is in the record once, no other is, and every history is one that the tables allow. It uses
 * the tables and nothing else of the program. Source: H40.
 */
import { requireId } from '../../src/documents/id.ts'
import { type Row, TABLES } from '../../src/lifecycle/tables.ts'
import { chainProblems, type Line, linesOf } from './trails.ts'

/** One call of the command line as its caller saw it. */
export interface Logged {
  /** The `--request-id`; null for commands that only read. */
  readonly request: string | null
  readonly user: string
  readonly line: string
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly end: number
  /** Null where it was stopped before it could answer. */
  readonly code: number | null
  readonly answer: Answered | null
}

interface Answered {
  readonly result?: {
    readonly replayed?: boolean
    readonly document?: { readonly doc_id: string } | null
    readonly events?: readonly Answer[]
  }
  readonly error?: { readonly code: string }
}

/** An event as an answer gives it: with its document or system record, and its place in that trail. */
interface Answer {
  readonly document?: string
  readonly record?: string
  readonly event: string
  readonly seq: number
  readonly prev: string
}

/** The bytes of each trail by its document or system record. */
export type Bytes = Readonly<Record<string, string>>

interface Placed extends Line {
  readonly trail: string
}

export const problemsIn = (before: Bytes, after: Bytes, calls: readonly Logged[]): string[] => {
  const added = addedTo(before, after)
  const requests = grouped(calls.filter(isNamed), (call) => call.request)
  const written = grouped(added, (line) => line.request ?? '')
  return [
    ...rewritten(before, after),
    ...Object.entries(after).flatMap(([name, text]) => chainProblems(name, text)),
    ...unasked(written, requests),
    ...[...requests].flatMap(([request, attempts]) => effectProblems(attempts, written.get(request) ?? [])),
    ...numberProblems(after, calls),
    ...Object.entries(after).flatMap(([name, text]) => historyProblems(name, linesOf(text))),
    ...orderProblems([...requests.values()], written),
  ]
}

const grouped = <T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> => {
  const groups = new Map<K, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

interface Named extends Logged {
  readonly request: string
}

const isNamed = (call: Logged): call is Named => call.request !== null

const addedTo = (before: Bytes, after: Bytes): Placed[] =>
  Object.entries(after).flatMap(([trail, text]) =>
    linesOf(text.slice(before[trail]?.length ?? 0)).map((line) => ({ ...line, trail })),
  )

const rewritten = (before: Bytes, after: Bytes): string[] =>
  Object.entries(before)
    .filter(([name, text]) => !after[name]?.startsWith(text))
    .map(([name]) => `${name}: what was there before is not there as it was`)

const unasked = (
  written: ReadonlyMap<string, readonly Placed[]>,
  requests: ReadonlyMap<string, unknown>,
): string[] =>
  [...written]
    .filter(([request]) => !requests.has(request))
    .flatMap(([, lines]) => lines.map((line) => `${keyOf(line)}: an effect that nobody asked for`))

const keyOf = (line: { readonly trail: string; readonly seq: number }): string => `${line.trail} ${line.seq}`

/** Of one request, with all its attempts. */
const effectProblems = (attempts: readonly Named[], lines: readonly Placed[]): string[] => {
  const { request, user } = attempts[0] as Named
  const answered = attempts.filter((call) => call.code === 0)
  const found = lines.map(keyOf).sort()
  if (answered.length === 0) return unknownEffect(attempts, found)
  const first = answered.filter((call) => call.answer?.result?.replayed !== true)
  const told = answered.map((call) => [...new Set(eventsOf(call))].sort().join(', '))
  return [
    ...(first.length > 1 ? [`${request}: done ${first.length} times`] : []),
    ...told.filter((said) => said !== found.join(', ')).map((said) => differing(request, said, found)),
    ...lines.filter((l) => l.user !== user).map((l) => `${keyOf(l)}: by ${l.user}, asked for by ${user}`),
    ...(new Set(lines.map((line) => line.ts)).size > 1 ? [`${request}: not at one time`] : []),
  ]
}

/** What was refused is in no trail; what was stopped unheard may be there. */
const unknownEffect = (attempts: readonly Named[], found: readonly string[]): string[] => {
  const refused = attempts.every((call) => call.code !== null)
  const codes = attempts.map((call) => call.answer?.error?.code ?? call.code).join(', ')
  return refused && found.length > 0
    ? [`${attempts[0]?.request}: refused (${codes}), and is in ${found}`]
    : []
}

const differing = (request: string, said: string, found: readonly string[]): string =>
  found.length === 0
    ? `${request}: answered with success, and is lost: ${said}`
    : `${request}: answered as ${said || 'nothing'}, and is in the record as ${found.join(', ')}`

const eventsOf = (call: Logged): string[] =>
  (call.answer?.result?.events ?? []).map(
    (e) => `${e.document ?? e.record ?? call.answer?.result?.document?.doc_id} ${e.seq}`,
  )

/** Every document begins once, and no two creations were told the same number. */
const numberProblems = (after: Bytes, calls: readonly Logged[]): string[] => {
  const created = calls.filter((call) => call.code === 0 && call.line.startsWith('create '))
  const first = created.filter((call) => call.answer?.result?.replayed === false)
  const ids = first.map((call) => call.answer?.result?.document?.doc_id ?? '')
  const twice = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
  const births = Object.entries(after).filter(
    ([, text]) => linesOf(text).filter(({ event }) => BIRTHS.has(event)).length > 1,
  )
  return [
    ...twice.map((id) => `${id}: given twice`),
    ...births.map(([name]) => `${name}: created more than once`),
  ]
}

const BIRTHS = new Set(['CREATE', 'INSTALL', 'ADOPT'])
const ASIDE = new Set(['ESCALATE', 'RESOLVE'])

/** The statuses of a document, transition by transition, as the tables have them. */
const historyProblems = (id: string, lines: readonly Line[]): string[] => {
  if (/^[a-z]/.test(id)) return []
  const [birth, ...rest] = lines
  if (!birth || !BIRTHS.has(birth.event)) return [`${id}: does not begin with its creation`]
  const { machine } = requireId(id).type
  let status = String(birth.status ?? 'EFFECTIVE')
  let home: string | null = null
  const problems: string[] = []
  for (const step of transitions(rest.filter((line) => !ASIDE.has(line.event)))) {
    const moved = step.find((line) => line.event === 'STATUS_CHANGE')
    const to = String(moved?.to_status ?? status)
    if (moved && moved.from_status !== status)
      problems.push(`${id} ${moved.seq}: from ${moved.from_status}, and it was ${status}`)
    if (!TABLES[machine].some((row) => allows(row, status, to, home, step)) && !closesWithParent(step))
      problems.push(
        `${id} ${step[0]?.seq}: ${step.map((line) => line.event).join(', ')} in ${status} to ${to}`,
      )
    if (step[0]?.retire || step[0]?.abandon) home ??= status
    if (to === home || RESTING.has(to)) home = null
    status = to
  }
  return problems
}

const RESTING = new Set(['EFFECTIVE', 'CLOSED', 'RETIRED', 'CANCELLED'])

/** Events that one command wrote stand together, at one time, by one actor. */
const transitions = (lines: readonly Line[]): Line[][] => {
  const steps: Line[][] = []
  for (const line of lines) {
    const last = steps.at(-1)
    const same = last?.[0]?.ts === line.ts && last[0].user === line.user && last[0].request === line.request
    if (same) last.push(line)
    else steps.push([line])
  }
  return steps
}

const allows = (row: Row, from: string, to: string, home: string | null, step: readonly Line[]): boolean =>
  row.from === from &&
  (row.to === 'home' ? home : row.to) === to &&
  row.emits.join(' ') === step.map((line) => line.event).join(' ')

const closesWithParent = (step: readonly Line[]): boolean =>
  step[0]?.event === 'CLOSE' && typeof step[0].with === 'string' && step[1]?.to_status === 'CLOSED'

/** What ended before another began stands before it, in every trail that has both. */
const orderProblems = (
  requests: readonly (readonly Named[])[],
  written: ReadonlyMap<string, readonly Placed[]>,
): string[] => {
  const spans = requests.flatMap((attempts) => {
    const done = attempts.find((call) => call.code === 0 && call.answer?.result?.replayed === false)
    const begun = Math.min(...attempts.map((call) => call.start))
    return done ? (written.get(done.request) ?? []).map((line) => ({ line, begun, ended: done.end })) : []
  })
  return [...grouped(spans, ({ line }) => line.trail).values()].flatMap((trail) => {
    const ordered = trail.sort((a, b) => a.line.seq - b.line.seq)
    let latest = 0
    return ordered.flatMap(({ line, begun, ended }) => {
      const late = latest > ended ? [`${keyOf(line)}: ended before what stands in front of it began`] : []
      latest = Math.max(latest, begun)
      return late
    })
  })
}
