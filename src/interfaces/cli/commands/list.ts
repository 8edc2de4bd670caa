import { Flags } from '@oclif/core'
import { list } from '../../../app/survey.ts'
import { QmsCommand } from '../base.ts'
import { listing } from '../listing.ts'
import { table } from '../screen.ts'

export default class List extends QmsCommand {
  static override summary = 'documents, one a line'
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list --type CR --open',
    '<%= config.bin %> list --status IN_EXECUTION --fields doc_id,title --json',
    '<%= config.bin %> list --plain',
  ]
  static override flags = {
    type: Flags.string({ description: 'of this type', helpValue: 'TYPE' }),
    status: Flags.string({ description: 'in this status', helpValue: 'STATUS' }),
    owner: Flags.string({ description: 'owned by', helpValue: 'NAME' }),
    open: Flags.boolean({ description: 'with something still to be done' }),
    ...listing,
  }

  async run(): Promise<object> {
    const { flags } = await this.parse(List)
    const documents = await this.using(flags, ({ qms }) => list(qms, flags))
    const rows = documents.map((m) => [m.doc_id, m.version, m.status, m.responsible_user ?? '-', m.title])
    return this.listed(flags, {
      answer: { documents },
      key: 'documents',
      columns: ['doc_id', 'version', 'status', 'responsible_user', 'title'],
      lines: () =>
        rows.length > 0
          ? table(['DOCUMENT', 'VERSION', 'STATUS', 'OWNER', 'TITLE'], rows)
          : ['No documents match.'],
    })
  }
}
