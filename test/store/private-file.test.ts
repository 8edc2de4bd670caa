/** Small files of one user: what is read of them, and that each is there whole or not at all. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { putSmall, readSmall } from '../../src/store/private-file.ts'
import { temporaryFolder } from '../support/repository.ts'

it('is for its user alone, in a folder that is, too, and is replaced as a whole', () => {
  const file = join(temporaryFolder(), 'own', 'small.json')
  putSmall(file, 'one')
  putSmall(file, 'other')
  expect(readSmall(file)).toBe('other')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(file, '..'))).toEqual(['small.json'])
})

it('leaves nothing of what could not be put in its place', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'small.json', 'full'), { recursive: true })
  expect(() => putSmall(join(folder, 'small.json'), 'one')).toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/)
  expect(readdirSync(folder)).toEqual(['small.json'])
})

it('is read up to 64 KiB, and not at all beyond', () => {
  const file = join(temporaryFolder(), 'large')
  writeFileSync(file, 'x'.repeat(65_536))
  expect(readSmall(file)).toHaveLength(65_536)
  writeFileSync(file, 'x'.repeat(65_537))
  expect(readSmall(file)).toBe('')
})

it.skipIf(!existsSync('/proc/self/fd'))('is let go once it was read', () => {
  const file = join(temporaryFolder(), 'small.json')
  putSmall(file, 'one')
  const before = readdirSync('/proc/self/fd').length
  for (let n = 0; n < 500; n++) readSmall(file)
  expect(readdirSync('/proc/self/fd').length).toBeLessThan(before + 250)
})

it('is a regular file: nothing else is read, nor waited for', () => {
  const folder = temporaryFolder()
  expect(readSmall(folder)).toBe('')
  expect(() => readSmall(join(folder, 'none'))).toThrow('ENOENT')
})

it.skipIf(process.platform === 'win32')('is no pipe, whoever might write to it', () => {
  const pipe = join(temporaryFolder(), 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(readSmall(pipe)).toBe('')
  putSmall(pipe, 'a file now')
  expect(readFileSync(pipe, 'utf8')).toBe('a file now')
})
