import type { History } from '../../../store/probe.ts'
import { type Check, type Finding, note, problem, warning } from '../check.ts'

const incomplete = ({ shallow, partial }: History): Finding[] => [
  ...(shallow
    ? [
        problem('shallow', {
          found: 'a shallow clone: older commits are not here, and qms writes nothing from it',
          expected: 'the whole history',
          next: [['git', 'fetch', '--unshallow']],
        }),
      ]
    : []),
  ...(partial
    ? [
        problem('partial', {
          found: 'a partial clone: some objects are not here, and qms writes nothing from it',
          expected: 'the whole history',
          next: [['git', 'fetch', '--refetch', '--no-filter']],
        }),
      ]
    : []),
]

const substituted = ({ replaced, grafted, alternates }: History): Finding[] => [
  ...replaced.map((ref) =>
    warning(ref, {
      found: 'git shows another object in the place of this one; qms reads the one that is named',
      expected: 'no replaced objects',
      next: [['git', 'replace', '-d', ref.replace('refs/replace/', '')]],
    }),
  ),
  ...(grafted
    ? [
        warning('info/grafts', {
          found: 'git shows another history than was written; qms reads the one that was',
          expected: 'no grafts',
          next: [['git', 'replace', '--convert-graft-file']],
        }),
      ]
    : []),
  ...alternates.map((folder) =>
    warning(folder, {
      found: 'objects are borrowed from this folder: if it goes, the store cannot be read',
      expected: 'a repository that holds all of its objects',
      next: [['git', 'repack', '-a', '-d']],
    }),
  ),
]

export const history: Check = {
  name: 'history',
  group: 'repository',
  about: 'history is whole, and no object stands for another',
  examine: async ({ repository }) => {
    const seen = await repository.history()
    const sparse = seen.sparse
      ? [note('sparse', 'a sparse checkout: the store is read from its branch, whatever the work tree shows')]
      : []
    return { summary: 'whole history', findings: [...incomplete(seen), ...substituted(seen), ...sparse] }
  },
}
