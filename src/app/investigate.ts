/** `create INV --from-finding`: an investigation drafted from what an audit found. Source: SOP-007 section 7.3. */
import type { Finding } from '../audit/finding.ts'
import { spellOut } from '../documents/hidden.ts'
import { decode } from '../documents/text.ts'
import { refuse } from '../errors.ts'
import { leads } from '../lifecycle/escalation.ts'
import type { Result } from './act.ts'
import type { AuditReport } from './audit/audit.ts'
import { create } from './create.ts'
import type { Ask, Qms } from './qms.ts'
import { openRecords, type Records } from './records.ts'

export interface FindingAsk {
  /** `CODE`, `CODE:DOCUMENT` or `CODE:DOCUMENT:LINE`, as it was given. */
  readonly finding: string
  readonly title?: string | undefined
  /** Makes the audit, with what SOP-007 asks besides. */
  readonly audit: () => Promise<AuditReport>
  /** What a finding of a code is, in a few words. */
  readonly titleOf: (code: string) => string
}

const TYPE = 'INV'
/** Blanks of the form that a finding answers: what should have been, and how it came to light. */
const BLANKS = ['EXPECTED', 'DISCOVERY'] as const

/**
 * Only what the audit said is filled in, as quoted data; everything else stays for its author.
 * @throws NOT_ALLOWED, BAD_VALUE, TEXT_UNREADABLE and what `create` refuses
 */
export const investigate = async (qms: Qms, ask: Ask, what: FindingAsk): Promise<Result> => {
  const records = await openRecords(qms)
  checkLead(records, ask)
  await checkForm(records)
  const report = await what.audit()
  const found = findingsFor(what.finding, report.findings)
  const title = what.title ?? titleFor(found[0]!, what.titleOf)
  return create(qms, ask, { type: TYPE, title, answers: answersFor(found, report.tip) })
}

/** Whether something is to be investigated is the Lead's to say. */
const checkLead = (records: Records, ask: Ask): void => {
  const actor = records.actor(ask.user, 'create')
  const who = leads(records.system.registry)
  if (who.includes(actor.name)) return
  const action = 'create INV --from-finding'
  throw refuse('NOT_ALLOWED', { user: actor.name, action, needs: 'human administrator', who })
}

/** A form without these blanks would take nothing of the finding. */
const checkForm = async (records: Records): Promise<void> => {
  const form = decode((await records.template(TYPE)) ?? new Uint8Array()) ?? ''
  const missing = BLANKS.filter((name) => !new RegExp(`\\{\\{${name}\\b`).test(form))
  if (missing.length === 0) return
  const problem = `it has no blank ${missing.join(' and ')}, where a finding is put`
  throw refuse('TEXT_UNREADABLE', { file: `TEMPLATE-${TYPE}`, problem })
}

/** All of one code, at one place: those on one line belong together. @throws BAD_VALUE where none is, or several are */
const findingsFor = (text: string, findings: readonly Finding[]): readonly Finding[] => {
  const [code = '', place, line] = text.split(':')
  const same = findings.filter((f) => f.code === code.trim().toUpperCase())
  const fits = same.filter((f) => isAt(f, place, line))
  const places = [...new Set(fits.map(nameOf))]
  if (places.length === 1) return fits
  const named = [...new Set((fits.length > 0 ? fits : same.length > 0 ? same : findings).map(nameOf))]
  const expected =
    named.length === 0
      ? 'a finding, and the audit has none'
      : `one of ${named.slice(0, MOST_NAMED).join(', ')}`
  throw refuse('BAD_VALUE', { name: '--from-finding', found: text, expected })
}

const MOST_NAMED = 20

const isAt = (f: Finding, place: string | undefined, line: string | undefined): boolean => {
  const at = place?.trim().toLowerCase()
  const there = !at || [f.document, f.path].some((name) => name?.toLowerCase() === at)
  return there && (line === undefined || String(f.line ?? '') === line.trim())
}

const nameOf = ({ code, document, path, line }: Finding): string =>
  [code, document ?? path ?? '', ...(line === null ? [] : [line])].join(':')

const titleFor = (f: Finding, titleOf: (code: string) => string): string =>
  oneLine(`${titleOf(f.code)}: ${f.document ?? f.path ?? 'the repository'}`).slice(0, LONGEST_TITLE)

const LONGEST_TITLE = 200

const answersFor = (found: readonly Finding[], tip: string): Record<(typeof BLANKS)[number], string> => ({
  EXPECTED: `What the audit expected, as it said so:\n\n${found.map((f) => quoted(f.expected)).join('\n\n')}`,
  DISCOVERY: [
    `\`qms audit --sop SOP-007\` of the record at commit \`${tip}\` found:`,
    ...found.map((f) => `${facts(f)}\n\n${quoted(f.found)}`),
  ].join('\n\n'),
})

const facts = (f: Finding): string =>
  [
    `- Finding: \`${f.code}\` (${f.severity})`,
    ...(f.document === null ? [] : [`- Document or record: \`${f.document}\``]),
    ...(f.path === null ? [] : [`- File: ${inline(f.path)}${f.line === null ? '' : `, line ${f.line}`}`]),
    ...(f.commit === null ? [] : [`- Commit: \`${f.commit}\``]),
    '- Found, as the audit said so:',
  ].join('\n')

const oneLine = (text: string): string => spellOut(text.replace(/\s+/g, ' ').trim())

/** A fence that nothing in the text can close: what stands in it is data, no heading, blank, comment or link. */
const quoted = (text: string): string => {
  const line = oneLine(text)
  const fence = '`'.repeat(Math.max(3, longestRun(line) + 1))
  return `${fence}text\n${line}\n${fence}`
}

const inline = (text: string): string => {
  const line = oneLine(text)
  const tick = '`'.repeat(longestRun(line) + 1)
  return line.includes('`') ? `${tick} ${line} ${tick}` : `\`${line}\``
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
