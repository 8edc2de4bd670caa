/** What this terminal can show, and what the caller wants to see: from the environment and the words of the call. */

import { colourPreference } from './preferences.ts'

/** Flags of how, not what: of every command, understood wherever they stand before `--`. */
const asked = (...flags: readonly string[]): boolean => {
  const given = process.argv.slice(2)
  const end = given.indexOf('--')
  return (end < 0 ? given : given.slice(0, end)).some((word) => flags.includes(word))
}

/** Set to anything but nothing and `0`. */
const isSet = (name: string): boolean => !['', '0', undefined].includes(process.env[name])

/** Only the answer: no next steps, no notes. */
export const isQuiet = (): boolean => asked('-q', '--quiet')

/** Says on standard error which project, which branch, and who acts. */
export const isVerbose = (): boolean => asked('-v', '--verbose')

/** A terminal that can only append, or a reader who hears the screen: nothing is cut, coloured or paged. */
export const isLinear = (): boolean => process.env.TERM === 'dumb' || isSet('QMS_ACCESSIBLE')

/** Colour only on a terminal, or where it is asked for: a log or an agent gets plain text. */
export const wantsColour = (stream: NodeJS.WriteStream): boolean => {
  if (asked('--no-color')) return false
  const { value } = colourPreference(process.env)
  return value === 'auto' ? stream.isTTY === true && !isLinear() : value === 'always'
}

/** Whether output that is longer than the screen may be paged. */
export const mayPage = (): boolean => process.stdout.isTTY === true && !isLinear() && !asked('--no-pager')

/** Locales without UTF-8 get signs of ASCII for ours. Words of documents are never changed. */
export const isUnicode = (): boolean => {
  const { LC_ALL, LC_CTYPE, LANG } = process.env
  const locale = LC_ALL || LC_CTYPE || LANG
  return locale ? /utf-?8/i.test(locale) : process.platform === 'win32' || process.platform === 'darwin'
}

export const ellipsis = (): string => (isUnicode() ? '…' : '...')

/** Characters in a line of the terminal that `stream` is; what is no terminal has no end of line. */
export const columnsOf = (stream: NodeJS.WriteStream): number =>
  stream.isTTY && !isLinear() ? Math.min(stream.columns || 80, 140) : Number.POSITIVE_INFINITY

/** A time of the records on the clock of this machine, with its distance from UTC: `2026-11-21 09:32:01 +01:00`. */
export const localTime = (iso: string): string => {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const ahead = -time.getTimezoneOffset()
  const local = new Date(time.getTime() + ahead * 60_000).toISOString()
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, '0')
  const offset = `${ahead < 0 ? '-' : '+'}${two(ahead / 60)}:${two(ahead % 60)}`
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${offset}`
}
