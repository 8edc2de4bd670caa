/** What a check of `qms doctor` is, and what it says. A new check is a file in `checks/` and its line in `checks.ts`. */
import type { QmsError } from '../../errors.ts'
import type { Patient } from './patient.ts'

/** `unknown`: it could not be looked at, which is never shown as fine. */
export type State = 'ok' | 'warning' | 'problem' | 'unknown'

export type Group = 'machine' | 'repository' | 'store' | 'people' | 'agents'

/** The words of one command that can be pasted; quoted where it is printed. */
export type Command = readonly string[]

export interface Finding {
  /** `ok` is a note: nothing that anybody must do. */
  readonly state: State
  /** Path, key or name that it is about; null for all of it. */
  readonly about: string | null
  readonly found: string
  readonly expected: string
  readonly next: readonly Command[]
  /** `--fix` mends it. */
  readonly fixable: boolean
  /** The facts by name, where a program may want more than words. */
  readonly details?: object
  /** The refusal that other commands would end with: its words are those of every refusal. */
  readonly fault?: QmsError
}

/** What `--fix` does for all findings of one check that are fixable. */
export interface Mend {
  /** What is done, as a sentence without a subject: `brings 2 files up to the tip`. */
  readonly does: string
  readonly run: () => Promise<unknown>
}

export interface Examined {
  /** What was found, in a few words, where all is well. */
  readonly summary: string
  readonly findings: readonly Finding[]
  readonly mend?: Mend
}

export interface Check {
  /** Stable: programs know it by this name. */
  readonly name: string
  readonly group: Group
  /** What is looked at, for the list of checks. */
  readonly about: string
  /** @throws QmsError where it cannot be looked at: then the check is unknown. */
  readonly examine: (patient: Patient) => Promise<Examined>
}

type Words = Pick<Finding, 'found' | 'expected'> & Partial<Pick<Finding, 'next' | 'fixable' | 'details'>>

const finding = (state: State, about: string | null, words: Words): Finding => ({
  state,
  about,
  next: [],
  fixable: false,
  ...words,
})

export const warning = (about: string | null, words: Words): Finding => finding('warning', about, words)
export const problem = (about: string | null, words: Words): Finding => finding('problem', about, words)
export const note = (about: string | null, found: string, details: object = {}): Finding =>
  finding('ok', about, { found, expected: '', details })

/** A refusal that other commands meet, as it is; `next` comes behind what it recommends itself. */
export const ofFault = (state: State, fault: QmsError, next: readonly Command[] = []): Finding => ({
  ...finding(state, null, { found: fault.code, expected: '', next }),
  fault,
})

/** `1 file`, `2 files`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`

const WORST: readonly State[] = ['problem', 'unknown', 'warning', 'ok']

/** The gravest of them. */
export const worst = (states: readonly State[]): State => WORST.find((s) => states.includes(s)) ?? 'ok'
