/** Lists for programs: chosen keys, one line a record, a stable order. */
import { beforeAll, describe, expect, it } from 'vitest'
import { addUser, claude, create, drafted, initialised, lead, type Project, route } from '../support/cli.ts'
import { config } from '../support/grammar.ts'

const LONG = `A title that is much longer than any screen would show of it ${'and on '.repeat(15).trim()}`

let project: Project
beforeAll(async () => {
  project = await initialised()
  await project.use(async (qms) => {
    await addUser(qms, lead, 'ann', 'initiator', 'human')
    await create(qms, { user: 'ann' }, { type: 'SOP', title: 'Second' })
    await drafted(project, qms, 'CR', { with: { title: LONG } })
    await route(qms, claude, 'CR-001', {})
  })
})

/** Each command that answers a list, and where in the answer it stands. */
const LISTS: Readonly<Record<string, readonly [string, string]>> = {
  list: ['list', 'documents'],
  search: ['search agreed', 'hits'],
  'ei list': ['ei list CR-001', 'items'],
  'user list': ['user list', 'users'],
  'template list': ['template list', 'templates'],
  workspace: ['workspace -u ann', 'copies'],
  inbox: ['inbox -u qa', 'tasks'],
  history: ['history CR-001', 'events'],
  comments: ['comments CR-001', 'comments'],
  commands: ['commands', 'commands'],
}

describe('--plain', () => {
  it('and --fields are taken by every command that answers a list', async () => {
    const taking = (await config()).commands.filter((c) => 'plain' in c.flags && 'fields' in c.flags)
    expect(taking.map((c) => c.id.replaceAll(':', ' ')).sort()).toEqual(Object.keys(LISTS).sort())
  })

  it.each(Object.entries(LISTS))(
    '%s prints one line a record, as many as --json has',
    async (_, [line, key]) => {
      const records = (await project.json(line)).result[key]
      const plain = (await project.ok(`${line} --plain`)).split('\n').slice(0, -1)
      const lines = plain.filter((text) => text !== '')
      expect(lines.length).toBe(records.length)
      expect(new Set(lines.map((text) => text.split('\t').length)).size).toBeLessThanOrEqual(1)
    },
  )

  it('cuts nothing, has no headings, and times of programs', async () => {
    const lines = (await project.ok('list --plain')).split('\n')
    expect(lines[0]).toBe(`CR-001\t0.1\tIN_PRE_REVIEW\tclaude\t${LONG}`)
    expect(await project.ok('user list --plain')).toMatch(
      /^lead\tadministrator\thuman\ttrue\t\d{4}-\d\d-\d\dT\S*Z\t\t\t\t$/m,
    )
  })

  it('chooses columns with --fields, in the order in which they were named', async () => {
    const lines = (await project.ok('list --plain --fields title,id --type SOP')).split('\n')
    expect(lines[0]).toBe('Document Control\tSOP-001')
    expect(await project.ok('list --fields pending_assignees,parent --plain --type CR')).toBe('qa\t\n')
    expect(await project.ok('list --fields id,status --type CR')).toBe(
      'DOC_ID  STATUS\nCR-001  IN_PRE_REVIEW\n',
    )
  })
})

describe('--fields', () => {
  it('leaves the other keys out, says which are left, and keeps the rest of the answer', async () => {
    const { result } = await project.json('list --fields id,status --type CR')
    expect(result).toEqual({
      documents: [{ doc_id: 'CR-001', status: 'IN_PRE_REVIEW' }],
      fields: ['doc_id', 'status'],
    })
    const tasks = (await project.json('inbox -u qa --fields document')).result
    expect(tasks).toEqual({ user: 'qa', tasks: [{ document: 'CR-001' }], fields: ['document'] })
  })

  it('has null where a record has no such key', async () => {
    const { result } = await project.json('history CR-001 --fields seq,to_status')
    expect(result.events[0]).toEqual({ seq: 1, to_status: null })
    expect(result.events.at(-1)).toEqual({ seq: 4, to_status: 'IN_PRE_REVIEW' })
  })

  it('refuses a key that no record has, and names those that there are', async () => {
    for (const fields of ['nothing', 'id,', 'id,,status']) {
      const { error } = await project.json(['list', '--fields', fields])
      expect({ fields, code: error.code, has: error.expected.includes('doc_id') }).toEqual({
        fields,
        code: 'BAD_VALUE',
        has: true,
      })
    }
    expect(await project.ok('list --type VR --fields id --plain')).toBe('\n')
  })
})

describe('the order', () => {
  it('of documents is that of their ids, the same each time', async () => {
    const ids = async () =>
      (await project.json('list --fields id')).result.documents.map((d: { doc_id: string }) => d.doc_id)
    const once = await ids()
    expect(once).toEqual([...once].sort())
    expect(await ids()).toEqual(once)
  })
})
