// docs/topics.md and docs/refusals.md: what `qms help TOPIC` and `qms help CODE` say, from the same words.
import { EXIT } from '../dist/errors.js'
import { EXPLANATIONS } from '../dist/interfaces/explain.js'
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
