// Writes the generated documents; with --check, fails where one differs from what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lifecycleDocument } from './lifecycle.mjs'
import { lintDocument } from './lint-page.mjs'
import { findingsDocument, refusalsDocument, topicsDocument } from './pages.mjs'
import { referenceDocument } from './reference.mjs'
import { rulesDocument } from './rules.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const checking = process.argv.includes('--check')

const DOCUMENTS = {
  'docs/lifecycle.md': lifecycleDocument,
  'docs/commands.md': referenceDocument,
  'docs/topics.md': topicsDocument,
  'docs/refusals.md': refusalsDocument,
  'docs/findings.md': findingsDocument,
  'docs/lint.md': lintDocument,
  'schemas/rules.json': rulesDocument,
}

let differing = 0
for (const [path, make] of Object.entries(DOCUMENTS)) {
  const file = join(root, path)
  const wanted = make(root)
  const found = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (found === wanted) continue
  differing += 1
  if (checking) console.log(`${path} is not what the program says: npm run docs`)
  else {
    writeFileSync(file, wanted)
    console.log(`${path} written`)
  }
}
if (checking && differing > 0) process.exitCode = 1
else if (differing === 0) console.log('The generated documents are up to date.')
