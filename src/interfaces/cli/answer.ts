/** The one shape of `--json`, for success and for refusal. Stable: keys are only added. See `schemas/answer.json`. */
import { escapeHidden } from '../../documents/trail.ts'
import type { Refusal } from '../present.ts'

/** Of the shape; it moves only where a key is taken away or changes its meaning. */
export const SCHEMA_VERSION = 1

export interface Success {
  readonly schemaVersion: number
  readonly ok: true
  readonly command: string
  readonly result: object
}

export interface Failure {
  readonly schemaVersion: number
  readonly ok: false
  readonly command: string
  readonly error: Refusal
}

const spoken = (id: string): string => id.replaceAll(':', ' ')

export const success = (id: string, result: object): Success => ({
  schemaVersion: SCHEMA_VERSION,
  ok: true,
  command: spoken(id),
  result: Array.isArray(result) ? { items: result } : result,
})

export const failure = (id: string, error: Refusal): Failure => ({
  schemaVersion: SCHEMA_VERSION,
  ok: false,
  command: spoken(id),
  error,
})

/** JSON that is safe to print: hidden characters as `\uXXXX`. */
export const encodeAnswer = (answer: Success | Failure): string =>
  escapeHidden(JSON.stringify(answer, null, 2))
