/** What an agent's program wrote, in a file: appended, for this user alone, and not without end. */
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { RunLog } from '../../src/project/run-log.ts'
import { temporaryFolder } from '../support/repository.ts'

const log = (file: string | null, ...lines: readonly string[]): void => {
  const made = new RunLog(file)
  for (const line of lines) made.add('>', line)
  made.close()
}

it('is appended to by each run, in a file and a folder for this user alone', () => {
  const file = join(temporaryFolder(), 'logs', 'D-001.log')
  log(file, 'one')
  log(file, 'two', 'three')
  expect(readFileSync(file, 'utf8')).toBe('> one\n> two\n> three\n')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
})

it('ends where there is too much, and says so once', () => {
  const file = join(temporaryFolder(), 'much.log')
  const piece = 'x'.repeat(7_999_990)
  log(file, piece, piece, 'more than there is room for', 'and more', 'and more')
  const kept = readFileSync(file, 'utf8')
  expect(kept.length).toBeLessThan(16_000_100)
  expect(kept.slice(-40)).toBe(`${'x'.repeat(20)}\n= too much to keep\n`)
})

it.skipIf(process.platform === 'win32')(
  'is written through no link, and nothing is kept where there is no file',
  () => {
    const folder = temporaryFolder()
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, 'theirs')
    symlinkSync(elsewhere, join(folder, 'link.log'))
    expect(() => new RunLog(join(folder, 'link.log'))).toThrow(expect.objectContaining({ code: 'IO' }))
    expect(readFileSync(elsewhere, 'utf8')).toBe('theirs')
    expect(() => log(null, 'one')).not.toThrow()
  },
)
