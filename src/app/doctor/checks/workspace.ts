import type { Document } from '../../../documents/document.ts'
import { parseId } from '../../../documents/id.ts'
import { type Check, count, type Finding, warning } from '../check.ts'
import type { Patient } from '../patient.ts'

const copiesOf = async ({ qms }: Patient, names: readonly string[]) => {
  const lists = await Promise.all(names.map((name) => qms.local.list(name)))
  return names.flatMap((user, i) => lists[i]!.map((id) => ({ user, id })))
}

const orphan = (path: string, user: string, id: string): Finding =>
  warning(path, {
    found: `a copy of a document that ${user} has not checked out: it can not be checked in`,
    expected: 'copies of checked-out documents; move it aside if its text is worth keeping',
    next: [
      ['qms', 'diff', id],
      ['rm', '-i', '--', path],
    ],
  })

const stale = (path: string, user: string, id: string): Finding =>
  warning(path, {
    found: `made from another text than the one that ${user} checked out`,
    expected: 'a copy of the text that was checked out; check-in shows both where they differ',
    next: [
      ['qms', 'checkin', id, '--discard', '-u', user],
      ['qms', 'checkout', id, '-u', user],
    ],
  })

const judged = async (patient: Patient, user: string, id: string): Promise<Finding[]> => {
  const { local } = patient.qms
  const records = await patient.records()
  const known = parseId(id, records.system.types)
  const d: Document | null = known ? ((await records.find(known))?.d ?? null) : null
  const path = local.pathOf(user, id)
  if (d?.checkout?.by !== user) return [orphan(path, user, id)]
  const base = await local.base(user, id)
  return base !== null && base !== d.checkout.base ? [stale(path, user, id)] : []
}

export const workspace: Check = {
  name: 'workspace',
  group: 'people',
  about: 'every copy is of a document that its user has checked out, and of that text',
  examine: async (patient) => {
    const names = [...(await patient.records()).system.registry.keys()]
    const copies = await copiesOf(patient, names)
    const findings = await Promise.all(copies.map(({ user, id }) => judged(patient, user, id)))
    return { summary: count(copies.length, 'copy', 'copies'), findings: findings.flat() }
  },
}
