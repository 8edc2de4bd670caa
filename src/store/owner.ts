/**
 * Who made a lock, a journal or a temporary file: an id that goes into its name, and whether that process still lives.
 * A process number alone is reused; with its start time, the boot and the process namespace it is not.
 */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** `unknown`: another host or container shares this folder; only age can tell. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** After this long without a sign of life an owner that cannot be looked at counts as dead. */
const UNKNOWN_STALE_MS = 60_000

export const OWNER_PATTERN = '\\d+-\\d+-[0-9a-f]{6}-[0-9a-f]{8}-[0-9a-f]{6}-[0-9a-f]{8}'

interface Parts {
  readonly pid: number
  readonly start: string
  readonly host: string
  readonly boot: string
  readonly namespace: string
}

/** A new id of this process, never given twice. */
export function newOwnerId(): string {
  const me = self()
  return [me.pid, me.start, me.host, me.boot, me.namespace, randomBytes(4).toString('hex')].join('-')
}

export function liveness(id: string): Liveness {
  const [pid, start, host, boot, namespace] = id.split('-')
  const me = self()
  if (!pid || !start || host !== me.host) return 'unknown'
  if (boot !== me.boot) return 'dead'
  if (namespace !== me.namespace) return 'unknown'
  return processLives(Number(pid), start) ? 'alive' : 'dead'
}

/** Whether the owner is gone, `age` being the milliseconds since it last touched its file. */
export function isGone(id: string, age: number): boolean {
  const state = liveness(id)
  return state === 'dead' || (state === 'unknown' && age > UNKNOWN_STALE_MS)
}

/** Ticks since boot at which a process started, `0` where the system does not say; undefined for none and for corpses. */
export function startOf(pid: number): string | undefined {
  const fields = fieldsOf(pid)
  if (fields === undefined) return process.platform === 'linux' ? undefined : probed(pid)
  return isCorpse(fields) ? undefined : fields[19]
}

/** Of a process, where `/proc` tells: its parent, and when it started; undefined for none and for corpses. */
export function listed(pid: number): { readonly parent: number; readonly start: string } | undefined {
  const fields = fieldsOf(pid)
  if (fields === undefined || isCorpse(fields)) return undefined
  return { parent: Number(fields[1]), start: fields[19] ?? '' }
}

/** Where process numbers mean what they mean here: this boot of this host, and this namespace of processes. */
export const numbering = (): string => {
  const { host, boot, namespace } = self()
  return [host, boot, namespace].join('-')
}

/** What `/proc/PID/stat` says behind the name of the program, which may hold anything. */
function fieldsOf(pid: number): string[] | undefined {
  const stat = readOr(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const isCorpse = ([state]: readonly string[]): boolean => state === 'Z' || state === 'X'

export const processLives = (pid: number, start: string): boolean => startOf(pid) === start

let known: Parts | undefined

function self(): Parts {
  if (known?.pid === process.pid) return known
  const pid = process.pid
  known = {
    pid,
    start: startOf(pid) ?? '0',
    host: digest(hostname(), 6),
    boot: digest(readOr('/proc/sys/kernel/random/boot_id') ?? 'boot', 8),
    namespace: digest(linkOr('/proc/self/ns/pid'), 6),
  }
  return known
}

function probed(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
    return '0'
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? '0' : undefined
  }
}

function readOr(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function linkOr(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return ''
  }
}

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length)
