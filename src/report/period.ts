/** The time that a report is of. */

/** UTC times as events bear them, both included; null is without end. */
export interface Period {
  readonly since: string | null
  readonly until: string | null
}

export const isWithin = ({ since, until }: Period, ts: string): boolean =>
  (since === null || ts >= since) && (until === null || ts <= until)
