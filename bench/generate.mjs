// Stores of any size, whole and legal: lives that the program decided (`lives.mjs`), under other names (`copies.mjs`),
// in an order and with people that the seed draws (`schedule.mjs`), written by one `git fast-import` (`import.mjs`) as
// one commit or as a history. The same plan always makes the same commits. Kept in the temporary folder between runs.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
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
import { checkedModel, copyOf } from './copies.mjs'
import { environment } from './harness.mjs'
import { Import } from './import.mjs'
import { recordLives } from './lives.mjs'
import { program, root } from './program.mjs'
import { BEGAN, firstChange } from './recording.mjs'
import { scheduleOf } from './schedule.mjs'
import { commitsOf, lastCommit, systemTrails } from './stages.mjs'

const GENERATORS = [
  'copies.mjs',
  'generate.mjs',
  'import.mjs',
  'lives.mjs',
  'recording.mjs',
  'schedule.mjs',
  'stages.mjs',
].map((name) => join(root, 'bench', name))

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

const homeIn = (folder) => {
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
 * has a branch of its own, of which nothing is checked out; `history`: with it a store has all its commits, one a
 * transition or about `commits` of them, and about as many `events`; without it one commit that leaves the same files.
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

/** A store in a folder that is not there yet, and the environment to use it in. */
export const storeAt = async (folder, plan) => {
  mkdirSync(folder, { recursive: true })
  const env = environment(homeIn(folder))
  const cwd = join(folder, 'store')
  await generate(cwd, env, plan)
  return { cwd, env }
}

const generate = async (folder, env, plan) => {
  const branch = plan.ownBranch ? 'qms' : 'main'
  mkdirSync(folder)
  const git = (...args) =>
    execFileSync('git', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
  git('init', '-q')
  git('config', 'qms.branch', branch)
  appendFileSync(join(folder, '.git', 'info', 'exclude'), plan.ownBranch ? '/.qms/\n/QMS/\n' : '/.qms/\n')
  await write(folder, env, branch, plan)
  git('reset', '-q', '--hard', 'main')
  pack(git, plan)
  git('update-index', '-q', '--refresh')
  bringViewUp(folder, env)
}

/**
 * As git's own maintenance leaves it. A history is packed as a server packs it: one pack with the deltas that came in,
 * and a commit-graph. To look for others takes hours where folders hold thousands of names.
 */
const pack = (git, { history }) => {
  if (history) git('gc', '-q')
  else git('repack', '-adfq')
}

const write = async (folder, env, branch, plan) => {
  const models = (await recordLives()).map(checkedModel)
  const schedule = scheduleOf(models, plan)
  const into = new Import(folder, env)
  await begin(into, branch, plan)
  const first = systemTrails(await firstChange(branch, branch !== 'main'))
  if (plan.history) await writeHistory(into, branch, schedule, first, plan.commits)
  else await into.commit({ branch, ...lastCommit(schedule, first, livedBy) })
  await into.end()
}

const begin = async (into, branch, { others = 0 }) => {
  const at = BEGAN / 1000
  const begun = { branch: 'main', author: 'lead', at: at - 60, message: 'begin\n' }
  await into.commit({ ...begun, files: ordinaryFiles(others) })
  const { files, message } = await firstChange(branch, branch !== 'main')
  await into.commit({ branch, author: 'lead', at, message, files })
}

function* ordinaryFiles(count) {
  for (let n = 0; n < count; n++)
    yield [`src/part-${String(n % 250).padStart(3, '0')}/module-${n}.txt`, Buffer.from(`module ${n}\n`)]
}

const livedBy = ({ model, names, times }) => copyOf(model, names, times)

/** All bytes first, those of one file together and the newest first: each is stored as a part of the one before it. */
const writeHistory = async (into, branch, { lives, steps }, first, commits) => {
  for (const life of lives) {
    life.changes = livedBy(life)
    await markFiles(
      into,
      life.changes.map((change) => change.files),
    )
  }
  const decided = steps.filter((step) => step.record)
  for (const step of decided) step.change = first.decide(step)
  await markFiles(
    into,
    decided.map((step) => step.change.files),
  )
  for (const commit of commitsOf(steps, commits)) await into.commit({ branch, ...commit })
}

/** Puts marks in the place of bytes. */
const markFiles = async (into, changes) => {
  const files = new Map()
  for (const own of changes)
    for (const [path, bytes] of own) if (bytes !== null) files.set(path, [own, ...(files.get(path) ?? [])])
  for (const [path, newestFirst] of files)
    for (const own of newestFirst) own.set(path, await into.blob(own.get(path)))
}

/** Any command does: views that lag are brought up before it works. */
const bringViewUp = (folder, env) =>
  execFileSync(process.execPath, [program, 'user', 'list'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
