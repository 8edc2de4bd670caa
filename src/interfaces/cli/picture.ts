/** Answers that can be had as a drawing, too: on the screen, or in a file. */
import { Flags } from '@oclif/core'
import type { PictureFormat } from '../../app/diagram.ts'
import { outFile } from '../../compose.ts'
import { refuse } from '../../errors.ts'
import { visibleLine } from '../visible.ts'
import { isQuiet } from './display.ts'
import { bold } from './screen.ts'

/** Flags of every command whose answer can be drawn. @param needs flags without which these mean nothing */
export const picturing = (needs: readonly string[] = []) => ({
  format: Flags.string({
    description: 'how it is drawn: mermaid and svg are printed as they are',
    options: ['text', 'mermaid', 'svg'],
    dependsOn: [...needs],
  }),
  out: Flags.string({
    description: 'write the drawing to this file',
    helpValue: 'FILE',
    dependsOn: ['format'],
  }),
  force: Flags.boolean({ description: 'replace the file if it is there', dependsOn: ['out'] }),
})

export interface PictureFlags {
  readonly format?: string | undefined
  readonly out?: string | undefined
  readonly force: boolean
}

/** Null for the screen. @throws USAGE for a file of what only a screen shows */
export const formatOf = ({ format, out }: PictureFlags, usage: string): PictureFormat | null => {
  if (format === 'mermaid' || format === 'svg') return format
  if (out !== undefined)
    throw refuse('USAGE', {
      problem: '--out writes a drawing, and text is for the screen',
      usage: `${usage} --format svg --out FILE`,
    })
  return null
}

/** What `--json` says of a drawing: its text, or where it was written. */
export type Pictured = { readonly mermaid?: string; readonly svg?: string; readonly out?: string }

export const pictured = (format: PictureFormat, picture: string, out: string | undefined): Pictured =>
  out === undefined ? { [format]: picture } : { out }

/** @param file absolute. @throws ALREADY_EXISTS, NO_FILE, IO */
export const writePicture = (file: string, picture: string, force: boolean): Promise<void> =>
  outFile(file, `${picture.trimEnd()}\n`, force)

export const writtenLines = (what: string, out: string, next: readonly string[]): string[] => [
  `${what} written to ${bold(visibleLine(out))}`,
  ...(isQuiet() ? [] : ['', bold('Next'), ...next.map((command) => `  ${command}`)]),
]
