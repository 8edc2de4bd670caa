import { QmsError, refuse } from '../../../errors.ts'
import { systemPath } from '../../../store/layout.ts'
import type { Records } from '../../records.ts'
import { type Check, count, type Finding, ofFault, problem } from '../check.ts'
import type { Patient } from '../patient.ts'

const DAMAGE: ReadonlySet<string> = new Set(['DAMAGED', 'LINK_IN_STORE', 'NOT_INITIALISED'])

/** The finding that a damaged record makes; other refusals pass. */
const damage = (error: unknown): Finding[] => {
  if (!(error instanceof QmsError) || !DAMAGE.has(error.code)) throw error
  if (error.code !== 'NOT_INITIALISED') return [ofFault('problem', error, [['qms', 'audit']])]
  const words = {
    found: 'is not there, or empty: nobody may do anything',
    expected: 'the users of the store',
  }
  return [problem(systemPath('registry'), words)]
}

/** Every metadata file that cannot be read, not only the first. */
const unreadable = async (records: Records): Promise<Finding[]> => {
  const files = await records.metadataFiles()
  const contents = await records.snapshot.contents(files)
  const read = files.map((file, i) => records.metadataOf(file, contents[i]!).then(() => [], damage))
  return (await Promise.all(read)).flat()
}

const withRecords = async (patient: Patient) => {
  const records = await patient.records()
  const findings = await unreadable(records)
  const n = (await records.metadataFiles()).length
  return { summary: `${count(n, 'document')}, ${count(records.system.registry.size, 'user')}`, findings }
}

export const records: Check = {
  name: 'records',
  group: 'store',
  about: 'the system records and the metadata of every document can be read',
  examine: async (patient) => {
    const { tip } = await patient.snapshot()
    if (tip === null) throw refuse('NOT_INITIALISED', { root: patient.repository.mainRoot })
    return withRecords(patient).catch((error) => ({ summary: '', findings: damage(error) }))
  },
}
