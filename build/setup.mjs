// Makes a fresh clone runnable: dependencies from the lock file, the program compiled, its command list
// written, its bundle made.
// Does only what is missing or stale, so that every script may call it first.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const env = { ...process.env }
delete env.NODE_EXTRA_CA_CERTS

const [major] = process.versions.node.split('.').map(Number)
if (major < 20) {
  console.error(`qms needs Node 20 or later; this is ${process.version}`)
  process.exit(1)
}

const digestOf = (...files) => {
  const hash = createHash('sha256')
  for (const file of files) hash.update(relative(root, file)).update(readFileSync(file))
  return hash.digest('hex')
}

const sources = (folder) =>
  readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) =>
      entry.isDirectory() ? sources(join(folder, entry.name)) : [join(folder, entry.name)],
    )
    .sort()

/** Runs `work` unless `stamp` says that it was done for these very files. */
const once = (what, stamp, digest, work) => {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  console.error(`${what} ...`)
  work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, digest)
}

const node = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, env, stdio: ['ignore', 2, 2] })

/**
 * npm is run as the script that started us, where npm did; else as found on the path. It alone keeps the caller's
 * certificates: it may need them to reach where packages come from.
 */
const npm = (...args) => {
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) execFileSync(process.execPath, [script, ...args], options)
  else execFileSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options)
}

/** Through a link, `npm ci` would empty a folder that belongs to somebody else. */
const isLinked = lstatSync(at('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() ?? false

/** npm writes its own copy of the lock file last: where it is newer, somebody has installed since. */
const npmInstalled = () => {
  const own = statSync(at('node_modules', '.package-lock.json'), { throwIfNoEntry: false })
  return own !== undefined && own.mtimeMs > statSync(at('package-lock.json')).mtimeMs
}

if (existsSync(at('package-lock.json')) && !isLinked) {
  const stamp = at('node_modules', '.qms-setup')
  const digest = digestOf(at('package-lock.json'))
  if (!existsSync(stamp) && npmInstalled()) writeFileSync(stamp, digest)
  once('Installing dependencies', stamp, digest, () =>
    npm('ci', '--include=dev', '--no-audit', '--no-fund', '--ignore-scripts'),
  )
}

if (existsSync(at('src'))) {
  const inputs = [
    ...sources(at('src')),
    at('tsconfig.json'),
    at('package.json'),
    at('package-lock.json'),
    at('build', 'manifest.mjs'),
    at('build', 'bundle.mjs'),
  ]
  once('Compiling', at('dist', '.qms-setup'), digestOf(...inputs), () => {
    const [fresh, stale] = [at(`dist.new-${process.pid}`), at(`dist.old-${process.pid}`)]
    node(at('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--outDir', fresh)
    if (existsSync(at('dist'))) renameSync(at('dist'), stale)
    renameSync(fresh, at('dist'))
    rmSync(stale, { recursive: true, force: true })
    node(at('build', 'manifest.mjs'))
    node(at('build', 'bundle.mjs'))
  })
}
