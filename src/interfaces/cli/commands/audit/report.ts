import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import type { Report } from '../../../../app/report.ts'
import { outFile } from '../../../../compose.ts'
import { quoted } from '../../../call.ts'
import { visibleLine } from '../../../visible.ts'
import { QmsCommand } from '../../base.ts'
import { isQuiet } from '../../display.ts'
import { bold, show } from '../../screen.ts'

export default class AuditReport extends QmsCommand {
  static override summary =
    'a period in numbers, for the Lead: what changed, how long reviews took, what was overridden'
  static override description =
    'Everything is counted from the events on record. Days and times are UTC; a tag or a commit stands for its time.'
  static override examples = [
    '<%= config.bin %> audit report',
    '<%= config.bin %> audit report --since 2026-11-01 --until 2026-11-30',
    '<%= config.bin %> audit report --since HEAD --format html --out report.html',
  ]
  static override flags = {
    since: Flags.string({ description: 'from this day, time, tag or commit on', helpValue: 'WHEN' }),
    until: Flags.string({ description: 'to this day, time, tag or commit', helpValue: 'WHEN' }),
    format: Flags.string({
      description: 'how it is written',
      options: ['md', 'html'],
      default: 'md',
    }),
    out: Flags.string({ description: 'write it to this file', helpValue: 'FILE' }),
    force: Flags.boolean({ description: 'replace the file if it is there' }),
    'no-audit': Flags.boolean({ description: 'without the findings of an audit, which takes longest' }),
  }

  async run(): Promise<Report & { out?: string }> {
    const { flags } = await this.parse(AuditReport)
    const { audit } = await import('../../../../app/audit/audit.ts')
    const { report, written } = await import('../../../../app/report.ts')
    const { since, until, out } = flags
    const made = await this.using(flags, async ({ qms, timeOf, evidence }) => {
      const found = flags['no-audit'] ? null : await audit(qms, await evidence(), { ids: [] })
      return report(qms, { since, until, timeOf, audit: found })
    })
    if (this.jsonEnabled() && out === undefined) return made
    const text = await written(made, flags.format === 'html')
    if (out === undefined) show([text.trimEnd()])
    else await outFile(resolve(this.folder(flags), out), text, flags.force)
    if (out !== undefined) this.say(outLines(made, out))
    return out === undefined ? made : { ...made, out }
  }
}

const outLines = (made: Report, out: string): string[] => [
  `Report written to ${bold(visibleLine(out))}`,
  `  ${made.changed.length} documents changed, ${made.events} events, ${made.open.length} documents open`,
  ...(isQuiet() ? [] : ['', bold('Next'), `  qms audit report --out ${quoted(out)} --force`, '  qms audit']),
]
