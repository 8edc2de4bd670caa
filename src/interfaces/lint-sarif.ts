/** Findings of the linter, as code hosts read them. */
import type { LintReport } from '../app/lint/report.ts'
import type { RuleTold } from '../app/lint/rules.ts'
import { sarif } from './sarif.ts'

/** @param version of this program */
export const lintSarif = (report: LintReport, rules: readonly RuleTold[], version: string): object => {
  const met = new Set(report.findings.map((f) => f.rule))
  return sarif(
    report.findings.map((f) => ({
      rule: f.rule,
      level: f.severity,
      message: f.message,
      path: f.path,
      region: { startLine: f.line, startColumn: f.column, endLine: f.endLine, endColumn: f.endColumn },
      fingerprint: [f.rule, f.path, f.found].join('|'),
    })),
    rules
      .filter(({ name }) => met.has(name))
      .map(({ name, summary, why, severity }) => ({
        id: name,
        title: summary,
        means: why,
        help: why,
        level: severity,
      })),
    version,
  )
}
