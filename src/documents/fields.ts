/** What fields of events may hold. */
import { z } from 'zod'
import { STATUSES } from './types.ts'

export const digest = z.string().regex(/^[0-9a-f]{64}$/)
export const name = z.string().min(1).max(64)
/** Characters that one field of an event may hold. */
export const TEXT_LIMIT = 65_536
export const text = z.string().max(TEXT_LIMIT)
/** As long as an id may be. */
export const id = z.string().min(1).max(120)
export const status = z.enum(STATUSES)
