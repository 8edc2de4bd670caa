// Lives of documents, lived by the real rules in memory: every transition is decided by the program, and what it
// would commit is kept. The stores are made of copies of these (`copies.mjs`).
import {
  act,
  checkin,
  checkout,
  create,
  digest,
  inbox,
  initialise,
  MemoryStore,
  MemoryWorkspace,
  route,
  shipped,
  status,
  verdict,
} from './program.mjs'

const BEGAN = Date.UTC(2026, 0, 5, 9)
const MINUTE = 60_000

/** A project in memory that writes down every change it commits, with a clock that moves a minute at each look. */
const recordedProject = () => {
  const store = new MemoryStore()
  const changes = []
  let looks = 0
  const recording = {
    snapshot: () => store.snapshot(),
    exclusively: (work) => store.exclusively(work),
    refresh: () => store.refresh(),
    revisions: (options) => store.revisions(options),
    close: () => store.close(),
    commit: async (base, change) => {
      const outcome = await store.commit(base, change)
      if (outcome.won) changes.push(change)
      return outcome
    },
  }
  const now = () => new Date(BEGAN + MINUTE * looks++)
  return { qms: { store: recording, local: new MemoryWorkspace(), digest, now }, changes }
}

const AUTHOR = { user: 'claude' }

/** A form as its author fills it in; `marks` also records the outcomes of an execution. */
const filled = (form, marks) => {
  const drafted = form.replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed')
  if (!marks) return drafted
  return drafted.replaceAll('[Pass/Fail]', 'Pass').replaceAll(/\[[A-Z][A-Z_]*\]/g, 'done')
}

class Life {
  constructor(qms) {
    this.qms = qms
    this.edits = 0
  }

  async create(what) {
    const { document } = await create(this.qms, AUTHOR, what)
    return document.doc_id
  }

  /** Checks the copy in, a line longer each time. */
  async write(id, marks = false) {
    const form = Buffer.from(await this.qms.local.read('claude', id)).toString('utf8')
    this.edits += 1
    const text = `${filled(form, marks).trimEnd()}\n\nRevised for the ${this.edits}. time.\n`
    await this.qms.local.write('claude', id, Buffer.from(text), await this.qms.local.base('claude', id))
    await checkin(this.qms, AUTHOR, id)
  }

  async rewrite(id, marks) {
    const { document } = await status(this.qms, {}, id)
    if (document.checked_out_by === null) await checkout(this.qms, AUTHOR, id)
    await this.write(id, marks)
  }

  async judged(id, command) {
    for (const user of (await status(this.qms, {}, id)).document.pending_assignees) {
      await inbox(this.qms, { user })
      await verdict(this.qms, { user }, id, command)
    }
  }

  /** A round that sends the text back, then one that recommends it, then its approval. */
  async approved(id, { sentBack = false, marks = false } = {}) {
    if (sentBack) {
      await route(this.qms, AUTHOR, id, { to: 'review' })
      const comment = 'Chapter two names no acceptance criterion.'
      await this.judged(id, { action: 'review', outcome: 'UPDATES_REQUIRED', comment })
      await this.rewrite(id, marks)
    }
    await route(this.qms, AUTHOR, id, { to: 'review' })
    await this.judged(id, { action: 'review', outcome: 'RECOMMEND', comment: 'Complete and testable.' })
    await route(this.qms, AUTHOR, id, { to: 'approval' })
    await this.judged(id, { action: 'approve' })
  }

  async executed(id) {
    await act(this.qms, AUTHOR, id, { action: 'release' })
    await this.rewrite(id, true)
  }

  close(id) {
    return act(this.qms, AUTHOR, id, { action: 'close' })
  }
}

/** Created, sent back once, approved; then `revisions` revisions. */
const procedure = (revisions) => async (life) => {
  const id = await life.create({ type: 'SOP', title: 'Handling of records' })
  await life.write(id)
  await life.approved(id, { sentBack: true })
  for (let n = 0; n < revisions; n++) {
    await checkout(life.qms, AUTHOR, id)
    await life.write(id)
    await life.approved(id)
  }
  return id
}

const executable = (type, title) => async (life) => {
  const id = await life.create({ type, title })
  await life.write(id)
  await life.approved(id, { sentBack: true })
  await life.executed(id)
  await life.approved(id, { sentBack: true, marks: true })
  await life.close(id)
  return id
}

/** A change record with a variance of the first kind, both closed. */
const family = async (life) => {
  const id = await life.create({ type: 'CR', title: 'Move the archive to another host' })
  await life.write(id)
  await life.approved(id)
  await life.executed(id)
  const child = await life.create({
    type: 'VAR',
    title: 'The copy took longer than planned',
    parent: id,
    kind: 1,
  })
  await life.write(child)
  await life.approved(child)
  await life.executed(child)
  await life.approved(child)
  await life.close(child)
  await life.approved(id)
  await life.close(id)
  return id
}

const LIVES = {
  procedure: procedure(1),
  'change record': executable('CR', 'Limit the rate of requests'),
  family,
  investigation: executable('INV', 'Records were found without a date'),
}

/** Each with its document's id and the changes it made, one a transition. */
export const recordLives = async () => {
  const { qms, changes } = recordedProject()
  await initialise(qms, shipped, {
    lead: 'lead',
    bare: false,
    without: [],
    branch: 'main',
    ownBranch: false,
    present: () => false,
    dryRun: false,
  })
  const found = []
  for (const [name, live] of Object.entries(LIVES)) {
    const from = changes.length
    const id = await live(new Life(qms))
    found.push({ name, id, changes: changes.slice(from) })
  }
  return found
}
