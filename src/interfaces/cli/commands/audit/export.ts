import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import type { Exported } from '../../../../app/export.ts'
import { packageExtras, packageSink } from '../../../../compose.ts'
import { refuse } from '../../../../errors.ts'
import { quoted } from '../../../call.ts'
import { titleOf } from '../../../findings.ts'
import { visibleLine } from '../../../visible.ts'
import { QmsCommand } from '../../base.ts'
import { isQuiet } from '../../display.ts'
import { Progress } from '../../progress.ts'
import { bold } from '../../screen.ts'

export default class AuditExport extends QmsCommand {
  static override summary = 'all records as a package that can be read and checked without this repository'
  static override description =
    'Texts, trails and metadata byte for byte, pages for a browser, tables, data and checksums. One commit gives the same bytes each time, wherever it is exported. A name that ends with .tar makes one file, any other a folder.'
  static override examples = [
    '<%= config.bin %> audit export --out ../records.tar',
    '<%= config.bin %> audit export --out ../records --at now',
  ]
  static override flags = {
    out: Flags.string({
      description: 'a folder, which must be new or empty, or a file FILE.tar',
      helpValue: 'PATH',
      required: true,
    }),
    force: Flags.boolean({ description: 'replace FILE.tar if it is there' }),
    at: Flags.string({
      description: 'note in it when it was made; else the same commit gives the same bytes',
      helpValue: 'TIME',
    }),
  }

  async run(): Promise<Exported & { out: string }> {
    const { flags } = await this.parse(AuditExport)
    const { audit } = await import('../../../../app/audit/audit.ts')
    const { exportPackage } = await import('../../../../app/export.ts')
    const exported = timeOf(flags.at)
    const extras = await packageExtras()
    const progress = new Progress(!this.jsonEnabled())
    const done = await this.using(flags, async ({ qms, branch, evidence }) => {
      const sink = await packageSink(resolve(this.folder(flags), flags.out), flags.force)
      const findings = async () =>
        audit(qms, await evidence(), { ids: [], recordOnly: true, progress: progress.tell })
      const ask = { qms: this.config.version, branch, exported, extras, audit: findings, titleOf }
      return exportPackage(qms, sink, ask)
    }).finally(() => progress.end())
    this.say(exportLines(done, flags.out))
    return { out: flags.out, ...done }
  }
}

/** @throws BAD_VALUE */
const timeOf = (at: string | undefined): string | null => {
  if (at === undefined) return null
  const time =
    at === 'now' ? new Date() : new Date(/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/.test(at) ? at : Number.NaN)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw refuse('BAD_VALUE', {
    name: '--at',
    found: at,
    expected: 'now, or a time in UTC such as 2026-11-21T12:00:00Z',
  })
}

const exportLines = (done: Exported, out: string): string[] => [
  `Exported ${done.documents} documents to ${bold(visibleLine(out))}`,
  `  commit    ${done.tip.slice(0, 8)} on branch ${done.branch}`,
  `  holds     ${done.events} events, ${done.texts} texts; ${done.files} files, ${done.bytes} bytes`,
  `  audit     ${done.verdict}, ${done.findings} findings`,
  ...(done.unreadable > 0 ? [`  damaged   ${done.unreadable} documents: their files are in it, untold`] : []),
  `  SHA-256   ${done.digest} of its SHA256SUMS`,
  ...(isQuiet() ? [] : ['', bold('Next'), `  qms audit verify ${quoted(out)}`]),
]
