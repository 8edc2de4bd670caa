/** What this user trusts, by clone: kept by name, and believed only as this program wrote it. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DiskTrust } from '../../src/store/trust.ts'
import { temporaryFolder } from '../support/repository.ts'

const command = (name: string, digest = 'd') => ({
  name,
  digest,
  command: '{}',
  at: '2026-01-05T09:00:00.000Z',
})

it('has each name once, in their order, until it is taken out', async () => {
  const [common, state] = [temporaryFolder(), join(temporaryFolder(), 'state')]
  const trust = new DiskTrust(common, state)
  expect(await trust.remove('own')).toBe(false)
  for (const one of [command('own'), command('other'), command('own', 'e')]) await trust.trust(one)
  expect(new DiskTrust(common, state).list()).toEqual([command('other'), command('own', 'e')])
  expect(statSync(state).mode & 0o777).toBe(0o700)
  expect(await trust.remove('other')).toBe(true)
  expect(await trust.remove('other')).toBe(false)
  expect(trust.list()).toEqual([command('own', 'e')])
})

it('is that of this clone, in this form, as far as each entry is one', async () => {
  const [common, state] = [temporaryFolder(), temporaryFolder()]
  const trust = new DiskTrust(common, state)
  await trust.trust(command('own'))
  const [name = ''] = readdirSync(join(state, 'trust'))
  const file = join(state, 'trust', name)
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  const listed = (change: object) => {
    writeFileSync(file, JSON.stringify({ ...kept, ...change }))
    return trust.list()
  }
  expect(listed({})).toEqual([command('own')])
  for (const odd of [{ format: 2 }, { clone: '/elsewhere' }, { trusted: { length: 1 } }, { trusted: 'own' }])
    expect({ odd, listed: listed(odd) }).toEqual({ odd, listed: [] })
  const entries = [null, 7, { ...command('x'), digest: 1 }, command('own'), { name: 'y' }]
  expect(listed({ trusted: entries })).toEqual([command('own')])
})

it('is nothing, and is not kept, where this user has no home', async () => {
  const trust = new DiskTrust(temporaryFolder(), null)
  expect(trust.list()).toEqual([])
  expect(await trust.remove('own')).toBe(false)
  await expect(trust.trust(command('own'))).rejects.toMatchObject({ code: 'IO' })
})
