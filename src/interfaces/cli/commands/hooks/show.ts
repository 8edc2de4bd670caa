import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import { type HookFile, type HookPlace, openHooks, openServerHooks } from '../../../../compose-hooks.ts'
import { QmsCommand } from '../../base.ts'
import { placeLines, stateLines } from '../../hooks.ts'
import { bold } from '../../screen.ts'

export default class HooksShow extends QmsCommand {
  static override summary = 'which hooks call qms, where they are, and what else they call'
  static override examples = [
    '<%= config.bin %> hooks show',
    '<%= config.bin %> hooks show --server ../server.git',
  ]
  static override flags = {
    server: Flags.string({ description: 'of a bare repository', helpValue: 'DIR' }),
  }

  async run(): Promise<{ place: HookPlace; hooks: readonly HookFile[] }> {
    const { flags } = await this.parse(HooksShow)
    const folder = this.folder(flags)
    const opened = flags.server
      ? await openServerHooks(resolve(folder, flags.server))
      : await openHooks(folder, false)
    const hooks = opened.list()
    const wanting = hooks.some(({ state }) => state !== 'installed')
    const how = flags.server ? `--server ${flags.server}` : '--git'
    const more = wanting ? ['', bold('Next'), `  qms hooks install ${how}`] : []
    this.say([...placeLines(opened), ...stateLines(hooks), ...more])
    return { place: opened.place, hooks }
  }
}
