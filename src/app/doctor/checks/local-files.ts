import { type Check, count, problem, warning } from '../check.ts'

export const localFiles: Check = {
  name: 'local-files',
  group: 'repository',
  about: 'copies and caches can be written, and git leaves them alone',
  examine: async (patient) => {
    const { repository } = patient
    const { unignored, tracked, unwritable } = await repository.localFiles(await patient.workspace())
    const findings = [
      ...unignored.map((pattern) =>
        warning(pattern, {
          found: 'git does not ignore it: copies could be committed',
          expected: 'a line in .git/info/exclude',
          fixable: true,
        }),
      ),
      ...tracked.map((path) =>
        problem(path, {
          found: 'a local file that git tracks',
          expected: 'local files in no commit',
          next: [['git', 'rm', '--cached', '--', path]],
        }),
      ),
      ...(unwritable === null
        ? []
        : [
            problem('.qms', {
              found: unwritable,
              expected: 'a folder that can be written to',
              next: [['ls', '-ld', `${repository.mainRoot}/.qms`]],
            }),
          ]),
    ]
    const does = `lists ${count(unignored.length, 'pattern')} in .git/info/exclude`
    return {
      summary: 'ignored by git, writable',
      findings,
      mend: { does, run: () => repository.ignore(unignored) },
    }
  },
}
