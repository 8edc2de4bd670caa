/** What a few commands write to their output, where that is told by their words alone. */

/** `file`: what the file holds; `top`: a path below the top of the work tree; `cwd`: where the command runs. */
export interface Output {
  readonly name: 'file' | 'top' | 'cwd' | 'text' | 'unknown'
  readonly args: string
}

const GIT_FOLDER = /^git rev-parse --(?:absolute-git-dir|git-dir|git-common-dir)$/

/** A new file or folder, whose name nobody knows, and which is none that was there. */
const NEW_FILE = /^mktemp(?: -d| -q| -t [\w.-]+)*(?: \/tmp\/[\w.-]+)?$/

/** @param text a substitution, as `$(pwd)` */
export const outputOf = (text: string): Output => {
  const inner = text.replace(/^\$\(\s*|^`|\s*\)$|`$/g, '')
  if (inner === 'pwd') return { name: 'cwd', args: '' }
  if (inner === 'git rev-parse --show-toplevel') return { name: 'top', args: '' }
  if (GIT_FOLDER.test(inner)) return { name: 'top', args: '/.git' }
  const inGit = /^git rev-parse --git-path ([\w./-]+)$/.exec(inner)?.[1]
  if (inGit) return { name: 'top', args: `/.git/${inGit}` }
  if (NEW_FILE.test(inner)) return { name: 'text', args: '/tmp/tmp.mktemp' }
  const read = /^(?:cat|<)\s*([\w./-]+)$/.exec(inner)?.[1]
  return read ? { name: 'file', args: read } : { name: 'unknown', args: '' }
}

/** The one file that `cat` gives to the command behind it. */
export const sourceOf = ([name, file, ...more]: readonly string[]): string | null =>
  name === 'cat' && file !== undefined && !file.startsWith('-') && more.length === 0 ? file : null
