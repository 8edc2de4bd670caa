/** What a rule of the linter is. One rule a file in `rules/`; its examples are its tests and its documentation. */
import type { Root } from 'mdast'
import type { Plugin } from 'unified'
import type { Status } from '../documents/types.ts'
import type { Edit, Span } from './places.ts'
import type { Subject } from './subject.ts'

export type Severity = 'error' | 'warning'

/** What a project may make of a rule. */
export type Level = Severity | 'off'

/** One thing that is not as it should be. Both halves are clauses without a full stop: "found ...; expected ...". */
export interface Found {
  readonly at: Span
  readonly found: string
  readonly expected: string
  /** The one change that mends it without changing what the text says. None where a person has to decide. */
  readonly fix?: Edit
}

export type Check = (subject: Subject) => Iterable<Found>

/** A rule of remark's own linter, under remark's own name, and what its messages mean in the words of this one. */
export interface Borrowed {
  readonly plugin: () => Promise<Plugin<[], Root>>
  readonly told: (reason: string) => Pick<Found, 'found' | 'expected'>
}

/** What is known besides the text of an example. Left out: a file that belongs to no store. */
export interface Given {
  /** File name; what it says of the document counts as for a real file. */
  readonly file?: string
  readonly type?: string
  readonly status?: Status
  /** The document was taken over from another program's store. */
  readonly adopted?: true
  /** The form that documents of this type begin from. */
  readonly form?: string
  /** Other documents of the store, by id. */
  readonly known?: Readonly<Record<string, Status>>
  /** Definition files of agents, by path. */
  readonly agents?: Readonly<Record<string, string>>
}

/** A text that the rule lets pass, and what is worth knowing about why. */
export interface Good extends Given {
  readonly text: string
  readonly note?: string
}

/** A text in which the rule finds exactly this. */
export interface Bad extends Given {
  readonly text: string
  readonly gives: readonly [Expected, ...Expected[]]
  /** The text after `--fix`, where that changes it. */
  readonly fixed?: string
}

export interface Expected {
  /** Line and column, from 1. */
  readonly at: `${number}:${number}`
  readonly found: string
  /** Where it is not that of the rule. */
  readonly severity?: Severity
}

interface Told {
  readonly name: string
  readonly severity: Severity
  /** Where an error is only a warning: in words, and told of a subject. */
  readonly softer?: { readonly where: string; readonly when: (subject: Subject) => boolean }
  /** One clause: what the rule demands. */
  readonly summary: string
  /** Why it is demanded, and where that comes from. */
  readonly why: string
  /** Which texts it looks at: in words, and told of a subject. */
  readonly asks: { readonly what: string; readonly of: (subject: Subject) => boolean }
  /** It looks at what no tree can be made of. */
  readonly unread?: true
  readonly examples: { readonly good: readonly [Good, ...Good[]]; readonly bad: readonly [Bad, ...Bad[]] }
}

export type Rule = Told & ({ readonly check: Check } | { readonly borrowed: Borrowed })

/** Lines as a text; the last one ended, too. */
export const lines = (...all: string[]): string => `${all.join('\n')}\n`

export const EVERYTHING: Rule['asks'] = { what: 'every text', of: () => true }

/** Their own text is a form for others, with blanks and without content. */
export const NOT_TEMPLATES: Rule['asks'] = {
  what: 'every text but templates',
  of: ({ type }) => type !== 'TEMPLATE',
}

export const typed = (...types: readonly [string, ...string[]]): Rule['asks'] => ({
  what: `documents of type ${types.join(', ')}`,
  of: ({ type }) => type !== null && types.includes(type),
})
