// Every text of a store through the rules of the linter, beside the bare parse of the same texts; and once more, where
// nothing has changed.
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BARE, compare, node, probe, run } from './harness.mjs'
import { ownStore } from './places.mjs'
import { program, root } from './program.mjs'

export const title = 'Looking for what is wrong in texts'

export const columns = ['documents', 'command', 'runs', 'ms', 'cpu', 'parse', 'megabytes']

const PARSE = 'bare parse of the texts'
const LINT = [program, 'lint']
/** Findings are no failure. */
const FOUND = [0, 6]

/** `parse`: to the bare parse of the same round. */
export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = { ...(await ownStore(scratch, { documents: count })), codes: FOUND }
    const cache = join(where.cwd, '.qms', 'cache')
    const texts = join(scratch, `texts-${count}`)
    writeFileSync(texts, `${textsIn(join(where.cwd, 'QMS')).join('\n')}\n`)
    const parse = ['-c', '"$0" "$1" - < "$2"', process.execPath, join(root, 'bench', 'parse.cjs'), texts]
    const lint = () => node(LINT, where)
    const subjects = {
      'node -e 0': { run: () => node(BARE, where) },
      [PARSE]: { run: () => run('/bin/sh', parse, where) },
      'qms lint, nothing put by': {
        before: () => rmSync(cache, { recursive: true, force: true }),
        run: lint,
      },
      'qms lint, nothing changed': { before: lint, run: lint },
    }
    for (const { name, ratio, ...row } of compare(subjects, PARSE, rounds)) {
      const memory = name.startsWith('qms') ? memoryOf(name, cache, where) : {}
      rows.push({ documents: count, command: name, ...row, parse: ratio, ...memory })
    }
  }
  return rows
}

const memoryOf = (name, cache, where) => {
  if (name.endsWith('put by')) rmSync(cache, { recursive: true, force: true })
  return { megabytes: probe(LINT, where).megabytes }
}

/** The text in hand of each document: its draft, else the one in force. */
const textsIn = (folder) => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && !file.startsWith('.'))
    .map((file) => join(folder, file))
  const all = new Set(files)
  return files.filter((file) => file.endsWith('-draft.md') || !all.has(file.replace(/\.md$/, '-draft.md')))
}
