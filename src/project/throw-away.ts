/** A place for a project that is thrown away, with this program on a PATH of its own, which remembers what it does there. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { refuse } from '../errors.ts'

export interface ThrowAway {
  /** An empty folder, absolute. */
  readonly folder: string
  /** This program, as it is called there. */
  readonly qms: string
  readonly path: string
  /** Folders outside of the project's files that the program writes in. */
  readonly writes: readonly string[]
  file(text: string): Promise<string>
  remove(): void
}

const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** @param program that is running now @throws IO */
export const throwAway = (
  program: { readonly node: string; readonly file: string },
  path = process.env.PATH ?? '',
): ThrowAway => {
  if (process.platform === 'win32')
    throw refuse('IO', { operation: 'try a backend', reason: 'it needs a system with a POSIX shell' })
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'qms-backend-')))
  const [folder, bin, state] = ['project', 'bin', 'state'].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ]
  for (const each of [folder, bin, state]) mkdirSync(each)
  const qms = join(bin, 'qms')
  const line = `exec ${word(program.node)} ${word(program.file)} "$@"`
  writeFileSync(qms, `#!/bin/sh\nXDG_STATE_HOME=${word(state)}\nexport XDG_STATE_HOME\n${line}\n`)
  chmodSync(qms, 0o755)
  return {
    folder,
    qms,
    path: [bin, path].join(delimiter),
    writes: [state],
    file: async (text) => {
      const file = join(base, 'text.md')
      writeFileSync(file, text)
      return file
    },
    remove: () => rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  }
}
