// The bare parse of texts with the parser that the program brings: what reading them costs at the very least.
//   node bench/parse.cjs FILE...   or, with -, one file a line on standard input
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { unified, ...parts } = Object.fromEntries(
  Object.entries(require(join(__dirname, '..', 'dist', 'remark.cjs'))).map(([name, module]) => [
    name,
    module.default ?? module[name],
  ]),
)

const parser = unified().use(parts['remark-parse']).use(parts['remark-frontmatter']).use(parts['remark-gfm'])

const named = process.argv.slice(2)
const files = named[0] === '-' ? readFileSync(0, 'utf8').split('\n').filter(Boolean) : named

let nodes = 0
for (const file of files) nodes += parser.parse(readFileSync(file, 'utf8')).children.length
console.log(`${files.length} texts, ${nodes} blocks`)
