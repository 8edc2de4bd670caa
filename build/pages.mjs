// docs/topics.md, docs/refusals.md and docs/findings.md: what `qms help TOPIC`, `qms help CODE` and `qms audit --explain
// CODE` say, from the same words.
import { FINDINGS } from '../dist/audit/finding.js'
import { EXIT } from '../dist/errors.js'
import { EXPLANATIONS } from '../dist/interfaces/explain.js'
import { FINDING_WORDS } from '../dist/interfaces/findings.js'
import { EXIT_MEANINGS, TOPICS } from '../dist/interfaces/topics.js'

/** Indented lines become a block, as they are. */
const markdown = (text) =>
  text
    .split('\n\n')
    .map((part) =>
      /^ {2}/.test(part)
        ? ['```text', ...part.split('\n').map((line) => line.slice(2)), '```'].join('\n')
        : part,
    )
    .join('\n\n')

export const topicsDocument = () =>
  `${[
    '# Topics',
    'This file is generated from what `qms help TOPIC` says (`npm run docs`).',
    ...Object.entries(TOPICS).flatMap(([name, { summary, text }]) => [
      `## ${name}`,
      `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
      markdown(text),
    ]),
  ].join('\n\n')}\n`

export const refusalsDocument = () =>
  `${[
    '# Refusals',
    'This file is generated from what `qms help CODE` says (`npm run docs`). The code stands in brackets behind "Refused", and in `error.code` of `--json`.',
    ...Object.entries(EXPLANATIONS).flatMap(([code, { means, remedy }]) => {
      const exit = code === 'INTERNAL' ? 70 : EXIT[code]
      return [`## ${code}`, `Exit ${exit}: ${EXIT_MEANINGS[exit]}.`, means, remedy]
    }),
  ].join('\n\n')}\n`

const PROOFS = {
  chain: 'The chain of a trail',
  legality: 'What the rules allow',
  state: 'The state and its views',
  texts: 'Controlled texts and other files',
  history: 'Git history',
  families: 'Documents that belong together',
  time: 'Time',
  adoption: 'What an adoption found',
  agents: 'Agents under SOP-007',
  'work tree': 'The files here',
  checkpoint: 'Since a checkpoint',
}

const weight = ({ severity, damaged, unverifiable }) => {
  const exit = damaged ? 7 : unverifiable ? 9 : severity === 'error' ? 6 : 0
  return `${severity.charAt(0).toUpperCase()}${severity.slice(1)}; exit ${exit}.`
}

export const findingsDocument = () =>
  `${[
    '# Findings',
    'This file is generated from what `qms audit --explain CODE` says (`npm run docs`). An audit exits with 0 where nothing but warnings and notes is found, 6 with errors, 7 where the record is damaged, 9 where history is incomplete and nothing else is wrong. With `--strict`, warnings count as errors.',
    ...Object.entries(PROOFS).flatMap(([proof, heading]) => [
      `## ${heading}`,
      ...Object.entries(FINDINGS)
        .filter(([, f]) => f.proof === proof)
        .flatMap(([code, f]) => {
          const { title, means, happens, remedy } = FINDING_WORDS[code]
          return [
            `### ${code}`,
            `${title}. ${weight(f)}`,
            means,
            `How it happens: ${happens}`,
            `What to do: ${remedy}`,
          ]
        }),
    ]),
  ].join('\n\n')}\n`
