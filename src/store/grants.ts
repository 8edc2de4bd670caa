/**
 * What processes were given to act with, as files of this user: `<id>.json` the grant with the digest of its secret, which
 * never changes; `<id>.process-<pid>.json` a process that it was given to; `seen-<digest>.json` a packet that was shown.
 * To take a grant back is to remove the first, and nothing that another process does puts it there again.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { chmodSync, readdirSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '../errors.ts'
import { ancestry, running } from './ancestry.ts'
import { cloneAt } from './clone.ts'
import { errno, guarded, ioFault } from './git-faults.ts'
import type { Grant, Grants, PacketSeen } from './local.ts'
import { numbering } from './owner.ts'
import { privateFolder, putSmall, readSmall } from './private-file.ts'
import { stateFolder } from './state-folder.ts'

const FORMAT = 1
const TOKEN = /^qms_([0-9a-f]{16})_([0-9a-f]{64})$/
const GRANT_FILE = /^([0-9a-f]{16})\.json$/
const PROCESS_FILE = /^([0-9a-f]{16})\.process-(\d+)\.json$/
/** A process that has this start never runs. */
const NEVER = 'ended'
/** What cannot be told to be over is kept so long: milliseconds. */
const KEPT_MS = 7 * 24 * 3_600_000

interface Kept {
  readonly grant: Grant
  /** SHA-256 of the secret, in hex. */
  readonly secret: string
}

interface Binding {
  readonly id: string
  readonly pid: number
  readonly start: string
  /** Where that number means this process. */
  readonly numbering: string
  readonly kind: Grant['kind']
}

export class DiskGrants implements Grants {
  readonly #state: string | null
  readonly #commonDir: string
  /** Of grants that are gone from disk with their first use. */
  readonly #redeemed = new Map<string, Grant>()

  /** @param commonDir git's folder that all work trees of the clone share */
  constructor(commonDir: string, state: string | null = stateFolder()) {
    this.#state = state
    this.#commonDir = commonDir
  }

  async ready(): Promise<string> {
    const folder = this.#folder()
    if (folder === null)
      throw refuse('IO', {
        operation: 'write',
        reason: 'this user has no home folder to keep a grant in',
      })
    await guarded('write', folder, () => {
      privateFolder(folder)
      chmodSync(folder, 0o700)
    })
    return folder
  }

  async issue(asked: Omit<Grant, 'id' | 'packet'>): Promise<{ grant: Grant; token: string }> {
    const folder = await this.ready()
    const [id, secret] = [randomBytes(8).toString('hex'), randomBytes(32).toString('hex')]
    const grant = granted(id, asked)
    await guarded('write', folder, () => this.#put(`${id}.json`, { grant, secret: sha256(secret) }))
    await this.#sweep(folder).catch(() => undefined) // what stays is not good any more either way
    return { grant, token: `qms_${id}_${secret}` }
  }

  async redeem(token: string, now: string): Promise<Grant> {
    const [, id = '', secret = ''] = TOKEN.exec(token) ?? []
    if (id === '') throw bad('it is not of the form of one')
    const kept = this.#kept(id)
    if (!kept || !isSame(kept.secret, sha256(secret)))
      throw bad('it is none of this clone on this machine, or it was used or taken back')
    const { grant } = kept
    if (grant.expires <= now) throw bad(`it expired at ${grant.expires}`)
    if (grant.kind === 'call') this.#consume(grant)
    return grant
  }

  /** Removing a file is done by exactly one of those who try. @throws BAD_TOKEN, IO */
  #consume(grant: Grant): void {
    if (!this.#remove(`${grant.id}.json`)) throw bad('it was used, and is good for one call')
    this.#redeemed.set(grant.id, grant)
  }

  async ofProcess(now: string): Promise<Grant | null> {
    const names = this.#names().filter((name) => PROCESS_FILE.test(name))
    if (names.length === 0) return null
    const here = numbering()
    for (const { pid, start } of await ancestry()) {
      const mine = names.filter((name) => PROCESS_FILE.exec(name)?.[2] === String(pid))
      const bindings = mine.flatMap((name) => this.#binding(name) ?? [])
      const its = bindings.filter((b) => b.start === start && b.numbering === here)
      if (its.length > 0) return this.#heldBy(its, now)
    }
    return null
  }

  /** @throws BAD_TOKEN */
  #heldBy(bindings: readonly Binding[], now: string): Grant | null {
    const grants = bindings.flatMap(({ id }) => this.#kept(id)?.grant ?? [])
    const live = grants.filter((grant) => grant.expires > now)
    const last = live.sort((a, b) => (a.expires < b.expires ? 1 : -1))[0]
    if (last) return last
    if (bindings.every(({ kind }) => kind === 'session')) return null
    throw bad('what this process was given has expired, or was taken back')
  }

  async bind(id: string, pid: number): Promise<void> {
    const kept = this.#kept(id)
    if (!kept) throw refuse('IO', { operation: 'bind', reason: `there is no grant ${id}` })
    const start = (await running(pid))?.start ?? NEVER
    const binding = { id, pid, start, numbering: numbering(), kind: kept.grant.kind }
    await guarded('write', this.#folder() ?? '', () => this.#put(`${id}.process-${pid}.json`, binding))
  }

  async lives(id: string): Promise<boolean | null> {
    const bindings = this.#bindings().filter((b) => b.id === id && b.numbering === numbering())
    if (bindings.length === 0) return null
    return (await Promise.all(bindings.map(isRunning))).includes(true)
  }

  async keepPacket(id: string, packet: PacketSeen): Promise<void> {
    const grant = this.#redeemed.get(id) ?? this.#kept(id)?.grant
    if (!grant) throw refuse('IO', { operation: 'write', reason: `there is no grant ${id}` })
    await guarded('write', this.#folder() ?? '', () => this.#put(seenFile(grant), packet))
  }

  async list(now: string): Promise<readonly Grant[]> {
    return this.#all().filter((grant) => grant.expires > now)
  }

  async revoke(which: (grant: Grant) => boolean): Promise<number> {
    const gone = this.#all().filter((grant) => which(grant) && this.#remove(`${grant.id}.json`))
    return gone.length
  }

  /** What is over goes; that a process was given something stays known while it runs. */
  async #sweep(folder: string): Promise<void> {
    const now = new Date()
    for (const name of this.#names()) {
      const id = GRANT_FILE.exec(name)?.[1]
      const over = id
        ? (this.#kept(id)?.grant.expires ?? '') <= now.toISOString()
        : PROCESS_FILE.test(name)
          ? await this.#isOver(name)
          : ageOf(join(folder, name), now) > KEPT_MS
      if (over) this.#remove(name)
    }
  }

  async #isOver(name: string): Promise<boolean> {
    const binding = this.#binding(name)
    if (!binding || binding.numbering !== numbering())
      return ageOf(join(this.#folder() ?? '', name), new Date()) > KEPT_MS
    return this.#kept(binding.id) === null && !(await isRunning(binding))
  }

  #all(): Grant[] {
    return this.#names().flatMap((name) => this.#kept(GRANT_FILE.exec(name)?.[1] ?? '')?.grant ?? [])
  }

  #bindings(): Binding[] {
    return this.#names().flatMap((name) => (PROCESS_FILE.test(name) ? (this.#binding(name) ?? []) : []))
  }

  #binding(name: string): Binding | null {
    const { id, pid, start, numbering: where, kind } = this.#read(name) as Partial<Binding>
    const known = typeof pid === 'number' && typeof start === 'string' && typeof where === 'string'
    return known && id && kind ? { id, pid, start, numbering: where, kind } : null
  }

  #kept(id: string): Kept | null {
    if (id === '') return null
    const { grant, secret } = this.#read(`${id}.json`) as Partial<Kept>
    if (grant?.id !== id || typeof secret !== 'string' || typeof grant.expires !== 'string') return null
    return { grant: { ...granted(id, grant), packet: this.#seen(grant) }, secret }
  }

  #seen(grant: Grant): PacketSeen | null {
    const { digest, content, round } = this.#read(seenFile(grant)) as Partial<PacketSeen>
    const known = typeof digest === 'string' && typeof content === 'string' && typeof round === 'number'
    return known ? { digest, content, round } : null
  }

  /** What this program wrote under a name; an empty object for anything else. */
  #read(name: string): object {
    const folder = this.#folder()
    if (folder === null) return {}
    try {
      const { format, ...value } = JSON.parse(readSmall(join(folder, name)))
      return format === FORMAT ? value : {}
    } catch {
      return {}
    }
  }

  #put(name: string, value: object): void {
    putSmall(join(this.#folder() ?? '', name), `${JSON.stringify({ format: FORMAT, ...value })}\n`)
  }

  /** Whether it was there, and this process removed it. @throws IO */
  #remove(name: string): boolean {
    try {
      unlinkSync(join(this.#folder() ?? '', name))
      return true
    } catch (error) {
      if (errno(error) === 'ENOENT') return false
      throw ioFault('remove', name, error)
    }
  }

  #names(): string[] {
    const folder = this.#folder()
    try {
      return folder === null ? [] : readdirSync(folder)
    } catch {
      return []
    }
  }

  #folder(): string | null {
    if (this.#state === null) return null
    return join(this.#state, 'grants', cloneAt(this.#commonDir).name)
  }
}

/** Nothing of a grant but what is named here is ever written. */
const granted = (id: string, g: Omit<Grant, 'id' | 'packet'>): Grant => ({
  id,
  kind: g.kind,
  actor: g.actor,
  session: g.session,
  dispatch: g.dispatch,
  document: g.document,
  task: g.task,
  bound: g.bound,
  expires: g.expires,
  packet: null,
})

/** A packet is shown in one call and judged in another: what several grants have in common is whom they are for. */
const seenFile = ({ id, kind, actor, session, dispatch, bound }: Grant): string => {
  const caller = kind === 'call' && bound !== null ? bound.split('/').slice(0, -1).join('/') : id
  const whom = dispatch === null ? caller : `${session} ${dispatch}`
  return `seen-${sha256(`${actor} ${whom}`).slice(0, 32)}.json`
}

const isRunning = async ({ pid, start }: Binding): Promise<boolean> => (await running(pid))?.start === start

const bad = (problem: string) => refuse('BAD_TOKEN', { problem })

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Milliseconds since it was written. */
const ageOf = (file: string, now: Date): number => {
  try {
    return now.getTime() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}
