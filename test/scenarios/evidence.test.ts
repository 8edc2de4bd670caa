/** Evidence in other hands: a package holds it, lists it, and shows what was done to it since. */
import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { executing, folder, initialised, Project } from '../support/cli.ts'

let store: Project
let away: Project
let kept: string

beforeAll(async () => {
  store = await initialised()
  await store.use((qms) => executing(store, qms, 'CR'))
  await store.ok(['ei', 'run', 'CR-001', 'EI-1', '-u', 'claude', '--', 'echo', '<b>proof</b>'])
  const claims = ['--evidence', 'file:src/code.txt', '--evidence', 'commit:HEAD']
  await store.ok(['ei', 'pass', 'CR-001', 'EI-1', '-s', 'done', '-u', 'claude', ...claims])
  const digest = createHash('sha256').update('<b>proof</b>\n').digest('hex')
  kept = `store/QMS/.evidence/CR/CR-001/${digest}`
  away = new Project(folder('away'))
  await store.ok(['audit', 'export', '--out', away.path('sound')])
})

const copied = (name: string): string => {
  cpSync(away.path('sound'), away.path(name), { recursive: true })
  return away.path(name)
}

/** As somebody would do it who does not want a change to show. */
const sumAgain = (root: string): void => {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'SHA256SUMS' && statSync(join(root, path)).isFile())
    .sort()
  const sum = (path: string) =>
    createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex')
  writeFileSync(join(root, 'SHA256SUMS'), files.map((path) => `${sum(path)}  ${path}\n`).join(''))
}

describe('evidence in a package', () => {
  it('is there, and listed with a link on the page of its document', async () => {
    const page = away.read('sound/documents/CR-001.html')
    expect(page).toContain('<caption>Evidence of execution items</caption>')
    expect(page).toContain(`<a href="../${kept}">what is kept</a>`)
    expect(page).toContain('echo &lt;b&gt;proof&lt;/b&gt;: exit 0')
    expect(page).not.toContain('[object Object]')
    expect(away.read(`sound/${kept}`)).toBe('<b>proof</b>\n')
    expect(await away.ok('audit verify sound')).toContain('sound')
  })

  it.each([
    ['EVIDENCE_CHANGED', 'changed', (file: string) => appendFileSync(file, 'x')],
    ['EVIDENCE_MISSING', 'missing', (file: string) => rmSync(file)],
    ['UNKNOWN_FILE', 'added', (file: string) => writeFileSync(file.replace(/[^/]*$/, '0'.repeat(64)), 'x')],
  ])('is found by %s to be %s, whatever the checksums say', async (code, name, change) => {
    const root = copied(name)
    change(join(root, kept))
    const damage = name === 'added' ? 6 : 7
    expect((await away.run(['audit', 'verify', root])).code).toBe(damage)
    sumAgain(root)
    const said = await away.run(['audit', 'verify', root])
    expect({ code: said.code, out: said.out }).toEqual({
      code: damage,
      out: expect.stringContaining(code),
    })
  })
})
