/** What a record says of itself, and what is only quoted in it. */
import { describe, expect, it } from 'vitest'
import { statedResult } from '../../src/traceability/stated-result.ts'

const record = (observed: string, result: string): string =>
  `# CR-001-VR-001: A\n\n## 4. Steps\n\n${observed}\n\n## 7. Execution Summary\n\n**Result:** ${result}\n\nIt rests on that.\n`

describe('the result of a record', () => {
  it.each([
    ['Pass', 'pass'],
    ['Fail', 'fail'],
    ['fail, by step 2', 'fail'],
    ['[RESULT]', null],
    ['Passable', null],
  ])('is what its summary says: %s', (said, result) => {
    expect(statedResult(record('Seen.', said))).toBe(result)
  })

  it.each([
    ['in code between fences', '```text\n**Result:** Pass\n```'],
    ['in a quotation', '> **Result:** Pass'],
    ['in a comment', '<!--\n**Result:** Pass\n-->'],
    ['in a list', '- **Result:** Pass'],
    ['in the frontmatter', '---\n**Result:** Pass\n---'],
  ])('is not what is quoted before it, %s', (_, quoted) => {
    expect(statedResult(record(quoted, 'Fail'))).toBe('fail')
    expect(statedResult(`# A\n\n${quoted}\n`)).toBeNull()
  })

  it('is a failure where it says both', () => {
    expect(statedResult(record('**Result:** Pass', 'Fail'))).toBe('fail')
    expect(statedResult(record('**Result:** Fail', 'Pass'))).toBe('fail')
  })
})
