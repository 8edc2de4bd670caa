/**
 * Sessions, calls of agents and their verdicts in a real store, written as the program writes them: by its own decisions,
 * chained and folded, one commit each. A test may say otherwise what an event holds: then it is a forgery with a sound chain.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  decideAllowFresh,
  decideDispatch,
  decideDispatchEnd,
  decideSessionEnd,
  decideSessionStart,
  type Ending,
  type Sitting,
} from '../../src/agents/dispatching.ts'
import { foldDispatches, foldSessions } from '../../src/agents/sessions.ts'
import type { Document } from '../../src/documents/document.ts'
import type { NewEvent, NewSystemEvent, SystemEvent } from '../../src/documents/event.ts'
import { appendEvents, readSystemTrail } from '../../src/documents/trail.ts'
import type { Command } from '../../src/lifecycle/command.ts'
import { type AgentRecord, type SystemRecord, systemPath } from '../../src/store/layout.ts'
import { type Project, ROOT } from './cli.ts'
import { append, forced, type World, worldOf } from './forging.ts'
import { sha256 } from './given.ts'
import { altered, type Files, storeFiles } from './tampering.ts'

/** Ten minutes, in milliseconds. */
const LIMIT = 600_000

type Own = Readonly<Record<string, unknown>>

export const templateOf = (task: 'review' | 'approval'): { text: string; digest: string } => {
  const bytes = readFileSync(join(ROOT, `templates/prompts/${task}.md`))
  return { text: bytes.toString(), digest: sha256(bytes) }
}

export class Scene {
  readonly project: Project
  /** Time of the next event, where it is not a second after the last one. */
  now: string | undefined
  constructor(project: Project) {
    this.project = project
  }

  get world(): World {
    const w = worldOf(storeFiles(this.project.root))
    return this.now ? { ...w, now: this.now } : w
  }

  /** Milliseconds after the last event. */
  later(ms: number): this {
    this.now = undefined
    this.now = new Date(Date.parse(this.world.now) - 1000 + ms).toISOString()
    return this
  }

  events(record: SystemRecord, files: Files = this.world.files): SystemEvent[] {
    const bytes = files.get(systemPath(record))
    return bytes ? readSystemTrail(systemPath(record), bytes, sha256) : []
  }

  document(id: string, w = this.world): Document {
    const d = w.documents.find((x) => x.id.id === id)
    if (!d) throw new Error(`no ${id}`)
    return d
  }

  sitting(user: string, record: AgentRecord, w = this.world): Sitting {
    const actor = w.registry.get(user)
    if (!actor) throw new Error(`no ${user}`)
    return {
      actor,
      now: w.now,
      registry: w.registry,
      recorded: this.events(record, w.files).length,
      sessions: foldSessions(this.events('sessions', w.files)),
      dispatches: foldDispatches(this.events('dispatches', w.files)),
    }
  }

  /** Events at the end of a record, whatever they say; gives the line of the last one. */
  write(record: SystemRecord, ...events: readonly object[]): number {
    const w = this.world
    const path = systemPath(record)
    const { bytes } = appendEvents(w.files.get(path) ?? null, events as NewSystemEvent[], sha256)
    this.put(w.files, altered(w.files, { [path]: bytes }))
    return this.events(record).length
  }

  /** Files as they are to be, committed. */
  put(before: Files, after: Files): void {
    for (const [path, bytes] of after) if (before.get(path) !== bytes) this.project.write(path, bytes)
    for (const path of before.keys()) if (!after.has(path)) this.project.git('rm', '-q', '-f', path)
    this.project.git('add', '-A', 'QMS')
    this.project.git('commit', '-q', '-m', 'as recorded')
    this.now = undefined
  }

  start(user = 'claude', own: Own = {}): number {
    return this.write('sessions', { ...decideSessionStart(this.sitting(user, 'sessions')), ...own })
  }

  end(user = 'claude', own: Own = {}): number {
    return this.write('sessions', {
      ...decideSessionEnd(undefined, undefined, this.sitting(user, 'sessions')),
      ...own,
    })
  }

  allow(agent: string, reason: string, user = 'lead', own: Own = {}): number {
    return this.write('sessions', {
      ...decideAllowFresh(agent, reason, undefined, this.sitting(user, 'sessions')),
      ...own,
    })
  }

  /** As `agent spawn` would write it now. */
  dispatched(agent: string, id: string, ask: { fresh?: boolean; user?: string; backend?: string } = {}) {
    const w = this.world
    const d = this.document(id, w)
    const template = templateOf(d.status.endsWith('REVIEW') ? 'review' : 'approval')
    const { fresh = false, user = 'claude', backend = 'claude' } = ask
    const asked = { agent, fresh, backend, template, limit: LIMIT }
    return decideDispatch(d, asked, this.sitting(user, 'dispatches', w))
  }

  /** Calls an agent; gives the dispatch. */
  call(
    agent: string,
    id: string,
    ask: { fresh?: boolean; user?: string; backend?: string } = {},
    own: Own = {},
  ): string {
    const e = this.dispatched(agent, id, ask)
    this.write('dispatches', { ...e, ...own })
    return e.dispatch
  }

  finish(dispatch: string, ending: Partial<Ending> = {}, own: Own = {}): number {
    const c = this.sitting('claude', 'dispatches')
    const open = c.dispatches.get(dispatch)
    if (!open) throw new Error(`no ${dispatch}`)
    const end = decideDispatchEnd(open, { outcome: 'verdict', instance: 'I-1', ...ending } as Ending, c)
    return this.write('dispatches', { ...end, ...own })
  }

  incident(user: string, own: Own): number {
    const recorded = this.events('incidents').length
    return this.write('incidents', { ts: this.world.now, user, version: `${recorded + 1}.0`, ...own })
  }

  /** What somebody does on a document, with more on its first event, such as the call of a verdict; gives its line. */
  deed(user: string, id: string, command: Command, own: Own = {}): number {
    const w = this.world
    const d = this.document(id, w)
    const [first, ...rest] = forced(w, d, user, command)
    this.put(w.files, append(w, d, [{ ...first, ...own } as NewEvent, ...rest]))
    return d.seq + 1
  }

  /** A call, the verdict that it was for, and its end. */
  served(agent: string, id: string, command: Command, call: Own = {}): string {
    const dispatch = this.call(agent, id, {}, call)
    this.deed(agent, id, command, { dispatch, packet: PACKET })
    this.finish(dispatch)
    return dispatch
  }
}

export const PACKET = 'a'.repeat(64)

export const recommendation: Command = { action: 'review', outcome: 'RECOMMEND', comment: 'Read it.' }
export const approval: Command = { action: 'approve' }
