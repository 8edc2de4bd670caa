/** Waits for the output of a child that has ended: all that it wrote itself, not what a process that it left behind writes. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Where a process that outlives the child holds its output open: so long without a word, and so long at all. */
const SILENCE = 500
const LINGERING = 10_000

export interface Heard {
  /** Pieces that have come so far. */
  readonly pieces: number
  /** Pieces that are being worked on. */
  readonly underWay: number
}

/** @param reading ends when both outputs are closed */
export const settled = async (reading: Promise<unknown>, now: () => Heard): Promise<void> => {
  const last = performance.now() + LINGERING
  for (;;) {
    const { pieces } = now()
    if (await isDone(reading)) return
    if (now().underWay === 0 && (pieces === now().pieces || performance.now() > last)) return
  }
}

/** Within the time of a silence; the clock is stopped with it, or this program would wait for it at its end. */
const isDone = async (reading: Promise<unknown>): Promise<boolean> => {
  const clock = new AbortController()
  const late = sleep(SILENCE, false, { signal: clock.signal }).catch(() => false)
  try {
    return await Promise.race([reading.then(() => true), late])
  } finally {
    clock.abort()
  }
}
