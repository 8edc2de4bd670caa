import { type Check, count, warning } from '../check.ts'

export const codeCache: Check = {
  name: 'code-cache',
  group: 'machine',
  about: 'compiled code kept between starts can be used',
  examine: async ({ machine }) => {
    const { folder, writable, unusable } = await machine.codeCache()
    const slow = 'code that a start can read and replace; without it each start takes longer'
    if (folder !== null && !writable)
      return {
        summary: '',
        findings: [
          warning(folder, {
            found: 'a folder that cannot be written to',
            expected: slow,
            next: [['ls', '-ld', folder]],
          }),
        ],
      }
    const findings = unusable.map((name) =>
      warning(`${folder}/${name}`, { found: 'a file that no start can use', expected: slow, fixable: true }),
    )
    const does = `removes ${count(unusable.length, 'file')} of compiled code`
    return {
      summary: folder ?? 'none is kept',
      findings,
      mend: { does, run: () => machine.dropCode(unusable) },
    }
  },
}
