// Documents lived by the real rules in memory: every transition is decided by the program, and what it would commit is
// kept. What is lived is in `lives.mjs`.
import {
  act,
  addNamespace,
  addUser,
  checkin,
  checkout,
  create,
  digest,
  discard,
  escalate,
  fix,
  inbox,
  initialise,
  interact,
  MemoryStore,
  MemoryWorkspace,
  resolve,
  route,
  shipped,
  status,
  verdict,
} from './program.mjs'

/** The first moment of every store. */
export const BEGAN = Date.UTC(2024, 0, 8, 9)
const MINUTE = 60_000

/** The administrator of every store; all others who act in a life are named by their part in it. */
export const LEAD = 'lead'
/** Parts in a life, by group. A copy gives each part to somebody of that group. */
export const PARTS = {
  'part-author': 'initiator',
  'part-colleague': 'initiator',
  'part-quality': 'quality',
  'part-stand-in': 'quality',
  'part-reviewer': 'reviewer',
}
const [AUTHOR, COLLEAGUE, QUALITY, STAND_IN, REVIEWER] = Object.keys(PARTS)
const TEAM = [QUALITY, REVIEWER]

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
    nthBy: (...asked) => store.nthBy(...asked),
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

const begin = (qms, branch, ownBranch) =>
  initialise(qms, shipped, {
    lead: LEAD,
    bare: false,
    without: [],
    branch,
    ownBranch,
    present: () => false,
    dryRun: false,
  })

/** The first commit of a store, as `init` would make it. */
export const firstChange = async (branch, ownBranch) => {
  const { qms, changes } = recordedProject()
  await begin(qms, branch, ownBranch)
  return changes[0]
}

/** A project in which every part is somebody, and what it has committed so far. */
export const projectOfParts = async () => {
  const { qms, changes } = recordedProject()
  await begin(qms, 'main', false)
  for (const [name, group] of Object.entries(PARTS)) await addUser(qms, { user: LEAD }, name, group, 'agent')
  return { qms, changes }
}

/** What is asked of requirements and their proof is looked at by the program. */
const WORDS = [
  [/^REQ_\d+_TEXT$/, 'The archive shall keep what was agreed.'],
  [/^REQ_\d+_PROOF$|^PROOF_\d+_KIND$/, 'Inspection'],
  [/^RESULT_\d+$/, 'Pass'],
  [/COMMIT/, '0123456789abcdef0123456789abcdef01234567'],
]
const wordsFor = (name) => WORDS.find(([form]) => form.test(name))?.[1] ?? 'as agreed'

/** A form as its author fills it in; `marks` also records the outcomes of an execution. */
const filled = (form, marks) => {
  const drafted = form.replaceAll(/\{\{([A-Z0-9_]*)[^{}\n]*\}\}/g, (_, name) => wordsFor(name))
  if (!marks) return drafted
  return drafted.replaceAll('[Pass/Fail]', 'Pass').replaceAll(/\[[A-Z][A-Z_]*\]/g, 'done')
}

/** Documents whose text is compiled from answers. */
const ASKING = /-VR-\d+$/
const answerTo = ({ kind, choices }) => (kind === 'yesno' ? 'no' : (choices[0] ?? 'as agreed'))

/** There is no project around a store in memory whose state could be kept. */
const NO_PROJECT = { take: async () => '0'.repeat(40) }

const SLIP = 'Whoever recieves a record keeps it.'

/** What people do with documents, one method an act or a sequence of them that belong together. */
export class Life {
  constructor(qms, author = AUTHOR) {
    this.qms = qms
    this.author = author
    this.edits = 0
  }

  async create(what) {
    const { document } = await create(this.qms, { user: this.author }, what)
    return document.doc_id
  }

  /** Checks the copy in, a line longer each time; of a form that asks, the answers. */
  async write(id, marks = false) {
    if (ASKING.test(id)) await this.answer(id)
    else await this.edit(id, marks)
    await checkin(this.qms, { user: this.author }, id)
  }

  async edit(id, marks) {
    const { local } = this.qms
    const form = Buffer.from(await local.read(this.author, id)).toString('utf8')
    this.edits += 1
    const begun = form.includes(SLIP) || this.edits > 1 ? '' : `\n${SLIP}\n`
    const text = `${filled(form, marks).trimEnd()}\n${begun}\nRevised for the ${this.edits}. time.\n`
    await local.write(this.author, id, Buffer.from(text), await local.base(this.author, id))
  }

  /** Whatever is asked is answered; where all is, the first answer is changed. */
  async answer(id) {
    const say = (what) => interact(this.qms, NO_PROJECT, { user: this.author }, id, what)
    let asked = await say({})
    this.edits += 1
    if (asked.complete)
      await say({
        goto: asked.answers[0].prompt,
        reason: 'More exact.',
        respond: `For the ${this.edits}. time.`,
      })
    else while (asked.open) asked = await say({ respond: answerTo(asked.open) })
  }

  /** Checks the copy in as it was handed out. */
  unchanged(id) {
    return checkin(this.qms, { user: this.author }, id)
  }

  open(id, under) {
    return checkout(this.qms, { user: this.author }, id, under)
  }

  giveUp(id) {
    return discard(this.qms, { user: this.author }, id)
  }

  async rewrite(id, marks) {
    const { document } = await status(this.qms, {}, id)
    if (document.checked_out_by === null) await this.open(id)
    await this.write(id, marks)
  }

  act(id, action, words = {}, user = this.author) {
    return act(this.qms, { user }, id, { action, ...words })
  }

  toReview(id, words = {}, user = this.author) {
    return route(this.qms, { user }, id, { to: 'review', assign: TEAM, ...words })
  }

  toApproval(id, user = this.author) {
    return route(this.qms, { user }, id, { to: 'approval' })
  }

  async judged(id, command) {
    for (const user of (await status(this.qms, {}, id)).document.pending_assignees) {
      await inbox(this.qms, { user })
      await verdict(this.qms, { user }, id, command)
    }
  }

  recommended(id) {
    return this.judged(id, {
      action: 'review',
      outcome: 'RECOMMEND',
      comment: 'Complete and testable.',
    })
  }

  async sentBack(id, marks) {
    await this.toReview(id)
    const comment = 'Chapter two names no acceptance criterion.'
    await this.judged(id, { action: 'review', outcome: 'UPDATES_REQUIRED', comment })
    await this.rewrite(id, marks)
  }

  /** A round that may send the text back, then one that recommends it, then its approval. */
  async approved(id, { sentBack = false, marks = false } = {}) {
    if (sentBack) await this.sentBack(id, marks)
    await this.toReview(id)
    await this.recommended(id)
    await this.toApproval(id)
    await this.judged(id, { action: 'approve' })
  }

  /** One of quality refuses what everybody recommended; the text is written anew. */
  async rejected(id, marks = false) {
    await this.toReview(id)
    await this.recommended(id)
    await this.toApproval(id)
    const comment = 'The risk of chapter three is not assessed.'
    await verdict(this.qms, { user: QUALITY }, id, { action: 'reject', comment })
    await this.rewrite(id, marks)
  }

  /** A round in which one member of quality stands in for the other. */
  async stoodIn(id) {
    await this.toReview(id)
    await this.act(id, 'assign', { assign: [STAND_IN], remove: [QUALITY] }, LEAD)
    await this.recommended(id)
  }

  async handedOver(id) {
    await this.act(id, 'assign', { owner: COLLEAGUE }, QUALITY)
    this.author = COLLEAGUE
  }

  async executed(id) {
    await this.act(id, 'release')
    await this.rewrite(id, true)
  }

  close(id) {
    return this.act(id, 'close')
  }

  async escalated(id) {
    await escalate(this.qms, { user: this.author }, id, 'The supplier does not answer.')
    await resolve(this.qms, { user: LEAD }, id, 'Go on without the supplier.')
  }

  /** A slip of the pen is mended in the text in force. */
  async fixed(id) {
    const { store } = this.qms
    const at = await store.snapshot()
    const bytes = await at.read(`QMS/SOP/${id}.md`)
    const mended = Buffer.from(bytes).toString('utf8').replace('recieves', 'receives')
    const file = { bytes: Buffer.from(mended), from: `${id}.md` }
    await fix(this.qms, { user: LEAD }, id, file, 'Spelling.')
  }

  namespace(name) {
    return addNamespace(this.qms, { user: LEAD }, name)
  }
}
