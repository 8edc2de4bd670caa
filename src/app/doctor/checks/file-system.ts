import type { FileSystem, GitSetting } from '../../../store/probe.ts'
import { type Check, type Finding, note, warning } from '../check.ts'

/** Folders that a program keeps the same on several machines, file by file and not in order. */
const SYNCED =
  /(?:^|\/)(Dropbox(?: \([^/]*\))?|OneDrive(?: - [^/]*)?|Google ?Drive|My Drive|iCloud Drive|com~apple~CloudDocs|Nextcloud|ownCloud|Syncthing|Box Sync)(?:\/|$)/i

const caseOf = ({ ignoresCase }: FileSystem, settings: readonly GitSetting[]): Finding[] => {
  const said = settings.findLast(({ key }) => key === 'core.ignorecase')?.value ?? 'false'
  const saysIgnored = /^(?:true|yes|on|1)$/i.test(said)
  if (saysIgnored === ignoresCase)
    return ignoresCase ? [note('case', 'names that differ only by case are one file here')] : []
  return [
    warning('core.ignoreCase', {
      found: `${said}, while this file system ${ignoresCase ? 'takes names that differ only by case for one' : 'tells names by case'}`,
      expected: String(ignoresCase),
      next: [['git', 'config', 'core.ignoreCase', String(ignoresCase)]],
    }),
  ]
}

const syncedIn = (paths: readonly string[]): Finding[] =>
  paths.flatMap((path) => {
    const name = SYNCED.exec(path.replaceAll('\\', '/'))?.[1]
    if (name === undefined) return []
    return [
      warning(path, {
        found: `inside of ${name}, which copies the files of git one by one and makes copies of its own`,
        expected:
          'a folder that no other program writes to; git itself takes changes from one machine to another',
      }),
    ]
  })

export const fileSystem: Check = {
  name: 'file-system',
  group: 'repository',
  about: 'the disk tells names apart, is a local one, and no other program copies it',
  examine: async ({ repository }) => {
    const [seen, settings] = await Promise.all([repository.fileSystem(), repository.settings()])
    const remote = seen.disks.flatMap(({ path, remote }) =>
      remote === null
        ? []
        : [
            warning(path, {
              found: `on ${remote}: locks and renames are not sure to hold there`,
              expected: 'a local disk',
            }),
          ],
    )
    const synced = syncedIn([...new Set([repository.mainRoot, repository.commonDir])].slice(0, 1))
    return { summary: 'a local disk', findings: [...caseOf(seen, settings), ...remote, ...synced] }
  },
}
