/** Stores that somebody altered: the second verifier names what was done, and where. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import fc from '../support/property.ts'
import { ALTERATIONS, type Files, isTrail, storeFiles, type Tampered } from '../support/tampering.ts'
import { adopted, yard } from './stores.ts'
import { expectClean, expectFound, hasPython, inFolder, printed, verify, verifyFolder } from './verifying.ts'

describe.skipIf(!hasPython)('the second verifier names', () => {
  let store: Files
  let taken: Files

  beforeAll(async () => {
    store = storeFiles((await yard()).root)
    taken = storeFiles((await adopted()).root)
  }, 300_000)

  const checked = async (tampered: readonly Tampered[]): Promise<void> => {
    for (const one of tampered) expectFound(one, await verify(one.files))
  }

  for (const [name, alter] of Object.entries(ALTERATIONS))
    it(`${name}, in either store, at any place`, { timeout: 300_000 }, async () => {
      let tried = 0
      const property = fc.asyncProperty(fc.boolean(), fc.nat(), fc.nat(), async (own, which, at) => {
        const files = own ? store : taken
        const paths = [...files.keys()]
        const meant = paths.filter((path) => alter(files, path, at) !== null)
        const tampered = alter(files, meant[which % Math.max(meant.length, 1)] ?? '', at)
        fc.pre(meant.length > 0 && tampered !== null)
        tried += 1
        if (tampered) await checked([tampered])
      })
      await fc.assert(property, { numRuns: 6 })
      expect(tried).toBeGreaterThan(2)
    })

  it('a trail that is gone, by the files that it leaves behind', async () => {
    for (const path of [...store.keys()].filter((p) => isTrail(p) && !p.includes('_system')).slice(0, 3)) {
      const files = new Map(store)
      files.delete(path)
      const metadata = path.replace('/.audit/', '/.meta/').replace(/jsonl$/, 'json')
      expectFound(
        { done: path, files, expected: [{ codes: ['UNKNOWN_FILE'], path: metadata }] },
        await verify(files),
      )
    }
  })

  it('two trails that changed places', async () => {
    const [a, b] = ['QMS/.audit/SOP/SOP-001.jsonl', 'QMS/.audit/SOP/SOP-002.jsonl']
    const files = new Map(store)
    files.set(a, store.get(b) as Uint8Array).set(b, store.get(a) as Uint8Array)
    const { findings } = await verify(files)
    expect(findings.map((f) => `${f.code} ${f.path}`)).toEqual([
      'METADATA_DIFFERS QMS/.meta/SOP/SOP-001.json',
      'METADATA_DIFFERS QMS/.meta/SOP/SOP-002.json',
      'TEXT_CHANGED_BY_HAND QMS/SOP/SOP-001.md',
      'TEXT_CHANGED_BY_HAND QMS/SOP/SOP-002.md',
    ])
  })

  it('links and what is no regular file, and follows none', async () => {
    await inFolder(store, async (root) => {
      symlinkSync('/etc/passwd', join(root, 'QMS/SOP/SOP-998.md'))
      symlinkSync(join(root, 'QMS'), join(root, 'QMS/loop'))
      const { findings, exit } = await verifyFolder(root)
      expect(exit).toBe(6)
      expect(findings.map((f) => [f.code, f.path, f.found])).toEqual([
        ['NOT_A_FILE', 'QMS/SOP/SOP-998.md', 'a symbolic link'],
        ['NOT_A_FILE', 'QMS/loop', 'a symbolic link'],
      ])
    })
  })

  it('what would exhaust it: depth without end, a line and a file beyond every limit', async () => {
    const path = 'QMS/.audit/SOP/SOP-001.jsonl'
    const bombs: [string, string, string][] = [
      ['EVENT_UNKNOWN', `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`, 'levels deep'],
      ['EVENT_UNKNOWN', `{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}\n`, 'levels deep'],
      ['TOO_LARGE', `{"ts":"${'x'.repeat(17 << 20)}"}\n`, 'bytes'],
      ['NOT_JSON', '{"ts":NaN}\n', 'NaN'],
      ['NOT_JSON', '\ufeff{}\n', 'BOM'],
    ]
    for (const [code, text, found] of bombs) {
      const { findings, exit } = await verify(new Map(store).set(path, Buffer.from(text)))
      expect(exit).toBe(7)
      expect(findings).toMatchObject([{ code, path, line: 1, found: expect.stringContaining(found) }])
    }
  }, 60_000)

  it('nothing that a terminal would obey, and nothing outside of QMS', async () => {
    await inFolder(store, async (root) => {
      writeFileSync(join(root, 'QMS/SOP/\u001b[31mred\u202e.md'), 'x')
      mkdirSync(join(root, 'src'))
      writeFileSync(join(root, 'src/SOP-001.md'), 'x')
      const { findings } = await verifyFolder(root)
      expect(findings.map((f) => f.code)).toEqual(['UNKNOWN_FILE'])
      const said = await printed(root)
      expect(said).toContain('UNKNOWN_FILE QMS/SOP/\\u001b[31mred\\u202e.md expected no file, found a file')
      expect(said).not.toContain('\u001b')
    })
  })

  it('nothing in a folder without a store: that is another answer', async () => {
    await expect(inFolder(new Map([['README.md', Buffer.from('x')]]), verifyFolder)).rejects.toThrow(
      'there is no folder QMS',
    )
    expectClean(await verify(store))
  })
})
