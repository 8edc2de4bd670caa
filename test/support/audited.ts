/** Stores for audits: one with much in it, made once and copied, and the audit of it in this process. */
import { cpSync } from 'node:fs'
import { type AuditAsk, type AuditReport, audit } from '../../src/app/audit/audit.ts'
import type { Finding } from '../../src/audit/finding.ts'
import { peekQms } from '../../src/compose.ts'
import {
  act,
  addNamespace,
  addUser,
  answered,
  approved,
  checkin,
  checkout,
  claude,
  create,
  disableUser,
  drafted,
  effective,
  executed,
  folder,
  inbox,
  initialised,
  lead,
  Project,
  type Qms,
  qa,
  recommend,
  route,
  setConfiguration,
  setPolicy,
  verdict,
} from './cli.ts'
import { plannedFor, worked } from './executions.ts'

/** An audit of everything, or of these documents, as the command makes it. */
export const audited = async (project: Project, ask: Partial<AuditAsk> = {}): Promise<AuditReport> => {
  const opened = await peekQms(project.root)
  try {
    await opened.qms.store.refresh()
    return await audit(opened.qms, await opened.evidence(), { ids: [], ...ask })
  } finally {
    await opened.close()
  }
}

/** What was found, a line each, without digests and names of commits. */
export const said = (findings: readonly Finding[]): string[] =>
  findings.map((f) => [f.code, f.path ?? f.document, f.line].filter((x) => x !== null).join(' '))

/** Everything that a store can hold: procedures revised and retired, records with children, people who come and go. */
const fill = async (project: Project, qms: Qms): Promise<void> => {
  await addUser(qms, lead, 'tu_store', 'reviewer', 'agent')
  await addUser(qms, lead, 'bo', 'initiator', 'human')
  await addNamespace(qms, lead, 'QMS')
  await setPolicy(qms, lead, 'changeControl', 'recommended')
  await setConfiguration(qms, lead, 'documentLimit', '2000000')
  const sop = await effective(project, qms, 'SOP')
  await checkout(qms, claude, sop)
  project.edit('claude', sop, (text) => `${text}\nOne more line.\n`)
  await checkin(qms, claude, sop)
  await approved(qms, sop)
  const cr = await plannedFor(project, qms, 'tu_store')
  await worked(qms, cr, 'tu_store')
  const made = await create(qms, claude, { type: 'VR', title: 'Seen', parent: cr })
  await executed(project, qms, made.document?.doc_id ?? '')
  const variance = `${cr}-VAR-001`
  project.edit('claude', variance, answered)
  await checkin(qms, claude, variance)
  await approved(qms, variance)
  await checkout(qms, claude, cr)
  project.edit('claude', cr, (text) => text.replace(/(\| As a whole .*\n)/, '$1| And more. | claude |\n'))
  await checkin(qms, claude, cr)
  await approved(qms, cr)
  await act(qms, claude, cr, { action: 'close' })
  await effective(project, qms, 'RS', { with: { namespace: 'QMS' } })
  const asked = await drafted(project, qms, 'INV')
  await route(qms, claude, asked, { assign: ['tu_store'] })
  await inbox(qms, { user: 'tu_store' })
  await verdict(qms, { user: 'tu_store' }, asked, recommend, undefined)
  await inbox(qms, qa)
  await verdict(qms, qa, asked, { ...recommend, outcome: 'UPDATES_REQUIRED' }, undefined)
  const dropped = await drafted(project, qms, 'CR', { as: 'bo' })
  await act(qms, { user: 'bo' }, dropped, { action: 'cancel', reason: 'not needed', confirmed: true })
  await disableUser(qms, lead, 'bo', 'left')
}

let made: Promise<string> | undefined

const rich = async (): Promise<string> => {
  const project = await initialised()
  await project.use((qms) => fill(project, qms))
  return project.root
}

/** A copy of the rich store, on `main`, checked out and clean. */
export const richStore = async (): Promise<Project> => {
  made ??= rich()
  const copy = folder('rich')
  cpSync(await made, copy, { recursive: true, preserveTimestamps: true })
  return new Project(copy)
}
