import { type Check, problem, warning } from '../check.ts'

const END = {
  bisect: ['reset'],
  merge: ['--abort'],
  rebase: ['--abort'],
  'cherry-pick': ['--abort'],
  revert: ['--abort'],
} as const

export const unfinished: Check = {
  name: 'unfinished',
  group: 'repository',
  about: 'git is in the middle of nothing',
  examine: async ({ repository }) => {
    const all = await repository.unfinished()
    const findings = all.map(({ root, what, blocks }) => {
      const next = [
        ['git', '-C', root, 'status'],
        ['git', '-C', root, what, ...END[what]],
      ]
      return blocks
        ? problem(root, {
            found: `an unfinished ${what} of the control branch: nothing is written until it ends`,
            expected: 'none',
            next,
          })
        : warning(root, {
            found: `an unfinished ${what}`,
            expected: 'none: what it brings may touch the store',
            next,
          })
    })
    return { summary: 'nothing is half-way', findings }
  },
}
