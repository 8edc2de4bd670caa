/** What helps where a rule says no: whom it admits, and the commands that meet its gates. */
import type { Faults } from '../errors.ts'
import type { Call } from './call.ts'

const ROLES: Readonly<Record<string, string>> = {
  owner: 'its owner',
  'owner or administrator': 'its owner or an administrator',
  'quality or administrator': 'quality or an administrator',
  holder: 'who has it checked out',
  assignee: 'who is asked for a verdict',
}
/** Whom a rule admits, in words. */
export const article = (role: string): string =>
  ROLES[role] ?? (/^[aeio]/.test(role) ? `an ${role}` : `a ${role}`)

/** Not rows of the tables: `qms next ID ACTION` cannot explain them. */
const UNEXPLAINED: ReadonlySet<string> = new Set([
  'create',
  'escalate',
  'resolve',
  'user disable',
  'user enable',
  'agent spawn',
  'session start',
  'session end',
  'session allow-fresh',
])

/** Commands that help with the first gate that does not hold. */
export const gateNext = (f: Faults['GATE'], call: Call): string[] => {
  const first = f.unmet[0]?.gate
  const found = f.unmet[0]?.found ?? ''
  const hints: Record<string, string[]> = {
    contentReady: [`qms checkout ${f.id}`, `qms lint ${f.id}`],
    asksRetire: [`qms route ${f.id} --review --retire --reason "TEXT"`, `qms checkout ${f.id}`],
    roundStands: [`qms route ${f.id} --review`],
    allRecommend: [`qms comments ${f.id}`, `qms checkout ${f.id}`, `qms route ${f.id} --review`],
    teamHasQuality: ['qms user add NAME --group quality'],
    recordsKept: [`qms ei list ${f.id}`, `qms checkin ${f.id} --discard`],
    itemsDone: [`qms ei list ${f.id}`, ...nextItem(f.id, found)],
    failuresCarried: [`qms ei list ${f.id}`, `qms tree ${f.id}`],
    blanksAnswered: [...summaryDue(f.id, found), `qms read ${f.id}`, `qms checkout ${f.id}`],
    documentsInForce: otherDocument(f.id, found),
    matrixQualified: otherDocument(f.id, found),
    failureCarried: [...drafting(found, call), `qms tree ${f.id}`],
    carriersExist: [`qms tree ${f.id}`],
    runsSupport: [`qms ei list ${f.id}`],
    evidenceStands: [`qms ei list ${f.id}`],
    changeControl: ['qms list --type CR --status IN_EXECUTION', `qms checkout ${f.id} --under CR-001`],
    roundNeedsRepeat: [`qms route ${f.id} --approval`],
    childrenDone: [`qms tree ${f.id}`],
    noOpenChildren: [`qms tree ${f.id}`],
    parent: [`qms status ${f.id.split('-').slice(0, -2).join('-')}`],
    asked: [`qms status ${f.id}`, `qms inbox`, 'qms session show'],
    isAgent: [`qms inbox -u ${f.id}`],
    oneAtATime: ['qms session show', `qms status ${f.id}`],
    freshAllowed: ['qms session show', ...freshWanted(f.unmet[0]?.expected ?? '')],
    sessionOpen: ['qms session show', 'qms session start'],
    escalated: [`qms status ${f.id}`],
    dispatched: [`qms agent spawn NAME --doc ${f.id}`, 'qms inbox', 'qms help agents'],
    packetRead: [`qms packet ${f.id}`],
    personApproves: [`qms assign ${f.id} NAME`, 'qms user list'],
  }
  return [
    ...wordsWanted(f, call),
    ...((first && hints[first]) || []),
    ...(!UNEXPLAINED.has(f.action) ? [`qms next ${f.id} ${f.action.replace(' ', '-')}`] : []),
  ]
}

/** Where no child was named, one can be drafted with the failure. */
const drafting = (found: string, call: Call): string[] => {
  const command = found.startsWith('none named') ? call.with('--create-var "TITLE"') : null
  return command ? [command] : []
}

/** What is found begins with the item, or the document, that lacks something. */
const nextItem = (id: string, found: string): string[] => {
  const item = /^(\S+) has no outcome/.exec(found)?.[1]
  return item ? [`qms ei pass ${id} ${item} --summary "TEXT"`] : []
}

const summaryDue = (id: string, found: string): string[] =>
  found.includes('_SUMMARY]') ? [`qms summarise ${id} --text "TEXT"`] : []

/** One in force as it was, or with a wrong commit, is revised under the record. */
const otherDocument = (id: string, found: string): string[] => {
  const other = /^\S+/.exec(found)?.[0]
  if (!other || found.startsWith(`${other} does not exist`)) return ['qms list', 'qms help create']
  const revise = /^\S+ (?:is EFFECTIVE|names|has no)/.test(found)
  return [`qms status ${other}`, ...(revise ? [`qms checkout ${other} --under ${id}`] : [])]
}

/** What the Lead would say. */
const freshWanted = (expected: string): string[] => {
  const command = /\((qms session allow-fresh .*)\)/.exec(expected)?.[1]
  return command ? [`${command.replace('TEXT', '"TEXT"')} -u LEAD`] : []
}

/** Gates that the call itself can meet, and the words that meet them. */
const WORDS: Readonly<Record<string, string>> = {
  confirmed: '--confirm',
  reasoned: '--reason "TEXT"',
  itemReasoned: '--reason "TEXT"',
  summaryReasoned: '--reason "TEXT"',
  commented: '--comment "TEXT"',
}

const wordsWanted = (f: Faults['GATE'], call: Call): string[] => {
  const words = Object.keys(WORDS).filter((gate) => f.unmet.some((u) => u.gate === gate))
  if (words.length === 0) return []
  const added = words.map((gate) => WORDS[gate]).join(' ')
  return [call.with(added) ?? `the same command with ${added}`]
}
