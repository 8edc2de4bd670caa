// The lives that the benchmarks live through the command line, a transition a command.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BARE, node, run } from './harness.mjs'
import { program, root } from './program.mjs'

const REVIEWED = [
  ['checkin', 'ID', '-u', 'claude'],
  ['route', 'ID', '--review', '-u', 'claude'],
  ['review', 'ID', '--recommend', '--comment', 'Complete and testable.', '-u', 'qa'],
  ['route', 'ID', '--approval', '-u', 'claude'],
  ['approve', 'ID', '-u', 'qa'],
]

/** The life of each type; the first command makes the document. */
export const LIVES = {
  SOP: [['create', 'SOP', '--file', 'TEXT', '-u', 'claude'], ...REVIEWED],
  CR: [
    ['create', 'CR', '--file', 'TEXT', '-u', 'claude'],
    ...REVIEWED,
    ['release', 'ID', '-u', 'claude'],
    ['checkout', 'ID', '-u', 'claude'],
    ['checkin', 'ID', '-u', 'claude'],
    ['route', 'ID', '--review', '-u', 'claude'],
    ['review', 'ID', '--recommend', '--comment', 'Evidence examined.', '-u', 'qa'],
    ['route', 'ID', '--approval', '-u', 'claude'],
    ['approve', 'ID', '-u', 'qa'],
    ['close', 'ID', '-u', 'claude'],
  ],
}

const TEXTS = {
  SOP: join(root, 'templates', 'sops', 'SOP-007.md'),
  CR: join(root, 'templates', 'demo', 'change-record.md'),
}

export const argsFor = (type, words, id) => [
  program,
  ...words.map((word) => (word === 'ID' ? id : word === 'TEXT' ? TEXTS[type] : word)),
]

export const idIn = (out) => /\b[A-Z]+-\d{3,}\b/.exec(out)[0]

export const label = ([verb, ...rest]) => {
  const flag = rest.find((word) => ['--review', '--approval'].includes(word))
  return flag ? `${verb} ${flag}` : verb
}

export const bare = (where) => node(BARE, where).ms

/** The same files, added and committed by hand in a twin of the repository; nothing is flushed or checked. */
export const byHand = (where, twin, branch) => {
  const args = ['diff-tree', '-r', '--no-commit-id', '--name-only', '-z', branch]
  const paths = run('git', args, where).out.split('\0').filter(Boolean)
  for (const path of paths) {
    const [from, to] = [join(where.cwd, path), join(twin.cwd, path)]
    mkdirSync(dirname(to), { recursive: true })
    if (existsSync(from)) cpSync(from, to)
    else rmSync(to, { force: true })
  }
  const added = run('git', ['add', '-A', '--', ...paths], twin).ms
  return added + run('git', ['commit', '-q', '-m', 'by hand'], twin).ms
}
