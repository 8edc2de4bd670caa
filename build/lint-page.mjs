// docs/lint.md: what `qms lint --explain RULE` says of every rule, with the examples that are its tests.
import { toldRules } from '../dist/app/lint/rules.js'
import { visible } from '../dist/interfaces/visible.js'

const sentence = (clause) => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`

/** Longer than any fence in the text. */
const fenced = (text) => {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((marks) => marks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${visible(text).replace(/\n$/, '')}\n${fence}`
}

/** What is known besides the text. */
const given = ({ file, type, status, adopted, known, agents, form }) =>
  [
    file && `in \`${file}\``,
    type && !file && `of type ${type}`,
    status,
    adopted && 'adopted',
    form !== undefined && 'with a form',
    known &&
      `where the store has ${
        Object.keys(known).length === 0
          ? 'nothing else'
          : Object.entries(known)
              .map(([id, s]) => `${id} (${s})`)
              .join(', ')
      }`,
    agents && `beside ${Object.keys(agents).join(', ')}`,
  ]
    .filter(Boolean)
    .join(', ')

const described = (label, example) => {
  const context = given(example)
  return `${label}${context ? `, ${context}` : ''}${example.note ? `: ${visible(example.note)}` : ''}`
}

const bad = (example) => [
  `${described('Found', example)}:`,
  fenced(example.text),
  example.gives
    .map(({ at, found, severity }) => `- ${at} ${visible(found)}${severity ? ` (${severity})` : ''}`)
    .join('\n'),
  ...(example.fixed === undefined ? [] : ['`--fix` makes of it:', fenced(example.fixed)]),
]

const good = (example) => [`${described('Passes', example)}:`, fenced(example.text)]

const section = (rule) => [
  `## ${rule.name}`,
  sentence(rule.summary),
  `${sentence(rule.severity)}${rule.warningIn === null ? '' : ` A warning in ${rule.warningIn}.`} Looks at ${rule.looksAt}.`,
  rule.why,
  ...rule.bad.flatMap(bad),
  ...rule.good.flatMap(good),
]

export const lintDocument = () =>
  `${[
    '# Rules of the linter',
    'This file is generated from what `qms lint --explain RULE` says (`npm run docs`). Every example is a test of its rule: in the one nothing is found, in the other exactly this.',
    'An error stands in the way of a review (`qms route`), and `qms lint` exits with 6; a warning does neither, but for `--strict`. A project makes of a rule what it needs, by name: `qms policy set lint \'{"end-marker":"error","heading-numbers":"off"}\' -u lead`. Blanks stand in the way of a review whatever the policy says.',
    ...toldRules().flatMap(section),
  ].join('\n\n')}\n`
