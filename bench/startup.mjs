// Where the time of a command goes: Node itself, loading the program, and work from the first question to git on.
import { storeOf } from './generate.mjs'
import { median, probe } from './harness.mjs'
import { ANY_DOCUMENT } from './places.mjs'
import { program } from './program.mjs'

export const title = 'What a command spends its time on'

export const columns = ['documents', 'command', 'runs', 'nodeMs', 'loadMs', 'workMs', 'children']

const COMMANDS = ['status ID', 'list --type INV']

export const measure = async ({ documents, rounds }) => {
  const rows = []
  for (const count of documents) {
    const { folder, env } = await storeOf({ documents: count })
    const where = { cwd: folder, env }
    for (const command of COMMANDS) {
      const args = [program, ...command.replace('ID', ANY_DOCUMENT).split(' ')]
      const ran = Array.from({ length: rounds }, () => probe(args, where))
      rows.push({
        documents: count,
        command: `qms ${command}`,
        runs: rounds,
        nodeMs: median(ran.map((r) => r.ready)),
        loadMs: median(ran.map((r) => r.working - r.ready)),
        workMs: median(ran.map((r) => r.ended - r.working)),
        children: median(ran.map((r) => r.children)),
      })
    }
  }
  return rows
}
