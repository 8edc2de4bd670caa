// Commands that read one document, in stores of different sizes.
import { storeOf } from './generate.mjs'
import { BARE, compare, node, probe } from './harness.mjs'
import { ANY_DOCUMENT } from './places.mjs'
import { program } from './program.mjs'

export const title = 'Reading one document'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'ratio', 'children', 'megabytes']

const COMMANDS = ['--version', 'status ID', 'history ID', 'read ID']

export const measure = async ({ documents, rounds }) => {
  const rows = []
  for (const count of documents) {
    const { folder, env } = await storeOf({ documents: count })
    const where = { cwd: folder, env }
    const argsOf = (command) => [program, ...command.replace('ID', ANY_DOCUMENT).split(' ')]
    const subjects = { 'node -e 0': { run: () => node(BARE, where) } }
    for (const command of COMMANDS) subjects[`qms ${command}`] = { run: () => node(argsOf(command), where) }
    for (const { name, ...row } of compare(subjects, 'node -e 0', rounds)) {
      const args = name === 'node -e 0' ? BARE : argsOf(name.slice('qms '.length))
      const { megabytes, children } = probe(args, where)
      rows.push({ documents: count, command: name, ...row, megabytes, children })
    }
  }
  return rows
}
