/** Findings of the linter on a terminal, in the form that editors follow; its rules; and one rule explained. */

import type { LintReport, Mended, Placed } from '../../app/lint/report.ts'
import type { RuleTold } from '../../app/lint/rules.ts'
import { visible, visibleLine } from '../visible.ts'
import { counted } from './counted.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, green, red, table, yellow } from './screen.ts'

export const lintLines = (report: LintReport): string[] => [
  ...report.findings.flatMap(findingLines),
  ...(report.findings.length > 0 ? [''] : []),
  ...report.fixed.flatMap((one) => mendedLines(one)),
  summary(report),
  ...nextLines(report.next),
]

/** `path:line:column  severity  message  rule`: one line, unless the screen is narrower. */
const findingLines = ({ path, line, column, severity, message, rule }: Placed): string[] => {
  const paint = severity === 'error' ? red : yellow
  const place = `${visibleLine(path)}:${line}:${column}`
  return folded(`${place}  ${paint(severity.padEnd(7))}  ${visibleLine(message)}  ${dim(rule)}`, 4)
}

const mendedLines = ({ path, fixes, diff }: Mended): string[] =>
  diff === null
    ? [`${bold('Mended')} ${visibleLine(path)}: ${counted(fixes, 'fix', 'fixes')}`]
    : [...visible(diff).trimEnd().split('\n'), '']

const summary = ({ texts, errors, warnings, findings }: LintReport): string => {
  const fixable = findings.filter((f) => f.fixable).length
  const counts = `${counted(errors, 'error', 'errors')}, ${counted(warnings, 'warning', 'warnings')}`
  const paint = errors > 0 ? red : warnings > 0 ? yellow : green
  const mendable = fixable > 0 ? `; --fix mends ${fixable}` : ''
  return `${counted(texts, 'text', 'texts')} looked at: ${paint(counts)}${mendable}`
}

const nextLines = (next: readonly string[]): string[] =>
  next.length === 0 || isQuiet() ? [] : ['', bold('Next'), ...next.map((command) => `  ${command}`)]

export const ruleLines = (rules: readonly RuleTold[]): string[] => [
  ...table(
    ['RULE', 'SEVERITY', 'DEMANDS'],
    rules.map(({ name, severity, warningIn, summary: demands }) => [
      name,
      warningIn === null ? severity : `${severity} *`,
      demands,
    ]),
  ),
  ...folded('* a warning in some texts: qms lint --explain RULE says where', 2),
  ...nextLines([
    'qms lint --explain required-sections',
    'qms policy set lint \'{"end-marker":"error"}\' -u lead',
  ]),
]

export const explainedLines = (rule: RuleTold): string[] => [
  `${bold(rule.name)}  ${rule.severity}${rule.warningIn === null ? '' : `; a warning in ${rule.warningIn}`}`,
  ...folded(`  ${sentence(rule.summary)}`, 2),
  '',
  ...folded(rule.why, 0),
  ...folded(`Looks at ${rule.looksAt}.`, 0),
  ...rule.bad
    .slice(0, 2)
    .flatMap((example) => [
      '',
      bold('Found in'),
      ...quoted(example.text),
      ...example.gives.flatMap(({ at, found }) => folded(`  ${at}  ${found}`, 4)),
    ]),
  ...rule.good.slice(0, 1).flatMap((example) => ['', bold('Passes'), ...quoted(example.text)]),
  ...nextLines(['qms lint', 'qms lint --rules']),
]

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`

const quoted = (text: string): string[] =>
  visible(text)
    .trimEnd()
    .split('\n')
    .map((line) => dim(`    ${line}`.trimEnd()))
