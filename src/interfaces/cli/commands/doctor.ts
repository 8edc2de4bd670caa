import { Flags } from '@oclif/core'
import { diagnose, type Mended, mendAll, mendable } from '../../../app/doctor/diagnose.ts'
import { type Examination, examine } from '../../../compose.ts'
import { type CommonFlags, QmsCommand } from '../base.ts'
import { type Diagnosis, diagnosisLines, diagnosisOf } from '../diagnosis.ts'

/** A check has findings. */
const FINDINGS = 6

export default class Doctor extends QmsCommand {
  static override summary = 'whether this machine, this repository and this store are fit to work with'
  static override description =
    'Looks and changes nothing, whatever is broken. With --fix it mends what is safe to mend and its own: files and index that lag behind the store, what killed processes left, missing patterns in .git/info/exclude, compiled code that cannot be used. Never the lock of another program, never bytes that were not committed; it makes no commit. Ends with 0 where nothing is wrong or there are only warnings, with 6 where there are problems or something could not be looked at.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix --dry-run',
    '<%= config.bin %> doctor --fix',
  ]
  static override flags = {
    fix: Flags.boolean({ description: 'mend what can be mended without losing anything' }),
    'dry-run': Flags.boolean({ char: 'n', description: 'say what --fix would mend, and mend nothing' }),
  }

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor)
    const dryRun = flags['dry-run'] ?? false
    const mended = flags.fix && !dryRun ? await this.mend(flags) : []
    const answer = await this.looking(flags, async ({ patient, root, branch }) => {
      const checks = await diagnose(patient)
      const would = dryRun
        ? mendable(checks).map((c) => ({ check: c.name, does: c.mend!.does, fault: null }))
        : mended
      return diagnosisOf({ root, branch }, checks, would, dryRun)
    })
    this.say(diagnosisLines(answer))
    if (answer.verdict === 'problems') process.exitCode = FINDINGS
    return answer
  }

  private mend(flags: CommonFlags): Promise<readonly Mended[]> {
    return this.looking(flags, async ({ patient }) => mendAll(await diagnose(patient)))
  }

  private async looking<T>(flags: CommonFlags, work: (seen: Examination) => Promise<T>): Promise<T> {
    const seen = await examine(this.folder(flags))
    try {
      return await work(seen)
    } finally {
      await seen.close()
    }
  }
}
