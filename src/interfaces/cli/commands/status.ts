import { resolve } from 'node:path'
import { Flags } from '@oclif/core'
import type { Drawn } from '../../../app/diagram.ts'
import { type Standing, status } from '../../../app/read.ts'
import { type Overview, overview } from '../../../app/survey.ts'
import { refuse } from '../../../errors.ts'
import { optionalDocumentArg } from '../args.ts'
import { type CommonFlags, QmsCommand } from '../base.ts'
import {
  formatOf,
  type Pictured,
  type PictureFlags,
  pictured,
  picturing,
  writePicture,
  writtenLines,
} from '../picture.ts'
import { show } from '../screen.ts'
import { overviewLines, standingLines } from '../standing.ts'

type Diagram = Omit<Drawn, 'picture'> & Pictured

export default class Status extends QmsCommand {
  static override summary = 'where a document stands; without an id, the whole store on one screen'
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status CR-001 -u claude',
    '<%= config.bin %> status CR-001 --diagram',
    '<%= config.bin %> status CR-001 --diagram --format svg --out ../CR-001.svg',
  ]
  static override args = { id: optionalDocumentArg }
  static override flags = {
    diagram: Flags.boolean({ description: 'draw its states: those it passed, where it is, where it may go' }),
    ...picturing(['diagram']),
  }

  async run(): Promise<Standing | Overview | Diagram> {
    const { args, flags } = await this.parse(Status)
    const { id } = args
    if (flags.diagram) return this.drawn(id, flags)
    return this.using(flags, async ({ qms, branch }, ask) => {
      if (id === undefined) return this.shown(await overview(qms, branch), overviewLines)
      return this.shown(await status(qms, ask, id), standingLines)
    })
  }

  private shown<T>(answer: T, lines: (answer: T) => string[]): T {
    this.say(lines(answer))
    return answer
  }

  private async drawn(id: string | undefined, flags: CommonFlags & PictureFlags): Promise<Diagram> {
    if (id === undefined)
      throw refuse('USAGE', {
        problem: '--diagram draws the states of one document, and none is named',
        usage: 'qms status ID --diagram',
      })
    const format = formatOf(flags, 'qms status ID --diagram')
    const { statusDrawn } = await import('../../../app/diagram.ts')
    const { drawnLines } = await import('../state-drawing.ts')
    const { picture, ...answer } = await this.using(flags, ({ qms }, ask) =>
      statusDrawn(qms, ask, id, format),
    )
    if (format === null || picture === null) {
      this.say(drawnLines(answer))
      return answer
    }
    if (flags.out !== undefined) {
      await writePicture(resolve(this.folder(flags), flags.out), picture, flags.force)
      this.say(writtenLines(`The states of ${answer.document.doc_id}`, flags.out, [`qms status ${id}`]))
    } else if (!this.jsonEnabled()) show([picture.trimEnd()])
    return { ...answer, ...pictured(format, picture, flags.out) }
  }
}
