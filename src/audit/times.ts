/** Time does not run backwards within a trail, nor beyond what a clock can have shown. Order never depends on it. */
import { type Finding, finding } from './finding.ts'

/** Before this there was no git: a clock that was never set. */
const EARLIEST = Date.parse('2005-04-07T00:00:00.000Z')
/** Two clocks may disagree by so much without anybody being told. */
const TOLERANCE_MS = 5 * 60_000

interface Where {
  readonly document: string
  readonly path: string
  /** Lines before the chain. */
  readonly before: number
}

/** @param now milliseconds since the epoch */
export const timeFindings = (
  events: readonly { readonly ts: string; readonly event: string }[],
  { document, path, before }: Where,
  now: number,
  from = 0,
): Finding[] => {
  const findings: Finding[] = []
  let latest = Number.NEGATIVE_INFINITY
  events.forEach((e, i) => {
    const at = Date.parse(e.ts)
    const where = { document, path, line: before + i + 1 }
    if (i >= from && at < latest)
      findings.push(finding('TIME_BACKWARDS', where, `not before ${isoOf(latest)}`, `${e.event} at ${e.ts}`))
    if (i >= from && (at < EARLIEST || at > now + TOLERANCE_MS))
      findings.push(finding('TIME_IMPLAUSIBLE', where, `a time up to ${isoOf(now)}`, `${e.event} at ${e.ts}`))
    latest = Math.max(latest, Number.isNaN(at) ? latest : at)
  })
  return findings
}

const isoOf = (at: number): string => new Date(at).toISOString()
