/** What happened to an adopted document before: its old lines as they are, whatever they are. */
import type { OldLine } from '../adoption/lines.ts'
import type { Remark } from '../documents/document.ts'
import type { Loaded, Records } from './records.ts'

/** One line from before the adoption. */
export interface FormerLine {
  /** The file it stands in, where that is not the document's own trail. */
  readonly file: string | null
  readonly line: number
  /** Null where the line does not say. */
  readonly ts: string | null
  readonly event: string | null
  readonly user: string | null
  readonly version: string | null
  readonly comment: string | null
  /** The line itself. */
  readonly text: string
}

export const HIDDEN = '(hidden while this round is open to the reader)'

/** @param hides whether a review of this round by this author is kept from the reader */
export const formerLines = async (
  records: Records,
  loaded: Loaded,
  hides: (round: number, author: string) => boolean,
): Promise<readonly FormerLine[]> =>
  (await told(records, loaded)).map(({ file, line, round }) => {
    const hidden = line.event === 'REVIEW' && hides(round, line.user ?? '')
    const { ts, event, user, version } = line
    const comment = commentIn(line)
    return {
      file,
      line: line.line,
      ts,
      event,
      user,
      version,
      comment: hidden && comment ? HIDDEN : comment,
      text: hidden ? HIDDEN : line.text,
    }
  })

/** Comments from before, in the form of ours. */
export const formerRemarks = async (records: Records, loaded: Loaded): Promise<readonly Remark[]> =>
  (await told(records, loaded)).flatMap(({ line, round }) => {
    const comment = commentIn(line)
    if (!comment || !isVerdict(line.event)) return []
    return [
      {
        ts: line.ts ?? '',
        user: line.user ?? '',
        event: line.event,
        outcome: typeof line.fields?.outcome === 'string' ? line.fields.outcome : null,
        comment,
        version: line.version ?? '',
        round,
      },
    ]
  })

const isVerdict = (event: string | null): event is Remark['event'] =>
  event === 'REVIEW' || event === 'REJECT' || event === 'APPROVE'

const commentIn = ({ fields }: OldLine): string | null =>
  typeof fields?.comment === 'string' && fields.comment !== '' ? fields.comment : null

interface Told {
  readonly file: string | null
  readonly line: OldLine
  readonly round: number
}

/** The lines of the document's trail, then those of trails that stand elsewhere, each with the number of its round. */
const told = async (records: Records, { former, events }: Loaded): Promise<Told[]> => {
  const [first] = events
  if (first?.event !== 'ADOPT') return []
  const { readOldLines } = await import('../adoption/lines.ts')
  const { tell } = await import('../adoption/story.ts')
  const elsewhere = first.files.filter((file) => file.role === 'trail').map((file) => file.path)
  const others = await Promise.all(elsewhere.map((path) => records.snapshot.read(path).catch(() => null)))
  const lines = [former, ...others].flatMap((bytes, i) =>
    readOldLines(bytes ?? new Uint8Array()).map((line) => ({ file: elsewhere[i - 1] ?? null, line })),
  )
  const story = tell(lines.map(({ line }, i) => ({ ...line, line: i })))
  return lines.map(({ file, line }, i) => ({ file, line, round: story.roundAt.get(i) ?? 0 }))
}
