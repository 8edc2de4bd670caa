import { existsSync, realpathSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { Args, Flags } from '@oclif/core'
import type { Brought } from '../../../app/form.ts'
import { type LintAsk, lintFiles, lintStore } from '../../../app/lint/lint.ts'
import type { LintReport } from '../../../app/lint/report.ts'
import { type RuleTold, toldRule, toldRules } from '../../../app/lint/rules.ts'
import { type Opened, rewritten, shipped, storeFolder } from '../../../compose.ts'
import { QmsError, refuse } from '../../../errors.ts'
import { type CommonFlags, QmsCommand } from '../base.ts'
import { readInput } from '../input.ts'
import { explainedLines, lintLines, ruleLines } from '../lint-report.ts'
import { print } from '../screen.ts'

interface Wanted {
  readonly ids: readonly string[]
  readonly files: readonly Brought[]
}

export default class Lint extends QmsCommand {
  static override summary = 'look for what is wrong in texts: documents, copies in your workspace, any file'
  static override examples = [
    '<%= config.bin %> lint',
    '<%= config.bin %> lint CR-001 -u claude',
    '<%= config.bin %> lint CR-001 --fix --dry-run -u claude',
    '<%= config.bin %> lint --explain required-sections',
    '<%= config.bin %> lint --rules',
  ]
  static override strict = false
  static override args = {
    id: Args.string({
      description: 'documents or files; - is standard input. Without: every document',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    as: Flags.string({ description: 'take files as documents of this type', helpValue: 'TYPE' }),
    fix: Flags.boolean({
      description: 'mend what needs no decision, in copies and files: marker, cells, line feed',
    }),
    'dry-run': Flags.boolean({
      char: 'n',
      description: 'with --fix: show what would change, and change nothing',
    }),
    strict: Flags.boolean({ description: 'warnings count: exit 6 with any' }),
    explain: Flags.string({ description: 'what a rule demands, and why, with examples', helpValue: 'RULE' }),
    rules: Flags.boolean({ description: 'list the rules' }),
    sarif: Flags.boolean({
      description: 'print the findings for code hosts (SARIF 2.1.0)',
      exclusive: ['json'],
    }),
  }

  async run(): Promise<LintReport | RuleTold | { items: readonly RuleTold[] }> {
    const { flags, argv } = await this.parse(Lint)
    if (flags.explain !== undefined) return this.#explain(flags.explain)
    if (flags.rules) return this.#list()
    const wanted = await sorted([...new Set(argv.map(String))], this.folder(flags), flags.fix)
    const report = await this.#report(flags, wanted, flags)
    if (report.errors > 0 || (flags.strict && report.warnings > 0)) process.exitCode = 6
    if (flags.sarif) {
      const { lintSarif } = await import('../../lint-sarif.ts')
      print([JSON.stringify(lintSarif(report, toldRules(), this.config.version), null, 2)])
    } else this.say(lintLines(report))
    return report
  }

  /** Files are looked at with or without a store. */
  async #report(
    common: CommonFlags,
    wanted: Wanted,
    flags: { readonly as?: string | undefined; readonly fix: boolean; readonly 'dry-run': boolean },
  ): Promise<LintReport> {
    const want = (root: string | null, agents: LintAsk['agents']): LintAsk => ({
      ...wanted,
      as: flags.as,
      fix: flags.fix,
      version: this.config.version,
      agents,
      isStored: (path) =>
        root !== null && isBelow(join(root, storeFolder), resolve(this.folder(common), path)),
      save: (path, text) => rewritten(resolve(this.folder(common), path), text),
    })
    try {
      return await this.using(common, async (opened, ask) =>
        lintStore(opened.qms, ask, want(opened.root, textsOf(await opened.agents()))),
      )
    } catch (error) {
      if (wanted.files.length === 0 || wanted.ids.length > 0 || !isWithoutStore(error)) throw error
      return lintFiles(shipped, { user: common.user, dryRun: flags['dry-run'] }, want(null, new Map()))
    }
  }

  #explain(text: string): RuleTold {
    const rule = toldRule(text)
    this.say(explainedLines(rule))
    return rule
  }

  #list(): { items: readonly RuleTold[] } {
    const items = toldRules()
    this.say(ruleLines(items))
    return { items }
  }
}

/** What is no regular file of a sensible size is passed over. */
const textsOf = ({ files }: Awaited<ReturnType<Opened['agents']>>): ReadonlyMap<string, string> =>
  new Map([...files].flatMap(([path, bytes]) => (bytes ? [[path, new TextDecoder().decode(bytes)]] : [])))

/** Links on the way are followed. */
const isBelow = (folder: string, file: string): boolean =>
  existsSync(folder) && existsSync(file) && realpathSync(file).startsWith(realpathSync(folder) + sep)

const isWithoutStore = (error: unknown): boolean =>
  error instanceof QmsError && (error.code === 'NO_REPOSITORY' || error.code === 'NOT_INITIALISED')

/** What looks like an id and is no file is a document. */
const LIKE_ID = /^[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+$/

const sorted = async (words: readonly string[], folder: string, fix: boolean): Promise<Wanted> => {
  if (fix && words.includes('-'))
    throw refuse('USAGE', { problem: 'standard input cannot be mended', usage: 'qms lint FILE --fix' })
  const ids = words.filter((word) => LIKE_ID.test(word) && !existsSync(resolve(folder, word)))
  const named = words.filter((word) => !ids.includes(word))
  const files = named.map(async (word) =>
    word === '-'
      ? { ...(await readInput('-')), from: '-' }
      : { ...(await readInput(resolve(folder, word))), from: word },
  )
  return { ids, files: await Promise.all(files) }
}
