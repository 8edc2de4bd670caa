/** `audit verify`: a package that came from elsewhere, checked without the repository that it was made from. */
import * as z from 'zod/mini'
import { type Finding, finding, type Verdict, verdictOf } from '../audit/finding.ts'
import type { Digest } from '../documents/trail.ts'
import { QmsError, refuse } from '../errors.ts'
import type { Manifest } from '../package/overview-page.ts'
import { STORE_IN_PACKAGE } from '../package/record.ts'
import { parseSums, SUMS_FILE } from '../package/sums.ts'
import * as layout from '../store/layout.ts'
import type { Held, PackageSink, PackageSource } from '../store/package.ts'
import { type AuditReport, auditElsewhere } from './audit/audit.ts'
import { isAdopted } from './configuration.ts'
import { type Audited, Export, FINDINGS_FILE, MANIFEST_FILE, PACKAGE_FORMAT } from './export.ts'
import { PackageEvidence, PackageSnapshot } from './package-view.ts'
import { Records } from './records.ts'

export interface VerifyAsk {
  /** As the user named it. */
  readonly file: string
  readonly source: PackageSource
  /** Takes the pages as they are made again. */
  readonly sink: PackageSink
  readonly digest: Digest
  readonly now: () => Date
  /** This program's version: only the same makes the same pages. */
  readonly qms: string
  readonly titleOf: (code: string) => string
  /** Names of what an export may hold beside the records. */
  readonly extras: readonly string[]
}

export interface Verified {
  readonly manifest: Manifest
  readonly verdict: Verdict
  readonly checked: Omit<AuditReport['checked'], 'commits'> & { readonly files: number }
  readonly findings: readonly Finding[]
}

/** @throws BAD_PACKAGE, NO_FILE, IO */
export const verifyPackage = async (ask: VerifyAsk): Promise<Verified> => {
  const held = await ask.source.index()
  const the: Case = { ask, held, root: rootOf(ask.file, held) }
  const sums = await sumFindings(the)
  const manifest = await manifestOf(the)
  const snapshot = new PackageSnapshot(manifest.tip, held, ask.source, `${the.root}${STORE_IN_PACKAGE}/`)
  const report = await auditElsewhere(ask, new PackageEvidence(snapshot, ask.digest))
  const adopted = isAdopted(await snapshot.read(layout.CONFIG_FILE))
  const record = report.findings.flatMap((f) => withoutHistory(f, adopted))
  const findings = [...sums, ...record, ...(await pageFindings(the, manifest, snapshot))]
  const { documents, events } = report.checked
  const texts = [...held.keys()].filter((path) => isText(the, path)).length
  return {
    manifest,
    verdict: verdictOf(findings),
    checked: { files: held.size, documents, events, texts },
    findings,
  }
}

/** Every text of every version is a file of its own. */
const isText = ({ root }: Case, path: string): boolean =>
  path.startsWith(`${root}${STORE_IN_PACKAGE}/${layout.STORE_FOLDER}/`) && path.endsWith('.md')

interface Case {
  readonly ask: VerifyAsk
  readonly held: ReadonlyMap<string, Held>
  /** Folder in the archive that holds the package, with its stroke; empty for none. */
  readonly root: string
}

const bad = (file: string, problem: string, expected: string, found: string, entry?: string): QmsError =>
  refuse('BAD_PACKAGE', { file, problem, expected, found, ...(entry === undefined ? {} : { entry }) })

/** @throws BAD_PACKAGE where there is no list of checksums on top, or in the one folder on top */
const rootOf = (file: string, held: ReadonlyMap<string, Held>): string => {
  if (held.has(SUMS_FILE)) return ''
  const inside = [...held.keys()].filter(
    (path) => path.split('/').length === 2 && path.endsWith(`/${SUMS_FILE}`),
  )
  const [only] = inside
  if (inside.length === 1 && only !== undefined) return only.slice(0, -SUMS_FILE.length)
  throw bad(file, `it has no ${SUMS_FILE}`, 'a package as qms audit export writes it', `${held.size} files`)
}

const textOf = async ({ ask, root }: Case, name: string): Promise<string> => {
  const bytes = await ask.source.read(`${root}${name}`)
  if (bytes === null) throw bad(ask.file, 'a file is missing', name, 'no such file', name)
  return new TextDecoder().decode(bytes)
}

/** Each file is listed, with its digest; and each that is listed is there. */
const sumFindings = async (the: Case): Promise<Finding[]> => {
  const { ask, held, root } = the
  const sums = parseSums(await textOf(the, SUMS_FILE))
  if ('line' in sums)
    throw bad(
      ask.file,
      'its checksums cannot be read',
      'lines as sha256sum writes them',
      `line ${sums.line}`,
      SUMS_FILE,
    )
  const listed = new Set(sums.map(({ path }) => `${root}${path}`))
  const unknown = [...held.keys()].filter((path) => !listed.has(path) && path !== `${root}${SUMS_FILE}`)
  return [
    ...sums.flatMap(({ path, digest }) => sumFinding(path, digest, held.get(`${root}${path}`))),
    ...unknown.map((path) =>
      finding('PACKAGE_FILE_UNKNOWN', { path }, 'no such file', `not listed in ${SUMS_FILE}`),
    ),
  ]
}

const sumFinding = (path: string, digest: string, file: Held | undefined): Finding[] => {
  if (!file) return [finding('PACKAGE_FILE_MISSING', { path }, `SHA-256 ${digest}`, 'no file')]
  if (file.digest === digest) return []
  return [finding('PACKAGE_FILE_CHANGED', { path }, `SHA-256 ${digest}`, `SHA-256 ${file.digest}`)]
}

const manifestSchema = z.looseObject({
  format: z.int(),
  qms: z.string(),
  storeFormat: z.string(),
  tip: z.string().check(z.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)),
  branch: z.string(),
  recordsUntil: z.nullable(z.string()),
  exported: z.nullable(z.string()),
  documents: z.int(),
  unreadable: z.int(),
  events: z.int(),
  texts: z.int(),
  findings: z.int(),
  verdict: z.string(),
}) satisfies z.ZodMiniType<Manifest>

const findingsSchema = z.object({
  verdict: z.string(),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.string(),
      document: z.nullable(z.string()),
      path: z.nullable(z.string()),
      line: z.nullable(z.number()),
      commit: z.nullable(z.string()),
      expected: z.nullable(z.string()),
      found: z.nullable(z.string()),
    }),
  ),
}) satisfies z.ZodMiniType<Audited>

/** @throws BAD_PACKAGE where the file is not of that form */
const parsed = async <T>(the: Case, name: string, schema: z.ZodMiniType<T>): Promise<T> => {
  const text = await textOf(the, name)
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    const found = (error as Error).message.slice(0, 200)
    throw bad(the.ask.file, 'it cannot be read', `a ${name} as qms audit export writes it`, found, name)
  }
}

const manifestOf = async (the: Case): Promise<Manifest> => {
  const manifest = await parsed(the, MANIFEST_FILE, manifestSchema)
  if (manifest.format <= PACKAGE_FORMAT) return manifest
  const found = `package format ${manifest.format}, written by qms ${manifest.qms}`
  throw bad(the.ask.file, 'it is of a newer form', `package format ${PACKAGE_FORMAT}`, found, MANIFEST_FILE)
}

/**
 * That there is no history is what a package is. And without it nobody can tell whether a file that belongs to no
 * document was there before an adoption: in an adopted store it is named, and counts as that.
 */
const withoutHistory = (f: Finding, adopted: boolean): Finding[] => {
  if (f.code === 'HISTORY_INCOMPLETE') return []
  if (f.code !== 'UNKNOWN_FILE' || !adopted) return [f]
  const found = `${f.found}; without history it cannot be told since when`
  return [finding('ADOPTED_STRAY', f, f.expected, found)]
}

/** The pages, tables and data are made again from the store in the package, and must come out the same. */
const pageFindings = async (the: Case, manifest: Manifest, snapshot: PackageSnapshot): Promise<Finding[]> => {
  const unchecked = (expected: string, found: string) => [
    finding('PACKAGE_PAGES_UNCHECKED', {}, expected, found),
  ]
  if (manifest.qms !== the.ask.qms)
    return unchecked(`qms ${manifest.qms}, which wrote them`, `qms ${the.ask.qms}`)
  const records = await Records.open(snapshot, the.ask.digest).catch(damaged)
  const agents = records && (await records.agents().catch(damaged))
  if (!records || !agents) return unchecked('system records that can be read', 'they cannot')
  await madeAgain(the, manifest, records)
  const { held, root, ask } = the
  return ask.sink.packed.flatMap(({ path, digest }) => {
    const found = held.get(`${root}${path}`)?.digest
    return path === SUMS_FILE || found === digest
      ? []
      : [
          finding(
            'PACKAGE_PAGE_DIFFERS',
            { path },
            `SHA-256 ${digest}, made from the records`,
            found ?? 'no file',
          ),
        ]
  })
}

const damaged = (error: unknown): null => {
  if (error instanceof QmsError && error.code !== 'BAD_PACKAGE' && error.code !== 'IO') return null
  throw error
}

const madeAgain = async (the: Case, manifest: Manifest, records: Records): Promise<void> => {
  const { ask, root } = the
  const extras = ask.extras.map(async (name) => {
    const bytes = await ask.source.read(`${root}${name}`)
    return bytes === null ? [] : [{ name, bytes }]
  })
  const { qms, branch, exported } = manifest
  const told = { qms, branch, exported, titleOf: ask.titleOf, extras: (await Promise.all(extras)).flat() }
  await new Export(records, ask.sink, told, await parsed(the, FINDINGS_FILE, findingsSchema)).derived()
}
