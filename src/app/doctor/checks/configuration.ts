import { compareVersions, parseVersion } from '../../../documents/version.ts'
import { QmsError } from '../../../errors.ts'
import { CONFIG_FILE } from '../../../store/layout.ts'
import { KEYS, STORE_FORMAT } from '../../configuration.ts'
import { closest } from '../../suggest.ts'
import { type Check, type Finding, note, ofFault, problem, warning } from '../check.ts'
import type { Settings } from '../patient.ts'

const formatOf = (version: unknown): Finding[] => {
  if (typeof version !== 'string' || compareVersions(version, STORE_FORMAT) <= 0) return []
  if (parseVersion(version) === null)
    return [
      warning('version', {
        found: version,
        expected: `a version of the store's format, such as ${STORE_FORMAT}`,
      }),
    ]
  return [
    problem('version', {
      found: `the store has format ${version}: a later qms wrote it, and this one may misread it`,
      expected: `${STORE_FORMAT} or earlier, or a later qms`,
      next: [['qms', '--version', '--json']],
    }),
  ]
}

/** What another program left is kept, and means nothing; elsewhere a key that is not known is likely a slip. */
const unknownKeys = (raw: Settings['raw']): Finding[] =>
  Object.keys(raw)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      if (typeof raw.adopted === 'string')
        return note(key, 'a key of another program: kept, and without effect')
      const [near] = closest(key, KEYS)
      return warning(key, {
        found: `no setting of qms${near ? `: did you mean ${near}?` : ''} It has no effect`,
        expected: KEYS.join(', '),
        next: [['qms', 'config']],
      })
    })

export const configuration: Check = {
  name: 'configuration',
  group: 'store',
  about: `${CONFIG_FILE} can be read, and says nothing that is not understood`,
  examine: async (patient) => {
    try {
      const { raw } = await patient.configuration()
      return {
        summary: `format ${raw.version ?? STORE_FORMAT}`,
        findings: [...formatOf(raw.version), ...unknownKeys(raw)],
      }
    } catch (error) {
      if (!(error instanceof QmsError) || error.code !== 'DAMAGED') throw error
      return { summary: '', findings: [ofFault('problem', error)] }
    }
  },
}
