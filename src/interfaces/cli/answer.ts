/** The one shape of `--json`, for success and for refusal. Stable: keys are only added. See `schemas/answer.json`. */

import type { StoreNotice } from '../../app/transact.ts'
import { spellOut } from '../../documents/hidden.ts'
import type { Refusal } from '../present.ts'

/** Of the shape; it moves only where a key is taken away or changes its meaning. */
export const SCHEMA_VERSION = 1

export interface Success {
  readonly schemaVersion: number
  readonly ok: true
  readonly command: string
  readonly result: object
  readonly notices?: readonly StoreNotice[]
}

export interface Failure {
  readonly schemaVersion: number
  readonly ok: false
  readonly command: string
  readonly error: Refusal
  readonly notices?: readonly StoreNotice[]
}

/** What was found amiss when the project was opened; the key is absent where nothing was. */
const noticed = (notices: readonly StoreNotice[]) => (notices.length > 0 ? { notices } : {})

const spoken = (id: string): string => id.replaceAll(':', ' ')

export const success = (id: string, result: object, notices: readonly StoreNotice[] = []): Success => ({
  schemaVersion: SCHEMA_VERSION,
  ok: true,
  command: spoken(id),
  result: Array.isArray(result) ? { items: result } : result,
  ...noticed(notices),
})

export const failure = (id: string, error: Refusal, notices: readonly StoreNotice[] = []): Failure => ({
  schemaVersion: SCHEMA_VERSION,
  ok: false,
  command: spoken(id),
  error,
  ...noticed(notices),
})

/** JSON that is safe to print: hidden characters as `\uXXXX`. */
export const encodeAnswer = (answer: Success | Failure): string => spellOut(JSON.stringify(answer, null, 2))
