/** `qms packet`: what a reviewer judges by, as one text, and the memory of having been given it. */
import { type Packet, packetOf } from '../../agents/packet.ts'
import { isAsked, taskOf } from '../../agents/task.ts'
import { type Document, type TextRef, textInHand } from '../../documents/document.ts'
import type { AgentTask } from '../../documents/event.ts'
import type { Actor } from '../../documents/registry.ts'
import { refuse } from '../../errors.ts'
import type { ProjectFiles } from '../../project/files.ts'
import type { Grants } from '../../store/local.ts'
import { nextOf } from '../act.ts'
import type { Ask, Caller, Qms } from '../qms.ts'
import { remember } from '../read.ts'
import { type Loaded, openRecords, type Records } from '../records.ts'
import { answersTo } from '../tasks.ts'
import { partsOf } from './packet-parts.ts'
import type { PacketAsk } from './packet-subject.ts'

/** Where what is around the store is found, and where is kept what was shown to a caller who has a grant. */
export interface PacketPlaces {
  files(): Promise<ProjectFiles>
  readonly grants: Pick<Grants, 'keepPacket'>
}

export interface GivenPacket extends Packet {
  readonly id: string
  readonly title: string
  readonly version: string
  readonly status: string
  /** What the document asks now, and of whom; null where it asks nothing of anybody. */
  readonly task: AgentTask | null
  readonly round: number | null
  readonly asked: readonly string[]
  readonly owner: string | null
  /** Digest of the text under review. */
  readonly content: string
  readonly commands: readonly string[]
}

/** Counts as having been shown the text. @throws NO_DOCUMENT, NO_USER, NO_TEXT, DAMAGED, IO */
export const packet = async (
  qms: Qms,
  places: PacketPlaces,
  ask: Ask,
  id: string,
  wanted: PacketAsk,
): Promise<GivenPacket> => {
  const records = await openRecords(qms)
  const user = ask.caller?.actor ?? ask.user
  const reader = records.reader(user)
  const loaded = await records.load(id)
  const ref = underReview(loaded.d)
  const [parts, commands] = await Promise.all([
    partsOf({ records, loaded, ref, reader, files: places.files }, wanted),
    commandsFor(qms, { ...ask, user }, records, loaded, reader),
  ])
  const content = { head: headOf(loaded.d, ref, reader), parts, commands }
  const made = packetOf(content, (text) => qms.digest(new TextEncoder().encode(text)), newMark)
  if (reader) await remember(qms, reader, loaded.d, ref)
  await keepFor(ask.caller, places, loaded.d, ref, made)
  return { ...factsOf(loaded.d, ref), commands, ...made }
}

const underReview = (d: Document): TextRef => {
  const ref = textInHand(d)
  if (ref) return ref
  throw refuse('NO_TEXT', { id: d.id.id, status: d.status, wanted: 'a text to judge' })
}

/** 32 hexadecimal digits that nobody can foresee. */
const newMark = (): string => globalThis.crypto.randomUUID().replaceAll('-', '')

const askedIn = (d: Document): readonly string[] => (taskOf(d) ? (d.round?.pending ?? []) : [])

const factsOf = (d: Document, ref: TextRef) => ({
  id: d.id.id,
  title: d.title,
  version: d.version,
  status: d.status,
  task: taskOf(d),
  round: d.round?.number ?? null,
  asked: askedIn(d),
  owner: d.owner,
  content: ref.content,
})

const headOf = (d: Document, ref: TextRef, reader: Actor | null) => ({
  document: d.id.id,
  version: d.version,
  status: d.status,
  task: toldTask(d, reader),
  content: ref.content,
})

const toldTask = (d: Document, reader: Actor | null): string => {
  const task = taskOf(d)
  if (task === null) return `none: ${d.id.id} asks nothing of anybody in ${d.status}`
  const mine = reader !== null && isAsked(d, reader.name, task)
  return `${task}, round ${d.round?.number ?? 1}, ${mine ? `asked of you (${reader.name})` : 'not asked of you'}`
}

/** The verdicts that the tables allow this reader now, and what helps to reach one. */
const commandsFor = async (
  qms: Qms,
  ask: Ask,
  records: Records,
  { d }: Loaded,
  reader: Actor | null,
): Promise<readonly string[]> => {
  const id = d.id.id
  const task = taskOf(d)
  const open = reader && task && isAsked(d, reader.name, task) ? await nextOf(qms, ask, records, d) : []
  const own = open.filter((step) => reader !== null && step.who.includes(reader.name))
  const verb = task === 'review' ? 'review' : 'approve'
  const judges = own.some((step) => step.action === verb)
  const as = reader ? ` -u ${reader.name}` : ''
  return [
    ...(judges && task && reader ? answersTo(task, id, reader.name) : []),
    ...own.filter((step) => step.action === 'assign').map((step) => step.command),
    ...(reader && task ? [`qms escalate ${id} --reason "TEXT"${as}`] : []),
    `qms history ${id}${as}`,
    `qms tree ${id}${as}`,
  ]
}

/** What a caller with a grant was given is kept with it: its verdict is for that, and for nothing else. */
const keepFor = async (
  caller: Caller | undefined,
  { grants }: PacketPlaces,
  d: Document,
  { content }: TextRef,
  { digest }: Packet,
): Promise<void> => {
  if (!caller || caller.kind === 'session') return
  if (caller.document !== null && caller.document !== d.id.id) return
  await grants.keepPacket(caller.id, { digest, content, round: d.round?.number ?? 0 })
}
