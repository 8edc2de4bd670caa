/** What may be done now, by whom, as commands that can be pasted. Computed from the tables. */
import { type Document, isOpen, textInHand } from '../documents/document.ts'
import { parseVersion } from '../documents/version.ts'
import { type Action, type Circumstances, EXECUTION_GATES } from '../lifecycle/command.ts'
import { type Prospect, prospects } from '../lifecycle/decide.ts'
import { leads } from '../lifecycle/escalation.ts'
import { isAuthor } from '../lifecycle/roles.ts'

export interface NextStep {
  readonly command: string
  /** Names of those who may do it now. */
  readonly who: readonly string[]
  readonly action: Action | 'resolve'
}

const ARGUMENTS: Readonly<Record<Action, string>> = {
  checkout: 'checkout ID',
  checkin: 'checkin ID',
  discard: 'checkin ID --discard',
  ei: 'ei list ID',
  note: 'note ID --text "TEXT"',
  summarise: 'summarise ID --text "TEXT"',
  'route review': 'route ID --review',
  'route approval': 'route ID --approval',
  assign: 'assign ID NAME',
  review: 'review ID --recommend --comment "TEXT"',
  approve: 'approve ID',
  reject: 'reject ID --comment "TEXT"',
  withdraw: 'withdraw ID',
  release: 'release ID',
  revert: 'revert ID --reason "TEXT"',
  close: 'close ID',
  cancel: 'cancel ID --confirm --reason "TEXT"',
  fix: 'fix ID --file FILE --reason "TEXT"',
}

/** `qms review CR-001 --recommend --comment "TEXT" -u qa` */
export const commandFor = ({ action, row, purpose }: Prospect, id: string, user?: string): string => {
  const asksReason = row.gates.includes('reasoned') && !ARGUMENTS[action].includes('--reason')
  const flags = `${purpose ? ` --${purpose}` : ''}${asksReason ? ' --reason "TEXT"' : ''}`
  return `qms ${ARGUMENTS[action].replace('ID', id)}${flags}${user ? ` -u ${user}` : ''}`
}

/** Steps that every gate allows (as far as its facts were gathered), the actor's own first, the ordinary way before the ways out. */
export const nextSteps = (d: Document, c: Circumstances): NextStep[] => {
  const unknown = new Set([
    'notAuthor',
    'notSoleApprover',
    'sawThisText',
    'packetRead',
    ...(c.text ? [] : ['contentReady']),
    ...(c.shortfalls ? [] : EXECUTION_GATES),
  ])
  const open = prospects(d, c)
    .filter((p) => p.action !== 'assign' || isOpen(d.status))
    .filter((p) => p.gates.every((g) => g.holds || unknown.has(g.gate)))
  const steps = open.flatMap((p) => {
    const who = judgesOf(p, d, c)
    if (who.length === 0) return []
    const name = who.includes(c.actor.name) ? c.actor.name : who[0]
    const mine = who.includes(c.actor.name)
    const asks = p.action === 'checkin' && d.record !== null
    return [
      ...(asks
        ? [{ rank: -1, step: { command: `qms interact ${d.id.id} -u ${name}`, who, action: p.action } }]
        : []),
      {
        rank: rank(p, d, mine),
        step: { command: commandFor(p, d.id.id, name), who, action: p.action },
      },
    ]
  })
  return [...escalated(d, c), ...steps.sort((a, b) => a.rank - b.rank).map(({ step }) => step)]
}

const escalated = (d: Document, c: Circumstances): NextStep[] => {
  const who = leads(c.registry)
  if (who.length === 0 || d.escalations.every((e) => e.decision !== null)) return []
  return [{ command: `qms resolve ${d.id.id} --decision "TEXT" -u ${who[0]}`, who, action: 'resolve' }]
}

/** Those admitted, less whom the row's gates about the person exclude. */
const judgesOf = (p: Prospect, d: Document, c: Circumstances): readonly string[] => {
  const independent = p.row.gates.includes('notAuthor') && c.policy.selfApproval === 'forbidden'
  const sole =
    p.row.gates.includes('notSoleApprover') && d.lastApprovers.length === 1 ? d.lastApprovers[0] : null
  return p.who.filter((name) => !(independent && isAuthor(d, name)) && name !== sole)
}

const WAYS_OUT: readonly Action[] = ['discard', 'withdraw', 'revert', 'assign', 'fix', 'reject', 'cancel']

/** What takes the document on comes first, the asker's own before others'; then retirement and the like; ways out last. */
const rank = (p: Prospect, d: Document, mine: boolean): number =>
  (WAYS_OUT.includes(p.action) ? 400 : 0) + (p.purpose ? 200 : 0) + (mine ? 0 : 100) + order(p.action, d)

const FORWARD: readonly Action[] = [
  'close',
  'release',
  'route approval',
  'route review',
  'approve',
  'review',
  'checkin',
  'checkout',
]
const order = (action: Action, d: Document): number => {
  if (action === 'ei') return -2
  if (action === 'checkout' && needsWork(d)) return d.status === 'IN_EXECUTION' ? FORWARD.length : -1
  return FORWARD.includes(action) ? FORWARD.indexOf(action) : FORWARD.length
}

/** The text waits for its author: updates were asked for or approval refused, or nothing of the execution is recorded. */
const needsWork = (d: Document): boolean => {
  if (d.status === 'IN_EXECUTION') return parseVersion(d.version)?.minor === 0
  const { round } = d
  const failed = round !== null && (round.void || round.reviews.some((r) => r.outcome === 'UPDATES_REQUIRED'))
  return failed && round.content === textInHand(d)?.content
}
