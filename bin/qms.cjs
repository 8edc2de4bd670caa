#!/usr/bin/env node
'use strict'
// Starts the program from its bundle. What V8 compiled of it in an earlier run with the same verb is kept in the user's
// cache folder: machine code that only its owner may have written, bound to this bundle, this node and its own digest,
// since V8 checks none of that. Anything else is left alone and made anew. What a run that was refused has compiled is
// kept until one that was not refused has compiled more. `QMS_CODE_CACHE=0` does without.
const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')

/** Of a run to the end, and of one that was refused. */
const WHOLE = 'qms1'
const REFUSED = 'qms0'
const ID = 64 // hexadecimal digits: the bundle's digest, in its first line
const HEAD = WHOLE.length + ID + 64
const WEEK_MS = 7 * 24 * 3600 * 1000

const root = path.dirname(__dirname)
const file = path.join(root, 'dist', 'qms.cjs')
const argv = process.argv.slice(2)

const sha256 = (bytes) => require('node:crypto').createHash('sha256').update(bytes).digest('hex')

/** Where the code of this verb is kept; null where the user wants none, or has no folder for it. */
const cacheFile = (id) => {
  const { QMS_CODE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA, HOME } = process.env
  const base = [XDG_CACHE_HOME, LOCALAPPDATA, HOME && path.join(HOME, '.cache')].find(
    (f) => f && path.isAbsolute(f),
  )
  if (QMS_CODE_CACHE === '0' || !base) return null
  const verb = /^[a-z]{1,20}$/.test(argv[0] ?? '') ? argv[0] : 'other'
  return path.join(base, 'qms', 'code', `${verb}-${process.version}-${process.arch}-${id.slice(0, 12)}.bin`)
}

/** Exit codes of a rule and of a check: most of the verb has run. The others are often of no verb at all. */
const KEPT = new Set([undefined, 0, 1, 6])

/** `{data, isWhole}`; undefined where there is none that can be trusted. */
const read = (cache, id) => {
  try {
    const fd = fs.openSync(
      cache,
      fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0),
    )
    try {
      const stats = fs.fstatSync(fd)
      if (!stats.isFile() || (process.geteuid && (stats.uid !== process.geteuid() || stats.mode & 0o022)))
        return undefined
      const bytes = fs.readFileSync(fd)
      const data = bytes.subarray(HEAD)
      const head = bytes.latin1Slice(0, HEAD)
      const kind = [WHOLE, REFUSED].find((magic) => head === magic + id + sha256(data))
      return kind && { data, isWhole: kind === WHOLE }
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    return undefined
  }
}

/** What other versions of the program have left, when it has not been written for a week. */
const sweep = (cache) => {
  const folder = path.dirname(cache)
  const own = path.basename(cache).slice(0, -'0123456789ab.bin'.length)
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name)
    if (!name.startsWith(own) || file === cache) continue
    if (Date.now() - fs.lstatSync(file).mtimeMs > WEEK_MS) fs.rmSync(file, { force: true })
  }
}

/** Through a file of another name, so that nobody ever reads half of it. A cache that cannot be written is none. */
const write = (cache, kind, id, data) => {
  const temporary = `${cache}.${process.pid}`
  try {
    fs.mkdirSync(path.dirname(cache), { recursive: true, mode: 0o700 })
  } catch {
    return
  }
  try {
    fs.writeFileSync(temporary, Buffer.concat([Buffer.from(kind + id + sha256(data), 'latin1'), data]), {
      flag: 'wx',
      mode: 0o600,
    })
    fs.renameSync(temporary, cache)
    sweep(cache)
  } catch {
    fs.rmSync(temporary, { force: true })
  }
}

const bundled = () => {
  try {
    return fs.readFileSync(file, 'latin1')
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    console.error(`qms has not been built: there is no ${file}. Run: npm run setup`)
    process.exit(1)
  }
}

const source = bundled()
const id = source.slice(2, 2 + ID)
const cache = cacheFile(id)
const kept = cache ? read(cache, id) : undefined
const script = new vm.Script(source, { filename: file, cachedData: kept?.data })
const bundle = { exports: {} }
const beside = (name) => require(name.startsWith('./') ? path.join(root, 'dist', name) : name)
script.runInThisContext()(bundle, beside, file)
bundle.exports.default(argv, root).then(() => {
  const kind = process.exitCode ? REFUSED : WHOLE
  const isBetter = !kept || script.cachedDataRejected || (kind === WHOLE && !kept.isWhole)
  if (cache && isBetter && KEPT.has(process.exitCode)) write(cache, kind, id, script.createCachedData())
})
