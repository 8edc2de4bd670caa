/** A trace on a terminal: requirements with what proves them, gaps by kind, and what can be done next. */

import type { Gap, NamespaceTrace, Proof, Trace, TracedRequirement } from '../../app/trace.ts'
import { quoted } from '../call.ts'
import { GAP_WORDS } from '../gaps.ts'
import { visibleLine } from '../visible.ts'
import { counted } from './counted.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, green, red, table, yellow } from './screen.ts'

/** So many places of one gap are shown; `--all` shows each. */
const MOST = 8

export const traceLines = (
  trace: Trace,
  shown: { readonly all: boolean; readonly user?: string | undefined },
): string[] => [
  ...(trace.namespaces.length === 0 ? ['No namespace has a requirements specification.'] : []),
  ...trace.namespaces.flatMap((one) => namespaceLines(one, shown.all)),
  ...gapGroups(trace.gaps, shown.all),
  ...summary(trace),
  ...nextLines(trace, shown.user),
]

const namespaceLines = (one: NamespaceTrace, all: boolean): string[] => [
  `${bold(one.namespace)}  ${sourceWords(one.specification)}${one.matrix ? `, ${sourceWords(one.matrix)}` : ''}`,
  ...table(['REQUIREMENT', 'PROOFS', 'RESULT'], one.requirements.map(row)),
  '',
  ...gapGroups(one.gaps, all),
  ...writtenLines(one),
]

const sourceWords = ({ id, version, status }: NamespaceTrace['specification']): string =>
  visibleLine([id, version, status].filter((word) => word !== null).join(' '))

const row = (r: TracedRequirement): string[] => [r.id, proofWords(r.proofs), r.result]

/** The first, and how many more there are. */
const proofWords = (proofs: readonly Proof[]): string => {
  const [first] = proofs
  if (!first) return 'none'
  const place = first.file === null ? '' : `${first.file}${first.line === null ? '' : `:${first.line}`}  `
  return `${place}${first.name}${proofs.length > 1 ? ` (and ${proofs.length - 1} more)` : ''}`
}

const PAINT: Readonly<Record<Gap['severity'], (text: string) => string>> = {
  error: red,
  warning: yellow,
  note: dim,
}
const ORDER: readonly Gap['severity'][] = ['error', 'warning', 'note']

const gapGroups = (gaps: readonly Gap[], all: boolean): string[] =>
  ORDER.flatMap((severity) => {
    const groups = new Map<string, Gap[]>()
    for (const one of gaps.filter((g) => g.severity === severity))
      groups.set(one.code, [...(groups.get(one.code) ?? []), one])
    return [...groups.values()].flatMap((group) => groupLines(group, all))
  })

const groupLines = (group: readonly Gap[], all: boolean): string[] => {
  const { code, severity } = group[0]!
  const shown = all ? group : group.slice(0, MOST)
  const more = group.length - shown.length
  return [
    `${PAINT[severity](severity)}  ${bold(code)}  ${GAP_WORDS[code]}${group.length > 1 ? `  ${dim(`${group.length} times`)}` : ''}`,
    ...shown.flatMap(gapLines),
    ...(more > 0 ? [dim(`  and ${more} more (--all shows them)`)] : []),
    '',
  ]
}

const gapLines = ({ requirement, file, line, expected, found }: Gap): string[] => {
  const place = file === null ? null : `${visibleLine(file)}${line === null ? '' : `:${line}`}`
  return [
    ...folded(`  ${[requirement, place].filter((word) => word !== null).join('  ')}`, 4),
    ...folded(`      ${dim('expected')} ${visibleLine(expected)}`, 15),
    ...folded(`      ${dim('found   ')} ${visibleLine(found)}`, 15),
  ]
}

const writtenLines = ({ written }: NamespaceTrace): string[] => {
  if (!written) return []
  const { added, removed, path, dryRun, rows } = written
  const done = dryRun ? 'Would write' : added.length + removed.length > 0 ? 'Wrote' : 'Nothing to write:'
  return [
    `${bold(done)} ${rows} rows of ${visibleLine(path)}; nothing else of it ${dryRun ? 'would change' : 'changed'}`,
    ...removed.flatMap((text) => folded(`  - ${visibleLine(text)}`, 4)),
    ...added.flatMap((text) => folded(`  + ${visibleLine(text)}`, 4)),
    '',
  ]
}

const everyGap = (trace: Trace): Gap[] => [...trace.namespaces.flatMap((one) => one.gaps), ...trace.gaps]

const summary = (trace: Trace): string[] => {
  const requirements = trace.namespaces.flatMap((one) => one.requirements)
  const gaps = everyGap(trace)
  const count = (severity: Gap['severity']): number => gaps.filter((g) => g.severity === severity).length
  const paint = trace.verdict === 'complete' ? green : red
  const proven = requirements.filter((r) => r.proofs.length > 0).length
  const runs = trace.reports.map((r) => `${visibleLine(r.file)}: ${counted(r.tests, 'test')}`)
  const { searched, tooLarge } = trace.files
  return [
    `${paint(bold(trace.verdict === 'complete' ? 'No gaps' : 'Gaps'))}: ${proven} of ${requirements.length} requirements have proof; ${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}, ${counted(count('note'), 'note')}`,
    `  ${counted(searched, 'file')} searched${runs.length > 0 ? `; ${runs.join(', ')}` : '; no report: whether a test passed is not known (--report FILE)'}`,
    ...tooLarge.slice(0, MOST).map((path) => `  not searched, too large: ${visibleLine(path)}`),
    ...(tooLarge.length > MOST ? [`  and ${tooLarge.length - MOST} more too large`] : []),
  ]
}

/** What is said where the trace itself went into a file. */
export const traceOutLines = (trace: Trace, out: string, user?: string): string[] => [
  `Trace written to ${bold(visibleLine(out))}`,
  ...trace.namespaces.flatMap(writtenLines),
  ...summary(trace),
  ...nextLines(trace, user),
]

const nextLines = (trace: Trace, user = 'NAME'): string[] => {
  if (isQuiet()) return []
  const steps = trace.namespaces.flatMap((one) => stepsOf(one, user))
  const commands = trace.namespaces.length === 0 ? FIRST : [...new Set(steps)]
  return ['', bold('Next'), ...commands.slice(0, 6).map((command) => `  ${command}`)]
}

const FIRST = [
  'qms namespace add APP -u LEAD',
  'qms create RS --namespace APP --title "Requirements" -u NAME',
]

const stepsOf = (one: NamespaceTrace, user: string): string[] => {
  const { namespace, specification, matrix, gaps, written } = one
  const matrixId = `SDLC-${namespace}-RTM`
  const has = (code: Gap['code']): boolean => gaps.some((g) => g.code === code)
  if (written && !written.dryRun) return [`qms checkin ${matrixId} -u ${user}`]
  if (specification.version === null)
    return [`qms create RS --namespace ${namespace} --file ${quoted(specification.id)} -u ${user}`]
  const write = `qms trace ${namespace} --write -u ${user}`
  const drafting = !matrix
    ? [`qms create RTM --namespace ${namespace} --title "Traceability" -u ${user}`]
    : written
      ? [write]
      : [`qms checkout ${matrixId} -u ${user}`, write]
  return [
    ...(has('UNKNOWN_REQUIREMENT') || has('NO_PROOF') ? [`qms read ${specification.id}`] : []),
    ...(has('SUSPECT') ? [`qms diff ${specification.id}`] : []),
    ...drafting,
    `qms trace ${namespace} --format html --out trace.html`,
  ]
}
