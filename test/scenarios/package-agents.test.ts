/** A package of a store in which agents were called: who was told what can be read in it, and is checked with it. */
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { reviewedScene } from '../support/agent-lies.ts'
import { recommendation, Scene } from '../support/agents.ts'
import { folder, initialised, Project } from '../support/cli.ts'

let project: Project
let id: string
let out: string

beforeAll(async () => {
  const made = await reviewedScene()
  project = new Project(made.root)
  id = made.id
  const s = new Scene(project)
  s.served('qa', id, recommendation)
  s.incident('claude', {
    event: 'IDENTITY_MISMATCH',
    claimed: 'qa',
    by: 'token',
    action: 'review',
    document: id,
  })
  s.incident('claude', {
    event: 'ATTEMPT',
    kind: 'prompt',
    done: 'replaced',
    tool: 'Agent',
    classes: ['<b>'],
  })
  s.end()
  out = join(folder('out'), 'records')
  await project.ok(['audit', 'export', '--out', out])
}, 120_000)

const read = (name: string, root = out): string => readFileSync(join(root, name), 'utf8')

describe('a package of a store with agents', () => {
  it('tells sessions, calls, prompts and incidents, and names the page', () => {
    const html = read('agents.html')
    const words = ['S-001', 'claude', 'D-001', `documents/${id}.html`, 'review of 0.1', 'verdict']
    for (const word of [
      ...words,
      'You are qa, called under SOP-007.',
      'review as qa',
      'prompt, replaced',
      '&lt;b&gt;',
    ])
      expect(html).toContain(word)
    expect(read('index.html')).toContain('agents.html')
    const [head, row] = read('dispatches.csv').split('\r\n')
    expect(head).toMatch(/^dispatch,session,at,by,agent,document,.*,told$/)
    expect(row).toMatch(new RegExp(`^D-001,S-001,[^,]*,claude,qa,${id},0\\.1,IN_REVIEW,review,1,claude,new,`))
    const { system } = JSON.parse(read('records.json'))
    expect(Object.keys(system)).toEqual([
      ...['registry', 'namespaces', 'policy'],
      ...['sessions', 'dispatches', 'incidents'],
    ])
    expect(read('events.csv')).toContain('\r\ndispatches,1,')
    expect(read('store/QMS/.audit/_system/dispatches.jsonl')).toBe(
      project.read('QMS/.audit/_system/dispatches.jsonl'),
    )
  })

  it('is verified whole, with what the records of agents say', async () => {
    const { result } = await project.json(['audit', 'verify', out])
    expect(result.findings.filter((f: { severity: string }) => f.severity === 'error')).toEqual([])
  })

  it('names a page, a table and a record that somebody changed', async () => {
    for (const [name, code] of [
      ['agents.html', 'PACKAGE_PAGE_DIFFERS'],
      ['dispatches.csv', 'PACKAGE_PAGE_DIFFERS'],
      ['store/QMS/.audit/_system/dispatches.jsonl', 'CHAIN_BROKEN'],
    ] as const) {
      const copy = new Project(join(folder('copy'), 'records'))
      cpSync(out, copy.root, { recursive: true })
      copy.write(name, read(name).replace('qa', 'tu'))
      const said = await project.run(['audit', 'verify', copy.root, '--json'])
      const codes = JSON.parse(said.out).result.findings.map((f: { code: string }) => f.code)
      expect(codes).toEqual(expect.arrayContaining(['PACKAGE_FILE_CHANGED', code]))
    }
  }, 60_000)

  it('has no such page where nobody was called', async () => {
    const other = await initialised()
    const plain = join(folder('out'), 'records')
    await other.ok(['audit', 'export', '--out', plain])
    expect(read('index.html', plain)).not.toContain('agents.html')
    expect(Object.keys(JSON.parse(read('records.json', plain)).system)).toEqual([
      ...['registry', 'namespaces', 'policy'],
    ])
  }, 60_000)
})
