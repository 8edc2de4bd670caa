// Looking across all documents, with what earlier runs have put by, and without.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { BARE, compare, node, probe } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program } from './program.mjs'

export const title = 'Looking across documents'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'ratio', 'children', 'megabytes']

const COMMANDS = {
  'list --type INV': ['list', '--type', 'INV'],
  list: ['list'],
  inbox: ['inbox', '-u', 'qa'],
  status: ['status'],
  search: ['search', 'acceptance criterion', '--current'],
}

export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const cache = join(where.cwd, '.qms', 'cache')
    const forget = () => rmSync(cache, { recursive: true, force: true })
    const subjects = { 'node -e 0': { run: () => node(BARE, where) } }
    for (const [name, words] of Object.entries(COMMANDS)) {
      const work = () => node([program, ...words], where)
      subjects[`qms ${name}`] = { run: work, before: work }
    }
    const first = { run: () => node([program, 'list'], where), before: forget }
    subjects['qms list, nothing put by'] = first
    for (const { name, ...row } of compare(subjects, 'node -e 0', rounds)) {
      if (name.endsWith('put by')) forget()
      const words = COMMANDS[name.slice('qms '.length)] ?? ['list']
      const { megabytes, children } = probe(name === 'node -e 0' ? BARE : [program, ...words], where)
      rows.push({ documents: count, command: name, ...row, megabytes, children })
    }
  }
  return rows
}
