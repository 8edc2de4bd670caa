/** Where a machine keeps what it remembers of stores, and that it is whole or not there. */
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stateFolder } from '../../src/store/state-folder.ts'
import { DiskWitness } from '../../src/store/witness.ts'
import { temporaryFolder } from '../support/repository.ts'

describe('the state folder', () => {
  const of = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux', home = '/home/ann') =>
    stateFolder(env, platform, () => home)

  it('is that of the system, unless XDG_STATE_HOME names another', () => {
    expect(of({})).toBe('/home/ann/.local/state/qms')
    expect(of({}, 'darwin')).toBe('/home/ann/Library/Application Support/qms/state')
    expect(of({}, 'win32')).toBe('/home/ann/AppData/Local/qms/state')
    expect(of({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/qms/state')
    expect(of({ LOCALAPPDATA: '/local' })).toBe('/home/ann/.local/state/qms')
    for (const platform of ['linux', 'darwin', 'win32'] as const)
      expect(of({ XDG_STATE_HOME: '/state' }, platform)).toBe('/state/qms')
    expect(of({ XDG_STATE_HOME: 'relative' })).toBe('/home/ann/.local/state/qms')
  })

  it('is none where there is no home', () => {
    expect(of({}, 'linux', '')).toBeNull()
    const nobody = () => {
      throw new Error('no such user')
    }
    expect(stateFolder({}, 'linux', nobody)).toBeNull()
  })
})

describe('what is remembered', () => {
  const state = { tip: 'a'.repeat(40), store: 'b'.repeat(64), warned: null }

  it('is of one clone, whichever way its folder is reached', () => {
    const [folder, clone] = [temporaryFolder(), temporaryFolder()]
    const link = join(temporaryFolder(), 'link')
    symlinkSync(clone, link)
    new DiskWitness(clone, folder).see(null, state)
    expect(new DiskWitness(link, folder).seen()).toEqual(state)
    expect(new DiskWitness(folder, folder).seen()).toBeNull()
  })

  it('is not overwritten by who looked before', () => {
    const witness = new DiskWitness(temporaryFolder(), temporaryFolder())
    witness.see(null, state)
    const newer = { ...state, tip: 'c'.repeat(40) }
    witness.see(state, newer)
    witness.see(null, state)
    witness.see(state, state)
    expect(witness.seen()).toEqual(newer)
  })

  it('is nothing without a folder, and keeping a checkpoint is refused', async () => {
    const witness = new DiskWitness(temporaryFolder(), null)
    witness.see(null, state)
    expect(witness.seen()).toBeNull()
    expect(await witness.kept(state.store)).toEqual([])
    await expect(witness.keep(state.store, 'd'.repeat(64), new Uint8Array())).rejects.toMatchObject({
      code: 'IO',
    })
  })

  it('holds checkpoints in the order in which they were taken, beyond any number of digits', async () => {
    const folder = temporaryFolder()
    const witness = new DiskWitness(temporaryFolder(), folder)
    const digest = (n: number) => String(n).repeat(64)
    for (const n of [3, 1]) await witness.keep(state.store, digest(n), Buffer.from(`${n}`))
    const inside = join(folder, 'checkpoints', state.store.slice(0, 32))
    writeFileSync(join(inside, `999999-${digest(2).slice(0, 16)}.json`), '2')
    writeFileSync(join(inside, 'notes.json'), '')
    await witness.keep(state.store, digest(4), Buffer.from('4'))
    const names = await witness.kept(state.store)
    expect(names.map((name) => name.slice(-21, -20))).toEqual(['3', '1', '2', '4'])
    const read = await Promise.all(names.map((name) => witness.read(state.store, name)))
    expect(read.map(String)).toEqual(['3', '1', '2', '4'])
    expect(readdirSync(inside)).toHaveLength(5)
  })
})
