import { Args, Flags } from '@oclif/core'
import type { Result } from '../../../app/act.ts'
import { create } from '../../../app/create.ts'
import { refuse } from '../../../errors.ts'
import { type CommonFlags, QmsCommand, writing } from '../base.ts'
import { readInput } from '../input.ts'
import { resultLines } from '../screen.ts'

type FindingFlags = CommonFlags & { readonly title?: string | undefined }

export default class Create extends QmsCommand {
  static override summary = 'begin a document from its template and check it out'
  static override examples = [
    '<%= config.bin %> create CR --title "Add rate limits" -u claude',
    '<%= config.bin %> create VAR --parent CR-001 --kind 2 --title "EI-3 failed on Node 22" -u claude',
    '<%= config.bin %> create RS --namespace API --title "Requirements of the API" -u claude',
    '<%= config.bin %> create SOP --title "Incident response" --file draft.md -u claude',
    '<%= config.bin %> create INV --from-finding VERDICT_UNCALLED:CR-001 -u lead',
  ]
  static override args = {
    type: Args.string({
      description: 'SOP, CR, INV, TP, ER, VAR, ADD, VR, RS, RTM, TEMPLATE',
      required: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    title: Flags.string({ char: 't', description: 'what it is about, in one line', helpValue: 'TEXT' }),
    parent: Flags.string({
      description: 'the document that it belongs to (TP, ER, VAR, ADD, VR)',
      helpValue: 'ID',
    }),
    source: Flags.string({ description: 'the investigation that a change record answers', helpValue: 'ID' }),
    kind: Flags.string({
      description: 'of a variance: 1 closes before its parent, 2 need only be approved',
      options: ['1', '2'],
    }),
    namespace: Flags.string({ description: 'of requirements (RS, RTM)', helpValue: 'NAME' }),
    name: Flags.string({ description: 'of a template: the type that it serves', helpValue: 'NAME' }),
    file: Flags.string({
      char: 'f',
      description: 'start from this text instead of the template, - for standard input',
      helpValue: 'FILE',
    }),
    'from-finding': Flags.string({
      description:
        'of an investigation: draft it from what qms audit --sop SOP-007 finds (a human administrator)',
      helpValue: 'CODE[:ID[:LINE]]',
      exclusive: ['file', 'parent', 'source', 'kind', 'namespace', 'name'],
    }),
    ...writing,
  }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Create)
    const finding = flags['from-finding']
    if (finding !== undefined) return this.#fromFinding(args.type, finding, flags)
    const { title, parent, source, namespace, name } = flags
    const text = flags.file === undefined ? undefined : await readInput(flags.file)
    const kind = flags.kind === undefined ? undefined : flags.kind === '1' ? 1 : 2
    const what = { type: args.type, title, parent, source, namespace, name, text, kind } as const
    const result = await this.using(flags, ({ qms }, ask) => create(qms, ask, what))
    this.say(resultLines(result, `created: ${result.document?.title ?? ''}`))
    return result
  }

  async #fromFinding(type: string, finding: string, flags: FindingFlags): Promise<Result> {
    if (type.toUpperCase() !== 'INV')
      throw refuse('USAGE', { problem: `--from-finding is for investigations (INV), not for ${type}` })
    const [{ audit }, { sopAudit }, { investigate }, { titleOf }] = await Promise.all([
      import('../../../app/audit/audit.ts'),
      import('../../../app/audit/sop.ts'),
      import('../../../app/investigate.ts'),
      import('../../findings.ts'),
    ])
    const result = await this.using(flags, ({ qms, evidence }, ask) => {
      const found = async () => sopAudit(qms, await audit(qms, await evidence(), { ids: [] }))
      return investigate(qms, ask, { finding, title: flags.title, audit: found, titleOf })
    })
    this.say(resultLines(result, `created: ${result.document?.title ?? ''}`))
    return result
  }
}
