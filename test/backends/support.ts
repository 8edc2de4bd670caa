/** Agents as they are called: real processes, the scripted stand-ins in the place of the tools, short limits. */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Backend, BackendAsk } from '../../src/agents/backend.ts'
import { spawnPrompt } from '../../src/agents/spawn-prompt.ts'
import { type AgentCall, type AgentCalled, runAgent } from '../../src/app/agents/run-agent.ts'
import { SpawnedAgents } from '../../src/project/spawned-agents.ts'
import { BIN, folder, ROOT } from '../support/cli.ts'

export const STAND_INS = join(ROOT, 'test/stand-ins')

/** A step of a scenario: test/stand-ins/acting.mjs says what it means. */
export interface Step {
  readonly do: string
  readonly agent?: string
  readonly document?: string
  readonly task?: string
  readonly round?: number
  readonly comment?: string
  readonly run?: readonly string[]
}

/** A place with stand-ins and `qms` on its PATH, and what the agents are to do. */
export class Stage {
  /** Where the stand-ins keep their sessions. */
  readonly kept = folder('stand-in')
  readonly bin = folder('bin')
  readonly log: string
  readonly #scenario: string

  constructor(steps: readonly Step[] = []) {
    this.#scenario = join(this.kept, 'scenario.json')
    this.log = join(this.kept, 'logs', 'run.log')
    this.plays(steps)
    writeFileSync(join(this.bin, 'qms'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
    chmodSync(join(this.bin, 'qms'), 0o755)
    cpSync(STAND_INS, this.bin, { recursive: true })
  }

  /** What is to be done from now on. */
  plays(steps: readonly Step[]): void {
    mkdirSync(this.kept, { recursive: true })
    writeFileSync(this.#scenario, JSON.stringify(steps))
  }

  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: [this.bin, process.env.PATH].join(delimiter),
      STAND_IN_FOLDER: this.kept,
      STAND_IN_SCENARIO: this.#scenario,
    }
  }

  /** The PATH of the tests themselves: no stand-in is on it. */
  get bare(): string {
    return process.env.PATH ?? ''
  }

  get logged(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8') : ''
  }
}

const TEMPLATE = readFileSync(join(ROOT, 'templates/prompts/review.md'), 'utf8')

export const askFor = (root: string, more: Partial<BackendAsk> = {}): BackendAsk => ({
  agent: 'qa',
  prompt: spawnPrompt(TEMPLATE, {
    agent: 'qa',
    document: 'CR-001',
    version: '0.1',
    status: 'IN_REVIEW',
    task: 'review',
  }),
  folder: root,
  definition: null,
  instance: null,
  fresh: crypto.randomUUID(),
  before: null,
  writes: [],
  ...more,
})

/** Milliseconds between asking a stand-in to end and ending it. */
const GRACE = 300

/** Calls an agent as `qms agent spawn` does, without a dispatch. */
export const called = (
  stage: Stage,
  backend: Backend,
  ask: BackendAsk,
  more: Partial<AgentCall> = {},
): Promise<AgentCalled> =>
  runAgent(new SpawnedAgents(stage.env, GRACE), {
    backend,
    ask,
    limits: { time: 30_000, idle: 20_000 },
    secrets: {},
    log: stage.log,
    newName: () => crypto.randomUUID(),
    delays: [],
    ...more,
  })
