/** What `--fix` makes of a text. */
import type { Finding } from './lint.ts'

/** The text with the fixes of these findings, and how many were made: where two overlap, the first. */
export const mended = (text: string, findings: readonly Finding[]): { text: string; fixed: number } => {
  const edits = findings.flatMap((f) => f.fix ?? []).sort((a, b) => a.start - b.start || a.end - b.end)
  let [made, at, fixed] = ['', 0, 0]
  for (const { start, end, insert } of edits) {
    if (start < at) continue
    made += text.slice(at, start) + insert
    at = end
    fixed++
  }
  return { text: made + text.slice(at), fixed }
}
