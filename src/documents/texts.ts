/** Where a change of status puts a document's texts: draft, live, archive. */
import type { Document, TextRef } from './document.ts'
import type { DocumentEvent, Unlinked } from './event.ts'
import { majorOf } from './version.ts'

type StatusChange = Extract<Unlinked<DocumentEvent>, { event: 'STATUS_CHANGE' }>

export const withTexts = (d: Document, e: StatusChange): Partial<Document> => {
  const { draft, live } = d
  const ended = { owner: null, checkout: null, team: [], round: null }
  switch (e.to_status) {
    case 'EFFECTIVE':
      if (e.from_status === 'DRAFT')
        return { ...ended, fresh: false, archive: archived(d, draft), draft: null }
      if (!draft) return { ...ended }
      return { ...ended, archive: archived(d, live, draft), live: becomeLive(draft, e.version), draft: null }
    case 'CLOSED':
      if (!draft) return { ...ended }
      return { ...ended, archive: archived(d, live), live: becomeLive(draft, e.version), draft: null }
    case 'RETIRED':
      return { ...ended, archive: archived(d, live, draft), live: null, draft: null }
    case 'CANCELLED':
      return { ...ended, archive: d.fresh ? d.archive : archived(d, draft), draft: null }
    default:
      return !draft || d.fresh || majorOf(draft.version) === majorOf(e.version)
        ? {}
        : { archive: archived(d, draft), draft: renumbered(draft, e.version) }
  }
}

const becomeLive = (text: TextRef, version: string): TextRef => atItsPlace(renumbered(text, version))

const renumbered = (text: TextRef, version: string): TextRef => ({ ...text, version })

export const archived = (d: Document, ...texts: readonly (TextRef | null)[]): readonly TextRef[] =>
  texts.reduce<readonly TextRef[]>((all, text) => (text === null ? all : archivedWith(all, text)), d.archive)

/** One version is one text; only a former life of an adopted id may have left another one under it: both are kept. */
const archivedWith = (all: readonly TextRef[], text: TextRef): readonly TextRef[] => {
  const same = all.filter((t) => t.version === text.version)
  const former = same.at(-1)
  if (former === undefined) return [...all, atItsPlace(text)]
  if (former.path === undefined || same.some((t) => t.content === text.content)) return all
  return [...all, { ...atItsPlace(text), path: former.path.replace(/[^/]*$/, 'again/$&') }]
}

/** A text that is moved stands where every text of its kind does, wherever it was found. */
const atItsPlace = ({ version, content }: TextRef): TextRef => ({ version, content })
