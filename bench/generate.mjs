// Stores of any size, whole and correct: one procedure and one change record live through the program itself; further
// documents are copies of those lives under other ids, linked, folded and placed by the program's own modules, and
// written as one commit.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fold } from '../dist/documents/evolve.js'
import { parseId } from '../dist/documents/id.js'
import { metadata, placement } from '../dist/documents/placement.js'
import { appendEvents } from '../dist/documents/trail.js'
import * as layout from '../dist/store/layout.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const program = join(root, 'bin', 'qms.cjs')

export const digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** Nothing of the caller's settings; certificates make Node 20 several times slower. */
export const environment = (home) => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:GIT_|QMS_|npm_|NODE_EXTRA_CA_CERTS$|NODE_OPTIONS$)/i.test(name),
  )
  return { ...Object.fromEntries(kept), HOME: home, GIT_CONFIG_NOSYSTEM: '1', NO_COLOR: '1' }
}

const REVIEWED = [
  ['checkin', 'ID', '-u', 'claude'],
  ['route', 'ID', '--review', '-u', 'claude'],
  ['review', 'ID', '--recommend', '--comment', 'Complete and testable.', '-u', 'qa'],
  ['route', 'ID', '--approval', '-u', 'claude'],
  ['approve', 'ID', '-u', 'qa'],
]

/** The life of each type, as commands; the first makes the document. */
export const LIVES = {
  SOP: [['create', 'SOP', '--file', 'TEXT', '-u', 'claude'], ...REVIEWED],
  CR: [
    ['create', 'CR', '--file', 'TEXT', '-u', 'claude'],
    ...REVIEWED,
    ['release', 'ID', '-u', 'claude'],
    ['checkout', 'ID', '-u', 'claude'],
    ['checkin', 'ID', '-u', 'claude'],
    ['route', 'ID', '--review', '-u', 'claude'],
    ['review', 'ID', '--recommend', '--comment', 'Evidence examined.', '-u', 'qa'],
    ['route', 'ID', '--approval', '-u', 'claude'],
    ['approve', 'ID', '-u', 'qa'],
    ['close', 'ID', '-u', 'claude'],
  ],
}

export const TEXTS = {
  SOP: join(root, 'templates', 'sops', 'SOP-007.md'),
  CR: join(root, 'templates', 'demo', 'change-record.md'),
}

const placeOf = (id) => ({ folder: id.folder, id: id.id, type: id.pathType })

/** One document's files, from the life of another: same events, own id, own texts, own chain. */
const copyOf = (folder, from, to) => {
  const [model, id] = [parseId(from), parseId(to)]
  const read = (path) => readFileSync(join(folder, path))
  const lines = read(layout.auditPath(placeOf(model)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  const events = lines.map((line) => JSON.parse(line))
  const texts = textsOf(read, model, fold(model, events))
  const renamed = new Map(
    [...texts].map(([old, bytes]) => [old, Buffer.from(bytes.toString('utf8').replaceAll(from, to))]),
  )
  const own = events.map(({ seq, prev, ...event }) => withDigests(event, renamed))
  const state = fold(id, own)
  const bytesOf = new Map([...renamed.values()].map((bytes) => [digest(bytes), bytes]))
  return filesOf(id, state, own, bytesOf)
}

const textsOf = (read, id, state) => {
  const place = placeOf(id)
  const { draft, live, archive } = placement(state)
  const paths = [
    [draft, layout.draftPath(place)],
    [live, layout.livePath(place)],
    ...[...archive].map(([version, content]) => [content, layout.archivePath(place, version)]),
  ]
  return new Map(paths.filter(([content]) => content).map(([content, path]) => [content, read(path)]))
}

const withDigests = (event, renamed) =>
  Object.fromEntries(
    Object.entries(event).map(([key, value]) => {
      const bytes = key === 'content' || key === 'base' ? renamed.get(value) : undefined
      return [key, bytes ? digest(bytes) : value]
    }),
  )

const filesOf = (id, state, events, bytesOf) => {
  const place = placeOf(id)
  const { draft, live, archive } = placement(state)
  const files = new Map([
    [layout.auditPath(place), Buffer.from(appendEvents(null, events, digest).bytes)],
    [layout.metaPath(place), Buffer.from(`${JSON.stringify(metadata(state), null, 2)}\n`)],
  ])
  if (draft) files.set(layout.draftPath(place), bytesOf.get(draft))
  if (live) files.set(layout.livePath(place), bytesOf.get(live))
  for (const [version, content] of archive)
    files.set(layout.archivePath(place, version), bytesOf.get(content))
  return files
}

const importFiles = (folder, env, files) => {
  const parts = [
    'commit refs/heads/main\ncommitter Bench <bench@example.invalid> 1700000000 +0000\ndata 5\nbench\nfrom refs/heads/main^0\n',
  ]
  for (const [path, bytes] of files)
    parts.push(`M 100644 inline ${path}\ndata ${bytes.length}\n`, bytes, '\n')
  const input = Buffer.concat(parts.map((part) => Buffer.from(part)))
  execFileSync('git', ['fast-import', '--quiet'], { cwd: folder, env, input })
  execFileSync('git', ['reset', '--hard', '--quiet', 'main'], { cwd: folder, env })
}

const padded = (n) => String(n).padStart(3, '0')

/** A repository with a store of `count` documents besides what `init` ships, half procedures, half change records. */
export const generate = (folder, home, count) => {
  mkdirSync(folder, { recursive: true })
  mkdirSync(home, { recursive: true })
  writeFileSync(
    join(home, '.gitconfig'),
    '[user]\n\tname = Bench\n\temail = bench@example.invalid\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n',
  )
  const env = environment(home)
  const qms = (words) =>
    execFileSync(process.execPath, [program, ...words], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
  qms(['init', '--git', '--without', 'SOP-007'])
  const models = { SOP: 'SOP-007', CR: 'CR-001' }
  for (const [type, life] of Object.entries(LIVES))
    for (const words of life)
      qms(words.map((word) => (word === 'ID' ? models[type] : word === 'TEXT' ? TEXTS[type] : word)))
  const files = new Map()
  for (let n = 2; n < count; n++) {
    const [type, number] = n % 2 === 0 ? ['SOP', 7 + n / 2] : ['CR', 1 + (n - 1) / 2]
    for (const [path, bytes] of copyOf(folder, models[type], `${type}-${padded(number)}`))
      files.set(path, bytes)
  }
  if (files.size > 0) importFiles(folder, env, files)
  return env
}
