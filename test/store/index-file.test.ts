/** Git's index, read and changed without git: judged by what git makes of the same change, and by git itself. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { IndexFile } from '../../src/store/index-file.ts'
import fc from '../support/property.ts'
import { makeRepository, type TestRepository } from '../support/repository.ts'

const ZERO = '0'.repeat(40)

/** A repository with two blobs, whose index holds these paths, its trees cached, its conflicts as they are. */
const holding = (paths: readonly string[], stages: readonly number[] = [0]) => {
  const repository = makeRepository()
  repository.write('src/one', 'one\n')
  repository.write('src/two', 'two\n')
  const [one, two] = ['src/one', 'src/two'].map((path) => repository.git('hash-object', '-w', path).trim())
  repository.git('read-tree', '--empty')
  const lines = paths.flatMap((path) => stages.map((stage) => `100644 ${one} ${stage}\t${path}\0`))
  feed(repository, lines.join(''))
  if (stages.length === 1) repository.git('write-tree')
  return { repository, one: one!, two: two! }
}

const feed = (repository: TestRepository, lines: string): void => {
  repository.write('../lines', lines)
  repository.git('-c', 'alias.feed=!git update-index -z --index-info < ../lines', 'feed')
}

const indexOf = (repository: TestRepository): string => join(repository.root, '.git/index')
const read = (repository: TestRepository): IndexFile | null =>
  IndexFile.read(readFileSync(indexOf(repository)), 20)

/** What git says of an index: its lines, and the trees that it would commit, which it takes from the cache where it may. */
const asGitSees = (repository: TestRepository, bytes: Buffer): { lines: string; tree: string } => {
  copyFileSync(indexOf(repository), `${indexOf(repository)}.before`)
  writeFileSync(indexOf(repository), bytes)
  try {
    const lines = repository.git('ls-files', '-s', '-t', '-z')
    return { lines, tree: lines.includes(' 1\t') ? '' : repository.git('write-tree') }
  } finally {
    copyFileSync(`${indexOf(repository)}.before`, indexOf(repository))
  }
}

/** The same change made by git. */
const madeByGit = (repository: TestRepository, updates: ReadonlyMap<string, string | null>): Buffer => {
  const before = readFileSync(indexOf(repository))
  const line = ([path, oid]: [string, string | null]) =>
    oid ? `100644 ${oid} 0\t${path}\0` : `0 ${ZERO}\t${path}\0`
  feed(repository, [...updates].map(line).join(''))
  const made = readFileSync(indexOf(repository))
  writeFileSync(indexOf(repository), before)
  return made
}

const SOME = [
  'a',
  'a-b',
  'a.md',
  'QMS/CR/CR-001.md',
  'QMS/CR/CR-002.md',
  'QMS/CR/x/y.md',
  'QMS/é.md',
  'src/z',
]
describe('the index', () => {
  it('says of each path what git says', () => {
    const { repository, one } = holding(SOME)
    const index = read(repository)
    expect(index?.entries([...SOME, 'absent', 'QMS', 'QMS/CR'])).toEqual(
      SOME.map((path) => ({ path, oid: one, stage: 0, skipped: false })),
    )
    repository.git('update-index', '--skip-worktree', 'a-b')
    expect(
      read(repository)
        ?.entries(['a', 'a-b'])
        .map((entry) => entry.skipped),
    ).toEqual([false, true])
    const long = `QMS/${'x'.repeat(250)}/${'y'.repeat(250)}`.repeat(9)
    feed(repository, `100644 ${one} 0\t${long}\0`)
    expect(read(repository)?.entries([long, 'src/z'])).toHaveLength(2)
  })

  it('gives every stage of a conflict, and resolves it', () => {
    const { repository, two } = holding(['QMS/CR/CR-001.md'], [1, 2, 3])
    expect(
      read(repository)
        ?.entries(['QMS/CR/CR-001.md'])
        .map((entry) => entry.stage),
    ).toEqual([1, 2, 3])
    const made = read(repository)?.with(new Map([['QMS/CR/CR-001.md', two]]))
    expect(asGitSees(repository, made!).lines).toContain(`H 100644 ${two} 0\tQMS/CR/CR-001.md\0`)
    expect(asGitSees(repository, made!).lines).not.toContain(' 1\t')
  })

  it('changes as git changes it, whatever is put and removed, and leaves no cached tree that is not true', () => {
    const { repository, one, two } = holding([])
    const name = fc.constantFrom('a', 'b', 'b-', 'b.c', 'CR', 'CR-001.md', 'é', 'z'.repeat(70))
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'))
    const oid = fc.constantFrom(one, two, null)
    fc.assert(
      fc.property(
        fc.uniqueArray(path, { maxLength: 12 }),
        fc.uniqueArray(fc.tuple(path, oid), { minLength: 1, maxLength: 8, selector: ([p]) => p }),
        (present, changes) => {
          repository.git('read-tree', '--empty')
          feed(repository, present.map((p) => `100644 ${one} 0\t${p}\0`).join(''))
          repository.git('write-tree')
          const updates = new Map(changes)
          const made = read(repository)!.with(updates)
          if (made !== null)
            expect(asGitSees(repository, made)).toEqual(asGitSees(repository, madeByGit(repository, updates)))
          else expect(conflicts([...present, ...putBy(updates)])).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  it('keeps the entry, and so what git knows of the file, where nothing changes', () => {
    const repository = makeRepository()
    repository.git('add', '.')
    const before = readFileSync(indexOf(repository))
    const { path, oid } = read(repository)!.entries(['src/code.txt'])[0]!
    expect(
      read(repository)!
        .with(new Map([[path, oid]]))!
        .subarray(0, 84),
    ).toEqual(before.subarray(0, 84))
    expect(
      read(repository)!
        .with(new Map([[path, ZERO]]))!
        .subarray(0, 84),
    ).not.toEqual(before.subarray(0, 84))
  })

  it('leaves to git what it does not understand', () => {
    const { repository } = holding(SOME)
    const bytes = readFileSync(indexOf(repository))
    for (const length of [0, 8, 40, 100, bytes.length - 30, bytes.length - 1])
      expect(IndexFile.read(bytes.subarray(0, length), 20), `cut to ${length}`).toBeNull()
    repository.git('update-index', '--index-version=4')
    expect(read(repository)).toBeNull()
    repository.git('update-index', '--index-version=2')
    expect(read(repository)).not.toBeNull()
    repository.git('update-index', '--split-index')
    expect(read(repository)).toBeNull()
  })
})

const putBy = (updates: ReadonlyMap<string, string | null>): string[] =>
  [...updates].flatMap(([path, oid]) => (oid ? [path] : []))

const conflicts = (paths: readonly string[]): boolean =>
  paths.some((path) => paths.some((other) => other.startsWith(`${path}/`)))
