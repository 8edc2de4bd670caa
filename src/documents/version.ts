/** Version numbers `N.M`. Source: lifecycle design, "Versions". */

export interface Version {
  readonly major: number
  readonly minor: number
}

const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/

export const parseVersion = (text: string): Version | null => {
  const match = VERSION.exec(text)
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : null
}

export const formatVersion = (version: Version): string => `${version.major}.${version.minor}`

export const compareVersions = (a: string, b: string): number => {
  const [x, y] = [parseVersion(a), parseVersion(b)]
  if (!x || !y) return a < b ? -1 : a > b ? 1 : 0
  return x.major - y.major || x.minor - y.minor
}

/** (N+1).0: what approval makes of N.M. */
export const nextMajor = (text: string): string => formatVersion({ major: majorOf(text) + 1, minor: 0 })

/** N.M with the next M that no event has used. `used` holds every version ever given to the document. */
export const nextMinor = (text: string, used: Iterable<string>): string => {
  const major = majorOf(text)
  const minors = [text, ...used].map(parseVersion).filter((v) => v?.major === major)
  return formatVersion({ major, minor: Math.max(...minors.map((v) => v?.minor ?? 0)) + 1 })
}

export const majorOf = (text: string): number => parseVersion(text)?.major ?? 0
