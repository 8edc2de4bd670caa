import { resolve } from 'node:path'
import { type Node, tree } from '../../../app/survey.ts'
import { visibleLine } from '../../visible.ts'
import { optionalDocumentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { formatOf, type Pictured, pictured, picturing, writePicture, writtenLines } from '../picture.ts'
import { bold, dim, folded, show } from '../screen.ts'

export default class Tree extends QmsCommand {
  static override summary = 'documents with their children'
  static override examples = [
    '<%= config.bin %> tree',
    '<%= config.bin %> tree CR-001',
    '<%= config.bin %> tree CR-001 --format mermaid',
    '<%= config.bin %> tree --format svg --out ../documents.svg',
  ]
  static override args = { id: optionalDocumentArg }
  static override flags = { ...picturing() }

  async run(): Promise<{ roots: readonly Node[] } & Pictured> {
    const { args, flags } = await this.parse(Tree)
    const format = formatOf(flags, 'qms tree')
    const roots = await this.using(flags, ({ qms }) => tree(qms, args.id))
    if (format === null) {
      this.say(roots.length > 0 ? roots.flatMap((node) => nodeLines(node, '')) : ['No documents.'])
      return { roots }
    }
    const { treePicture } = await import('../../../app/diagram.ts')
    const picture = await treePicture(roots, format, args.id && roots[0]?.id)
    if (flags.out !== undefined) {
      await writePicture(resolve(this.folder(flags), flags.out), picture, flags.force)
      this.say(writtenLines('The tree of documents', flags.out, [`qms tree${args.id ? ` ${args.id}` : ''}`]))
    } else if (!this.jsonEnabled()) show([picture.trimEnd()])
    return { roots, ...pictured(format, picture, flags.out) }
  }
}

const nodeLines = (node: Node, indent: string): string[] => [
  ...folded(
    `${indent}${bold(node.id)} ${node.version} ${node.status}  ${dim(visibleLine(node.title))}`,
    indent.length + 2,
  ),
  ...node.children.flatMap((child) => nodeLines(child, `${indent}    `)),
]
