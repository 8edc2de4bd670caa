/** JSON's one silent trap, a key that stands twice, where the last wins; and what a merge leaves in its place. */

/** A line that a merge left between two versions. */
export const CONFLICT = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/m
export const CONFLICT_PROBLEM = 'it holds merge conflict markers'

/** The first key that an object of this JSON text holds twice, or null. The text must already have parsed. */
export const uniqueKeysProblem = (json: string): string | null => {
  const open: (Set<string> | null)[] = []
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (c === '{') open.push(new Set())
    else if (c === '[') open.push(null)
    else if (c === '}' || c === ']') open.pop()
    else if (c === '"') {
      const end = endOfString(json, i)
      const keys = open.at(-1)
      if (keys && isKey(json, end)) {
        const key = JSON.parse(json.slice(i, end + 1)) as string
        if (keys.has(key)) return key
        keys.add(key)
      }
      i = end
    }
  }
  return null
}

/** A string is a key where a colon follows, whatever white space between. */
const isKey = (json: string, end: number): boolean => {
  let i = end + 1
  while (' \t\n\r'.includes(json[i] ?? ':')) i++
  return json[i] === ':'
}

const endOfString = (json: string, start: number): number => {
  let i = start + 1
  while (i < json.length && json[i] !== '"') i += json[i] === '\\' ? 2 : 1
  return i
}
