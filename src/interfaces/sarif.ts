/** Findings in the Static Analysis Results Interchange Format, version 2.1.0, as code hosts read it. */
import { FINDINGS, type Finding, type FindingCode } from '../audit/finding.ts'
import { FINDING_WORDS } from './findings.ts'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'

/** @param version of this program */
export const sarifOf = (findings: readonly Finding[], version: string): object => {
  const codes = [...new Set(findings.map((f) => f.code))].sort()
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'qms', semanticVersion: version, rules: codes.map(ruleOf) } },
        columnKind: 'unicodeCodePoints',
        results: findings.map((f) => resultOf(f, codes.indexOf(f.code))),
      },
    ],
  }
}

const ruleOf = (code: FindingCode): object => {
  const { title, means, happens, remedy } = FINDING_WORDS[code]
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: means },
    help: { text: `${happens} ${remedy}` },
    defaultConfiguration: { level: FINDINGS[code].severity },
  }
}

const resultOf = (f: Finding, ruleIndex: number): object => ({
  ruleId: f.code,
  ruleIndex,
  level: f.severity,
  message: { text: messageOf(f) },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: encodeURI(f.path ?? 'QMS'), uriBaseId: '%SRCROOT%' },
        ...(f.line === null ? {} : { region: { startLine: f.line } }),
      },
    },
  ],
  partialFingerprints: { finding: [f.code, f.path, f.line, f.commit].join('|') },
})

const messageOf = ({ document, commit, expected, found }: Finding): string => {
  const where = [document, commit && `commit ${commit.slice(0, 12)}`].filter(Boolean).join(', ')
  return `${where ? `${where}: ` : ''}expected ${expected || 'otherwise'}; found ${found}`
}
