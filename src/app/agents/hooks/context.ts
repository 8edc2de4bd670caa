/** What an orchestrator is reminded of: its session, its agents, what is open, and the rules in three lines. */
import { isUnderWay, servingIn } from '../../../agents/sessions.ts'
import type { HookInput } from '../../../agents/tool-call.ts'
import type { Metadata } from '../../../documents/placement.ts'
import { listing } from '../../listing.ts'
import { isOpenWork } from '../../survey.ts'
import type { HookPorts } from './ports.ts'
import { isReviewer, rememberSession, type Standing, standingOf } from './standing.ts'

const RULES = [
  'Agents that judge are told which document is asked of them, its state and the task: no summary, no criteria, no outcome, no urgency (SOP-007 section 5).',
  'One agent for a role in a session; a verdict is its own. Never act under another name (SOP-007 section 4).',
  'QMS/, .qms/ and .git change by commands of qms alone; what is disputed goes to the Lead: qms escalate ID --reason TEXT (SOP-007 sections 6 and 7).',
]

/** For the main thread alone; null inside of it. `begins`: a conversation begins, or goes on without what it knew. */
export const contextFor = async (p: HookPorts, input: HookInput, begins: boolean): Promise<string | null> => {
  if (input.inside !== null) return null
  const s = await standingOf(p, input)
  if (begins && input.session !== null && s.session) await rememberSession(p, input.session, s.session.id)
  const all = await listing(p.qms, s.records)
  const lost = begins && (input.source === 'compact' || input.source === 'resume')
  return [
    'Document control (qms):',
    ...sessionLines(s),
    ...openLines(s, all),
    ...(lost && s.session ? [`What was known before: qms session show ${s.session.id}`] : []),
    ...RULES.map((rule, i) => `${i + 1}. ${rule}`),
  ].join('\n')
}

const sessionLines = ({ session, agents, now, actor }: Standing): string[] => {
  if (!session)
    return [`No session is open: qms session start -u ${actor ?? 'NAME'}, before agents are called.`]
  const inIt = [...agents.dispatches.values()].filter((d) => d.session === session.id)
  const names = [...new Set(inIt.map((d) => d.agent))]
  const serving = names.map((name) => {
    const one = servingIn(agents.dispatches, session.id, name)
    return `${name}${one ? ` (${one.backend} ${one.instance})` : ''}`
  })
  const running = inIt.filter((d) => isUnderWay(d, now))
  return [
    `Session ${session.id} of ${session.orchestrator}. Agents: ${serving.join(', ') || 'none yet'}.`,
    ...running.map(
      (d) => `Under way: ${d.id}, ${d.agent}, ${d.task} of ${d.document} ${d.version}, until ${d.until}.`,
    ),
  ]
}

/** Lines that are still told one by one. */
const MOST = 12

const openLines = ({ records, session, actor }: Standing, all: readonly Metadata[]): string[] => {
  const who = session?.orchestrator ?? actor
  const { registry } = records.system
  const lines = all.flatMap((m) => {
    const agents = m.pending_assignees.filter((name) => isReviewer(registry.get(name)))
    const asks = m.pending_assignees.length > 0 ? `, asks ${m.pending_assignees.join(', ')}` : ''
    const own = m.responsible_user === who && isOpenWork(m)
    return own || agents.length > 0 ? [`${m.doc_id} ${m.version} ${m.status}${asks}`] : []
  })
  const more = lines.length - MOST
  return [
    lines.length === 0
      ? 'Nothing is open.'
      : `Open: ${lines.slice(0, MOST).join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
  ]
}
