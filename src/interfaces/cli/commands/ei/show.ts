import { Flags } from '@oclif/core'
import { type KeptBytes, keptBytes, type ShownItem, showItem } from '../../../../app/exhibits.ts'
import { visible } from '../../../visible.ts'
import { QmsCommand } from '../../base.ts'
import { itemLines } from '../../exhibits.ts'
import { itemArgs } from '../../item.ts'
import { show } from '../../screen.ts'

interface Output {
  readonly number: number
  readonly digest: string
  readonly bytes: number
  readonly encoding: 'utf8' | 'base64'
  readonly content: string
}

export default class EiShow extends QmsCommand {
  static override summary = 'one execution item: its task, its evidence, and all that was recorded of it'
  static override description =
    'With --output, what is kept of a run or a file: a terminal gets hidden characters spelled out, a file or a pipe the very bytes, whose digest can be taken.'
  static override examples = [
    '<%= config.bin %> ei show CR-001 EI-1',
    '<%= config.bin %> ei show CR-001 EI-1 --output E1',
  ]
  static override args = itemArgs
  static override flags = {
    output: Flags.string({
      description: 'print what is kept of this evidence: the output of a run, a file',
      helpValue: 'E1',
    }),
  }

  async run(): Promise<ShownItem & { output?: Output }> {
    const { args, flags } = await this.parse(EiShow)
    const { shown, kept } = await this.using(flags, async ({ qms }, ask) => ({
      shown: await showItem(qms, ask, args.id, args.item),
      kept: flags.output === undefined ? null : await keptBytes(qms, ask, args.id, args.item, flags.output),
    }))
    if (kept === null) this.say(itemLines(shown))
    else if (!this.jsonEnabled()) print(kept)
    return kept === null ? shown : { ...shown, output: outputOf(kept) }
  }
}

const print = ({ bytes }: KeptBytes): void => {
  if (process.stdout.isTTY) show([visible(new TextDecoder().decode(bytes)).trimEnd()])
  else process.stdout.write(bytes)
}

const outputOf = ({ number, digest, bytes }: KeptBytes): Output => {
  const text = textOf(bytes)
  const kept = { number, digest, bytes: bytes.length }
  return text === null
    ? { ...kept, encoding: 'base64', content: Buffer.from(bytes).toString('base64') }
    : { ...kept, encoding: 'utf8', content: text }
}

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
