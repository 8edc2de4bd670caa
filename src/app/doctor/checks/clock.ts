import { type Check, type Finding, problem, warning } from '../check.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
/** Clocks of machines that keep time differ by less. */
const SLACK = 2 * MINUTE
const YEARS = 10 * 365 * DAY

const inWords = (ms: number): string =>
  ms < 2 * 60 * MINUTE
    ? `${Math.round(ms / MINUTE)} minutes`
    : ms < 2 * DAY
      ? `${Math.round(ms / 60 / MINUTE)} hours`
      : `${Math.round(ms / DAY)} days`

/** @param newest the newest time on record, by what it is */
export const judged = (now: Date, newest: ReadonlyMap<string, string>): Finding[] =>
  [...newest].flatMap(([what, iso]) => {
    const ahead = new Date(iso).getTime() - now.getTime()
    const words = {
      found: `${what} is of ${iso}, and this clock says ${now.toISOString()}: ${inWords(Math.abs(ahead))} ${ahead > 0 ? 'earlier' : 'later'}`,
      expected: 'a clock that is right; the order of events does not depend on it',
      next: [['date', '-u']],
    }
    if (ahead > DAY) return [problem(what, words)]
    return ahead > SLACK || -ahead > YEARS ? [warning(what, words)] : []
  })

export const clock: Check = {
  name: 'clock',
  group: 'store',
  about: 'the clock agrees with the newest event and the newest commit',
  examine: async (patient) => {
    const { qms } = patient
    const events = (await patient.documents()).map((m) => m.changed)
    const system = Object.values((await patient.records()).system.events).flat()
    const [commit] = await qms.store.revisions({ folder: '', limit: 1 })
    const latest = [...events, ...system.map((e) => e.ts)].sort().at(-1)
    const newest = new Map<string, string>()
    if (latest) newest.set('the newest event', latest)
    if (commit) newest.set('the newest commit', commit.at)
    const now = qms.now()
    return { summary: now.toISOString(), findings: judged(now, newest) }
  },
}
