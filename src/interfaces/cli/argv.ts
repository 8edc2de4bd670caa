/** Global flags may stand before the verb, as users of git and of the peer expect; the parser wants them behind it. */

const WITH_VALUE = new Set(['-u', '--user', '-C', '--project'])
const ALONE = new Set(['--json', '-q', '--quiet', '-v', '--verbose', '--no-color', '--no-pager'])

/** `-u qa inbox` becomes `inbox -u qa`. What follows `--` is never touched. */
export const flagsLast = (argv: readonly string[]): string[] => {
  const moved: string[] = []
  let at = 0
  for (; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (WITH_VALUE.has(word) && at + 1 < argv.length) moved.push(word, argv[++at] ?? '')
    else if (ALONE.has(word) || /^--(?:user|project)=/.test(word) || /^-[uC]./.test(word)) moved.push(word)
    else break
  }
  const rest = argv.slice(at)
  const end = rest.indexOf('--')
  return end < 0 ? [...rest, ...moved] : [...rest.slice(0, end), ...moved, ...rest.slice(end)]
}
