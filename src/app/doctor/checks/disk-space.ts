import { type Check, type Finding, problem, warning } from '../check.ts'

const MEGABYTE = 1024 * 1024
/** Less than this, and some transitions will find no room: a text may have 4 MB, and is written three times. */
const LOW = 200 * MEGABYTE
const NONE = 16 * MEGABYTE

const inWords = (bytes: number): string =>
  bytes < 1024 * MEGABYTE ? `${Math.floor(bytes / MEGABYTE)} MB` : `${Math.floor(bytes / MEGABYTE / 1024)} GB`

export const diskSpace: Check = {
  name: 'disk-space',
  group: 'repository',
  about: 'there is room to write',
  examine: async ({ repository }) => {
    const { disks } = await repository.fileSystem()
    const findings = disks.flatMap(({ path, freeBytes }): Finding[] => {
      const words = {
        found: `${inWords(freeBytes)} free`,
        expected: `${inWords(LOW)} or more`,
        next: [['df', '-h', path]],
      }
      if (freeBytes < NONE) return [problem(path, words)]
      return freeBytes < LOW ? [warning(path, words)] : []
    })
    return { summary: `${inWords(Math.min(...disks.map((d) => d.freeBytes)))} free`, findings }
  },
}
