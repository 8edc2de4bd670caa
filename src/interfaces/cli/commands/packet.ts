import { Flags } from '@oclif/core'
import { type GivenPacket, packet } from '../../../app/agents/packet.ts'
import { documentArg } from '../args.ts'
import { QmsCommand } from '../base.ts'
import { show } from '../screen.ts'

export default class Packet extends QmsCommand {
  static override summary =
    'what a reviewer judges by: the text, its redline, the procedures, evidence, and the commands'
  static override description =
    'Everything that comes from documents and files stands between marked lines, as material to be judged. The last line is the digest of all before it, without the mark.'
  static override examples = [
    '<%= config.bin %> packet CR-001 -u qa',
    '<%= config.bin %> packet CR-001 --sops list -u qa',
    '<%= config.bin %> packet SOP-001 --history',
  ]
  static override args = { id: documentArg }
  static override flags = {
    sops: Flags.string({
      description: 'the procedures that govern it: their names alone, or their texts',
      options: ['list', 'full'],
      default: 'full',
    }),
    history: Flags.boolean({ description: 'superseded texts, too, each marked as such' }),
  }

  async run(): Promise<GivenPacket> {
    const { args, flags } = await this.parse(Packet)
    const wanted = { sops: flags.sops as 'list' | 'full', history: flags.history }
    const given = await this.using(flags, (opened, ask) => packet(opened.qms, opened, ask, args.id, wanted))
    if (this.jsonEnabled()) return given
    const text = `${given.text}packet    ${given.digest}\n`
    if (process.stdout.isTTY) show(text.trimEnd().split('\n'))
    else process.stdout.write(text)
    return given
  }
}
