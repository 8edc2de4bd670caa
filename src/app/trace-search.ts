/** Tests that name requirements, found in the files of the project in one pass. */
import { decode } from '../documents/text.ts'
import type { ProjectFiles } from '../project/files.ts'
import { ID_START } from '../traceability/ids.ts'
import { type BadMarker, type Marker, markersIn } from '../traceability/markers.ts'

export interface Searched {
  readonly markers: readonly Marker[]
  readonly bad: readonly BadMarker[]
  /** Every path of the project, read or not. */
  readonly paths: ReadonlySet<string>
  /** Files that were read. */
  readonly read: number
  /** Files that would have been, and are too large. */
  readonly tooLarge: readonly string[]
}

/** Prose and data name requirements without proving any: they are not read. */
const NO_SOURCE =
  /\.(?:md|markdown|mdx|rst|adoc|asciidoc|txt|csv|tsv|json|jsonl|xml|html?|svg|lock|map|snap|pdf|png|jpe?g|gif|ico|woff2?|zip|gz|tar)$/i

export const searched = async (files: ProjectFiles): Promise<Searched> => {
  const paths = await files.files()
  const found = { markers: [] as Marker[], bad: [] as BadMarker[], tooLarge: [] as string[] }
  let read = 0
  for (const path of paths.filter((one) => !NO_SOURCE.test(one))) {
    const bytes = files.read(path)
    if (bytes === 'too large') found.tooLarge.push(path)
    if (typeof bytes === 'string') continue
    read += 1
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    if (!buffer.includes(ID_START)) continue
    // Ids are ASCII: they are read in any of the older encodings, too.
    const { markers, bad } = markersIn(path, decode(bytes) ?? buffer.toString('latin1'))
    found.markers.push(...markers)
    found.bad.push(...bad)
  }
  return { ...found, read, paths: new Set(paths) }
}
