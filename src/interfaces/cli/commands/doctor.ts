import { Flags } from '@oclif/core'
import { diagnose, type Mended, mendAll, mendable } from '../../../app/doctor/diagnose.ts'
import { backendTrial, type Examination, examine } from '../../../compose.ts'
import { visibleLine } from '../../visible.ts'
import { type CommonFlags, QmsCommand } from '../base.ts'
import { type Diagnosis, diagnosisLines, diagnosisOf } from '../diagnosis.ts'
import { printError } from '../screen.ts'

interface Looking extends CommonFlags {
  readonly fix: boolean
}

/** A check has findings. */
const FINDINGS = 6

export default class Doctor extends QmsCommand {
  static override summary = 'whether this machine, this repository and this store are fit to work with'
  static override description =
    'Looks and changes nothing, whatever is broken. With --fix it mends what is safe to mend and its own: files and index that lag behind the store, what killed processes left, missing patterns in .git/info/exclude, compiled code that cannot be used. Never the lock of another program, never bytes that were not committed; it makes no commit. With --backend it looks at a program that runs agents: whether it is trusted, where it is, its version, the definitions of its agents; with --live, it is called. Ends with 0 where nothing is wrong or there are only warnings, with 6 where there are problems or something could not be looked at.'
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --fix --dry-run',
    '<%= config.bin %> doctor --fix',
  ]
  static override flags = {
    fix: Flags.boolean({ description: 'mend what can be mended without losing anything' }),
    'dry-run': Flags.boolean({ char: 'n', description: 'say what --fix would mend, and mend nothing' }),
    backend: Flags.string({
      description: 'look at one backend of agents instead',
      helpValue: 'NAME',
      exclusive: ['fix', 'dry-run'],
    }),
    live: Flags.boolean({
      description: 'call it for real, in a project that is thrown away: its service may charge for it',
      dependsOn: ['backend'],
    }),
  }

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor)
    const answer = flags.backend
      ? await this.backend(flags, flags.backend, flags.live)
      : await this.everything(flags)
    this.say(diagnosisLines(answer))
    if (answer.verdict === 'problems') process.exitCode = FINDINGS
    return answer
  }

  private async everything(flags: Looking): Promise<Diagnosis> {
    const dryRun = flags['dry-run'] ?? false
    const mended = flags.fix && !dryRun ? await this.mend(flags) : []
    return this.looking(flags, async ({ patient, root, branch }) => {
      const checks = await diagnose(patient)
      const would = dryRun
        ? mendable(checks).map((c) => ({ check: c.name, does: c.mend!.does, fault: null }))
        : mended
      return diagnosisOf({ root, branch }, checks, would, dryRun)
    })
  }

  private async backend(flags: CommonFlags, name: string, live: boolean): Promise<Diagnosis> {
    const { diagnoseBackend } = await import('../../../app/doctor/backend.ts')
    const show = (line: string): void => {
      if (!this.jsonEnabled()) printError([`  ${visibleLine(line)}`])
    }
    const trial = await backendTrial(this.folder(flags), live, show)
    try {
      return await this.looking(flags, async ({ patient, root, branch }) =>
        diagnosisOf({ root, branch }, await diagnoseBackend(patient, name, trial), [], false),
      )
    } finally {
      await trial.close()
    }
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
