import { Flags } from '@oclif/core'
import { type Taken, takeCheckpoint } from '../../../app/checkpoint.ts'
import { visibleLine } from '../../visible.ts'
import { QmsCommand } from '../base.ts'
import { isQuiet } from '../display.ts'
import { writeOutput } from '../output.ts'
import { bold, print } from '../screen.ts'

/** With the file, where it was asked for on standard output and the answer is JSON. */
type Answer = Taken & { readonly out: string | null; readonly manifest?: unknown }

export default class Checkpoint extends QmsCommand {
  static override summary = 'note what all records hold now, outside of the repository'
  static override examples = [
    '<%= config.bin %> checkpoint',
    '<%= config.bin %> checkpoint --out ../store.checkpoint.json',
    '<%= config.bin %> checkpoint --out -',
  ]
  static override description =
    'A checkpoint is kept in the state folder of your account. Write its digest on paper, or give the file to somebody else: whoever holds it can prove later, with `qms audit --since FILE`, whether the records only grew. Each run of qms compares with what it saw last, too, and says so where history was rewritten; --accept takes what is there now as seen.'
  static override flags = {
    out: Flags.string({
      description: 'write the checkpoint to this new file, too; - prints it instead of the answer',
      helpValue: 'FILE',
    }),
    accept: Flags.boolean({
      description: 'take the records as they are, although they are not what was seen before',
    }),
  }

  async run(): Promise<Answer> {
    const { flags } = await this.parse(Checkpoint)
    const { out = null, accept } = flags
    let file: Uint8Array | null = null
    const deliver = async (bytes: Uint8Array): Promise<void> => {
      if (out === '-') file = bytes
      else if (out !== null) writeOutput('--out', out, bytes)
    }
    const taken = await this.using(flags, ({ qms, witness, branch }) =>
      takeCheckpoint(qms, witness, { branch, accept, deliver: out === null ? undefined : deliver }),
    )
    if (file === null) this.say(takenLines(taken, out))
    else if (!this.jsonEnabled()) print([new TextDecoder().decode(file).trimEnd()])
    return {
      ...taken,
      out,
      ...(file === null ? {} : { manifest: JSON.parse(new TextDecoder().decode(file)) }),
    }
  }
}

const takenLines = (taken: Taken, out: string | null): string[] => [
  `Checkpoint of ${bold(String(taken.trails))} records with ${taken.lines} events, on branch ${taken.branch}`,
  `  on paper  ${bold(taken.paper)}`,
  `  digest    ${taken.digest}`,
  ...(taken.kept === null ? [] : [`  kept      ${visibleLine(taken.kept)}`]),
  ...(out === null ? [] : [`  copy      ${visibleLine(out)}`]),
  ...nextOf(taken, out),
]

const nextOf = ({ digest }: Taken, out: string | null): string[] =>
  isQuiet()
    ? []
    : [
        '',
        bold('Next'),
        `  qms audit --since ${digest.slice(0, 16)}`,
        ...(out ? [] : ['  qms checkpoint --out FILE']),
      ]
