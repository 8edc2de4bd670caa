// Stores of any size, whole and correct: real lives (`lives.mjs`) under other ids (`copies.mjs`), some complete and
// some broken off at any stage, written by `git fast-import`. Kept in the temporary folder between runs.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyOf, modelOf } from './copies.mjs'
import { environment } from './harness.mjs'
import { recordLives } from './lives.mjs'
import { program, root } from './program.mjs'

const GENERATORS = ['generate.mjs', 'copies.mjs', 'lives.mjs'].map((name) => join(root, 'bench', name))

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort()

/** Of whatever decides what is generated: the generator, and the texts that it fills in. */
const generatorDigest = () => {
  const hash = createHash('sha256')
  for (const file of [...GENERATORS, ...filesBelow(join(root, 'templates'))]) hash.update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

/** A folder of this user alone: a store that somebody else planted would be run as ours. */
const cacheFolder = () => {
  const folder = join(tmpdir(), `qms-bench-${process.getuid?.() ?? 0}`, generatorDigest())
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const stats = statSync(join(folder, '..'))
  if (process.getuid && stats.uid !== process.getuid()) throw new Error(`${folder} belongs to somebody else`)
  return folder
}

export const homeIn = (folder) => {
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Bench\n\temail = bench@example.invalid\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  )
  return home
}

/**
 * The folder of a store that must not be changed, and the environment to use it in.
 * @param plan `documents`: how many besides those that `init` ships; `others`: ordinary files; `ownBranch`: the store
 * has a branch of its own; `commits`: one a transition, until there are as many (then `documents` is not asked).
 */
export const storeOf = async (plan) => {
  const cache = cacheFolder()
  const env = environment(homeIn(cache))
  const folder = join(cache, Object.entries(plan).flat().join('-'))
  if (existsSync(folder)) return { folder, env }
  console.error(`Generating a store: ${JSON.stringify(plan)} ...`)
  const unfinished = `${folder}.${process.pid}`
  rmSync(unfinished, { recursive: true, force: true })
  await generate(unfinished, env, plan)
  renameSync(unfinished, folder)
  return { folder, env }
}

const generate = async (folder, env, { documents = 0, others = 0, ownBranch = false, commits = 0 }) => {
  mkdirSync(folder)
  const git = (...args) =>
    execFileSync('git', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  git('init', '-q')
  if (others > 0)
    await importChanges(folder, env, 'main', [{ files: ordinaryFiles(others), message: 'code' }])
  else git('commit', '-q', '--allow-empty', '-m', 'begin')
  git('reset', '-q', '--hard', 'main')
  const branch = ownBranch ? 'qms' : 'main'
  const init = [program, 'init', ...(ownBranch ? ['--branch', branch] : [])]
  execFileSync(process.execPath, init, { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] })
  const models = (await recordLives()).map(checkedModel)
  await importChanges(
    folder,
    env,
    branch,
    commits > 0 ? byTransition(models, commits) : atOnce(models, documents),
  )
  if (!ownBranch) git('reset', '-q', '--hard', branch)
  // As git's own maintenance would leave it; of a long history the import's pack is good enough, and takes minutes.
  if (commits === 0) git('repack', '-adfq')
  git('update-index', '-q', '--refresh')
  bringViewUp(folder, env)
}

/** A copy under the model's own id must be the model, byte for byte. */
const checkedModel = (life) => {
  const model = modelOf(life)
  const copy = copyOf(model, model.id)
  for (const [at, { files }] of life.changes.entries())
    for (const [path, bytes] of files)
      if (!same(copy[at].files.get(path), bytes))
        throw new Error(`${model.name}, ${at}: ${path} is not what was lived`)
  return model
}

const same = (a, b) => (a === null || b === null ? a === b : Buffer.from(a).equals(b))

/** Any command does: views that lag are brought up before it works. */
const bringViewUp = (folder, env) =>
  execFileSync(process.execPath, [program, 'user', 'list'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })

function* ordinary(count) {
  for (let n = 0; n < count; n++)
    yield [`src/part-${String(n % 250).padStart(3, '0')}/module-${n}.txt`, Buffer.from(`module ${n}\n`)]
}
const ordinaryFiles = (count) => new Map(ordinary(count))

/** Always the same numbers, so that two runs measure the same store. */
const sequence = (seed) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Of ten lives six are whole; the others were broken off somewhere. */
function* lives(models) {
  const numbers = new Map(models.map((model) => [model.type, 7]))
  const draw = sequence(7)
  for (let n = 0; ; n++) {
    const model = models[n % models.length]
    const number = numbers.get(model.type) + 1
    numbers.set(model.type, number)
    const stages = draw(10) < 6 ? model.changes.length : 1 + draw(model.changes.length)
    yield copyOf(model, `${model.type}-${String(number).padStart(3, '0')}`, stages)
  }
}

/** What all lives leave, as one change. */
function* atOnce(models, documents) {
  const files = new Map()
  let count = 0
  for (const changes of lives(models)) {
    if (count >= documents) break
    for (const change of changes) for (const [path, bytes] of change.files) files.set(path, bytes)
    count += new Set(changes.flatMap((c) => [...c.files.keys()]).filter((path) => path.endsWith('.jsonl')))
      .size
  }
  const left = [...files].filter(([, bytes]) => bytes !== null)
  if (left.length > 0) yield { files: new Map(left), message: `${count} documents` }
}

/** Lives of several documents at a time, interleaved, one commit a transition. */
const AT_A_TIME = 40

function* byTransition(models, commits) {
  const source = lives(models)
  const open = []
  for (let n = 0; n < commits; n++) {
    if (open.length < AT_A_TIME) open.push(source.next().value[Symbol.iterator]())
    const life = open.shift()
    const { value, done } = life.next()
    if (done) n -= 1
    else {
      open.push(life)
      yield value
    }
  }
}

/** Writes each change as one commit on top of `branch`. */
const importChanges = async (folder, env, branch, changes) => {
  const child = spawn('git', ['-c', 'fastimport.unpackLimit=0', 'fast-import', '--quiet'], {
    cwd: folder,
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(child, 'close')
  const known = execFileSync('git', ['for-each-ref', `refs/heads/${branch}`], { cwd: folder, env }).length > 0
  let from = known ? `from refs/heads/${branch}^0\n` : ''
  let at = 1_767_600_000
  for (const { files, message } of changes) {
    const text = Buffer.from(message)
    const head = `commit refs/heads/${branch}\ncommitter Bench <bench@example.invalid> ${at++} +0000\ndata ${text.length}\n`
    const parts = [Buffer.from(head), text, Buffer.from(`\n${from}`)]
    for (const [path, bytes] of files) parts.push(...fileCommand(path, bytes))
    from = ''
    if (!child.stdin.write(Buffer.concat(parts))) await Promise.race([once(child.stdin, 'drain'), ended])
  }
  child.stdin.end()
  const [code] = await ended
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`)
}

const fileCommand = (path, bytes) =>
  bytes === null
    ? [Buffer.from(`D ${path}\n`)]
    : [Buffer.from(`M 100644 inline ${path}\ndata ${bytes.length}\n`), bytes, Buffer.from('\n')]
