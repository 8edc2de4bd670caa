// One document in a long history: a commit a transition, of thousands of documents.

import { storeOf } from './generate.mjs'
import { BARE, compare, node, probe, run } from './harness.mjs'
import { ANY_DOCUMENT, HISTORY_BRANCH, longHistory } from './places.mjs'
import { program } from './program.mjs'

export const title = 'One document in a long history'

export const columns = ['commits', 'command', 'runs', 'ms', 'cpu', 'ratio', 'children', 'megabytes']

const COMMANDS = ['history', 'status', 'read']

export const measure = async ({ commits, rounds }) => {
  const { folder, env } = await storeOf(longHistory(Math.ceil(commits / 10)))
  const where = { cwd: folder, env }
  const inGit = ['log', '--format=%H', HISTORY_BRANCH, '--', `QMS/.audit/CR/${ANY_DOCUMENT}.jsonl`]
  const subjects = {
    'node -e 0': { run: () => node(BARE, where), probe: BARE },
    'git log -- PATH': { run: () => run('git', inGit, where) },
  }
  for (const command of COMMANDS) {
    const args = [program, command, ANY_DOCUMENT]
    subjects[`qms ${command} ID`] = { run: () => node(args, where), probe: args }
  }
  return compare(subjects, 'node -e 0', rounds).map(({ name, ...row }) => {
    const { megabytes = null, children = null } = subjects[name].probe
      ? probe(subjects[name].probe, where)
      : {}
    return { commits, command: name, ...row, megabytes, children }
  })
}
