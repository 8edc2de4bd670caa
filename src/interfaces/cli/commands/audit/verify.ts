import { resolve } from 'node:path'
import { Args, Flags } from '@oclif/core'
import type { Verified } from '../../../../app/verify-package.ts'
import { digest, digestSink, extraNames, packageSource } from '../../../../compose.ts'
import { quoted } from '../../../call.ts'
import { titleOf } from '../../../findings.ts'
import { visibleLine } from '../../../visible.ts'
import { findingGroups, VERDICTS } from '../../audit-report.ts'
import { QmsCommand } from '../../base.ts'
import { isQuiet } from '../../display.ts'
import { bold } from '../../screen.ts'

const EXITS: Readonly<Record<Verified['verdict'], number>> = {
  clean: 0,
  findings: 6,
  damaged: 7,
  incomplete: 9,
}

export default class AuditVerify extends QmsCommand {
  static override summary = 'check a package of records without the repository that it was made from'
  static override description =
    'Checksums; chains, digests and rules of the store that is in it; and pages and tables, which are made again and must come out the same. Nothing is unpacked. A package that was changed as a whole, checksums and all, is told only by the digest of its SHA256SUMS, which is to be had from its maker by another way.'
  static override examples = [
    '<%= config.bin %> audit verify ../records.tar',
    '<%= config.bin %> audit verify ../records --json',
  ]
  static override args = {
    package: Args.string({ description: 'the folder or tar', required: true, ignoreStdin: true }),
  }

  static override flags = {
    all: Flags.boolean({ description: 'show each finding, however many of one kind' }),
  }

  async run(): Promise<Verified & { package: string }> {
    const { args, flags } = await this.parse(AuditVerify)
    const { verifyPackage } = await import('../../../../app/verify-package.ts')
    const file = args.package
    const source = await packageSource(resolve(this.folder(flags), file))
    const common = { digest, now: () => new Date(), qms: this.config.version, titleOf, extras: extraNames }
    const verified = await verifyPackage({ file, source, sink: await digestSink(), ...common })
    process.exitCode = EXITS[verified.verdict]
    this.say([...findingGroups(verified.findings, flags.all), ...verifiedLines(verified, file)])
    return { package: file, ...verified }
  }
}

const verifiedLines = ({ manifest, verdict, checked, findings }: Verified, file: string): string[] => {
  const [first] = findings.filter((f) => f.severity === 'error')
  const next = first ? `qms audit --explain ${first.code}` : `qms audit verify ${quoted(file)} --json`
  return [
    `${visibleLine(file)}: ${bold(VERDICTS[verdict])}`,
    `  of commit ${manifest.tip.slice(0, 12)} on branch ${visibleLine(manifest.branch)}, made by qms ${visibleLine(manifest.qms)}`,
    `  ${checked.files} files, ${checked.documents} documents, ${checked.events} events, ${checked.texts} texts checked`,
    ...(isQuiet() ? [] : ['', bold('Next'), `  ${next}`]),
  ]
}
