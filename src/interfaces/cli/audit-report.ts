/** The report of an audit on a terminal: grouped by what is wrong, then where. */
import type { AuditReport } from '../../app/audit/audit.ts'
import type { Finding, Severity } from '../../audit/finding.ts'
import { FINDING_WORDS } from '../findings.ts'
import { visibleLine } from '../visible.ts'
import { isQuiet, localTime } from './display.ts'
import { bold, dim, folded, green, red, yellow } from './screen.ts'

const ORDER: readonly Severity[] = ['error', 'warning', 'note']
/** So many places of one finding are shown; `--all` shows each. */
const MOST = 8

export interface Shown {
  readonly all: boolean
  readonly explain: boolean
}

export const auditLines = (report: AuditReport, { all }: Pick<Shown, 'all'>): string[] => [
  ...findingGroups(report.findings, all),
  ...summary(report),
]

/** Findings by weight and code, each with its places. */
export const findingGroups = (findings: readonly Finding[], all: boolean): string[] =>
  ORDER.flatMap((severity) =>
    grouped(findings.filter((f) => f.severity === severity)).flatMap((group) => groupLines(group, all)),
  )

const grouped = (findings: readonly Finding[]): Finding[][] => {
  const groups = new Map<string, Finding[]>()
  for (const f of findings) groups.set(f.code, [...(groups.get(f.code) ?? []), f])
  return [...groups.values()]
}

const coloured: Readonly<Record<Severity, (text: string) => string>> = {
  error: red,
  warning: yellow,
  note: dim,
}

const groupLines = (group: readonly Finding[], all: boolean): string[] => {
  const { code, severity } = group[0]!
  const count = group.length > 1 ? `  ${dim(`${group.length} times`)}` : ''
  const shown = all ? group : group.slice(0, MOST)
  const more = group.length - shown.length
  return [
    `${coloured[severity](severity)}  ${bold(code)}  ${FINDING_WORDS[code].title}${count}`,
    ...shown.flatMap(findingLines),
    ...(more > 0 ? [dim(`  and ${more} more (--all shows them)`)] : []),
    '',
  ]
}

const findingLines = ({ document, path, line, commit, expected, found }: Finding): string[] => {
  const place = path === null ? '' : `${visibleLine(path)}${line === null ? '' : `:${line}`}`
  const head = [
    document && !place.includes(document) ? document : null,
    place || null,
    commit && `commit ${commit.slice(0, 12)}`,
  ]
  return [
    ...folded(`  ${head.filter(Boolean).join('  ') || 'repository'}`, 4),
    ...(expected ? folded(`      ${dim('expected')} ${visibleLine(expected)}`, 15) : []),
    ...folded(`      ${dim('found   ')} ${visibleLine(found)}`, 15),
  ]
}

export const VERDICTS: Readonly<Record<AuditReport['verdict'], string>> = {
  clean: 'sound',
  findings: 'not in order',
  damaged: 'damaged',
  incomplete: 'not proven: history is incomplete',
}

const summary = (report: AuditReport): string[] => {
  const { checked, findings, scope, verdict, tip, continuedFrom } = report
  const what = scope === 'store' ? 'The record' : scope.join(', ')
  const paint = verdict === 'clean' ? green : verdict === 'incomplete' ? yellow : red
  const count = (s: Severity): number => findings.filter((f) => f.severity === s).length
  const numbers = [
    `${checked.documents} documents`,
    `${checked.events} events`,
    `${checked.texts} texts`,
    `${checked.commits} commits`,
  ]
  return [
    `${what} at ${tip.slice(0, 12)}: ${paint(bold(VERDICTS[verdict]))}`,
    ...(continuedFrom
      ? [`  what came before ${continuedFrom.slice(0, 12)} was found sound by an earlier audit`]
      : []),
    `  ${numbers.join(', ')} checked; ${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes`,
    ...sinceLines(report),
    ...next(report),
  ]
}

const sinceLines = ({ since }: AuditReport): string[] => {
  if (!since?.checkpoint) return []
  const { checkpoint, grown, added } = since
  const records = [...grown, ...added]
  const lines = records.reduce((sum, { lines }) => sum + lines, 0)
  const growth = lines === 0 ? 'nothing is new' : `new events: ${lines}, in ${records.length} of the records`
  return [`  since the checkpoint ${checkpoint.paper} of ${localTime(checkpoint.taken)}: ${growth}`]
}

const next = ({ findings, scope }: AuditReport): string[] => {
  if (isQuiet()) return []
  const first = findings.find((f) => f.severity === 'error') ?? findings[0]
  const commands = [
    ...(first ? [`qms audit --explain ${first.code}`] : []),
    ...(first?.commit ? [`git show ${first.commit.slice(0, 12)}`] : []),
    ...(scope === 'store' ? [] : ['qms audit']),
  ]
  return commands.length > 0 ? ['', bold('Next'), ...commands.map((c) => `  ${c}`)] : []
}

export const explanationLines = (code: keyof typeof FINDING_WORDS): string[] => {
  const { title, means, happens, remedy } = FINDING_WORDS[code]
  const part = (head: string, text: string): string[] => ['', bold(head), ...folded(`  ${text}`, 2)]
  return [
    `${bold(code)}  ${title}`,
    ...part('What it means', means),
    ...part('How it happens', happens),
    ...part('What to do', remedy),
  ]
}
