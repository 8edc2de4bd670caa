import { workspace } from '../../../app/copies.ts'
import { QmsCommand } from '../base.ts'
import { listing } from '../listing.ts'
import { table } from '../screen.ts'

export default class Workspace extends QmsCommand {
  static override summary = 'your checked-out copies and how they stand to what was checked out'
  static override examples = ['<%= config.bin %> workspace -u claude']

  static override flags = { ...listing }

  async run(): Promise<object> {
    const { flags } = await this.parse(Workspace)
    const copies = await this.using(flags, ({ qms }, ask) => workspace(qms, ask))
    const rows = copies.map((c) => [c.document, c.version ?? '-', c.status ?? '-', c.state, c.path])
    return this.listed(flags, {
      answer: { copies },
      key: 'copies',
      columns: ['document', 'version', 'status', 'state', 'path'],
      lines: () =>
        rows.length > 0
          ? table(['DOCUMENT', 'VERSION', 'STATUS', 'COPY', 'PATH'], rows)
          : ['Nothing is checked out.'],
    })
  }
}
