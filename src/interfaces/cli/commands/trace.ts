import { resolve } from 'node:path'
import { Args, Flags } from '@oclif/core'
import type { Format, Given, Trace as Traced } from '../../../app/trace.ts'
import { outFile } from '../../../compose.ts'
import { refuse } from '../../../errors.ts'
import { QmsCommand } from '../base.ts'
import { readInput } from '../input.ts'
import { print } from '../screen.ts'
import { traceLines, traceOutLines } from '../trace-report.ts'

/** Bytes of one file that the command line names. */
const LARGEST = 32_000_000

const FORMATS = ['text', 'markdown', 'csv', 'html'] as const

export default class Trace extends QmsCommand {
  static override summary =
    'requirements with their proof: tests, reports, the matrix, records; and what is missing'
  static override description =
    'A test says what it proves in a comment above it, `Verifies: REQ-APP-001, REQ-APP-002`, or in its name, `[REQ-APP-001]`. Both are found by text: that a line is a comment is not checked. Ends with 0 where nothing is missing, with 6 where something is. With --write the rows that were found go into your copy of the matrix, and nothing else of it changes.'
  static override examples = [
    '<%= config.bin %> trace',
    '<%= config.bin %> trace API --report report.xml',
    '<%= config.bin %> trace API --format html --out trace.html',
    '<%= config.bin %> trace API --write --report report.xml -u claude',
  ]
  static override args = {
    namespace: Args.string({
      description: 'namespace, such as APP; all that have requirements, where it is absent',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    report: Flags.string({
      description:
        'what a test run reported: JUnit XML, or JSON of vitest, jest or pytest; repeat it for more',
      helpValue: 'FILE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    format: Flags.string({ description: 'how it is written', options: [...FORMATS] }),
    out: Flags.string({ description: 'write it to this file', helpValue: 'FILE', aliases: ['output'] }),
    force: Flags.boolean({ description: 'replace the file if it is there' }),
    rs: Flags.string({ description: 'requirements that are not in the store', helpValue: 'FILE' }),
    rtm: Flags.string({
      description: 'a matrix that is not in the store',
      helpValue: 'FILE',
      exclusive: ['write'],
    }),
    draft: Flags.boolean({ description: 'drafts before the texts in force' }),
    write: Flags.boolean({ description: 'put the rows that were found into your copy of the matrix' }),
    'dry-run': Flags.boolean({ char: 'n', description: 'say what --write would change, and change nothing' }),
    strict: Flags.boolean({ description: 'warnings count: exit 6 with any' }),
    all: Flags.boolean({ description: 'show each gap, however many of one kind' }),
  }

  async run(): Promise<Traced & { out?: string }> {
    const { args, flags } = await this.parse(Trace)
    const { trace, asFile } = await import('../../../app/trace.ts')
    const format = formatOf(flags.format, flags.out)
    const given = {
      namespace: args.namespace,
      reports: await Promise.all((flags.report ?? []).map((file) => givenFile(file))),
      specification: flags.rs === undefined ? undefined : await givenFile(flags.rs, LARGEST),
      matrix: flags.rtm === undefined ? undefined : await givenFile(flags.rtm, LARGEST),
      draft: flags.draft,
      write: flags.write,
    }
    const made = await this.using(flags, async ({ qms, files }, ask) => trace(qms, ask, await files(), given))
    process.exitCode = exitOf(made, flags.strict)
    const { out } = flags
    if (out === undefined && format === 'text') this.say(traceLines(made, flags))
    else if (out === undefined && !this.jsonEnabled())
      print([(await asFile(made, format as Format)).trimEnd()])
    if (out === undefined) return made
    await outFile(resolve(this.folder(flags), out), await asFile(made, format as Format), flags.force)
    this.say(traceOutLines(made, out, flags.user))
    return { ...made, out }
  }
}

/** How large a report may be is for its reader to say. */
const givenFile = async (file: string, limit?: number): Promise<Given> => {
  const { bytes, from } = await readInput(file, limit)
  return { from, bytes }
}

/** What is asked for, else what the name of the file says. @throws USAGE where a file would hold what is for a screen */
const formatOf = (asked: string | undefined, out: string | undefined): string => {
  const named = /\.(md|csv|html)$/i.exec(out ?? '')?.[1]?.toLowerCase()
  const format = asked ?? (named === 'md' ? 'markdown' : named) ?? (out === undefined ? 'text' : 'markdown')
  if (out !== undefined && format === 'text')
    throw refuse('USAGE', {
      problem: 'a file is written as markdown, csv or html',
      usage: 'qms trace APP --format html --out trace.html',
    })
  return format
}

/** Of checks that have findings. */
const FINDINGS = 6

const exitOf = ({ verdict, namespaces, gaps }: Traced, strict: boolean): number => {
  const all = [...gaps, ...namespaces.flatMap((one) => one.gaps)]
  const warned = strict && all.some((one) => one.severity === 'warning')
  return verdict === 'gaps' || warned ? FINDINGS : 0
}
