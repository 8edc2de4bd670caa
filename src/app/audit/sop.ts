/** `audit --sop SOP-007`: the audit, and what the records of sessions, dispatches and incidents tell the Lead besides. */
import { type Finding, verdictOf } from '../../audit/finding.ts'
import { orchestrationFindings } from '../../audit/orchestrated.ts'
import {
  type EscalationSeen,
  type Material,
  type Orchestration,
  orchestrationOf,
  type VerdictSeen,
} from '../../audit/orchestration.ts'
import { QmsError } from '../../errors.ts'
import * as layout from '../../store/layout.ts'
import { type Qms, timestamp } from '../qms.ts'
import { type Loaded, Records } from '../records.ts'
import type { AuditReport } from './audit.ts'
import { formerLines, Readings } from './readings.ts'

export interface SopReport extends AuditReport {
  /** Null where the records of agents are damaged: then nobody can say who was called. */
  readonly orchestration: Orchestration | null
}

/** What is damaged is in the audit already, and left out here. @throws IO, GIT */
export const sopAudit = async (qms: Qms, report: AuditReport): Promise<SopReport> => {
  const material = await materialOf(qms, report)
  if (material === null) return { ...report, orchestration: null }
  const known = new Set(report.findings.map((f) => `${f.path}:${f.line}`))
  const added = orchestrationFindings(material).filter((f) => !isSaid(f, known, report.findings))
  const findings = [...report.findings, ...added]
  return { ...report, findings, verdict: verdictOf(findings), orchestration: orchestrationOf(material) }
}

/** A verdict that the rules did not allow need not be doubted once more. */
const isSaid = (f: Finding, known: ReadonlySet<string>, findings: readonly Finding[]): boolean =>
  UNCALLED.has(f.code) &&
  known.has(`${f.path}:${f.line}`) &&
  findings.some(
    (other) => other.code === 'VERDICT_UNPROVEN' && other.path === f.path && other.line === f.line,
  )

const UNCALLED: ReadonlySet<string> = new Set(['VERDICT_UNCALLED', 'VERDICT_OF_ORCHESTRATOR'])

const materialOf = async (qms: Qms, { tip, scope }: AuditReport): Promise<Material | null> => {
  const snapshot = await qms.store.at(tip)
  const records = snapshot && (await Records.open(snapshot, qms.digest).catch(damaged))
  const agents = records && (await records.agents().catch(damaged))
  if (!records || !agents) return null
  const ids = scope === 'store' ? await records.ids() : await Promise.all(scope.map((id) => records.idOf(id)))
  const [verdicts, escalations]: [VerdictSeen[], EscalationSeen[]] = [[], []]
  for (const id of ids) {
    const loaded = await records.find(id).catch(damaged)
    if (!loaded) continue
    verdicts.push(...(await new Readings(records, loaded).verdicts()))
    escalations.push(...escalationsOf(loaded))
  }
  const within = (document: string): boolean => scope === 'store' || scope.includes(document)
  return {
    now: timestamp(qms),
    sessions: agents.sessions,
    dispatches: new Map([...agents.dispatches].filter(([, d]) => within(d.document))),
    events: agents.events,
    verdicts: verdicts.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    escalations,
    digest: (text) => qms.digest(new TextEncoder().encode(text)),
  }
}

const damaged = (error: unknown): null => {
  if (error instanceof QmsError && (error.code === 'DAMAGED' || error.code === 'NOT_INITIALISED')) return null
  throw error
}

const escalationsOf = (loaded: Loaded): EscalationSeen[] => {
  const path = layout.auditPath(layout.placeOf(loaded.d.id))
  const open = loaded.d.escalations.filter((e) => e.decision === null)
  return loaded.events.flatMap((e) =>
    e.event === 'ESCALATE' && open.some((o) => o.ts === e.ts && o.user === e.user)
      ? [
          {
            document: loaded.d.id.id,
            path,
            line: formerLines(loaded) + e.seq,
            at: e.ts,
            user: e.user,
            reason: e.reason,
          },
        ]
      : [],
  )
}
