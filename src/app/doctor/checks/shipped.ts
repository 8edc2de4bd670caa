import { parseId } from '../../../documents/id.ts'
import { enabledIn } from '../../../documents/registry.ts'
import type { Digest } from '../../../documents/trail.ts'
import type { Shipped } from '../../qms.ts'
import type { Records } from '../../records.ts'
import { type Check, type Command, count, type Finding, note, warning } from '../check.ts'
import type { Patient } from '../patient.ts'

/** One shipped document three ways, by digest. */
interface Compared {
  readonly id: string
  /** The text in force; null where none is. */
  readonly yours: string | null
  /** What the package had when it was installed; null where it was not installed from it. */
  readonly then: string | null
  readonly now: string
  readonly file: string
  readonly owner: string | null
}

const FOLDERS = ['sops', 'documents'] as const

const compare = async (
  records: Records,
  shipped: Shipped,
  digest: Digest,
  pathOf: Patient['pathOfShipped'],
) => {
  const all: Compared[] = []
  for (const folder of FOLDERS)
    for (const { name, bytes } of await shipped.files(folder)) {
      const id = parseId(name.replace(/\.md$/, ''), records.system.types)
      const loaded = id && (await records.find(id))
      const first = loaded?.events[0]
      const then = first?.event === 'INSTALL' ? first.content : null
      all.push({
        id: name.replace(/\.md$/, ''),
        yours: loaded?.d.live?.content ?? null,
        then,
        now: digest(bytes),
        file: pathOf(folder, name),
        owner: loaded?.d.owner ?? null,
      })
    }
  return all
}

/** Only what was installed from a package, and is in force, can be compared with it. */
const isOfPackage = ({ then, yours }: Compared): boolean => then !== null && yours !== null

/** By a revision, never by file: the text goes through review like any other. */
const revision = ({ id, file }: Compared, user: string, copy: string): Command[] => [
  ['qms', 'checkout', id, '-u', user],
  ['cp', file, copy],
  ['qms', 'checkin', id, '-u', user],
  ['qms', 'route', id, '-u', user],
]

const short = (digest: string | null): string => digest?.slice(0, 8) ?? 'none'

const findingOf = (c: Compared, user: string, copy: string): Finding[] => {
  if (c.yours === c.now) return []
  const versions = `yours ${short(c.yours)}, installed ${short(c.then)}, this package ${short(c.now)}`
  const details = { yours: c.yours, installed: c.then, shipped: c.now, file: c.file }
  if (c.now === c.then)
    return [note(c.id, `changed by you; the package has what it had (${versions})`, details)]
  const next = revision(c, user, copy)
  if (c.yours === c.then)
    return [
      warning(c.id, {
        details,
        found: `as it was installed; the package has a newer text (${versions})`,
        expected: 'the text of the package, taken in by a revision',
        next,
      }),
    ]
  return [
    warning(c.id, {
      details,
      found: `changed by you, and the package has a newer text, too (${versions})`,
      expected: 'a revision that holds both: compare before you copy',
      next: [['diff', '-u', `QMS/${parseId(c.id)?.folder}/${c.id}.md`, c.file], ...next],
    }),
  ]
}

/** Somebody who may open a revision. */
const author = ({ system }: Records): string =>
  enabledIn(system.registry, 'initiator')[0]?.name ??
  enabledIn(system.registry, 'administrator')[0]?.name ??
  'NAME'

export const shipped: Check = {
  name: 'shipped',
  group: 'store',
  about: 'templates and procedures against those of this package: yours, as installed, as shipped now',
  examine: async (patient) => {
    const records = await patient.records()
    const { local, digest } = patient.qms
    const all = await compare(records, patient.shipped, digest, patient.pathOfShipped)
    const ours = all.filter(isOfPackage)
    const user = author(records)
    const findings = ours.flatMap((c) => findingOf(c, user, local.pathOf(user, c.id)))
    return { summary: `${count(ours.length, 'document')} of this package`, findings }
  },
}
