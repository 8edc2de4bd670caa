/** What surrounds the record: the files that people see, and what could make git show something else. */
import { ownerOf } from '../../audit/files.ts'
import { type Finding, type FindingCode, finding } from '../../audit/finding.ts'
import { BUILT_IN_TYPES } from '../../documents/types.ts'
import type { Deviation, Evidence, Extent } from '../../store/evidence.ts'

const CODES: Readonly<Record<Deviation['kind'], FindingCode>> = {
  edited: 'EDITED_IN_WORK_TREE',
  missing: 'MISSING_IN_WORK_TREE',
  unknown: 'UNKNOWN_IN_WORK_TREE',
  staged: 'STAGED_BY_HAND',
  behind: 'VIEW_BEHIND',
  'not a file': 'EDITED_IN_WORK_TREE',
  mode: 'EDITED_IN_WORK_TREE',
}

const EXPECTED: Readonly<Record<Deviation['kind'], string>> = {
  edited: 'the bytes that are committed',
  missing: 'the file that is committed',
  unknown: 'no such file',
  staged: 'the index as the branch is',
  behind: 'the file as it is committed now',
  'not a file': 'an ordinary file',
  mode: 'an ordinary file',
}

export const inspectView = async (
  evidence: Evidence,
  paths: readonly string[],
  extent: Extent,
  since?: number,
): Promise<Finding[]> =>
  (await evidence.deviations(paths, extent, since)).map(({ path, kind, found }) => {
    const owner = ownerOf(path, BUILT_IN_TYPES)
    const document = owner.kind === 'document' ? owner.id : owner.kind === 'record' ? owner.record : null
    return finding(CODES[kind], { document, path }, EXPECTED[kind], found)
  })

export const inspectSurroundings = async (evidence: Evidence): Promise<Finding[]> => {
  const { replaced, grafts, alternates } = await evidence.surroundings()
  const found = grafts ? 'info/grafts gives commits other parents' : ''
  return [
    ...replaced.map((name) =>
      finding(
        'REPLACED_OBJECTS',
        {},
        'no replacements',
        `refs/${name}: git shows another object in its place`,
      ),
    ),
    ...(grafts ? [finding('REPLACED_OBJECTS', {}, 'no grafts', found)] : []),
    ...alternates.map((folder) =>
      finding('FOREIGN_OBJECTS', {}, 'objects of its own', `objects are borrowed from ${folder}`),
    ),
  ]
}
