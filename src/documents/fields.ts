/** What fields of events may hold. */
import * as z from 'zod/mini'
import { STATUSES } from './types.ts'

export const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/))
export const name = z.string().check(z.minLength(1), z.maxLength(64))
/** Characters that one field of an event may hold. */
export const TEXT_LIMIT = 65_536
export const text = z.string().check(z.maxLength(TEXT_LIMIT))
/** An execution item, as its document names it: `EI-2`, `CAPA-1a`. */
export const itemName = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/))
/** As long as an id may be. */
export const id = z.string().check(z.minLength(1), z.maxLength(120))
export const status = z.enum(STATUSES)
/** `S-001`, `D-001`: sessions of orchestrators and dispatches of agents, numbered in order of the record. */
export const sessionId = z.string().check(z.regex(/^S-(?!000$)\d{3,9}$/))
export const dispatchId = z.string().check(z.regex(/^D-(?!000$)\d{3,9}$/))
/** How a backend calls one of its agents: what it is resumed by. */
export const instance = z.string().check(z.minLength(1), z.maxLength(200))
