/**
 * Paths of which not everything is known, and what they may lead to. A path is a text in which four marks stand for what
 * a shell, or a program that it starts, puts there when it runs.
 */

/** Anything, separators included: what a variable holds, or what another command writes. */
export const UNKNOWN = '\uE000'
/** Any characters of one name, as `*` has them. */
export const STAR = '\uE001'
/** One character, as `?` and `[...]` have it. */
export const ONE = '\uE002'
/** Every file below the folder before it: what a listing of that folder gives. */
export const BELOW = '\uE003'
/** Where a shell divides what a variable holds into words. */
export const SPLIT = '\uE004'

const MARKS = /[\uE000-\uE004]/

export const isKnown = (path: string): boolean => !MARKS.test(path)

/** What may not be written but by this program. */
export interface Guarded {
  /** Files and folders, absolute. */
  readonly places: readonly string[]
  /** Folders in them that whoever acts may write. */
  readonly free: readonly string[]
  /** Whether names that differ only by case are one file. */
  readonly ignoresCase: boolean
}

/** `maybe`: only if what is not known of the path should lead there. */
export type Touch = 'yes' | 'maybe' | 'no'

/** Absolute, without `.` and `..` as far as they can be resolved; a `..` behind what is not known makes all of it unknown. */
export const absolute = (path: string, cwd: string): string => {
  if (path.startsWith(UNKNOWN)) return UNKNOWN
  const whole = path.startsWith('/') ? path : `${cwd}/${path}`
  const names: string[] = []
  for (const name of whole.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(name)
    else if (isKnown(names.at(-1) ?? '')) names.pop()
    else return UNKNOWN
  }
  return names[0]?.startsWith(UNKNOWN) ? names.join('/') : `/${names.join('/')}`
}

/** No file system has longer names. */
const LONGEST_NAME = 1024

const regexOf = (name: string, ignoresCase: boolean): RegExp => {
  if (name.length > LONGEST_NAME) return /(?!)/
  const source = escaped(name)
    .replaceAll(UNKNOWN, '.*')
    .replaceAll(BELOW, '.*')
    .replaceAll(STAR, '.*')
    .replaceAll(ONE, '.')
  return new RegExp(`^${source}$`, ignoresCase ? 'is' : 's')
}

/** Names such as those that are guarded, and those of files in them. */
const NAMES_OF_STORE = [
  ...['QMS', '.qms', '.git', '.audit', '.meta', '.archive', '.evidence', '_system', 'CR', 'CR-001', 'SOP'],
  ...[
    'CR-001.md',
    'CR-001-draft.md',
    'CR-001.jsonl',
    'CR-001.json',
    'SOP-001.md',
    'registry.jsonl',
    'INV-001',
  ],
  ...['CR-001-v1.0.md', 'workspace', 'HEAD', 'config', 'index', 'refs', 'objects', 'hooks', 'packed-refs'],
  ...['qms.config.json', 'settings.json', 'settings.local.json', 'e'.repeat(64)],
]

/**
 * Whether writing to a path writes to what is guarded.
 * @param deep what is below the path is written, too: it is removed, moved or replaced
 */
export const touches = (path: string, guarded: Guarded, deep: boolean): Touch => {
  if (path.startsWith(UNKNOWN)) return 'maybe'
  const names = path.split('/').slice(1)
  if (guarded.free.some((folder) => folder.split('/').every((name, i) => i === 0 || names[i - 1] === name)))
    return 'no'
  const found = guarded.places.map((place) => leads(names, place.split('/').slice(1), guarded, deep))
  return found.includes('yes') ? 'yes' : found.includes('maybe') ? 'maybe' : 'no'
}

const leads = (names: readonly string[], to: readonly string[], g: Guarded, deep: boolean): Touch => {
  for (const [i, name] of to.entries()) {
    const own = names[i]
    if (own === undefined) return deep ? 'yes' : 'no'
    const open = own.search(/[\uE000\uE003]/)
    if (open >= 0) return opens(own, open, names.at(-1) ?? '', name, g)
    if (!regexOf(own, g.ignoresCase).test(name)) return 'no'
  }
  return 'yes'
}

/** A name that begins as that of a place, and of which the rest is not known, or is everything below. */
const opens = (own: string, at: number, last: string, name: string, g: Guarded): Touch => {
  if (!regexOf(own.slice(0, at) + STAR, g.ignoresCase).test(name)) return 'no'
  if (own[at] === UNKNOWN) return 'maybe'
  const named = last.startsWith(BELOW) && last.length > 1 ? last.slice(1) : last
  const fits = regexOf(named, g.ignoresCase)
  return last === BELOW || NAMES_OF_STORE.some((of) => fits.test(of)) ? 'yes' : 'no'
}

const MENTION =
  /(?<![\w.-])(?:QMS|\.qms|\.git)(?![\w-]|\.[a-z])|qms\.config\.json|\.(?:claude|gemini)\/settings|\.codex\/hooks/

/** Whether a text names what is guarded: quotes and backslashes aside, and with what `\\n` and the like stand for. */
export const mentions = (text: string, guarded: Guarded): boolean =>
  [text, text.replaceAll(/\\[0abfnrtv]/g, ' ')].some((way) => names(without(way, guarded), guarded))

const names = (text: string, guarded: Guarded): boolean => {
  const plain = text.replaceAll(/['"\\]/g, '')
  const found = guarded.ignoresCase ? new RegExp(MENTION, 'i').test(plain) : MENTION.test(plain)
  return found || guarded.places.some((place) => plain.includes(place))
}

/** One's own copies are named freely, but for a path that leads out of them again. */
const without = (text: string, { free, places }: Guarded): string => {
  const own = free.flatMap((folder) => {
    const place = places.find((at) => folder.startsWith(`${at}/`))
    return place === undefined ? [folder] : [folder, folder.slice(place.lastIndexOf('/') + 1)]
  })
  return own.reduce(
    (rest, path) => rest.replaceAll(new RegExp(`${escaped(path)}(?=/)(?![^\\s'"]*\\.\\.)`, 'g'), ' '),
    text,
  )
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
