import type { Result } from '../../../app/act.ts'
import { documentArg } from '../args.ts'
import { writing } from '../base.ts'
import { Transition } from '../transition.ts'

export default class Close extends Transition {
  static override summary = 'end an executed and approved document'
  static override examples = ['<%= config.bin %> close CR-001 -u claude']
  static override args = { id: documentArg }
  static override flags = { ...writing }

  async run(): Promise<Result> {
    const { args, flags } = await this.parse(Close)
    return this.move(flags, args.id, { action: 'close' }, 'closed')
  }
}
