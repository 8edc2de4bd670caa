/** The parts of a packet, each read where it stands. Names in titles are ids, versions and paths that were checked. */
import { governing } from '../../agents/governing.ts'
import type { Part } from '../../agents/packet.ts'
import type { Document, Remark } from '../../documents/document.ts'
import { decode } from '../../documents/text.ts'
import { remarksFor } from '../read.ts'
import type { Records } from '../records.ts'
import { differenceOf, lastApproved, textsOf } from '../versions.ts'
import { definitionPart, guideParts } from './packet-files.ts'
import type { PacketAsk, Subject } from './packet-subject.ts'
import { codePart, evidenceParts } from './packet-work.ts'

/** In the order in which they are to be read. */
export const partsOf = async (s: Subject, wanted: PacketAsk): Promise<readonly Part[]> => {
  const text = decode(await s.records.text(s.loaded.d, s.ref)) ?? ''
  const project = await s.files()
  const all = await Promise.all([
    recordPart(s),
    textPart(s, text),
    redlinePart(s),
    documentsPart(s),
    evidenceParts(s),
    procedureParts(s, text, wanted.sops ?? 'full'),
    definitionPart(s, project),
    guideParts(s, project),
    codePart(s, text, project),
    commentParts(s),
    wanted.history ? supersededParts(s) : [],
  ])
  return all.flat()
}

/** `name: value`, further lines of the value indented. */
const field = (name: string, value: string | null | undefined): string[] =>
  value === null || value === undefined ? [] : [`${name}: ${value.replaceAll('\n', '\n  ')}`]

const recordPart = ({ loaded: { d } }: Subject): Part => ({
  name: 'record',
  title: `What the record says of ${d.id.id}`,
  digest: null,
  body: [
    ...field('title', d.title),
    ...field('type', `${d.id.type.name}, ${d.id.type.title}`),
    ...field('owner', d.owner ?? 'nobody'),
    ...field('team', d.team.join(', ') || 'nobody'),
    ...field('purpose', d.purpose.kind === 'ordinary' ? null : `to ${d.purpose.kind} it`),
    ...field('reason', d.purpose.reason),
    ...d.escalations.flatMap((e) => [
      ...field(`escalated by ${e.user}`, e.reason),
      ...field('decided', e.decision ?? 'not yet'),
    ]),
  ].join('\n'),
})

const textPart = ({ loaded: { d }, ref }: Subject, text: string): Part => ({
  name: 'text',
  title: `The text under review: ${d.id.id} version ${ref.version}, SHA-256 ${ref.content}`,
  digest: ref.content,
  body: text,
})

const redlinePart = async ({ records, loaded: { d }, ref }: Subject): Promise<Part> => {
  const former = lastApproved(d, ref)
  const part = { name: 'redline', digest: null } as const
  if (!former)
    return { ...part, title: `Redline: none, no text of ${d.id.id} was approved before this one`, body: null }
  const since = `version ${former.version}, the text last approved`
  const { unified } = await differenceOf(records, d, { from: former.version, to: ref.version })
  if (unified === '') return { ...part, title: `Redline: none, the text is the same as ${since}`, body: null }
  return { ...part, title: `What changed since ${since}`, body: unified }
}

/** The documents that this one hangs on, and that hang on it. */
const documentsPart = async ({ records, loaded: { d } }: Subject): Promise<Part[]> => {
  const above = await Promise.all(
    [d.parent, d.source].flatMap((id) => (id === null ? [] : [found(records, id)])),
  )
  const below = await descendants(records, d)
  if (above.length + below.length === 0) return []
  const lines = [
    ...above.map((x) => `${x.role === null ? 'not in the record' : 'above'}: ${x.told}`),
    ...below.map((x) => `below: ${told(x)}`),
  ]
  return [
    {
      name: 'documents',
      title: `Documents above and below it (qms read ID gives their texts)`,
      digest: null,
      body: lines.join('\n'),
    },
  ]
}

const found = async (records: Records, id: string): Promise<{ role: 'above' | null; told: string }> => {
  const loaded = await records.find(await records.idOf(id))
  return loaded ? { role: 'above', told: told(loaded.d) } : { role: null, told: id }
}

const told = (d: Document): string => `${d.id.id}, version ${d.version}, ${d.status}: ${d.title}`

const descendants = async (records: Records, { id }: Document): Promise<Document[]> => {
  const children = await records.children(id)
  const deeper = await Promise.all(children.map((child) => descendants(records, child)))
  return children.flatMap((child, i) => [child, ...(deeper[i] ?? [])])
}

const procedureParts = async (
  { records, loaded: { d } }: Subject,
  text: string,
  wanted: 'list' | 'full',
): Promise<Part[]> => {
  const ids = governing(d.id.type, text)
  const all = await Promise.all(ids.map((id) => inForce(records, id)))
  const listed: Part = {
    name: 'procedures',
    title: 'Procedures in force that govern it, by its type or because it names them',
    digest: null,
    body: all
      .map(({ id, d: sop }) =>
        sop?.live
          ? `${id}, version ${sop.live.version}, SHA-256 ${sop.live.content}: ${sop.title}`
          : `${id}: ${sop ? `none in force, it is ${sop.status}` : 'not in the record'}`,
      )
      .join('\n'),
  }
  if (wanted === 'list') return [listed]
  const texts = all.map(async ({ id, d: sop }): Promise<Part[]> => {
    if (!sop?.live) return []
    const title = `Procedure in force: ${id} version ${sop.live.version}`
    const body = decode(await records.text(sop, sop.live))
    return [{ name: 'procedure', title, digest: sop.live.content, body }]
  })
  return [listed, ...(await Promise.all(texts)).flat()]
}

const inForce = async (records: Records, id: string): Promise<{ id: string; d: Document | null }> => ({
  id,
  d: (await records.find(await records.idOf(id)))?.d ?? null,
})

const remarkLines = (r: Remark): string[] => [
  `round ${r.round}, version ${r.version}, ${r.user}, ${r.outcome ?? r.event}:`,
  `  ${r.comment.replaceAll('\n', '\n  ')}`,
]

/** Comments of the round that is open, as far as this reader may see them, and those of earlier ones. */
const commentParts = async ({ records, loaded, reader }: Subject): Promise<Part[]> => {
  const { comments } = await remarksFor(records, loaded, reader)
  const round = loaded.d.round?.number ?? 0
  const body = (remarks: readonly Remark[]): string => remarks.flatMap(remarkLines).join('\n')
  const now = comments.filter((r) => r.round === round)
  const former = comments.filter((r) => r.round !== round)
  const title = 'History: comments of earlier rounds, which were about other texts or earlier questions'
  return [
    ...(now.length > 0
      ? [{ name: 'comments', title: `Comments of round ${round}`, digest: null, body: body(now) } as const]
      : []),
    ...(former.length > 0 ? [{ name: 'history', title, digest: null, body: body(former) } as const] : []),
  ]
}

/** Texts that count no more, each marked so. */
const supersededParts = async ({ records, loaded: { d }, ref }: Subject): Promise<Part[]> => {
  const others = textsOf(d).filter((t) => t.content !== ref.content || t.version !== ref.version)
  return Promise.all(
    others.map(async (t): Promise<Part> => {
      const live = t === d.live
      const standing = live ? 'In force, but not under review' : 'Superseded, and not under review'
      const title = `${standing}: ${d.id.id} version ${t.version}`
      return { name: 'superseded', title, digest: t.content, body: decode(await records.text(d, t)) }
    }),
  )
}
