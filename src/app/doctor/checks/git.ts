import { type Check, problem, warning } from '../check.ts'

/** `rev-parse --path-format`, `fast-import` and the phases of `update-ref --stdin`, as the store uses them. */
export const NEEDED = '2.31'
/** The first that knows `core.fsync`: an older one flushes less than it is told to. */
export const FLUSHING = '2.36'

/** Whether the version `text` begins with is lower than `floor`, part by part. */
export const isOlder = (text: string, floor: string): boolean => {
  const [have, want] = [text, floor].map(
    (t) => /^v?(\d+(?:\.\d+)*)/.exec(t)?.[1]?.split('.').map(Number) ?? [0],
  )
  for (const [i, part] of want!.entries()) {
    if ((have![i] ?? 0) !== part) return (have![i] ?? 0) < part
  }
  return false
}

/** What to say of a git of this version. */
export const judged = (version: string) => {
  const expected = `git ${FLUSHING} or later`
  if (isOlder(version, NEEDED))
    return [problem('git', { found: `git ${version}: it lacks what the store is written with`, expected })]
  if (isOlder(version, FLUSHING))
    return [
      warning('git', {
        found: `git ${version}: it flushes less than qms asks for before it says done`,
        expected,
      }),
    ]
  return []
}

export const git: Check = {
  name: 'git',
  group: 'machine',
  about: 'git is found, and not too old',
  examine: async ({ machine }) => {
    const version = await machine.git()
    return { summary: `git ${version}`, findings: judged(version) }
  },
}
