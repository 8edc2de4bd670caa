#!/usr/bin/env node
// The plain program, as compiled: what `bin/qms.cjs` does, from the modules of `dist/` one by one.
import { fileURLToPath } from 'node:url'
import { readCatalogue } from '../dist/interfaces/cli/catalogue.js'
import { run } from '../dist/interfaces/cli/run.js'

const root = fileURLToPath(new URL('..', import.meta.url))
await run(process.argv.slice(2), root, await readCatalogue(root))
