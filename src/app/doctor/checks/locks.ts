import { type Check, warning } from '../check.ts'

export const locks: Check = {
  name: 'locks',
  group: 'repository',
  about: 'no program holds a lock of git',
  examine: async ({ repository }) => {
    const findings = (await repository.locks()).map(({ path, ageSeconds }) =>
      warning(path, {
        found: `a lock of another program, ${ageSeconds} s old; qms waits for it and never removes it`,
        expected: 'none, once that program has ended; where none is running, the file can go',
        next: [
          ['fuser', '-v', path],
          ['rm', '-i', path],
        ],
      }),
    )
    return { summary: 'none is held', findings }
  },
}
