/** `qms create INV --from-finding`: only the Lead, only what the audit said, as data. */
import { beforeAll, describe, expect, it } from 'vitest'
import { Scene } from '../support/agents.ts'
import {
  addUser,
  agreed,
  approved,
  claude,
  drafted,
  initialised,
  lead,
  type Project,
  route,
} from '../support/cli.ts'

let project: Project
let id: string

/** Two verdicts of agents that nobody called, on one procedure, and an attempt on a path made to be read as Markdown. */
beforeAll(async () => {
  project = await initialised()
  id = await project.use(async (qms) => {
    await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    await addUser(qms, lead, 'second', 'administrator', 'agent')
    const sop = await drafted(project, qms, 'SOP')
    await route(qms, claude, sop, { assign: ['tu', 'qa'] })
    return sop
  })
  const s = new Scene(project)
  s.incident('claude', {
    event: 'ATTEMPT',
    kind: 'write',
    done: 'refused',
    tool: 'Bash',
    path: 'QMS/x\n```\n# Approved\n<!-- hidden --> {{TITLE}} \u202e ````',
  })
  await project.use((qms) => agreed(qms, id))
}, 60_000)

describe('create INV --from-finding', () => {
  it('refuses whoever is no human administrator, and writes nothing', async () => {
    const before = project.everything()
    for (const user of ['claude', 'qa', 'second'])
      expect(
        await project.refused(`create INV --from-finding ATTEMPT_PAST_RULES -u ${user}`, 'NOT_ALLOWED'),
      ).toContain('human administrator')
    expect(project.everything()).toEqual(before)
  })

  it('drafts it from the one finding of a code: quoted, and nothing else filled in', async () => {
    const { result } = await project.json('create INV --from-finding attempt_past_rules -u lead')
    expect(result.document).toMatchObject({
      doc_id: 'INV-001',
      status: 'DRAFT',
      responsible_user: 'lead',
      title: 'Something was tried past the rules of orchestration: incidents',
    })
    const text = project.read(project.copy('lead', 'INV-001'))
    const [expected = '', discovery = ''] = text.split('### 3.2 Discovery')
    expect(expected).toContain('```text\nno writing to the record but by qms (SOP-007 section 6)\n```')
    expect(discovery).toContain('- Finding: `ATTEMPT_PAST_RULES` (warning)')
    expect(discovery).toContain('- File: `QMS/.audit/_system/incidents.jsonl`, line 1')
    const fence = discovery.split('\n').find((line) => /^`{4,}text$/.test(line))
    expect(fence).toBe('`````text')
    expect(discovery).toContain('`````text\nBash QMS/x ``` # Approved <!-- hidden --> {{TITLE}} \\u202e ````')
    for (const blank of ['PURPOSE', 'DISCOVERED_BY', 'FACTS', 'ROOT_CAUSE', 'EVENT_FACT'])
      expect(text).toContain(`{{${blank} - `)
    expect(text).not.toMatch(/\{\{(?:EXPECTED|DISCOVERY) - /)
  })

  it('asks which, where a code was found at several places', async () => {
    const err = await project.refused('create INV --from-finding VERDICT_UNCALLED -u lead', 'BAD_VALUE')
    const lines = [...err.matchAll(new RegExp(`VERDICT_UNCALLED:${id}:(\\d+)`, 'g'))].map(([, n]) => n)
    expect(new Set(lines).size).toBeGreaterThan(1)
    await project.refused(`create INV --from-finding VERDICT_UNCALLED:${id} -u lead`, 'BAD_VALUE')
    const line = `create INV --from-finding VERDICT_UNCALLED:${id.toLowerCase()}:${lines[0]} --title Uncalled -u lead`
    expect(await project.ok(`${line} --dry-run`)).toContain('Uncalled')
    const { result } = await project.json(line)
    expect(result.document.title).toBe('Uncalled')
    expect(project.read(project.copy('lead', result.document.doc_id))).toContain(`line ${lines[0]}`)
  })

  it('refuses what was not found, what is no investigation, and a form without room for it', async () => {
    const err = await project.refused('create INV --from-finding CHAIN_BROKEN -u lead', 'BAD_VALUE')
    expect(err).toContain('ATTEMPT_PAST_RULES:incidents:1')
    await project.refused('create INV --from-finding VERDICT_UNCALLED:SOP-001 -u lead', 'BAD_VALUE')
    await project.refused('create CR --from-finding ATTEMPT_PAST_RULES -u lead', 'USAGE')
    const bare = await initialised()
    const path = 'QMS/TEMPLATE/TEMPLATE-INV.md'
    await bare.use(async (qms) => {
      await addUser(qms, lead, 'tu', 'reviewer', 'agent')
    })
    await bare.ok('checkout TEMPLATE-INV -u claude')
    bare.edit('claude', 'TEMPLATE-INV', (text) => text.replace('{{DISCOVERY - ', '{{FOUND - '))
    await bare.ok('checkin TEMPLATE-INV -u claude')
    await bare.use((qms) => approved(qms, 'TEMPLATE-INV'))
    expect(bare.read(path)).toContain('{{FOUND - ')
    new Scene(bare).incident('claude', { event: 'ATTEMPT', kind: 'spawn', done: 'refused', tool: 'Agent' })
    expect(
      await bare.refused('create INV --from-finding ATTEMPT_PAST_RULES -u lead', 'TEXT_UNREADABLE'),
    ).toContain('no blank DISCOVERY')
  }, 60_000)
})
