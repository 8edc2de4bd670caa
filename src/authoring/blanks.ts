/** What stands in double braces in the text of a form. */

export interface FormBlank {
  readonly start: number
  readonly end: number
  readonly name: string
  /** `author` of `{{objective.author}}`; empty for the answer itself. */
  readonly aspect: string
  /** Line feeds before it. */
  readonly line: number
}

const BLANK = /\{\{([^{}\n]*)\}\}/g

export const blanksIn = (text: string): FormBlank[] =>
  [...text.matchAll(BLANK)].map((match) => {
    const [name = '', aspect = ''] = (match[1] ?? '').trim().split('.', 2)
    return {
      start: match.index,
      end: match.index + match[0].length,
      name,
      aspect,
      line: text.slice(0, match.index).split('\n').length - 1,
    }
  })
