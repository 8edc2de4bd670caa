/**
 * Each run looks whether the store still holds what this clone saw last. Where nothing moved, or only this program
 * moved it, that is the reading of one small file.
 */
import type { LastSeen, Witness } from '../store/local.ts'
import type { RewrittenNotice, Snapshot, Tip } from '../store/store.ts'
import type { Watch } from './rewritten.ts'

/**
 * What must be said of the present state, given what was seen before it was read; null where it only grew.
 * @param seen read before `snapshot`: what is seen later may be newer than it
 */
export const lookBack = async (
  watch: Watch,
  seen: LastSeen | null,
  snapshot: Snapshot,
): Promise<RewrittenNotice | null> => {
  if (seen?.tip === snapshot.tip) return null
  if (seen?.warned && seen.warned.tip === snapshot.tip) return noticeOf(seen.warned)
  const { firstLook, lookCloser } = await import('./rewritten.ts')
  if (seen === null) return firstLook(watch, snapshot)
  const lost = await lookCloser(watch, seen, snapshot)
  return lost && noticeOf(lost)
}

const noticeOf = ({ path, trails, reason }: NonNullable<LastSeen['warned']>): RewrittenNotice => ({
  kind: trails > 0 ? 'RECORD_REWRITTEN' : 'RECORD_UNCOMPARED',
  path,
  trails,
  reason,
})

/** A change of this program: what follows from what was seen is seen, too. */
export const movedOn = (witness: Witness, base: Tip, tip: string): void => {
  const seen = witness.seen()
  if (seen?.tip === base) witness.see(seen, { ...seen, tip, warned: null })
}
