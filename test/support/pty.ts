/** The program on a real terminal: a pseudo-terminal of a given size, made by `script` of util-linux. */
import { spawnSync } from 'node:child_process'
import { BIN, launch, type Project, type Said } from './cli.ts'

/** Other systems have a `script` that is called otherwise. */
export const hasTerminal =
  process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

export interface Size {
  readonly columns?: number
  readonly rows?: number
  readonly env?: NodeJS.ProcessEnv
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`

/** Any program on a terminal; both outputs come as one, line feeds as on disk. */
export const terminal = async (
  cwd: string,
  command: string,
  { columns = 80, rows = 24, env = {} }: Size = {},
): Promise<Said> => {
  const line = `stty cols ${columns} rows ${rows}; ${command}`
  const said = await launch('script', ['-qec', line, '/dev/null'], {
    cwd,
    env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
  })
  return { ...said, out: said.out.replaceAll('\r\n', '\n') }
}

export const onTerminal = (project: Project, argv: readonly string[], size: Size = {}): Promise<Said> =>
  terminal(project.root, [process.execPath, BIN, ...argv].map(quoted).join(' '), size)
