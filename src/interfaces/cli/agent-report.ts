/** What `agent check` says: each agent with what both sides say of it, and below it what does not agree. */
import type { AgentAccount, AgentsChecked } from '../../app/agents/accounts.ts'
import { quoted } from '../call.ts'
import { visible, visibleLine } from '../visible.ts'
import { isQuiet } from './display.ts'
import { bold, dim, folded, red, yellow } from './screen.ts'

type Finding = AgentAccount['findings'][number]

/** Stable: keys are only added. */
export interface AgentReport extends Omit<AgentsChecked, 'agents'> {
  readonly agents: readonly AgentTold[]
}

interface AgentTold extends Omit<AgentAccount, 'findings'> {
  readonly findings: readonly (Omit<Finding, 'next'> & { readonly next: readonly string[] })[]
}

export const agentReport = ({ agents, ...counts }: AgentsChecked): AgentReport => ({
  agents: agents.map(({ findings, ...account }) => ({
    ...account,
    findings: findings.map((f) => ({ ...f, next: f.next.map(commandOf) })),
  })),
  ...counts,
})

const commandOf = (words: readonly string[]): string => words.map((word) => visible(quoted(word))).join(' ')

export const agentLines = (report: AgentReport): string[] => [
  ...(report.agents.length === 0 ? ['No agents, and no definition files.'] : []),
  ...report.agents.flatMap(accountLines),
  ...(isQuiet() ? [] : endLines(report)),
]

const accountLines = (account: AgentTold): string[] => {
  const { group, kind, enabled, definition, backend } = account
  const user = group === null ? 'no user' : `${group}, ${kind}${enabled ? '' : ', disabled'}`
  const file = definition === null ? 'no definition file' : visibleLine(definition.path)
  const run = backend === null ? [] : [`backend ${visibleLine(backend)}`]
  return [
    `${bold(visibleLine(account.name))}  ${[user, ...run, file].join('; ')}`,
    ...domainLines(definition?.domain ?? []),
    ...account.findings.flatMap(findingLines),
  ]
}

const domainLines = (domain: readonly string[]): string[] =>
  domain.length === 0 ? [] : folded(`  ${dim('domain')}   ${domain.map(visibleLine).join(', ')}`, 11)

const WEIGHTS = { error: red, warning: yellow, note: dim } as const

const findingLines = (f: AgentTold['findings'][number]): string[] => {
  const place = f.path === null ? '' : `${visibleLine(f.path)}${f.line === null ? '' : `:${f.line}`}: `
  return [
    ...folded(`  ${WEIGHTS[f.weight](f.weight.padEnd(8))} ${f.code}  ${place}${visible(f.found)}`, 11),
    ...folded(`           expected ${visible(f.expected)}`, 11),
    ...folded(`           ${visible(f.advice)}`, 11),
    ...f.next.map((command) => `           ${command}`),
  ]
}

const endLines = (report: AgentReport): string[] => {
  const { errors, warnings } = report
  const [first] = report.agents.flatMap((a) => a.findings).flatMap((f) => f.next)
  const again = errors + warnings > 0 ? 'qms agent check' : 'qms user list'
  return [
    '',
    `${errors} errors, ${warnings} warnings`,
    '',
    bold('Next'),
    ...[...new Set([...(first ? [first] : []), again])].map((command) => `  ${command}`),
  ]
}
