/** A package in other hands: what was done to it since is named, wherever it is looked at. */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { verifyPackage } from '../../src/app/verify-package.ts'
import { digest, digestSink, extraNames, packageSource } from '../../src/compose.ts'
import { appendEvents } from '../../src/documents/trail.ts'
import { titleOf } from '../../src/interfaces/findings.ts'
import { drafted, effective, executing, folder, initialised, Project } from '../support/cli.ts'
import { adopt, hasSample, sampleProject } from '../support/peer.ts'
import fc from '../support/property.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('the verifier in a package: skipped, there is no python3')

let store: Project
/** One package as it was exported; tests work on copies. */
let sound: string
/** A folder that is in no repository. */
let away: Project

beforeAll(async () => {
  store = await initialised()
  await store.use(async (qms) => {
    await effective(store, qms, 'SOP')
    await executing(store, qms, 'CR')
    await drafted(store, qms, 'VAR', { with: { parent: 'CR-001', kind: 1 } })
  })
  away = new Project(folder('away'))
  sound = away.path('sound')
  await store.ok(['audit', 'export', '--out', sound])
})

let copies = 0
const copied = (): string => {
  const copy = away.path(`copy-${++copies}`)
  cpSync(sound, copy, { recursive: true })
  return copy
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort()

/** As somebody would do it who does not want a change to show. */
const sumAgain = (root: string): void => {
  const sum = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex')
  const files = filesBelow(root).filter((path) => path !== 'SHA256SUMS')
  writeFileSync(join(root, 'SHA256SUMS'), files.map((path) => `${sum(path)}  ${path}\n`).join(''))
}

const edit = (root: string, path: string, change: (text: string) => string): void => {
  const file = join(root, path)
  const before = readFileSync(file, 'utf8')
  expect(change(before)).not.toBe(before)
  writeFileSync(file, change(before))
}

interface Found {
  readonly code: string
  readonly severity: string
  readonly path: string | null
  readonly document: string | null
}

const verified = async (file: string) =>
  verifyPackage({
    file,
    source: await packageSource(file),
    sink: await digestSink(),
    digest,
    now: () => new Date(),
    qms: '0.1.0',
    titleOf,
    extras: extraNames,
  })

/** Verdict, and errors as `CODE path`. */
const errorsIn = async (root: string): Promise<[string, string[]]> => {
  const { verdict, findings } = await verified(root)
  const errors = findings.filter((f: Found) => f.severity === 'error')
  return [verdict, errors.map((f: Found) => `${f.code} ${f.path}`)]
}

describe('a package as it was exported', () => {
  it('is sound: as a folder, as a tar, packed again by GNU tar, and outside of any repository', async () => {
    await store.ok(['audit', 'export', '--out', away.path('p.tar')])
    execFileSync('tar', ['-cf', away.path('again.tar'), '-C', sound, '.'])
    execFileSync('tar', ['-cf', away.path('named.tar'), '-C', away.root, 'sound'])
    const before = filesBelow(away.root)
    for (const file of ['sound', 'p.tar', 'again.tar', 'named.tar']) {
      const { result, ok } = await away.json(['audit', 'verify', file])
      expect({ file, ok, verdict: result.verdict, findings: result.findings }).toEqual({
        file,
        ok: true,
        verdict: 'clean',
        findings: [],
      })
      const { documents, events, texts } = result.manifest
      expect(result.checked).toEqual({ documents, events, texts, files: filesBelow(sound).length })
      expect(documents).toBe(20)
      expect(result.manifest.tip).toBe(store.tip())
    }
    expect(await away.ok('audit verify p.tar')).toContain('p.tar: sound')
    expect(filesBelow(away.root)).toEqual(before)
  })

  it.skipIf(!hasPython)('is clean to the verifier in it, which knows nothing of this program', () => {
    const python = (root: string) =>
      spawnSync('python3', ['verify.py', '--rules', 'rules.json', 'store'], { cwd: root, encoding: 'utf8' })
    expect(python(sound).stdout).toMatch(/^clean: 20 documents/m)
    expect(python(sound).status).toBe(0)
    const root = copied()
    edit(root, 'store/QMS/SOP/SOP-008.md', (text) => `${text}more\n`)
    expect(python(root).status).toBe(7)
  })

  // Verifies: REQ-QMS-302
  it('is not sound any more after the change of any byte of any file', async () => {
    const files = filesBelow(sound)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (f, at, by) => {
          const root = copied()
          const path = files[f] as string
          const bytes = readFileSync(join(root, path))
          bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ by
          writeFileSync(join(root, path), bytes)
          const verdict = await verified(root).then(
            (v) => v.verdict,
            (error: { code?: string }) => error.code,
          )
          rmSync(root, { recursive: true })
          expect([path, verdict]).not.toEqual([path, 'clean'])
          expect(['damaged', 'findings', 'BAD_PACKAGE']).toContain(verdict)
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe('what was done to a package', () => {
  it('is named file by file where its checksums show it', async () => {
    const root = copied()
    rmSync(join(root, 'documents/SOP-001.html'))
    appendFileSync(join(root, 'events.csv'), 'x\r\n')
    writeFileSync(join(root, 'store/QMS/SOP/planted.md'), 'x')
    expect(await errorsIn(root)).toEqual([
      'damaged',
      [
        'PACKAGE_FILE_MISSING documents/SOP-001.html',
        'PACKAGE_FILE_CHANGED events.csv',
        'PACKAGE_FILE_UNKNOWN store/QMS/SOP/planted.md',
        'UNKNOWN_FILE QMS/SOP/planted.md',
        'PACKAGE_PAGE_DIFFERS documents/SOP-001.html',
        'PACKAGE_PAGE_DIFFERS events.csv',
      ].sort(byOrder),
    ])
  })

  it('to a text is found by its trail, though the checksums were made again', async () => {
    const root = copied()
    edit(root, 'store/QMS/SOP/SOP-008.md', (text) => `${text}more\n`)
    sumAgain(root)
    const [verdict, errors] = await errorsIn(root)
    expect(verdict).toBe('damaged')
    expect(errors).toContain('TEXT_CHANGED_BY_HAND QMS/SOP/SOP-008.md')
  })

  it('to a trail is found by its chain', async () => {
    const root = copied()
    edit(root, 'store/QMS/.audit/CR/CR-001.jsonl', (text) => text.replace('Read it.', 'Read it!'))
    sumAgain(root)
    const [verdict, errors] = await errorsIn(root)
    expect(verdict).toBe('damaged')
    expect(errors).toContain('CHAIN_BROKEN QMS/.audit/CR/CR-001.jsonl')
  })

  it('by an event that the rules do not allow is found, whole as its chain is', async () => {
    const root = copied()
    const path = join(root, 'store/QMS/.audit/VAR/CR-001-VAR-001.jsonl')
    const forged = { ts: '2031-01-01T00:00:00.000Z', event: 'STATUS_CHANGE', user: 'claude', version: '1.0' }
    const own = { from_status: 'DRAFT', to_status: 'PRE_APPROVED', edition: 1 }
    writeFileSync(path, appendEvents(readFileSync(path), [{ ...forged, ...own }], digest).bytes)
    sumAgain(root)
    const [, errors] = await errorsIn(root)
    expect(errors).toContain('ILLEGAL_EVENT QMS/.audit/VAR/CR-001-VAR-001.jsonl')
  })

  it('to metadata is found by the fold', async () => {
    const root = copied()
    edit(root, 'store/QMS/.meta/SOP/SOP-008.json', (text) => text.replace('EFFECTIVE', 'RETIRED'))
    sumAgain(root)
    const [, errors] = await errorsIn(root)
    expect(errors).toContain('METADATA_DIFFERS QMS/.meta/SOP/SOP-008.json')
  })

  it('to a page, a table or the data is found: they are made again from the records', async () => {
    for (const path of [
      'index.html',
      'documents/SOP-008.html',
      'documents.csv',
      'records.json',
      'README.txt',
    ]) {
      const root = copied()
      edit(root, path, (text) => text.replace(/claude|RECORDS/, 'nobody'))
      sumAgain(root)
      const [verdict, errors] = await errorsIn(root)
      expect([path, verdict, errors]).toEqual([path, 'findings', [`PACKAGE_PAGE_DIFFERS ${path}`]])
    }
  })

  it('by another version cannot be compared page by page, and that is said', async () => {
    const root = copied()
    edit(root, 'manifest.json', (text) => text.replace('"qms": "0.1.0"', '"qms": "0.0.9"'))
    sumAgain(root)
    const { verdict, findings } = await verified(root)
    expect([verdict, findings.map((f: Found) => f.code)]).toEqual(['clean', ['PACKAGE_PAGES_UNCHECKED']])
  })
})

const ORDER = ['MISSING', 'FILE_CHANGED', 'PACKAGE_FILE_UNKNOWN', 'UNKNOWN_FILE', 'DIFFERS']
const byOrder = (a: string, b: string): number =>
  ORDER.findIndex((part) => a.includes(part)) - ORDER.findIndex((part) => b.includes(part))

describe('the word audit', () => {
  it('is a command and a group: ids are audited, members are found, slips are put right, help shows both', async () => {
    expect((await store.json('audit CR-001')).command).toBe('audit')
    expect((await store.json('audit report --no-audit')).command).toBe('audit report')
    expect(await store.refused('audit exprot --out x', 'USAGE')).toContain('qms audit export --out x')
    await store.refused('audit CR-XYZ', 'BAD_ID')
    await store.refused('audit nothing-like-it', 'BAD_ID')
    const help = await store.ok('help audit')
    for (const words of ['qms audit CR-001', 'audit export', 'audit report', 'audit verify'])
      expect(help).toContain(words)
    expect(await store.ok('help audit export')).toContain('--out PATH')
  })
})

describe('the exit code', () => {
  it('is 6 for findings, 7 for a damaged record, 8 for what cannot be read', async () => {
    const root = copied()
    writeFileSync(join(root, 'planted'), 'x')
    expect((await away.run(['audit', 'verify', root])).code).toBe(6)
    edit(root, 'store/QMS/SOP/SOP-008.md', (text) => `${text}more\n`)
    const said = await away.run(['audit', 'verify', root])
    expect([said.code, said.err]).toEqual([7, ''])
    expect(said.out).toContain('TEXT_CHANGED_BY_HAND')
    symlinkSync('/etc/hostname', join(root, 'link'))
    expect(await away.refused(['audit', 'verify', root], 'BAD_PACKAGE')).toContain('symbolic link')
    await away.refused('audit verify no-such-file', 'NO_FILE')
    await away.refused('audit verify', 'USAGE')
  })

  it('is 8, too, for a folder or tar that is no package, and for one of a newer form', async () => {
    const plain = folder('plain')
    writeFileSync(join(plain, 'a'), 'a')
    await away.refused(['audit', 'verify', plain], 'BAD_PACKAGE')
    for (const [path, change] of [
      ['SHA256SUMS', (text: string) => `${text}not a sum\n`],
      ['manifest.json', (text: string) => text.replace('"format": 1', '"format": 2')],
      ['manifest.json', (text: string) => text.replace('"tip": "', '"tip": "x')],
      ['manifest.json', () => '{'],
    ] as const) {
      const root = copied()
      edit(root, path, change)
      expect(await away.refused(['audit', 'verify', root], 'BAD_PACKAGE')).toContain(path)
    }
  })
})

describe.skipIf(!hasSample)('the sample store', () => {
  it('is sound as a package: what its history would tell is not asked of it', async () => {
    const project = sampleProject()
    await adopt(project)
    const tar = away.path('sample.tar')
    await project.ok(['audit', 'export', '--out', tar])
    expect(await errorsIn(tar)).toEqual(['clean', []])
  })
})
