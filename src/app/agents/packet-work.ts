/** What a packet tells of the work that a document records: evidence of its items, and the code that it concerns. */
import type { Part } from '../../agents/packet.ts'
import { keptFile } from '../../documents/evidence.ts'
import { factsOf, toldBriefly } from '../../execution/evidence-told.ts'
import { type Exhibit, historyOf, type ItemHistory, recordedItems } from '../../execution/history.ts'
import type { ProjectFiles } from '../../project/files.ts'
import type { Subject } from './packet-subject.ts'

/** Characters of one kept output, and of all of them together; more is had with `qms ei show`. */
const MOST_OUTPUT = 4000
const MOST_OUTPUTS = 100_000

export const evidenceParts = async (s: Subject): Promise<Part[]> => {
  const { events, d } = s.loaded
  const items = recordedItems(events).map((item) => historyOf(events, item))
  if (items.length === 0) return []
  const listed: Part = {
    name: 'evidence',
    title: `Evidence on record (qms ei show ${d.id.id} EI-1 gives all that is known of an item)`,
    digest: null,
    body: items.flatMap(itemLines).join('\n'),
  }
  return [listed, ...(await outputParts(s, items))]
}

const itemLines = ({ item, outcome, exhibits, carried }: ItemHistory): string[] => [
  `${item}: ${outcome ?? 'no outcome'}${carried.length > 0 ? `, carried by ${carried.join(', ')}` : ''}`,
  ...exhibits.flatMap(exhibitLines),
]

const exhibitLines = ({ number, evidence, ts, user, aside }: Exhibit): string[] => [
  `  E${number} ${evidence.kind}, ${ts}, ${user}: ${indented(toldBriefly(evidence))}`,
  ...factsOf(evidence).map(([name, value]) => `    ${name}: ${indented(value)}`),
  ...(aside === null ? [] : [`    set aside: ${indented(aside)}`]),
]

const indented = (text: string): string => text.replaceAll('\n', '\n      ')

/** The end of each output that still speaks: that is where programs say how they fared. */
const outputParts = async (
  { records, loaded: { d } }: Subject,
  items: readonly ItemHistory[],
): Promise<Part[]> => {
  const parts: Part[] = []
  let left = MOST_OUTPUTS
  for (const { item, exhibits } of items)
    for (const { number, evidence, aside } of exhibits) {
      const digest = aside === null ? keptFile(evidence) : null
      if (digest === null || left <= 0) continue
      const text = new TextDecoder().decode(await records.kept(d, digest))
      const body = text.slice(-Math.min(MOST_OUTPUT, left)).replace(/^[\udc00-\udfff]/, '')
      left -= body.length
      const cut = body.length < text.length ? `, its last ${body.length} of ${text.length} characters` : ''
      parts.push({ name: 'output', title: `Kept of ${item} E${number}${cut}`, digest, body })
    }
  return parts
}

/** Paths of the code that are named one by one. */
const MOST_PATHS = 200

/** The parser of Markdown is loaded only for a text that may have the heading. */
export const codePart = async (
  { loaded: { d } }: Subject,
  text: string,
  files: ProjectFiles,
): Promise<Part[]> => {
  if (!/files affected/i.test(text)) return []
  const [{ filesAffected }, { covers }] = await Promise.all([
    import('../../documents/affected.ts'),
    import('../../documents/path-pattern.ts'),
  ])
  const affected = filesAffected(text)
  if (!affected) return []
  const all = affected.entries.length > 0 ? await files.files() : []
  const covered = affected.entries.map((entry) => ({
    entry,
    paths: all.filter((path) => covers(entry, path)),
  }))
  const body = [
    ...listedPaths(covered),
    ...affected.unreadable.map((entry) => `not read as a path: ${entry}`),
  ]
  const title = `Files of the project that ${d.id.id} says it affects`
  if (body.length === 0) return [{ name: 'code', title: `${title}: none`, digest: null, body: null }]
  return [{ name: 'code', title, digest: null, body: body.join('\n') }]
}

const listedPaths = (
  covered: readonly { readonly entry: string; readonly paths: readonly string[] }[],
): string[] => {
  let left = MOST_PATHS
  return covered.flatMap(({ entry, paths }) => {
    const only = paths.length === 1 && paths[0] === entry
    const shown = only ? [] : paths.slice(0, left)
    left -= shown.length
    const more = only ? 0 : paths.length - shown.length
    const count = paths.length === 0 ? 'not in the project' : `${paths.length} in the project`
    return [
      `${entry} (${count})`,
      ...shown.map((path) => `  ${path}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ]
  })
}
