import { type Check, warning } from '../check.ts'

const UNDO = { 'assume-unchanged': '--no-assume-unchanged', 'skip-worktree': '--no-skip-worktree' } as const

export const indexFlags: Check = {
  name: 'index-flags',
  group: 'repository',
  about: 'git looks at every file of the store',
  examine: async ({ repository }) => {
    const [flags, { sparse }] = await Promise.all([repository.indexFlags(), repository.history()])
    const findings = flags
      .filter(({ flag }) => !(sparse && flag === 'skip-worktree'))
      .map(({ path, flag }) =>
        warning(path, {
          found: `marked ${flag}: git does not see what is changed in this file`,
          expected: 'no such mark on a file of the store',
          next: [['git', 'update-index', UNDO[flag], '--', path]],
        }),
      )
    return { summary: 'no file is hidden from git', findings }
  },
}
