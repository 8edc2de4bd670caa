/**
 * Whatever is done to whatever file, however it comes into the repository: the audit names the file. Every alteration of
 * bytes, drawn at random; `QMS_TEST_TAMPERINGS=10000` draws more than the few hundred of a usual run.
 */
import { chmodSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { audited, richStore, said } from '../support/audited.ts'
import type { Project } from '../support/cli.ts'
import fc from '../support/property.ts'
import { ALTERATIONS, type Files, storeFiles } from '../support/tampering.ts'

const RUNS = Number(process.env.QMS_TEST_TAMPERINGS ?? 300)
const CONFIG = 'qms.config.json'

let project: Project
let head: string
let files: Files

beforeAll(async () => {
  project = await richStore()
  head = project.tip()
  files = storeFiles(project.root)
  expect(said((await audited(project)).findings)).toEqual([])
}, 120_000)

/** What was done, and the files of which at least one must be named. */
interface Done {
  readonly what: string
  readonly paths: readonly string[]
}

type Deed = (path: string, at: number) => Done | null

/** Alterations of bytes, as the stores of the second verifier know them. */
const byBytes: Record<string, Deed> = Object.fromEntries(
  Object.entries(ALTERATIONS).map(([name, alter]) => [
    name,
    (path: string, at: number) => {
      const tampered = path === CONFIG ? null : alter(files, path, at)
      if (!tampered) return null
      const changed = [...new Set([...files.keys(), ...tampered.files.keys()])].filter(
        (p) => files.get(p) !== tampered.files.get(p),
      )
      for (const p of changed) put(p, tampered.files.get(p) ?? null)
      return { what: tampered.done, paths: changed }
    },
  ]),
)

const put = (path: string, bytes: Uint8Array | null): void =>
  bytes === null ? rmSync(project.path(path)) : project.write(path, bytes)

/** What only git and the file system know of. */
const byGit: Record<string, Deed> = {
  linked: (path) => {
    rmSync(project.path(path))
    symlinkSync('/etc/hostname', project.path(path))
    return { what: `${path}: a link`, paths: [path] }
  },
  program: (path) => {
    chmodSync(project.path(path), 0o755)
    return { what: `${path}: a program`, paths: path === CONFIG ? [] : [path] }
  },
  olderVersion: (path, at) => {
    const commits = project.git('log', '--format=%H', '--diff-filter=AM', '--', path).split('\n')
    if (commits.length < 2) return null
    const older = commits[1 + (at % (commits.length - 1))]
    const bytes = Buffer.from(`${project.git('show', `${older}:${path}`)}\n`)
    if (bytes.equals(readFileSync(project.path(path)))) return null
    project.write(path, bytes)
    return { what: `${path}: as in ${older?.slice(0, 8)}`, paths: [path] }
  },
  spaceAdded: (path) => {
    project.write(path, `${readFileSync(project.path(path), 'latin1')} `)
    return { what: `${path}: a space at the end`, paths: [path] }
  },
  removed: (path) => {
    rmSync(project.path(path))
    return { what: `${path}: removed`, paths: [path] }
  },
}

const DEEDS: Record<string, Deed> = { ...byBytes, ...byGit }

const HOW: Record<string, () => void> = {
  'in the work tree': () => undefined,
  staged: () => void project.git('add', '-A'),
  committed: () => {
    project.git('add', '-A')
    project.git('commit', '-q', '--allow-empty', '-m', 'by hand')
  },
  'committed and put back': () => {
    HOW.committed?.()
    project.git('revert', '--no-edit', 'HEAD')
  },
  'merged from a branch': () => {
    project.git('checkout', '-q', '-b', 'side')
    HOW.committed?.()
    project.git('checkout', '-q', 'main')
    project.git('merge', '-q', '--no-ff', '--no-edit', 'side')
    project.git('branch', '-q', '-D', 'side')
  },
}

const undo = (): void => {
  project.git('checkout', '-q', '-f', 'main')
  project.git('reset', '-q', '--hard', head)
  project.git('clean', '-q', '-f', '-d', '-x', 'QMS')
}

// Verifies: REQ-QMS-201
describe('tampering', () => {
  it(`is found, whatever file, whatever is done to it, however it comes in (${RUNS} times)`, async () => {
    const tried = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(DEEDS)),
        fc.constantFrom(...Object.keys(HOW)),
        fc.constantFrom(...files.keys(), CONFIG, CONFIG),
        fc.nat(1_000_000),
        async (deed, how, path, at) => {
          const done = DEEDS[deed]?.(path, at)
          if (!done || done.paths.length === 0) return undo()
          HOW[how]?.()
          tried.set(`${deed}, ${how}`, (tried.get(`${deed}, ${how}`) ?? 0) + 1)
          const { findings } = await audited(project)
          const named = findings.filter((f) => f.path !== null && done.paths.includes(f.path))
          undo()
          expect({ done: done.what, how, named: said(named), all: said(findings) }).toMatchObject({
            named: [expect.any(String), ...said(named).slice(1)],
          })
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    )
    expect(tried.size).toBeGreaterThan(RUNS >= 300 ? 60 : 5)
    expect(said((await audited(project)).findings)).toEqual([])
  }, 7_200_000)
})
