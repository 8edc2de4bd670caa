/** What every workspace must do, on disk or in memory. */
import { describe, expect, it } from 'vitest'
import type { Workspace } from '../../src/store/local.ts'

const bytes = (text: string) => Buffer.from(text)
const asText = (found: Uint8Array | null) => found && Buffer.from(found).toString('utf8')

export function workspaceContract(name: string, open: () => Promise<Workspace>): void {
  describe(`workspace contract: ${name}`, () => {
    it('keeps a copy and what it comes from, for each user apart', async () => {
      const workspace = await open()
      expect(await workspace.read('ann', 'CR-001')).toBeNull()
      expect(await workspace.list('ann')).toEqual([])
      await workspace.write('ann', 'CR-002', bytes('two'), null)
      await workspace.write('ann', 'CR-001', bytes('one\r\n'), 'digest')
      expect(asText(await workspace.read('ann', 'CR-001'))).toBe('one\r\n')
      expect(await workspace.base('ann', 'CR-001')).toBe('digest')
      expect(await workspace.base('ann', 'CR-002')).toBeNull()
      expect(await workspace.list('ann')).toEqual(['CR-001', 'CR-002'])
      expect(await workspace.read('bo', 'CR-001')).toBeNull()
      await workspace.remove('ann', 'CR-001')
      await workspace.remove('ann', 'CR-001')
      expect(await workspace.list('ann')).toEqual(['CR-002'])
      expect(await workspace.base('ann', 'CR-001')).toBeNull()
    })

    it('moves a discarded copy aside under a name that tells its bytes', async () => {
      const workspace = await open()
      expect(await workspace.discard('ann', 'CR-001')).toBeNull()
      await workspace.write('ann', 'CR-001', bytes('one'), 'digest')
      expect(await workspace.discard('ann', 'CR-001')).toBe('.qms/discarded/ann/CR-001-7692c3ad.md')
      expect(await workspace.read('ann', 'CR-001')).toBeNull()
      expect(await workspace.base('ann', 'CR-001')).toBeNull()
    })

    it('keeps answers beside a copy, apart from it, and moves them aside', async () => {
      const workspace = await open()
      expect(await workspace.answers('ann', 'CR-001')).toBeNull()
      expect(await workspace.discardAnswers('ann', 'CR-001')).toBeNull()
      await workspace.write('ann', 'CR-001', bytes('text'), null)
      await workspace.keepAnswers('ann', 'CR-001', bytes('one'))
      await workspace.keepAnswers('ann', 'CR-001', bytes('two'))
      expect(workspace.answersPath('ann', 'CR-001')).toBe('.qms/workspace/ann/CR-001.interact.json')
      expect(asText(await workspace.answers('ann', 'CR-001'))).toBe('two')
      expect(await workspace.answers('bo', 'CR-001')).toBeNull()
      expect(await workspace.list('ann')).toEqual(['CR-001'])
      await workspace.remove('ann', 'CR-001')
      expect(await workspace.discardAnswers('ann', 'CR-001')).toBe(
        '.qms/discarded/ann/CR-001-3fc4ccfe.interact.json',
      )
      expect(await workspace.answers('ann', 'CR-001')).toBeNull()
      await workspace.keepAnswers('ann', 'CR-001', bytes('three'))
      await workspace.removeAnswers('ann', 'CR-001')
      await workspace.removeAnswers('ann', 'CR-001')
      expect(await workspace.answers('ann', 'CR-001')).toBeNull()
    })

    it('remembers what was seen last', async () => {
      const workspace = await open()
      expect(await workspace.seen('ann', 'CR-001')).toBeNull()
      await workspace.markSeen('ann', 'CR-001', { content: 'x', round: 1 })
      await workspace.markSeen('ann', 'CR-001', { content: 'y', round: 2 })
      expect(await workspace.seen('ann', 'CR-001')).toEqual({ content: 'y', round: 2 })
    })

    it('recalls what it was given to keep, until it is given something else', async () => {
      const workspace = await open()
      expect(await workspace.recall('list.json')).toBeNull()
      await workspace.keep('list.json', bytes('one'))
      await workspace.keep('list.json', bytes('two'))
      expect(asText(await workspace.recall('list.json'))).toBe('two')
      await expect(workspace.recall('../list.json')).rejects.toMatchObject({ code: 'BAD_NAME' })
    })

    it.each(['..', 'a/b', '', '.base', 'a\\b', 'a\0'])('refuses the name %j', async (name) => {
      const workspace = await open()
      await expect((async () => workspace.read(name, 'CR-001'))()).rejects.toMatchObject({ code: 'BAD_NAME' })
      await expect((async () => workspace.write('ann', name, bytes(''), null))()).rejects.toMatchObject({
        code: 'BAD_NAME',
      })
    })
  })
}
