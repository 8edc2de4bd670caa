import { Flags } from '@oclif/core'
import { type Reading, read } from '../../../app/read.ts'
import { visible } from '../../visible.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { isQuiet } from '../display.ts'
import { dim, show } from '../screen.ts'

type Answer = Omit<Reading, 'bytes'> & { readonly text: string }

export default class Read extends QmsCommand {
  static override summary = 'print a text: the one in force, else the draft'
  static override description =
    'A terminal gets hidden characters spelled out. A file or a pipe gets the very bytes, whose digest can be taken.'
  static override examples = [
    '<%= config.bin %> read SOP-001',
    '<%= config.bin %> read CR-001 --draft -u qa',
    '<%= config.bin %> read SOP-001 --version 1.0',
  ]
  static override args = { id: documentArg }
  static override flags = {
    draft: Flags.boolean({ description: 'the text being worked on', exclusive: ['version'] }),
    version: Flags.string({ description: 'the text of this version', helpValue: 'N.M' }),
  }

  async run(): Promise<Answer> {
    const { args, flags } = await this.parse(Read)
    const { bytes, ...reading } = await this.using(flags, ({ qms }, ask) => read(qms, ask, args.id, flags))
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    if (this.jsonEnabled()) return { ...reading, text }
    if (process.stdout.isTTY)
      show([visible(text).trimEnd(), ...evidenceLines(reading), ...askedLines(reading, flags.user)])
    else process.stdout.write(bytes)
    return { ...reading, text }
  }
}

const evidenceLines = ({ id, evidence }: Omit<Reading, 'bytes'>): string[] => {
  if (evidence === 0 || isQuiet()) return []
  const pieces = evidence === 1 ? '1 piece of evidence' : `${evidence} pieces of evidence`
  return ['', dim(`${pieces} on record: qms ei list ${id}, qms ei show ${id} EI-1`)]
}

const askedLines = ({ id, asked }: Omit<Reading, 'bytes'>, user: string | undefined): string[] =>
  asked && !isQuiet()
    ? ['', dim(`your verdict is asked for, what it is based on: qms packet ${id} -u ${user}`)]
    : []
