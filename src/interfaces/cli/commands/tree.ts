import { type Node, tree } from '../../../app/survey.ts'
import { visibleLine } from '../../visible.ts'
import { optionalDocumentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { bold, dim, folded } from '../screen.ts'

export default class Tree extends QmsCommand {
  static override summary = 'documents with their children'
  static override examples = ['<%= config.bin %> tree', '<%= config.bin %> tree CR-001']
  static override args = { id: optionalDocumentArg }

  async run(): Promise<{ roots: readonly Node[] }> {
    const { args, flags } = await this.parse(Tree)
    const roots = await this.using(flags, ({ qms }) => tree(qms, args.id))
    this.say(roots.length > 0 ? roots.flatMap((node) => nodeLines(node, '')) : ['No documents.'])
    return { roots }
  }
}

const nodeLines = (node: Node, indent: string): string[] => [
  ...folded(
    `${indent}${bold(node.id)} ${node.version} ${node.status}  ${dim(visibleLine(node.title))}`,
    indent.length + 2,
  ),
  ...node.children.flatMap((child) => nodeLines(child, `${indent}    `)),
]
