/** `audit report`: a period of the whole store in numbers, from the events alone. */
import { refuse } from '../errors.ts'
import { type Audited, type Report, reportOf } from '../report/numbers.ts'
import { type Part, partOf } from '../report/part.ts'
import type { Period } from '../report/period.ts'
import { type Qms, timestamp } from './qms.ts'
import { openRecords } from './records.ts'

export interface ReportAsk {
  readonly since: string | undefined
  readonly until: string | undefined
  /** The time of a commit or tag, or null where there is none of that name. */
  readonly timeOf: (revision: string) => Promise<string | null>
  readonly audit: Audited | null
}

export type { Report }

/** @throws BAD_VALUE, DAMAGED */
export const report = async (qms: Qms, ask: ReportAsk): Promise<Report> => {
  const period = await periodOf(ask)
  const records = await openRecords(qms)
  const parts: Part[] = []
  for (const id of await records.ids()) {
    const loaded = await records.find(id)
    const part = loaded && partOf(id, loaded.events, period)
    if (part) parts.push(part)
  }
  const { registry, events } = records.system
  const system = [...events.registry, ...events.namespaces, ...events.policy]
  const asOf = period.until ?? latest([timestamp(qms), ...parts.flatMap((p) => p.events.map((e) => e.ts))])
  return reportOf({ period, asOf, parts, system, people: [...registry.values()], audit: ask.audit })
}

const latest = (times: readonly string[]): string => times.reduce((a, b) => (a > b ? a : b))

const DATE = /^\d{4}-\d\d-\d\d$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/

/** @throws BAD_VALUE where an end is no time, or the end comes before the beginning */
const periodOf = async ({ since, until, timeOf }: ReportAsk): Promise<Period> => {
  const period = {
    since: since === undefined ? null : await momentOf('--since', since, '00:00:00.000', timeOf),
    until: until === undefined ? null : await momentOf('--until', until, '23:59:59.999', timeOf),
  }
  if (period.since !== null && period.until !== null && period.since > period.until)
    throw refuse('BAD_VALUE', {
      name: '--until',
      found: period.until,
      expected: `a time after ${period.since}`,
    })
  return period
}

/** A day is all of it, in UTC. */
const momentOf = async (
  name: string,
  text: string,
  clock: string,
  timeOf: ReportAsk['timeOf'],
): Promise<string> => {
  const at = DATE.test(text) ? new Date(`${text}T${clock}Z`) : TIME.test(text) ? new Date(text) : null
  const isDay =
    at !== null && !Number.isNaN(at.getTime()) && (!DATE.test(text) || at.toISOString().startsWith(text))
  if (isDay) return at.toISOString()
  const found = at === null ? await timeOf(text) : null
  if (found !== null) return found
  const expected = 'a day such as 2026-11-21 (UTC), a time such as 2026-11-21T12:00Z, a tag or a commit'
  throw refuse('BAD_VALUE', { name, found: text.slice(0, 120), expected })
}

/** As a file that needs nothing else, or as Markdown. */
export const written = async (made: Report, html: boolean): Promise<string> =>
  html
    ? (await import('../report/html.ts')).reportHtml(made)
    : (await import('../report/markdown.ts')).reportMarkdown(made)
