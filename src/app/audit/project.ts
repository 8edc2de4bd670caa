/** What belongs to no single document: configuration, attributes, and files that belong to nothing. */
import { configurationFindings } from '../../audit/configuration.ts'
import { type Finding, finding } from '../../audit/finding.ts'
import { EARLIER, type Placed } from '../../audit/positions.ts'
import type { SystemEvent } from '../../documents/event.ts'
import * as layout from '../../store/layout.ts'
import { laterFormat, STORE_FORMAT } from '../configuration.ts'
import { textsOf } from './documents.ts'
import { blobAt, type Case, Digests } from './sorted.ts'

export const projectFindings = async (
  the: Case,
  policy: readonly Placed<SystemEvent>[],
): Promise<Finding[]> => {
  const { evidence, hashes, sorted, world } = the
  const digests = new Digests(evidence, hashes)
  const edges = sorted.edges?.of('config') ?? null
  const file = sorted.files.get('config')?.[0]
  await digests.read([...(file ? [file.oid] : []), ...textsOf(edges ?? [], '')])
  const configuration = configurationFindings({
    digest: (file && digests.of(file.oid)) ?? null,
    edges,
    policy,
    founded: world.founded?.at ?? null,
    digestOf: digests.of,
  })
  const attributes = await blobAt(evidence, layout.ATTRIBUTES_FILE)
  const lines = new TextDecoder().decode(attributes ?? new Uint8Array()).split(/\r?\n/)
  const held = lines.includes(layout.ATTRIBUTES_LINE)
  const where = { path: layout.ATTRIBUTES_FILE }
  const line = held
    ? []
    : [finding('ATTRIBUTES_MISSING', where, layout.ATTRIBUTES_LINE, attributes ? 'no such line' : 'no file')]
  return [...configuration, ...(await laterFormatFindings(the)), ...line]
}

/** What a later version of this program wrote is judged by that one. */
const laterFormatFindings = async ({ evidence }: Case): Promise<Finding[]> => {
  const later = laterFormat(await blobAt(evidence, layout.CONFIG_FILE))
  const where = { path: layout.CONFIG_FILE }
  return later === null
    ? []
    : [finding('NEWER_FORMAT', where, `format ${STORE_FORMAT} or earlier`, `format ${later}`)]
}

/** Files in the store that bear no document's name: now, or for a time. */
export const strays = async ({ sorted, world }: Case): Promise<Finding[]> => {
  const edges = sorted.edges?.of('stray') ?? []
  const files = sorted.files.get('stray') ?? []
  const now = new Set(files.map((f) => f.path))
  const last = new Map(edges.flatMap((e) => e.changes.map((c) => [c.path, e] as const)))
  const founded = world.founded?.at ?? EARLIER
  const present = files.map(({ path, mode }) => {
    const edge = last.get(path)
    const code = edge && edge.at <= founded ? 'ADOPTED_STRAY' : 'UNKNOWN_FILE'
    return finding(
      code,
      { path, commit: edge?.commit ?? null },
      'no such file',
      mode === '100644' ? 'a file' : `mode ${mode}`,
    )
  })
  const gone = [...last].filter(([path, edge]) => !now.has(path) && edge.at > founded)
  return [
    ...present,
    ...gone.map(([path, edge]) =>
      finding(
        'EDITED_AND_PUT_BACK',
        { path, commit: edge.commit },
        'no such file',
        'it was there for a time',
      ),
    ),
  ]
}
