/** Whether an agent is called once more. Source: agents design, "Backends": transient errors alone, at most twice. */
import type { Trouble } from './backend.ts'

/** Milliseconds before the second and the third call. */
export const DELAYS: readonly number[] = [2_000, 15_000]

/** @param attempt how many calls there were @returns milliseconds to wait before the next; null for none */
export const retryAfter = (
  trouble: Trouble | null,
  attempt: number,
  delays: readonly number[] = DELAYS,
): number | null => (trouble?.transient ? (delays[attempt - 1] ?? null) : null)
