/** What a doctor says: as an answer for programs, and short for people where all is well. */

import type { Command, Finding, Group, State } from '../../app/doctor/check.ts'
import type { Checked, Mended } from '../../app/doctor/diagnose.ts'
import type { QmsError } from '../../errors.ts'
import { quoted } from '../call.ts'
import { present } from '../present.ts'
import { visible } from '../visible.ts'
import { isQuiet, isVerbose } from './display.ts'
import { bold, folded, stateWord } from './screen.ts'

interface Said {
  readonly state: State
  readonly about: string | null
  readonly found: string
  readonly expected: string
  /** Commands, most useful first. */
  readonly next: readonly string[]
  readonly fixable: boolean
  /** Facts by name: digests, versions. */
  readonly details: object
  /** Of the refusal that other commands would end with. */
  readonly code: string | null
}

interface SaidCheck {
  readonly name: string
  readonly group: Group
  readonly about: string
  readonly state: State
  readonly summary: string
  readonly findings: readonly Said[]
}

/** Stable: keys are only added. */
export interface Diagnosis {
  readonly root: string | null
  readonly branch: string | null
  readonly verdict: 'well' | 'warnings' | 'problems'
  readonly checks: readonly SaidCheck[]
  /** With --fix: what was mended, or would be. */
  readonly mended: readonly {
    readonly check: string
    readonly does: string
    readonly refused: string | null
  }[]
  readonly dryRun: boolean
}

const VERDICT = { ok: 'well', warning: 'warnings', problem: 'problems', unknown: 'problems' } as const

export const diagnosisOf = (
  place: Pick<Diagnosis, 'root' | 'branch'>,
  checks: readonly Checked[],
  mended: readonly Mended[],
  dryRun: boolean,
): Diagnosis => {
  const states = checks.map((c) => c.state)
  const worst = (['problem', 'unknown', 'warning'] as const).find((s) => states.includes(s)) ?? 'ok'
  return {
    root: place.root,
    branch: place.branch,
    verdict: VERDICT[worst],
    checks: checks.map(({ name, group, about, state, summary, findings }) => ({
      name,
      group,
      about,
      state,
      summary,
      findings: findings.map(said),
    })),
    mended: mended.map(({ check, does, fault }) => ({ check, does, refused: fault && sentence(fault) })),
    dryRun,
  }
}

const said = ({ fault, next, ...words }: Finding): Said => {
  if (fault === undefined) return { details: {}, ...words, next: next.map(commandLine), code: null }
  const refusal = present(fault)
  const { found } = refusal
  return {
    ...words,
    found: found === null ? refusal.message : `${refusal.message} ${found}`,
    expected: refusal.expected ?? '',
    next: [...refusal.next, ...next.map(commandLine)],
    code: refusal.code,
    details: refusal.details,
  }
}

const commandLine = (command: Command): string => command.map(word).join(' ')

/** A word to fill in stays as it is. */
const word = (text: string): string => visible(quoted(text))

const sentence = (fault: QmsError): string => present(fault).message

const GROUPS: readonly Group[] = ['machine', 'repository', 'store', 'people', 'agents']
/** Findings of one check that a screen has room for; all of them are in `--json`. */
const MOST = 5

export const diagnosisLines = (d: Diagnosis): string[] => [
  bold(
    d.root === null
      ? 'qms doctor'
      : `qms doctor: ${visible(d.root)}${d.branch ? `, branch ${visible(d.branch)}` : ''}`,
  ),
  ...GROUPS.flatMap((group) =>
    groupLines(
      group,
      d.checks.filter((c) => c.group === group),
    ),
  ),
  ...mendedLines(d),
  ...endLines(d),
]

const groupLines = (group: Group, checks: readonly SaidCheck[]): string[] => {
  if (checks.length === 0) return []
  const amiss = checks.filter((c) => c.state !== 'ok')
  const unknown = amiss.filter((c) => c.state === 'unknown')
  const fine = checks.filter((c) => c.state === 'ok')
  const head = `${stateWord(worstOf(checks))} ${group.padEnd(10)} ${headOf(fine, amiss)}`
  return [
    ...folded(head, 20),
    ...(isVerbose() ? fine.flatMap(fineLines) : []),
    ...amiss.filter((c) => c.state !== 'unknown').flatMap(checkLines),
    ...unknownLines(unknown),
  ]
}

const worstOf = (checks: readonly SaidCheck[]): State =>
  (['problem', 'unknown', 'warning'] as const).find((s) => checks.some((c) => c.state === s)) ?? 'ok'

/** Checks whose summary tells something where all is well. */
const HEADLINES: ReadonlySet<string> = new Set(
  'git node history disk-space control-branch records views roles workspace backend-program'.split(' '),
)

const headOf = (fine: readonly SaidCheck[], amiss: readonly SaidCheck[]): string => {
  const total = fine.length + amiss.length
  if (amiss.length > 0) return `${fine.length} of ${total} checks are fine`
  return `${total} checks: ${fine
    .filter((c) => HEADLINES.has(c.name))
    .map((c) => visible(c.summary))
    .join(', ')}`
}

const fineLines = (check: SaidCheck): string[] => [
  ...folded(`  ${stateWord('ok')} ${check.name}: ${visible(check.summary)}`, 12),
  ...check.findings.flatMap((f) => folded(`           ${visible(f.about ?? '')}: ${visible(f.found)}`, 13)),
]

const checkLines = (check: SaidCheck): string[] => {
  const shown = check.findings.filter((f) => f.state !== 'ok')
  const more = shown.length - MOST
  return [
    ...shown.slice(0, MOST).flatMap((f) => findingLines(check, f)),
    ...(more > 0 ? [`           and ${more} more of ${check.name} (--json has them all)`] : []),
  ]
}

const findingLines = (check: SaidCheck, f: Said): string[] => [
  ...folded(`  ${stateWord(f.state)} ${check.name}${f.about === null ? '' : `: ${visible(f.about)}`}`, 13),
  ...fact('found', f.found),
  ...fact('expected', f.expected),
  ...(f.fixable
    ? fact('try', 'qms doctor --fix')
    : f.next.flatMap((c, i) => [`           ${i === 0 ? 'try     ' : '        '}  ${c}`])),
]

const fact = (name: string, text: string): string[] =>
  text === '' ? [] : folded(`           ${name.padEnd(8)}  ${visible(text)}`, 21)

/** Checks that could not be made, together where the reason is the same. */
const unknownLines = (checks: readonly SaidCheck[]): string[] => {
  const reasons = new Map<string, string[]>()
  for (const { name, findings } of checks) {
    const reason = findings.find((f) => f.state === 'unknown')?.found ?? ''
    reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  }
  return [...reasons].flatMap(([reason, names]) => [
    ...folded(`  ${stateWord('unknown')} ${names.join(', ')}`, 13),
    ...fact('found', reason),
  ])
}

const mendedLines = ({ mended, dryRun }: Diagnosis): string[] =>
  mended.length === 0
    ? []
    : [
        '',
        bold(dryRun ? 'Would mend' : 'Mended'),
        ...mended.flatMap(({ check, does, refused }) =>
          folded(
            `  ${check}: ${visible(does)}${refused === null ? '' : `. Not done: ${visible(refused)}`}`,
            4,
          ),
        ),
      ]

const endLines = (d: Diagnosis): string[] => {
  if (isQuiet()) return []
  const fixable = d.checks.some((c) => c.findings.some((f) => f.fixable))
  const open = d.checks.flatMap((c) => c.findings).filter((f) => !f.fixable && f.next.length > 0)
  const first = open.find((f) => f.state === 'problem') ?? open.find((f) => f.state === 'warning')
  const next = [
    ...(fixable ? [d.dryRun ? 'qms doctor --fix' : 'qms doctor --fix --dry-run'] : []),
    ...(first ? [first.next[0]!] : []),
    ...(d.verdict === 'well' ? ['qms audit', 'qms status'] : ['qms doctor']),
  ]
  const words = {
    well: 'Nothing is wrong.',
    warnings: 'Nothing keeps you from working.',
    problems: 'Something keeps you, or others, from working safely.',
  }
  return ['', words[d.verdict], '', bold('Next'), ...[...new Set(next)].map((command) => `  ${command}`)]
}
