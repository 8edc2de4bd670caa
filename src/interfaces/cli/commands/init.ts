import { Flags } from '@oclif/core'
import type { Adopted } from '../../../app/adopt.ts'
import { type Initialised, initialise } from '../../../app/setup.ts'
import { type InitOpened, openForInit, shipped } from '../../../compose.ts'
import { QmsCommand } from '../base.ts'
import { bold } from '../screen.ts'

export default class Init extends QmsCommand {
  static override summary = 'begin a document store in this git repository'
  static override description =
    'Registers the lead, an orchestrating agent (claude) and a quality reviewer (qa), and installs the templates and procedures. With --adopt, takes over the store that the Python peer kept here instead: every byte stays, and nothing is installed.'
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --git --lead ann',
    '<%= config.bin %> init --branch qms --without SOP-007',
    '<%= config.bin %> init --adopt --dry-run',
  ]
  static override flags = {
    git: Flags.boolean({ description: 'make this folder a git repository first, where it is none' }),
    lead: Flags.string({ description: 'the human administrator', helpValue: 'NAME', default: 'lead' }),
    branch: Flags.string({ description: 'keep the store on a branch of its own', helpValue: 'NAME' }),
    without: Flags.string({
      description: 'shipped documents to leave out',
      helpValue: 'ID',
      multiple: true,
      delimiter: ',',
    }),
    bare: Flags.boolean({ description: 'register the lead only' }),
    adopt: Flags.boolean({
      description: 'take over the store that another program kept in QMS/',
      exclusive: ['bare', 'without'],
    }),
    'dry-run': Flags.boolean({
      description: 'print the exact events that would be written, and write nothing',
    }),
  }

  async run(): Promise<Initialised | Adopted> {
    const { flags } = await this.parse(Init)
    const opened = await openForInit(this.folder(flags), {
      git: flags.git && !flags['dry-run'],
      branch: flags.branch,
      adopting: flags.adopt,
    })
    try {
      if (flags.adopt) return await this.adopt(opened, flags.lead, flags['dry-run'] ?? false)
      const ask = {
        lead: flags.lead,
        bare: flags.bare,
        without: flags.without ?? [],
        branch: opened.branch,
        ownBranch: opened.ownBranch,
        present: opened.present,
        dryRun: flags['dry-run'] ?? false,
        prepare: () => opened.remember(!flags.bare),
      }
      const done = await initialise(opened.qms, shipped, ask)
      this.say(initLines(done))
      return done
    } finally {
      await opened.close()
    }
  }

  private async adopt(opened: InitOpened, lead: string, dryRun: boolean): Promise<Adopted> {
    const { adoptStore } = await import('../../../app/adopt.ts')
    const { adoptionLines } = await import('../adoption.ts')
    const { branch, root, lying } = opened
    const prepare = () => opened.remember(false)
    const done = await adoptStore(opened.qms, { lead, branch, root, dryRun, lying, prepare })
    if (done.already && !dryRun) await prepare()
    this.say(adoptionLines(done))
    return done
  }
}

const initLines = (done: Initialised): string[] => {
  if (done.dryRun) return [bold('Would write'), ...done.events.map((e) => `  ${JSON.stringify(e)}`)]
  const author = done.users.find((u) => u.group === 'initiator')?.name ?? done.users[0]?.name ?? 'NAME'
  return [
    `Document store ready on branch ${bold(done.branch)}  (commit ${done.commit?.slice(0, 8)})`,
    `  users      ${done.users.map((u) => `${u.name} (${u.group}, ${u.kind})`).join(', ')}`,
    `  in force   ${done.documents.filter((id) => !id.startsWith('TEMPLATE')).join(', ')}`,
    `  templates  ${done.documents
      .filter((id) => id.startsWith('TEMPLATE'))
      .map((id) => id.slice(9))
      .join(', ')}`,
    '',
    bold('Next'),
    `  qms create CR --title "What you want to change" -u ${author}`,
    '  qms read SOP-001',
    '  qms status',
  ]
}
