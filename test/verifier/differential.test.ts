/** The program's own audit and the second verifier, asked about the same stores, good and bad: they agree. */
import { rmSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type AuditReport, audit } from '../../src/app/audit/audit.ts'
import { openQms } from '../../src/compose.ts'
import type { Project } from '../support/cli.ts'
import { bornBadly, FORGERIES, forged, governedBadly } from '../support/forging.ts'
import { ALTERATIONS, CHAIN_CODES, type Files, storeFiles, type Tampered } from '../support/tampering.ts'
import { adopted, yard } from './stores.ts'
import { expectFound, hasPython, verifyFolder } from './verifying.ts'

/** What both prove, by the codes of either. What needs git's history, or other clocks, is the audit's alone. */
const PROOFS: Readonly<Record<string, readonly string[]>> = {
  chain: CHAIN_CODES,
  digests: [
    'METADATA_DIFFERS',
    'METADATA_MISSING',
    'TEXT_CHANGED_BY_HAND',
    'TEXT_MISSING',
    'UNKNOWN_FILE',
    'NOT_A_FILE',
    'ADOPTED_STRAY',
  ],
  legality: ['ILLEGAL_EVENT', 'FAMILY_GATE', 'PARENT_UNKNOWN', 'NEWER_FORMAT'],
}

const isRecord = (path: string): boolean => path.includes('/_system/')

/** Proof and path of each finding. Of a damaged trail both see only where it breaks; of damaged records, no rights. */
const proofs = (findings: readonly { readonly code: string; readonly path: string | null }[]): string[] => {
  const all = findings.flatMap(({ code, path }) =>
    Object.keys(PROOFS).flatMap((proof) =>
      PROOFS[proof]?.includes(code) ? [{ proof, path: path ?? '' }] : [],
    ),
  )
  const damaged = all.filter((f) => f.proof === 'chain').map((f) => f.path)
  const unjudged = (path: string) => damaged.includes(path) || damaged.some(isRecord)
  const kept = all.filter((f) => f.proof !== 'legality' || !unjudged(f.path))
  return [...new Set(kept.map((f) => `${f.proof} ${f.path}`))].sort()
}

const audited = async (project: Project): Promise<AuditReport> => {
  const opened = await openQms(project.root)
  try {
    return await audit(opened.qms, await opened.evidence(), { ids: [] })
  } finally {
    await opened.close()
  }
}

/** The store as somebody left it: the altered files in one more commit. */
const committed = (project: Project, base: string, files: Files): void => {
  project.git('reset', '-q', '--hard', base)
  project.git('clean', '-qfd', 'QMS')
  for (const path of storeFiles(project.root).keys()) if (!files.has(path)) rmSync(project.path(path))
  for (const [path, bytes] of files) project.write(path, bytes)
  project.git('add', '-A', 'QMS')
  project.git('commit', '-q', '--allow-empty', '-m', 'altered')
}

/**
 * What only one of the two says, and why that is so. Everything else that they do not agree about fails.
 */
const KNOWN: readonly RegExp[] = []

const only = (one: readonly string[], two: readonly string[]): string =>
  one.filter((x) => !two.includes(x) && !KNOWN.some((known) => known.test(x))).join('; ')

/** Both are asked about each alteration: the verifier finds what must be found, and they agree. */
const compared = async ({ project, base }: Fixture, all: readonly Tampered[]): Promise<void> => {
  for (const one of all) {
    committed(project, base, one.files)
    const [report, verdict] = await Promise.all([audited(project), verifyFolder(project.root)])
    expectFound(one, verdict)
    const [a, b] = [proofs(report.findings), proofs(verdict.findings)]
    expect([one.done, 'audit alone', only(a, b)]).toEqual([one.done, 'audit alone', ''])
    expect([one.done, 'verifier alone', only(b, a)]).toEqual([one.done, 'verifier alone', ''])
  }
}

/** Every alteration on some files of every kind, at places that differ from one to the next. */
const sampled = (files: Files, step: number): Tampered[] =>
  Object.values(ALTERATIONS).flatMap((alter) =>
    [...files.keys()]
      .filter((_, i) => i % step === 0)
      .flatMap((path, i) => alter(files, path, i * 7919 + 13) ?? []),
  )

interface Fixture {
  readonly project: Project
  readonly base: string
  readonly files: Files
}

const fixture = (project: Project): Fixture => ({
  project,
  base: project.tip(),
  files: storeFiles(project.root),
})

// Verifies: REQ-QMS-206
describe.skipIf(!hasPython)('audit and second verifier agree', () => {
  const stores: Record<string, Fixture> = {}

  beforeAll(async () => {
    stores.yard = fixture(await yard())
    stores.adopted = fixture(await adopted())
  }, 300_000)

  for (const [name, step] of [
    ['yard', 41],
    ['adopted', 9],
  ] as const)
    it(`on ${name}, and on what was altered in it`, { timeout: 600_000 }, async () => {
      const store = stores[name] as Fixture
      const all = [{ done: 'nothing', files: store.files, expected: [] }, ...sampled(store.files, step)]
      expect(all.length).toBeGreaterThan(15)
      await compared(store, all)
    })

  it('on every forged event with a correct chain, and on some that are as they should be', {
    timeout: 900_000,
  }, async () => {
    const store = stores.yard as Fixture
    const { tampered, unfit } = forged(store.files)
    expect(unfit).toEqual([])
    expect(tampered).toHaveLength(FORGERIES.length)
    await compared(store, [...tampered, ...governedBadly(store.files), ...bornBadly(store.files)])
  })
})
