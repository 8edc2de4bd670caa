/** What an adoption did and found, in words: one line a kind of finding, with examples. */
import { type Adopted, counted, NOTE_CODES } from '../../app/adopt.ts'
import { visibleLine } from '../visible.ts'
import { bold, dim } from './screen.ts'

export const adoptionLines = (done: Adopted): string[] => {
  if (done.already)
    return [`The store on branch ${bold(done.branch)} was adopted before. Nothing was changed.`]
  return [
    ...headLines(done),
    ...findingLines(done),
    '',
    bold('Next'),
    ...nextCommands(done).map((c) => `  ${c}`),
  ]
}

const headLines = (done: Adopted): string[] => {
  const counts = new Map<string, number>()
  for (const { status } of done.documents) counts.set(status, (counts.get(status) ?? 0) + 1)
  const commit = done.commit ? `  (commit ${done.commit.slice(0, 8)})` : ''
  const took = done.dryRun ? 'Would adopt' : 'Adopted'
  const stood = [...counts].sort(([, a], [, b]) => b - a).map(([status, n]) => `${n} ${status}`)
  return [
    `${took} ${bold(counted(done.documents.length, 'document'))} on branch ${bold(done.branch)}${commit}`,
    ...(stood.length > 0 ? [`  documents   ${stood.join(', ')}`] : []),
    `  users       ${done.users.map((u) => `${u.name} (${u.group})`).join(', ')}`,
    `  namespaces  ${done.namespaces.join(', ')}`,
    done.files > 0
      ? `  files       ${done.files} ${done.dryRun ? 'would be' : 'were'} committed as found${done.imported ? ` (commit ${done.imported.slice(0, 8)})` : ''}; every byte stays as it is`
      : '  files       all were committed already; every byte stays as it is',
  ]
}

const EXAMPLES = 3

/** What was found, the most frequent first. */
const findingLines = ({ findings }: Adopted): string[] => {
  if (findings.length === 0) return ['', 'The old records agree with one another.']
  const kinds = new Map<string, Adopted['findings'][number][]>()
  for (const finding of findings) kinds.set(finding.code, [...(kinds.get(finding.code) ?? []), finding])
  const lines = [...kinds.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((all) => {
      const code = all[0]?.code ?? 'UNKNOWN_FILE'
      const examples = all.slice(0, EXAMPLES).map(exampleOf)
      const more = all.length > EXAMPLES ? ', ...' : ''
      return [
        `  ${String(all.length).padStart(4)}  ${NOTE_CODES[code]}  ${dim(code)}`,
        `        ${visibleLine(examples.join(', ') + more)}`,
      ]
    })
  return ['', bold('In the old records') + dim(' (all of it with --json)'), ...lines]
}

const exampleOf = ({ document, file, found, expected }: Adopted['findings'][number]): string => {
  const what = [expected, found].filter(Boolean).join(' / ')
  const subject = document ?? file ?? ''
  return what && what !== subject ? `${subject}${subject ? ' ' : ''}(${what})` : subject
}

/** The dry run is followed by the deed; the deed by the commands that put right what keeps a document from moving. */
const nextCommands = (done: Adopted): string[] => {
  if (done.dryRun) return ['qms init --adopt']
  const lead = done.users.find((u) => u.kind === 'human')?.name ?? 'lead'
  const has = (code: string) => done.findings.find((f) => f.code === code)
  const unowned = has('OWNER_MISSING')
  const unasked = has('PENDING_EMPTY') ?? has('ROUND_WITHOUT_QUALITY')
  const quality = done.users.find((u) => u.group === 'quality')?.name
  return [
    ...(quality ? [] : [`qms user add qa --group quality -u ${lead}`]),
    ...strangers(done).map(([name, group]) => `qms user add ${name} --group ${group} -u ${lead}`),
    ...(unowned ? [`qms assign ${unowned.document} --owner claude -u ${lead}`] : []),
    ...(unasked && quality ? [`qms assign ${unasked.document} ${quality} -u ${lead}`] : []),
    'qms status',
    `qms inbox -u ${lead}`,
    'qms list --open',
  ]
}

/** Names in the records that nobody is registered under, with the group that they would need; those that can be names. */
const strangers = ({ findings }: Adopted): [name: string, group: string][] => {
  const named = new Map<string, string>()
  for (const { code, found = '' } of findings) {
    if (!/^[a-z][a-z0-9_-]{0,31}$/.test(found)) continue
    if (code === 'OWNER_UNKNOWN') named.set(found, 'initiator')
    if (code === 'PENDING_UNKNOWN' && !named.has(found)) named.set(found, 'reviewer')
  }
  return [...named].slice(0, EXAMPLES)
}
