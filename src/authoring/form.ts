/** A template that asks, as data. Its grammar: docs/interactive-authoring.md. Nothing here knows answers. */

export interface Prompt {
  readonly id: string
  readonly line: number
  /** The loop that it stands in. */
  readonly loop: string | null
  /** A gate takes yes or no and leaves no text. */
  readonly gate: boolean
  /** Where each answer leads: `next` for a prompt, `yes` and `no` for a gate. */
  readonly ways: Readonly<Record<string, string>>
  readonly commits: boolean
  /** A value, `today` or `current_user`. */
  readonly default: string | null
  /** What an answer may be, where not anything. */
  readonly choices: readonly string[] | null
  readonly guidance: string
}

/** The form's text without tags and guidance; what stands in a loop stands once. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly line: number }
  | { readonly kind: 'loop'; readonly name: string; readonly parts: readonly Part[] }

export interface Form {
  readonly name: string
  readonly version: string
  readonly start: string
  readonly frontmatter: string
  readonly parts: readonly Part[]
  /** In the order of the text. */
  readonly prompts: ReadonlyMap<string, Prompt>
  /** The first prompt of each loop. */
  readonly loops: ReadonlyMap<string, string>
}

export interface FormProblem {
  readonly line: number
  readonly problem: string
  readonly expected: string
}

/** Where the last answer leads. */
export const END = 'end'

/** Of a form that cannot be used: all that is wrong with it. */
export const isForm = (read: Form | readonly FormProblem[] | null): read is Form =>
  read !== null && !Array.isArray(read)
