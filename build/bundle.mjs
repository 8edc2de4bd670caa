// Makes the program that users start: the modules of `src/` and the libraries they use, in one file that node reads
// and compiles at once. What it holds is the same program as `bin/dev.js` runs from `dist/` module by module; what is
// done to it here serves the start alone. The plugins below are all of it:
//   slim    of oclif only the parts that are used, without its debugging output and its search for plugins
//   later   libraries that few commands need are evaluated at their first call
//   apart   libraries that take long to read are in files of their own
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const CLI = join(root, 'src', 'interfaces', 'cli')
const OCLIF = join(root, 'node_modules', '@oclif', 'core', 'lib')

/** What the sources import of oclif, and the file of it that has it. */
const SLIM = {
  Args: 'args.js',
  Command: 'command.js',
  Config: 'config/index.js',
  Flags: 'flags.js',
  Help: 'help/index.js',
}

const SILENT = 'module.exports = () => () => {}'
const firstCall = (name) => `module.exports = (...args) => require('${name}')(...args)`

/** Packages that oclif and gray-matter load although nothing here calls them, or calls them late: what stands in. */
const PACKAGES = {
  ansis:
    'module.exports = new Proxy({}, { get: (_, key) => key === "__esModule" ? undefined : require("ansis")[key] })',
  'clean-stack': firstCall('clean-stack'),
  debug: SILENT,
  ejs: 'exports.render = (...args) => require("ejs").render(...args)',
  'get-package-type': '',
  'indent-string': firstCall('indent-string'),
  'js-yaml': 'exports.safeLoad = exports.safeDump = () => { throw new Error("not part of this bundle") }',
  lilconfig: '',
  minimatch: '',
  'node:perf_hooks': '',
  'node:readline': '',
  semver: '',
  'supports-color': 'exports.stdout = exports.stderr = false',
  tinyglobby: '',
  'wrap-ansi': firstCall('wrap-ansi'),
}

const REAL = '?real'

/** The same for files of oclif. */
const FILES = {
  'help/index.js': `
    const real = () => require('./index.js${REAL}')
    Object.defineProperties(exports, Object.fromEntries(
      ['Help', 'loadHelpClass'].map((name) => [name, { enumerable: true, get: () => real()[name] }]),
    ))`,
  'screen.js': `
    const width = (stream) => Math.max((stream.isTTY && stream.getWindowSize()[0]) || 80, 40)
    Object.defineProperties(exports, {
      stdtermwidth: { enumerable: true, get: () => width(process.stdout) },
      errtermwidth: { enumerable: true, get: () => width(process.stderr) },
    })`,
  'util/os.js': `
    exports.getHomeDir = () => require('node:os').homedir()
    exports.getPlatform = async () => process.platform
    exports.getShell = async () => 'unknown'`,
  'ux/action/spinner.js': 'exports.__esModule = true; exports.default = class {}',
}

/** Functions of a library that are evaluated, with the library, at their first call. */
const LATER = {
  'node:fs/promises': Object.keys(fs).filter((name) => typeof fs[name] === 'function'),
  'gray-matter': ['default'],
  'node:tty': ['isatty'],
  yaml: ['isMap', 'isScalar', 'parseDocument', 'visit'],
}

/** Files of their own, the packages in them, and what is imported of these. */
const APART = {
  dagre: { '@dagrejs/dagre': ['Graph', 'layout'] },
  mcp: {
    '@modelcontextprotocol/server': ['ProtocolError', 'ProtocolErrorCode', 'ResourceNotFoundError', 'Server'],
    '@modelcontextprotocol/server/stdio': ['serveStdio', 'StdioServerTransport'],
  },
  remark: {
    unified: ['unified'],
    'remark-parse': ['default'],
    'remark-frontmatter': ['default'],
    'remark-gfm': ['default'],
  },
  'simple-git': { 'simple-git': ['simpleGit'] },
  shell: { unbash: ['forEachChild', 'parse'] },
  'tar-stream': { 'tar-stream': ['extract', 'pack'] },
}

const exactly = (names) => new RegExp(`^(?:${names.map((n) => n.replaceAll(/[\\/.-]/g, '\\$&')).join('|')})$`)

/** Answers an import of one of `names` with `contents(name)`, except where what it answers imports the name itself. */
const standIn = (name, names, contents) => ({
  name,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: exactly(names) }, ({ path, namespace }) =>
      namespace === name ? undefined : { path, namespace: name },
    )
    onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
      contents: contents(path),
      resolveDir: root,
    }))
  },
})

const slim = standIn('slim', ['@oclif/core'], () =>
  Object.entries(SLIM)
    .map(([name, file]) =>
      ['Args', 'Flags'].includes(name)
        ? `export * as ${name} from ${JSON.stringify(join(OCLIF, file))}`
        : `export { ${name} } from ${JSON.stringify(join(OCLIF, file))}`,
    )
    .join('\n'),
)
const spared = standIn('packages', Object.keys(PACKAGES), (name) => PACKAGES[name])
const oclifFiles = {
  name: 'oclif-files',
  setup: ({ onLoad }) =>
    onLoad({ filter: exactly(Object.keys(FILES).map((file) => join(OCLIF, file))) }, ({ path, suffix }) =>
      suffix === REAL ? undefined : { contents: FILES[relative(OCLIF, path)], resolveDir: dirname(path) },
    ),
}
const later = standIn('later', Object.keys(LATER), (name) => {
  const call = (f) => `(...args) => real().${f}(...args)`
  return [
    `const real = () => require(${JSON.stringify(name)})`,
    ...LATER[name].map((f) =>
      f === 'default' ? `export default (...args) => real()(...args)` : `export const ${f} = ${call(f)}`,
    ),
  ].join('\n')
})
const chunkOf = (name) => Object.keys(APART).find((chunk) => name in APART[chunk])
const apart = standIn('apart', Object.values(APART).flatMap(Object.keys), (name) =>
  [
    `const module = require('./${chunkOf(name)}.cjs')['${name}']`,
    ...APART[chunkOf(name)][name].map((part) =>
      part === 'default' ? 'export default module.default' : `export const { ${part} } = module`,
    ),
  ].join('\n'),
)
const outside = {
  name: 'outside',
  setup: ({ onResolve }) =>
    onResolve({ filter: exactly(Object.keys(APART).map((c) => `./${c}.cjs`)) }, ({ path }) => ({
      path,
      external: true,
    })),
}

const json = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'))

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
  )

/** The program with its catalogue inside: no manifest, no package.json is read. */
const entry = () => {
  const { name, version, oclif } = json('package.json')
  const modules = files(join(CLI, 'commands')).map((file) =>
    relative(CLI, file).replace(/\.ts$/, '').replaceAll('\\', '/'),
  )
  return `
import { run } from './run.ts'
const modules = {
${modules.map((m) => `  '${m}': () => import('./${m}.ts'),`).join('\n')}
}
const catalogue = {
  pjson: ${JSON.stringify({ name, version, oclif })},
  commands: JSON.parse(${JSON.stringify(JSON.stringify(json('oclif.manifest.json').commands))}),
  load: (path) => modules[path](),
}
export default (argv, root) => run(argv, root, catalogue)
`
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  charset: 'ascii', // it is read as latin1, and kept by V8 in one byte a character
  supported: { 'dynamic-import': false }, // V8's code cache loses them
  external: ['typescript'],
  logLevel: 'warning',
  metafile: true,
  write: false,
}

/** As a function, behind its digest in a line of its own: code kept for another bundle is told by it. */
const callable = (text) => {
  const whole = `(function (module, require, __filename) {${text}\n})`
  return `//${createHash('sha256').update(whole).digest('hex')}\n${whole}`
}

/** The licences of everything that is in a bundle, package by package. */
const licences = (results) => {
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs))
  const found = inputs.map((input) => /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
  const folders = [...new Set(found.filter((folder) => folder !== undefined))].sort()
  return folders.map((folder) => licence(join(root, folder))).join(`\n${'-'.repeat(80)}\n\n`)
}

const licence = (folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : 'Its package holds no text of it.'
  return `${name} ${version}: ${license}\n\n${text}\n`
}

/** @param out folder that the files are written to */
export const bundle = async (out) => {
  const main = build({
    ...common,
    stdin: { contents: entry(), resolveDir: CLI },
    plugins: [slim, spared, oclifFiles, later, apart, outside],
    define: { 'import.meta.url': '__url' },
    banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
  })
  const chunks = Object.entries(APART).map(([chunk, packages]) =>
    build({
      ...common,
      stdin: {
        contents: `module.exports = {${Object.keys(packages).map((name) => `'${name}': require('${name}')`)}}`,
        resolveDir: root,
      },
      outfile: `${chunk}.cjs`,
    }),
  )
  const results = await Promise.all([main, ...chunks])
  const [program, ...rest] = results.map(({ outputFiles: [file] }) => file)
  for (const { path, text } of rest) writeFileSync(join(out, basename(path)), text)
  writeFileSync(join(out, 'licences.txt'), licences(results))
  writeFileSync(join(out, 'qms.cjs'), callable(program.text))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle(process.argv[2] ?? join(root, 'dist'))
