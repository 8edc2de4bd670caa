/** Checksums in the form of sha256sum, whose `-c` reads them: digest, two spaces, name; odd names with a backslash. */

export const SUMS_FILE = 'SHA256SUMS'

export interface Sum {
  readonly path: string
  /** SHA-256, lower-case hex. */
  readonly digest: string
}

export const formatSum = ({ path, digest }: Sum): string => {
  const name = path.replace(/[\\\n\r]/g, (c) => (c === '\\' ? '\\\\' : c === '\n' ? '\\n' : '\\r'))
  return `${name === path ? '' : '\\'}${digest}  ${name}\n`
}

const LINE = /^(\\?)([0-9a-f]{64}) [ *](.+)$/

/** The sums that a file lists, or the first line (from 1) that is none. */
export const parseSums = (text: string): readonly Sum[] | { readonly line: number } => {
  const lines = text.split('\n')
  if (lines.pop() !== '') return { line: lines.length + 1 }
  const sums: Sum[] = []
  for (const [i, line] of lines.entries()) {
    const [, odd, digest, name] = LINE.exec(line) ?? []
    if (digest === undefined || name === undefined) return { line: i + 1 }
    sums.push({ digest, path: odd ? plain(name) : name })
  }
  return sums
}

const plain = (name: string): string =>
  name.replace(/\\([\\nr])/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : '\\'))
