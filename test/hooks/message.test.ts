/** Commits of code name the record that they are made under, where the policy asks for it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { filesAffected } from '../../src/documents/affected.ts'
import { covers } from '../../src/documents/path-pattern.ts'
import { claude, drafted, executing, initialised, lead, type Project, setPolicy } from '../support/cli.ts'
import { does, git, stopped, wired } from '../support/hooks.ts'
import { SAMPLE } from '../support/peer.ts'

const LISTED = 'Files Affected\n\n- `src/` - all of it\n- the usual suspects'

/** CR-001 in execution, listing `src/` and something that cannot be read; CR-002 a draft; CR-003 without a list. */
const project = async (commits: string): Promise<Project> => {
  const p = await initialised()
  await p.use(async (qms) => {
    const text = (form: string) =>
      form
        .replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed')
        .replace(/### 2\.3 Files Affected\n\n.*\n/, `### 2.3 ${LISTED}\n`)
        .replace(/### 7\.1 Files Affected\n\n(\|.*\n)+/, '')
    await executing(p, qms, 'CR', { text })
    await drafted(p, qms, 'CR')
    await executing(p, qms, 'CR', { text: (form) => text(form).replace(/### 2\.3 Files Affected[^#]*/, '') })
    await setPolicy(qms, lead, 'commits', commits)
  })
  return wired(p, 'pre-commit', 'commit-msg')
}

const change = (p: Project, path = 'src/code.txt'): void => {
  p.write(path, `${Math.random()}\n`)
  p.git('add', path)
}

// Verifies: REQ-QMS-403
describe('with the policy commits: recorded', () => {
  let p: Project
  beforeAll(async () => {
    p = await project('recorded')
  })

  it('a commit names a record in execution, in its subject or in a last line', async () => {
    change(p)
    await does(p, 'commit', '-m', 'CR-001: limits')
    change(p)
    await does(p, 'commit', '-m', 'Limits (CR-001)')
    change(p)
    await does(p, 'commit', '-m', 'Limits', '-m', 'Why.', '-m', 'QMS-Record: CR-001')
    change(p)
    await does(p, 'commit', '-m', 'CR-001: undo what CR-002 did')
  })

  it('none, an unknown one, one that is not in execution, and one that is only mentioned are refused', async () => {
    change(p)
    const none = await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'Limits')
    expect(none).toContain('no record named in "Limits"')
    expect(none).toContain('one of: CR-001, CR-003')
    expect(await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'CR-009: limits')).toContain(
      'CR-009 does not exist',
    )
    expect(await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'CR-002: limits')).toContain('CR-002 DRAFT')
    await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'Limits', '-m', 'As CR-001 says.', '-m', 'End.')
    await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'SOP-001: limits of UTF-8')
    await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'XCR-001 and CR-0011 and CR-001-VAR-001')
    p.git('reset', '-q', '--hard')
  })

  it('comments and what stands below the scissors name nothing; a message of an editor is read as git will', async () => {
    change(p)
    const write = (text: string) => `printf '%s' '${text}' >`
    const edited = (text: string) =>
      git(p, ['commit', '-v'], { env: { GIT_EDITOR: `sh -c "${write(text)} \\"\\$1\\"" x` } })
    const hidden = await edited(
      'Limits\n# CR-001\n# ------------------------ >8 ------------------------\nQMS-Record: CR-001\n',
    )
    expect(hidden.err).toContain('[COMMIT_UNRECORDED]')
    expect((await edited('# nothing\n')).err).toContain('empty commit message')
    expect((await edited('# first a comment\nCR-001: limits\n# and one\n')).code).toBe(0)
  })

  it('files that its record does not list are named, and entries that name no file; the commit is made', async () => {
    change(p, 'docs/more.txt')
    change(p)
    const said = await does(p, 'commit', '-m', 'CR-001: limits')
    expect(said.err).toContain('Note: CR-001 does not list docs/more.txt as affected.')
    expect(said.err).not.toContain('src/code.txt')
    expect(said.err).toContain('names no file in backticks: the usual suspects')
    change(p, 'docs/more.txt')
    expect((await does(p, 'commit', '-m', 'CR-001, CR-003: limits')).err).not.toContain('does not list')
  })

  it('merges, what is to be folded in, rebases and reverts under a record pass; other reverts do not', async () => {
    p.git('checkout', '-q', '-b', 'topic')
    change(p, 'src/topic.txt')
    await does(p, 'commit', '-m', 'CR-001: topic')
    change(p, 'src/topic.txt')
    await does(p, 'commit', '--fixup', 'HEAD')
    p.git('checkout', '-q', 'main')
    change(p, 'src/main.txt')
    await does(p, 'commit', '-m', 'CR-001: main')
    await does(p, 'merge', '--no-ff', '-m', 'Bring it together', 'topic')
    p.git('checkout', '-q', 'topic')
    await does(p, '-c', 'sequence.editor=:', 'rebase', '-i', '--autosquash', 'main~1')
    p.git('checkout', '-q', 'main')
    await does(p, 'revert', '-n', 'HEAD~1')
    await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'Revert "main"')
    await does(p, 'commit', '-m', 'Revert "CR-001: main"')
    expect(await does(p, 'commit', '--amend', '--no-edit')).toMatchObject({ code: 0 })
  })

  it('the answer in JSON says what was found', async () => {
    change(p, 'docs/x.txt')
    p.write('message.txt', 'CR-001: x\n')
    const answer = await p.json('hook commit-msg message.txt')
    expect(answer.result).toEqual({
      policy: 'recorded',
      records: ['CR-001'],
      unlisted: ['docs/x.txt'],
      unreadable: ['the usual suspects'],
    })
  })
})

describe('the policy commits', () => {
  it('listed refuses files that the record does not list, names them, and takes those that it lists', async () => {
    const p = await project('listed')
    change(p, 'docs/more.txt')
    change(p)
    const said = await stopped(p, 'FILES_UNLISTED', 'commit', '-m', 'CR-001: limits')
    expect(said).toContain('found     docs/more.txt\n')
    expect(said).toContain('the usual suspects')
    p.git('restore', '--staged', 'docs/more.txt')
    await does(p, 'commit', '-m', 'CR-001: limits')
  })

  it('free asks nothing, and is what a project begins with; it is changed by an event', async () => {
    const p = wired(await initialised(), 'commit-msg')
    change(p)
    await does(p, 'commit', '-m', 'no record')
    expect((await p.json('policy show')).result.policy.commits).toBe('free')
    await p.refused('policy set commits always -u lead', 'BAD_VALUE')
    await p.ok('policy set commits recorded -u lead')
    change(p)
    await stopped(p, 'COMMIT_UNRECORDED', 'commit', '-m', 'no record')
    await p.denied('NOT_ALLOWED', (qms) => setPolicy(qms, claude, 'commits', 'free'))
  })
})

describe('Files Affected', () => {
  it('is read from lists and tables, as paths before the dash; what names no file is handed back', () => {
    const text = [
      '# 2.3 Files Affected\n',
      '**Moved:**\n',
      '- `a.py` → `b/a.py` - see `not/this.py`',
      '- `tests/` (new)',
      '- `src/x.ts`, `src/y.ts`: both, with `z()`',
      '- the rest',
      '- `{{path}}` - a blank',
      '- None\n',
      '## Else\n',
      '- `other.py`\n',
      '### 7.1 Files affected\n',
      '| File | Change |',
      '| --- | --- |',
      '| `c/*.py` | From `d.py` |',
      '| nothing in particular | Modify |',
    ].join('\n')
    expect(filesAffected(text)).toEqual({
      entries: ['a.py', 'b/a.py', 'tests/', 'src/x.ts', 'src/y.ts', 'c/*.py'],
      unreadable: ['the rest', '{{path}} - a blank', 'nothing in particular'],
    })
    expect(filesAffected('# Files\n\n- `a.py`\n')).toBeNull()
    expect(filesAffected('## Files Affected\n\nAs needed.\n')).toEqual({ entries: [], unreadable: [] })
  })

  it('covers a path itself, what is below a folder, and what a pattern fits', () => {
    const pairs: [string, string, boolean][] = [
      ['a/b.py', 'a/b.py', true],
      ['a/b.py', 'a/b.pyc', false],
      ['a', 'a/b/c.py', true],
      ['a/', 'ab/c.py', false],
      ['a/*.py', 'a/b.py', true],
      ['a/*.py', 'a/b/c.py', false],
      ['a/**/*.py', 'a/b/c.py', true],
      ['a/**/*.py', 'a/c.py', true],
      ['**/x.ts', 'x.ts', true],
      ['a.?s', 'axts', false],
      ['a.?s', 'a.ts', true],
    ]
    for (const [entry, path, covered] of pairs)
      expect({ entry, path, covered: covers(entry, path) }).toEqual({ entry, path, covered })
  })

  const records = join(SAMPLE, 'QMS/CR')
  it.skipIf(!existsSync(records))(
    'is read from the records of a real project, every entry of it',
    () => {
      const found = readdirSync(records, { recursive: true, encoding: 'utf8' })
        .filter((path) => /^CR-\d+\/CR-\d+\.md$/.test(path))
        .flatMap((path) => filesAffected(readFileSync(join(records, path), 'utf8')) ?? [])
      expect(found.length).toBeGreaterThan(10)
      expect(found.flatMap((list) => list.entries).length).toBeGreaterThan(100)
      expect(found.flatMap((list) => list.unreadable)).toEqual([])
    },
    60_000,
  )
})
