import { Flags } from '@oclif/core'
import { type AuditReport, audit } from '../../../app/audit/audit.ts'
import type { SopReport } from '../../../app/audit/sop.ts'
import type { Verdict } from '../../../audit/finding.ts'
import { refuse } from '../../../errors.ts'
import { FINDING_WORDS, type FindingWords, isFindingCode } from '../../findings.ts'
import { optionalDocumentArg } from '../args.ts'
import { auditLines, explanationLines } from '../audit-report.ts'
import { QmsCommand } from '../base.ts'
import { wantedCheckpoint } from '../input.ts'
import { Progress } from '../progress.ts'
import { print } from '../screen.ts'

const EXITS: Readonly<Record<Verdict, number>> = { clean: 0, findings: 6, damaged: 7, incomplete: 9 }

export default class Audit extends QmsCommand {
  static override summary =
    'verify the record, or some documents: chains, rules, texts, history, and the files here'
  static override examples = [
    '<%= config.bin %> audit',
    '<%= config.bin %> audit CR-001',
    '<%= config.bin %> audit --incremental --json',
    '<%= config.bin %> audit --since last',
    '<%= config.bin %> audit --sop SOP-007',
    '<%= config.bin %> audit --explain CHAIN_BROKEN',
  ]
  static override strict = false
  static override args = { id: optionalDocumentArg }
  static override flags = {
    incremental: Flags.boolean({
      description: 'go on from the last audit of this clone that found nothing wrong',
    }),
    since: Flags.string({
      description: 'prove that the records only grew since this checkpoint: a file, a digest, or last',
      helpValue: 'CHECKPOINT',
    }),
    sop: Flags.string({
      description:
        'and what a procedure asks besides: agents, what each was told, and what was tried past the rules',
      options: ['SOP-007'],
    }),
    strict: Flags.boolean({ description: 'warnings count: exit 6 with any' }),
    all: Flags.boolean({ description: 'show each finding, however many of one kind' }),
    explain: Flags.string({
      description: 'what a finding means, how it happens, what to do',
      helpValue: 'CODE',
    }),
    sarif: Flags.boolean({
      description: 'print the findings for code hosts (SARIF 2.1.0)',
      exclusive: ['json'],
    }),
  }

  async run(): Promise<AuditReport | SopReport | FindingWords> {
    const { flags, argv } = await this.parse(Audit)
    if (flags.explain !== undefined) return this.#explain(flags.explain)
    const progress = new Progress(!this.jsonEnabled())
    const ids = argv.map(String)
    const wanted = flags.since === undefined ? undefined : await wantedCheckpoint(flags.since)
    const { incremental } = flags
    const report = await this.inspecting(flags, async ({ qms, evidence, witness }) => {
      const since = wanted && { witness, wanted }
      const found = await audit(qms, await evidence(), { ids, incremental, since, progress: progress.tell })
      if (flags.sop === undefined) return found
      return (await import('../../../app/audit/sop.ts')).sopAudit(qms, found)
    }).finally(() => progress.end())
    process.exitCode = exitOf(report, flags.strict)
    if (flags.sarif)
      print([
        JSON.stringify(
          (await import('../../sarif.ts')).sarifOf(report.findings, this.config.version),
          null,
          2,
        ),
      ])
    else this.say([...(await this.#orchestration(report, flags.all)), ...auditLines(report, flags)])
    return report
  }

  async #orchestration(report: AuditReport | SopReport, all: boolean): Promise<string[]> {
    if (!('orchestration' in report) || this.jsonEnabled()) return []
    return (await import('../sop-report.ts')).orchestrationLines(report, all)
  }

  #explain(text: string): FindingWords & { code: string } {
    const code = text.trim().toUpperCase()
    if (!isFindingCode(code))
      throw refuse('BAD_VALUE', {
        name: '--explain',
        found: text,
        expected: Object.keys(FINDING_WORDS).join(', '),
      })
    this.say(explanationLines(code))
    return { code, ...FINDING_WORDS[code] }
  }
}

const exitOf = ({ verdict, findings }: AuditReport, strict: boolean): number => {
  const warned = strict && findings.some((f) => f.severity === 'warning')
  return verdict === 'clean' && warned ? 6 : EXITS[verdict]
}
