import { NAMESPACES_FILE } from '../../../adoption/papers.ts'
import type { DocId } from '../../../documents/id.ts'
import * as layout from '../../../store/layout.ts'
import type { Records } from '../../records.ts'
import { type Check, count, type Finding, problem, warning } from '../check.ts'
import type { Patient } from '../patient.ts'

const SYSTEM = new Set(layout.SYSTEM_RECORDS.map(layout.systemPath))

/** `ID`, `ID-draft`, `ID-v1.0`: what the name of a file begins with, and the version where it has one. */
const NAME = /^(?<id>.+?)(?<rest>-draft\.md|-v(?<version>\d+\.\d+)\.md|\.md|\.source\.json|\.json|\.jsonl)$/

const pathsOf = (id: DocId, version = '0.1'): string[] => {
  const place = layout.placeOf(id)
  const archive = layout.archivePath(place, version)
  return [
    layout.auditPath(place),
    layout.metaPath(place),
    layout.recordPath(place),
    layout.draftPath(place),
    layout.livePath(place),
    archive,
    archive.replace(/[^/]*$/, 'again/$&'),
  ]
}

/** Whether a document that the store has could have a file there. */
const isExplained = (path: string, known: ReadonlyMap<string, DocId>): boolean => {
  const evidence = known.get(layout.documentOfEvidence(path) ?? '')
  if (evidence) return path === layout.evidencePath(layout.placeOf(evidence), path.slice(-64))
  const { id, version } = NAME.exec(path.slice(path.lastIndexOf('/') + 1))?.groups ?? {}
  const document = id && known.get(id)
  return SYSTEM.has(path) || (document ? pathsOf(document, version).includes(path) : false)
}

/** Files that adopted documents brought along, wherever they stand. */
const broughtAlong = async (records: Records, ids: readonly DocId[]): Promise<ReadonlySet<string>> => {
  const loaded = await Promise.all(ids.map((id) => records.find(id).catch(() => null)))
  const files = loaded.flatMap((l) => (l?.events[0]?.event === 'ADOPT' ? l.events[0].files : []))
  return new Set([NAMESPACES_FILE, ...files.map(({ path }) => path)])
}

const unknown = async (patient: Patient, paths: readonly string[]): Promise<Finding[]> => {
  const records = await patient.records()
  const ids = await records.ids()
  const known = new Map(ids.map((id) => [id.id, id]))
  const odd = paths.filter((path) => !isExplained(path, known))
  const adopted = odd.length > 0 ? await broughtAlong(records, ids) : new Set<string>()
  return odd.filter((path) => !adopted.has(path)).map((path) => strange(path, patient.branch))
}

const strange = (path: string, branch: string): Finding =>
  warning(path, {
    found: 'committed, and of no document that the store has',
    expected: 'only what qms writes below QMS/, and what an adopted store brought along',
    next: [
      ['git', 'log', '--oneline', branch, '--', path],
      ['qms', 'audit'],
    ],
  })

/** Names that one file system or another takes for the same. */
const colliding = (paths: readonly string[]): Finding[] => {
  const same = new Map<string, string[]>()
  for (const path of paths) {
    const key = path.normalize('NFC').toLowerCase()
    same.set(key, [...(same.get(key) ?? []), path])
  }
  return [...same.values()]
    .filter((names) => names.length > 1)
    .map((names) =>
      problem(names[0]!, {
        found: `differs from ${names.slice(1).join(', ')} by case only: some disks can hold one of them`,
        expected: 'names that differ by more',
      }),
    )
}

const KIND: Readonly<Record<string, string>> = { '120000': 'a symbolic link', '160000': 'a submodule' }

const oddMode = ({ path, mode }: { path: string; mode: string }): Finding => {
  const words = { found: KIND[mode] ?? `a file with mode ${mode}`, expected: 'a plain file (mode 100644)' }
  return KIND[mode] ? problem(path, words) : warning(path, words)
}

export const storeFiles: Check = {
  name: 'store-files',
  group: 'store',
  about: 'what is committed below QMS/ belongs to a document, and is a plain file',
  examine: async (patient) => {
    const modes = await patient.repository.oddModes()
    const paths = (await (await patient.snapshot()).walk(layout.STORE_FOLDER)).map(({ path }) => path)
    const strangers = await unknown(patient, paths)
    return {
      summary: count(paths.length, 'file'),
      findings: [...modes.map(oddMode), ...colliding(paths), ...strangers],
    }
  },
}
