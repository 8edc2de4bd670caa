// What the pre-commit hook adds to a commit of ordinary files, beside a hook that does nothing and one that only starts
// node.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare, run } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program } from './program.mjs'

export const title = 'A commit with a pre-commit hook'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'more']

const NOTHING = 'true'
const HOOKS = {
  [NOTHING]: 'exit 0',
  'node -e 0': `exec "${process.execPath}" -e 0`,
  'qms hook pre-commit': `exec "${process.execPath}" "${program}" hook pre-commit`,
}

/** What a commit takes more is beyond that of the same round with the hook that does nothing. */
export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const subjects = Object.fromEntries(
      Object.entries(HOOKS).map(([name, line], n) => {
        const folder = hookFolder(join(scratch, `hooks-${count}-${n}`), line)
        const args = ['-c', `core.hooksPath=${folder}`, 'commit', '-q', '-m', 'by hand']
        return [name, { before: () => stage(where), run: () => run('git', args, where) }]
      }),
    )
    const found = compare(subjects, NOTHING, rounds)
    rows.push(...found.map(({ name, ...row }) => ({ documents: count, command: name, ...row })))
  }
  return rows
}

const hookFolder = (folder, line) => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'pre-commit'), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  return folder
}

let edits = 0

const stage = ({ cwd, env }) => {
  edits += 1
  writeFileSync(join(cwd, 'ordinary.txt'), `${edits}\n`)
  run('git', ['add', 'ordinary.txt'], { cwd, env })
}
