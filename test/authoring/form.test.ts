import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type FormProblem, isForm } from '../../src/authoring/form.ts'
import { readPrompts } from '../../src/authoring/read-form.ts'
import { answers, begun, formOf, TRIAL, textOf, WHOLE, walked } from './sample.ts'

const ROOT = join(import.meta.dirname, '../..')
const PEER = join(ROOT, '../shared/corpus/sample-store/QMS/TEMPLATE/TEMPLATE-VR.md')

describe('a template that asks', () => {
  it('is read: prompts in the order of the text, loops by their first, guidance apart', () => {
    const form = formOf(TRIAL)
    expect({ name: form.name, version: form.version, start: form.start }).toEqual({
      name: 'TRIAL',
      version: '3',
      start: 'items',
    })
    expect([...form.prompts.keys()]).toEqual([
      'items',
      'aim',
      'step_do',
      'step_seen',
      'step_good',
      'more',
      'closing',
    ])
    expect(form.loops).toEqual(new Map([['steps', 'step_do']]))
    expect(form.prompts.get('step_seen')).toEqual({
      id: 'step_seen',
      line: lineOf('@prompt: step_seen'),
      loop: 'steps',
      gate: false,
      ways: { next: 'step_good' },
      commits: true,
      default: null,
      choices: null,
      guidance: 'What did you see?',
    })
    expect(form.prompts.get('more')).toMatchObject({ gate: true, ways: { yes: 'step_do', no: 'closing' } })
    expect(form.prompts.get('step_good')?.choices).toEqual(['Pass', 'Fail'])
    expect(form.prompts.get('closing')?.default).toBe('Nothing else was seen.')
  })

  it('without tags asks nothing', () => {
    expect(readPrompts("---\ntitle: 'x'\n---\n\n# {{DOC_ID}}: {{TITLE}}\n\n<!-- a note -->\n")).toBeNull()
    expect(readPrompts(readFileSync(join(ROOT, 'templates/documents/TEMPLATE-CR.md'), 'utf8'))).toBeNull()
  })

  it('may begin with a tag, and may have one frontmatter only', () => {
    const small =
      "---\ntitle: 'x'\n---\n\n<!-- @template: A | version: 1 | start: one -->\n\n<!-- @prompt: one | next: end -->\n<!-- @end-prompt -->\n\n{{one}}\n\n<!-- @end -->\n"
    expect([...formOf(small).prompts.keys()]).toEqual(['one'])
  })
})

/** TRIAL with something else in a place of it, and what is said of that. */
const wrong = (what: string, other: string): readonly FormProblem[] => {
  expect(TRIAL).toContain(what)
  const read = readPrompts(TRIAL.replace(what, () => other))
  if (read === null || isForm(read)) throw new Error('nothing was found wrong')
  return read
}

const lineOf = (what: string): number => TRIAL.slice(0, TRIAL.indexOf(what)).split('\n').length

describe('what is wrong with a form is told with its line and what was expected', () => {
  it.each<[string, string, string, RegExp, RegExp]>([
    ['an unknown tag', '@gate: more', '@door: more', /no tag @door/, /@prompt.*@gate/],
    ['an unknown key', 'next: step_seen', 'nxt: step_seen', /no key "nxt"/, /@prompt: ID \| next: ID/],
    ['a key that stands twice', '| commit: true', '| next: step_good', /next stands twice/, /next: ID/],
    ['a value that cannot be', 'commit: true', 'commit: maybe', /commit: maybe/, /true or false/],
    ['a gate of another type', 'type: yesno', 'type: colour', /type: colour/, /yesno/],
    [
      'an id that every record has',
      '@prompt: aim',
      '@prompt: constructor',
      /"constructor" is no name/,
      /neither end nor constructor/,
    ],
    [
      'a default that is none of the choices',
      'choices: Pass, Fail',
      'choices: Pass, Fail | default: Good',
      /step_good: default: Good is none of its choices/,
      /Pass, Fail/,
    ],
    ['a prompt that leads nowhere', 'next: aim', 'next: goal', /next: goal is no prompt/, /items, aim.*end/],
    ['a gate that leads nowhere', 'no: closing', 'no: shut', /no: shut is no prompt/, /closing/],
    [
      'an id that stands twice',
      '@prompt: aim | next: step_do',
      '@prompt: items | next: step_do',
      /items stands twice/,
      /an id of its own/,
    ],
    ['a loop without an end', '<!-- @end-loop: steps -->', '', /loop steps has no end/, /@end-loop: steps/],
    ['an end of no loop', '@end-loop: steps', '@end-loop: stairs', /ends no loop/, /@end-loop: steps/],
    [
      'a prompt that is never reached',
      'next: aim',
      'next: step_do',
      /aim is never reached/,
      /a way that leads to it/,
    ],
    ['a way back', 'next: end | default', 'next: items | default', /items comes back to itself/, /a loop/],
    ['a loop without a way out', 'no: closing', 'no: step_do', /closing is never reached/, /a way/],
    [
      'a way into the middle of a loop',
      'next: step_do -->',
      'next: step_seen -->',
      /leads into the middle of the loop steps/,
      /items/,
    ],
    [
      'guidance without an end',
      'Which items are tried?\n\n<!-- @end-prompt -->',
      '',
      /guidance of items has no end/,
      /@end-prompt/,
    ],
    ['a form without an end', '<!-- @end -->', '', /no end/, /@end/],
    ['an answer that stands nowhere', '{{aim}}', 'nothing', /answer to aim stands nowhere/, /\{\{aim\}\}/],
    ['a blank that nothing fills', '{{aim}}', '{{aim}} {{goal}}', /nothing fills \{\{goal\}\}/, /items, aim/],
    [
      'an answer outside of its loop',
      '{{aim}}',
      '{{aim}} {{step_do}}',
      /step_do\}\} outside of its loop/,
      /in the loop steps/,
    ],
    ['a start that is no prompt', 'start: items', 'start: begin', /starts with begin/, /items/],
    ['a pass outside of a loop', '{{aim}}', '{{aim}} {{_n}}', /_n\}\} outside of a loop/, /a loop around it/],
  ])('%s', (_, what, other, problem, expected) => {
    const found = wrong(what, other)
    expect(found.map((f) => f.problem).join('; ')).toMatch(problem)
    const one = found.find((f) => problem.test(f.problem))
    expect(one?.expected).toMatch(expected)
    expect(one?.line).toBeGreaterThan(0)
  })

  it('the line is that of the template', () => {
    expect(wrong('next: aim', 'next: goal')[0]?.line).toBe(lineOf('@prompt: items'))
    expect(wrong('@gate: more', '@door: more').map((f) => f.line)).toContain(lineOf('@gate: more'))
    expect(wrong('{{aim}}', '{{aim}} {{goal}}')[0]?.line).toBe(lineOf('{{aim}}'))
  })

  it('a tag without a header', () => {
    const bare = TRIAL.replace('@template: TRIAL', 'template: TRIAL')
    expect(readPrompts(bare)).toEqual([
      expect.objectContaining({
        problem: expect.stringContaining('no header'),
        line: lineOf('@prompt: items'),
      }),
    ])
  })
})

describe.skipIf(!existsSync(PEER))('a real template (skipped where there is no ../shared)', () => {
  const template = existsSync(PEER) ? readFileSync(PEER, 'utf8') : ''

  it('is read, answered to its end and compiled', async () => {
    const form = formOf(template)
    const text = await textOf(form, begun(form))
    expect(text).toContain('| CR-001 | [RELATED_EIS] | 2026-01-05 |')
    expect(text).not.toMatch(/@prompt|@gate|@loop|@end|Which execution item|\{\{/)
    const record = walked(
      form,
      answers(
        'EI-3',
        'It works',
        'main at 1a2b',
        'run it',
        'it runs',
        'it ran',
        'Pass',
        'no',
        'Pass',
        'All well',
      ),
    )
    expect(record.cursor).toEqual({ prompt: null, pass: null, back: null })
    expect(await textOf(form, record)).toMatch(/### 4\.1 Step 1[\s\S]*> run it[\s\S]*```\nit ran\n```/)
  })
})

it('the form of TRIAL, answered whole', async () => {
  const form = formOf(TRIAL)
  await expect(textOf(form, begun(form))).resolves.toMatchInlineSnapshot(`
    "---
    title: 'Seen'
    revision_summary: 'Initial draft'
    ---

    # CR-001-VR-001: Seen

    ## 1. What

    | Parent | Items | Day |
    | --- | --- | --- |
    | CR-001 | [ITEMS] | 2026-01-05 |

    ---

    ## 2. Aim

    [AIM]

    ## 3. Steps

    ### 3.1 Step 1

    [STEP_DO]

    \`\`\`
    [STEP_SEEN]
    \`\`\`

    [STEP_GOOD]

    ## 4. Close

    Result: [CLOSING]

    | Done by | On |
    | --- | --- |
    | [AUTHOR] | [DATE] |

    **END**
    "
  `)
  await expect(textOf(form, walked(form, WHOLE))).resolves.toMatchInlineSnapshot(`
    "---
    title: 'Seen'
    revision_summary: 'Initial draft'
    ---

    # CR-001-VR-001: Seen

    ## 1. What

    | Parent | Items | Day |
    | --- | --- | --- |
    | CR-001 | EI-1 | 2026-01-05 |

    ---

    ## 2. Aim

    > It works
    >
    > Answered by ann at 2026-01-05T10:00:01.000Z

    ## 3. Steps

    ### 3.1 Step 1

    > run it
    >
    > Answered by ann at 2026-01-05T10:00:02.000Z

    \`\`\`
    it ran
    \`\`\`

    > Answered by ann at 2026-01-05T10:00:03.000Z

    > Pass
    >
    > Answered by ann at 2026-01-05T10:00:04.000Z

    ## 4. Close

    Result: All well

    | Done by | On |
    | --- | --- |
    | ann | 2026-01-05 |

    **END**
    "
  `)
})

describe('the form of verification records that is shipped', () => {
  const template = readFileSync(join(ROOT, 'templates/documents/TEMPLATE-VR.md'), 'utf8')
  const form = formOf(template)

  it('shows a blank for everything that is not answered, and neither tags nor guidance', async () => {
    const text = await textOf(form, begun(form))
    expect(text).not.toMatch(/@prompt|@gate|@loop|@end|@template|\{\{|NOTICE|Which execution items/)
    for (const { id, gate } of form.prompts.values())
      if (!gate) expect(text).toContain(`[${id.toUpperCase()}]`)
    expect(text.match(/<!-- qms:open -->/g)).toHaveLength(9)
  })

  it('is whole when all is answered, with an outcome, a performer and a day for each of its items', async () => {
    const record = walked(
      form,
      answers(
        'EI-3',
        'It holds',
        'main',
        'all there',
        'Pass',
        'run',
        'runs',
        'ran',
        'pass',
        'no',
        '',
        'Fail',
        'See VAR',
        '',
      ),
    )
    expect(record.cursor.prompt).toBeNull()
    const text = await textOf(form, record)
    expect(text).not.toMatch(/\[[A-Z_]+\]/)
    expect(text).toContain(
      '| EI-2 | Carry out every step of section 4, and judge the objective of section 2 by what was observed | See VAR | Fail | ann - 2026-01-05 |',
    )
  })
})
