import { listNamespaces } from '../../../../app/govern.ts'
import { QmsCommand } from '../../base.ts'

export default class NamespaceList extends QmsCommand {
  static override summary = 'registered namespaces'
  static override examples = ['<%= config.bin %> namespace list']

  async run(): Promise<{ namespaces: readonly string[] }> {
    const { flags } = await this.parse(NamespaceList)
    const namespaces = await this.using(flags, ({ qms }) => listNamespaces(qms))
    this.say(namespaces.length > 0 ? namespaces : ['None. To register one: qms namespace add NAME -u LEAD'])
    return { namespaces }
  }
}
