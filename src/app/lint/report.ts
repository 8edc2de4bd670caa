/** What a run of the linter tells. */
import type { Finding } from '../../lint/lint.ts'

/** A finding, and in which text. */
export interface Placed extends Omit<Finding, 'fix'> {
  readonly path: string
  readonly document: string | null
  /** `--fix` mends it. */
  readonly fixable: boolean
}

export interface Mended {
  readonly path: string
  readonly fixes: number
  /** What would change, where nothing was written; else null. */
  readonly diff: string | null
}

export interface LintReport {
  /** Texts that were looked at. */
  readonly texts: number
  readonly findings: readonly Placed[]
  readonly errors: number
  readonly warnings: number
  readonly fixed: readonly Mended[]
  readonly dryRun: boolean
  readonly next: readonly string[]
}

/** Where a text stands, or what it follows from. */
export type Stand = 'store' | 'copy' | 'file' | 'answers'

/** What is in the store is never changed by hand, and answers are given, not mended; nor is there a file of what was piped in. */
export const isMendable = ({ stand, path }: { readonly stand: Stand; readonly path: string }): boolean =>
  stand === 'copy' || (stand === 'file' && path !== '-')

/** One text with what was found in it. */
export interface Judged {
  readonly path: string
  readonly document: string | null
  readonly stand: Stand
  readonly findings: readonly Finding[]
}

export const reportOf = (
  judged: readonly Judged[],
  fixed: readonly Mended[],
  how: { readonly dryRun: boolean; readonly user: string | undefined },
): LintReport => {
  const findings = [...judged].sort((a, b) => (a.path < b.path ? -1 : 1)).flatMap(placed)
  const count = (severity: Finding['severity']): number =>
    findings.filter((f) => f.severity === severity).length
  return {
    texts: judged.length,
    findings,
    errors: count('error'),
    warnings: count('warning'),
    fixed,
    dryRun: how.dryRun,
    next: nextOf(judged, fixed, how),
  }
}

const placed = (judged: Judged): Placed[] => {
  const { path, document, findings } = judged
  return findings.map(({ fix, ...f }) => ({
    path,
    document,
    ...f,
    fixable: fix !== null && isMendable(judged),
  }))
}

/** Commands that help, most useful first. */
const nextOf = (
  judged: readonly Judged[],
  fixed: readonly Mended[],
  { dryRun, user }: { readonly dryRun: boolean; readonly user: string | undefined },
): string[] => {
  const as = user ? ` -u ${user}` : ''
  const bad = judged.filter(({ findings }) => findings.length > 0)
  const worst = bad.flatMap(({ findings }) => findings).sort((a, b) => weight(a) - weight(b))[0]
  const mendable = bad.filter((one) => isMendable(one) && one.findings.some((f) => f.fix))
  const target = ({ stand, document, path }: Judged) => (stand === 'copy' ? document : quoted(path))
  const [first] = mendable
  const answers = bad.find(({ stand }) => stand === 'answers')
  const clean = judged.find(
    ({ stand, findings }) => (stand === 'copy' || stand === 'answers') && findings.length === 0,
  )
  return [
    ...(dryRun && fixed.length > 0 && first ? [`qms lint ${target(first)} --fix${as}`] : []),
    ...(!dryRun && first ? [`qms lint ${target(first)} --fix --dry-run${as}`] : []),
    ...(worst ? [`qms lint --explain ${worst.rule}`] : []),
    ...(answers ? [`qms interact ${answers.document} --show${as}`] : []),
    ...(clean ? [`qms checkin ${clean.document}${as}`] : []),
    ...(bad.length === 0 && !clean ? ['qms lint --rules'] : []),
  ]
}

const weight = (f: Finding): number => (f.severity === 'error' ? 0 : 1)

const quoted = (path: string): string =>
  /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
