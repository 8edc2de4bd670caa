import { Args } from '@oclif/core'
import { listConfiguration, type Setting, setConfiguration } from '../../../app/govern.ts'
import type { Receipt } from '../../../app/transact.ts'
import { refuse } from '../../../errors.ts'
import { visibleLine } from '../../visible.ts'
import { QmsCommand, writing } from '../base.ts'
import { colourPreference, type Preference, pagerPreference } from '../preferences.ts'
import { bold, folded, receiptLines, table } from '../screen.ts'
import { cutTo } from '../text.ts'

type Shown = Setting | Preference

/** Settings of the person, not of the project: read here, written by hand. */
const own = (): Preference[] => [pagerPreference(process.env), colourPreference(process.env)]

export default class Config extends QmsCommand {
  static override summary = "settings that change nobody's rights (qms.config.json): list, show, set"
  static override examples = [
    '<%= config.bin %> config',
    '<%= config.bin %> config documentLimit',
    '<%= config.bin %> config documentLimit 2000000 -u lead',
    `<%= config.bin %> config backends '{"default": "claude", "roles": {"qa": "codex"}}' -u lead`,
  ]
  static override description =
    'FROM says which file or variable each value comes from. Flags win over variables, these over qms.config.json of the project and over config.json in the folder qms of your XDG configuration (pager, color).'
  static override args = {
    key: Args.string({ description: 'setting', ignoreStdin: true }),
    value: Args.string({ description: 'its new value', ignoreStdin: true }),
  }
  static override flags = { ...writing }

  async run(): Promise<{ settings: readonly Shown[] } | Receipt> {
    const { args, flags } = await this.parse(Config)
    const { key, value } = args
    if (key === undefined || value === undefined)
      return this.show([...(await this.using(flags, ({ qms }) => listConfiguration(qms))), ...own()], key)
    const receipt = await this.using(flags, ({ qms }, ask) => setConfiguration(qms, ask, key, value))
    this.say(receiptLines(receipt, `${key} is now ${value}.`))
    return receipt
  }

  private show(all: readonly Shown[], key: string | undefined): { settings: readonly Shown[] } {
    const settings = all.filter((s) => key === undefined || s.key === key)
    if (settings.length === 0)
      throw refuse('BAD_VALUE', {
        name: 'setting',
        found: key ?? '',
        expected: all.map((s) => s.key).join(', '),
      })
    this.say(key === undefined ? tableOf(settings) : settings.flatMap(linesOf))
    return { settings }
  }
}

/** Characters that a value takes in the list of all: one that is longer is told by its own name. */
const WIDEST = 24

const tableOf = (settings: readonly Shown[]): string[] =>
  table(
    ['SETTING', 'VALUE', 'FROM', 'MAY BE'],
    settings.map((s) => [s.key, cutTo(String(s.value), WIDEST), s.from, s.expected]),
  )

/** The value by itself, whole, so that it can be copied. */
const linesOf = (s: Shown): string[] => [
  `${bold(s.key)}  from ${s.from}`,
  visibleLine(String(s.value)),
  ...folded(`  may be ${s.expected}`, 4),
]
