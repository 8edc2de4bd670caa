/** Findings in the Static Analysis Results Interchange Format, version 2.1.0, as code hosts read it. */
import { FINDINGS, type Finding, type FindingCode } from '../audit/finding.ts'
import { FINDING_WORDS } from './findings.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/** What a kind of finding means. */
export interface SarifRule {
  readonly id: string
  readonly title: string
  readonly means: string
  readonly help: string
  readonly level: string
}

export interface SarifResult {
  readonly rule: string
  readonly level: string
  readonly message: string
  readonly path: string
  /** Lines and columns from 1; columns in UTF-16 code units. */
  readonly region: {
    readonly startLine: number
    readonly startColumn?: number
    readonly endLine?: number
    readonly endColumn?: number
  } | null
  /** By which a code host knows the finding again. */
  readonly fingerprint: string
}

/** @param version of this program */
export const sarif = (
  results: readonly SarifResult[],
  rules: readonly SarifRule[],
  version: string,
): object => {
  const index = new Map(rules.map((rule, i) => [rule.id, i]))
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'qms', semanticVersion: version, rules: rules.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => resultOf(result, index.get(result.rule) ?? -1)),
      },
    ],
  }
}

const ruleOf = ({ id, title, means, help, level }: SarifRule): object => ({
  id,
  shortDescription: { text: title },
  fullDescription: { text: means },
  help: { text: help },
  defaultConfiguration: { level },
})

const resultOf = (
  { rule, level, message, path, region, fingerprint }: SarifResult,
  ruleIndex: number,
): object => ({
  ruleId: rule,
  ruleIndex,
  level,
  message: { text: message },
  locations: [
    {
      physicalLocation: {
        artifactLocation: placeOf(path),
        ...(region === null ? {} : { region }),
      },
    },
  ],
  partialFingerprints: { finding: fingerprint },
})

/** Each part of a path as data: what means something in an address is taken from its meaning. From the root of a disk there is no base. */
const placeOf = (path: string): object => {
  const uri = path.split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' }
}

/** The findings of an audit. @param version of this program */
export const sarifOf = (findings: readonly Finding[], version: string): object => {
  const codes = [...new Set(findings.map((f) => f.code))].sort()
  return sarif(findings.map(resultOfAudit), codes.map(ruleOfAudit), version)
}

const ruleOfAudit = (code: FindingCode): SarifRule => {
  const { title, means, happens, remedy } = FINDING_WORDS[code]
  return { id: code, title, means, help: `${happens} ${remedy}`, level: FINDINGS[code].severity }
}

const resultOfAudit = (f: Finding): SarifResult => ({
  rule: f.code,
  level: f.severity,
  message: messageOf(f),
  path: f.path ?? 'QMS',
  region: f.line === null ? null : { startLine: f.line },
  fingerprint: [f.code, f.path, f.line, f.commit].join('|'),
})

const messageOf = ({ document, commit, expected, found }: Finding): string => {
  const where = [document, commit && `commit ${commit.slice(0, 12)}`].filter(Boolean).join(', ')
  return `${where ? `${where}: ` : ''}expected ${expected || 'otherwise'}; found ${found}`
}
