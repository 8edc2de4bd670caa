// The lives that the stores are made of (`copies.mjs`, `schedule.mjs`). Every revision is opened under a change record,
// so that each may be lived whatever the policy of that day asks.
import { LEAD, Life, projectOfParts } from './recording.mjs'

/** An executable document as far as IN_EXECUTION, with the outcomes of its execution written down. */
const begun = async (life, what, options) => {
  const id = await life.create(what)
  await life.write(id)
  await life.approved(id, options)
  await life.executed(id)
  return id
}

const ended = async (life, id, options = {}) => {
  await life.approved(id, { marks: true, ...options })
  await life.close(id)
}

const whole = async (life, what, options) => {
  const id = await begun(life, what, options)
  await ended(life, id, options)
  return id
}

const CHANGE = { type: 'CR', title: 'Bring the procedures up to date' }

/** A procedure, sent back once, and revised under a change record as often as it says. */
const procedure = (revisions) => async (life) => {
  const id = await life.create({ type: 'SOP', title: 'Handling of records' })
  await life.write(id)
  await life.approved(id, { sentBack: true })
  await life.fixed(id)
  const change = await begun(life, CHANGE)
  await life.open(id, change)
  await life.giveUp(id)
  for (let n = 0; n < revisions; n++) {
    await life.open(id, change)
    await life.write(id)
    await life.approved(id, { sentBack: n % 3 === 2 })
  }
  await ended(life, change)
}

const change = async (life) => {
  const id = await begun(life, { type: 'CR', title: 'Limit the rate of requests' }, { sentBack: true })
  await ended(life, id, { sentBack: true })
}

/** A change record with variances of both kinds, verification records, a protocol with an exception, an addendum. */
const family = async (life) => {
  const parent = await life.create({ type: 'CR', title: 'Move the archive to another host' })
  await life.write(parent)
  const protocol = await life.create({ type: 'TP', title: 'Copies are compared', parent })
  await life.write(protocol)
  await life.rejected(protocol)
  await life.approved(protocol)
  await life.approved(parent)
  await life.executed(parent)
  await life.executed(protocol)
  await whole(life, { type: 'ER', title: 'Two copies differ', parent: protocol })
  await ended(life, protocol)
  const records = []
  for (const title of ['The copies are whole', 'The old host is empty']) {
    const record = await life.create({ type: 'VR', title, parent })
    await life.write(record, true)
    records.push(record)
  }
  await life.rewrite(records[0], true)
  const late = { type: 'VAR', title: 'The copy took longer than planned', parent, kind: 1 }
  await whole(life, late)
  await life.escalated(parent)
  const open = await life.create({ type: 'VAR', title: 'A disk was replaced', parent, kind: 2 })
  await life.write(open)
  await life.approved(open)
  await ended(life, parent, { sentBack: true })
  await whole(life, { type: 'ADD', title: 'The index is rebuilt, too', parent })
}

/** An investigation with a variance, answered by a change record. */
const investigation = async (life) => {
  const id = await begun(
    life,
    { type: 'INV', title: 'Records were found without a date' },
    { sentBack: true },
  )
  await whole(life, { type: 'VAR', title: 'A witness had left', parent: id, kind: 1 })
  await whole(life, { type: 'CR', title: 'Dates are asked for', source: id })
  await ended(life, id)
}

/** Requirements and their trace, revised together. */
const requirements = async (life) => {
  const namespace = 'PARTAREA'
  await life.namespace(namespace)
  const ids = []
  for (const [type, title] of [
    ['RS', 'What the archive must do'],
    ['RTM', 'Where it is shown'],
  ]) {
    const id = await life.create({ type, title, namespace })
    await life.write(id)
    await life.approved(id)
    ids.push(id)
  }
  const change = await begun(life, CHANGE)
  for (const id of ids) {
    await life.open(id, change)
    await life.write(id)
    await life.approved(id)
  }
  await ended(life, change)
}

/** A procedure that is taken out of force. */
const retired = async (life) => {
  const id = await life.create({ type: 'SOP', title: 'Records on paper' })
  await life.write(id)
  await life.stoodIn(id)
  await life.toApproval(id)
  await life.judged(id, { action: 'approve' })
  const reason = 'There is no paper any more.'
  await life.toReview(id, { purpose: 'retire', reason }, LEAD)
  await life.recommended(id)
  await life.toApproval(id, LEAD)
  await life.judged(id, { action: 'approve' })
}

const cancelled = async (life) => {
  const id = await life.create({ type: 'CR', title: 'Asked for twice' })
  await life.write(id)
  await life.handedOver(id)
  await life.open(id)
  await life.unchanged(id)
  await life.act(id, 'cancel', { reason: 'Another one asks for the same.', confirmed: true })
}

/** A change record that was begun, drawn back, reverted and in the end given up. */
const abandoned = async (life) => {
  const id = await life.create({ type: 'CR', title: 'Encrypt the copies' })
  await life.write(id)
  await life.toReview(id)
  await life.act(id, 'withdraw')
  await life.approved(id)
  await life.executed(id)
  await life.toReview(id)
  await life.recommended(id)
  await life.act(id, 'revert', { reason: 'A step was forgotten.' })
  await life.rewrite(id, true)
  await life.toReview(id, { purpose: 'abandon', reason: 'The host encrypts by itself.' })
  await life.recommended(id)
  await life.toApproval(id)
  await life.judged(id, { action: 'approve' })
  await life.close(id)
}

const LIVES = {
  'short procedure': procedure(1),
  family,
  change,
  investigation,
  requirements,
  retired,
  cancelled,
  abandoned,
  'long procedure': procedure(9),
}

/** Each with the changes that it made, one a transition. */
export const recordLives = async () => {
  const { qms, changes } = await projectOfParts()
  const found = []
  for (const [name, live] of Object.entries(LIVES)) {
    const from = changes.length
    await live(new Life(qms))
    found.push({ name, changes: changes.slice(from) })
  }
  return found
}
