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
