/** The second verifier, run as an auditor runs it: a child process that is given a folder. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { ROOT } from '../support/cli.ts'
import type { Files, Tampered } from '../support/tampering.ts'

export const VERIFIER = join(ROOT, 'verifier/verify.py')
export const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0
if (!hasPython) console.log('the second verifier: skipped, there is no Python 3.9 here')

export interface Finding {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly document: string | null
  readonly path: string
  readonly line: number | null
  readonly expected: string
  readonly found: string
}

export interface Verdict {
  readonly exit: number
  readonly verdict: string
  readonly checked: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

const ANSWERS = [0, 6, 7, 9]

/** Gives what it says; a failure of its own fails the test. */
export const verifyFolder = (root: string): Promise<Verdict> =>
  new Promise((done, fail) =>
    execFile('python3', [VERIFIER, '--json', root], { maxBuffer: 1 << 26 }, (error, out, err) => {
      const exit = error ? Number(error.code) : 0
      if (!ANSWERS.includes(exit) || err) fail(new Error(`verify.py ended with ${error?.code}: ${err}`))
      else done({ exit, ...JSON.parse(out) })
    }),
  )

/** Files in a folder of their own while `work` is done with it. */
export const inFolder = async <T>(files: Files, work: (root: string) => Promise<T>): Promise<T> => {
  const root = mkdtempSync(join(tmpdir(), 'qms-verify-'))
  try {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), bytes)
    }
    return await work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export const verify = (files: Files): Promise<Verdict> => inFolder(files, verifyFolder)

export const expectClean = (verdict: Verdict): void => {
  const errors = verdict.findings.filter((f) => f.severity === 'error')
  expect({ errors, verdict: verdict.verdict, exit: verdict.exit }).toEqual({
    errors: [],
    verdict: 'clean',
    exit: 0,
  })
}

/** Every place that the alteration must show, and nothing where none is. */
export const expectFound = ({ done, expected }: Tampered, verdict: Verdict): void => {
  if (expected.length === 0) expectClean(verdict)
  for (const { codes, path, lines } of expected) {
    const there = verdict.findings.some(
      (f) => f.path === path && codes.includes(f.code) && (!lines || lines.includes(f.line ?? 0)),
    )
    const said = verdict.findings.map((f) => `${f.code} ${f.path}:${f.line} ${f.found}`)
    expect(there, `${done}\nexpected ${codes} at ${path}:${lines}\nfound ${said.join('\n')}`).toBe(true)
  }
}

/** What it prints for people. */
export const printed = (root: string): string =>
  spawnSync('python3', [VERIFIER, root], { encoding: 'utf8' }).stdout
