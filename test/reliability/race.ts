/**
 * Processes that work on one clone at once. Each looks at what stands on disk, does something that is likely to be
 * allowed there, as whoever may, and logs every call to a file of its own. What they did is judged afterwards, from
 * the logs alone (`checker.ts`). Source: H40.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BIN, type Project, words } from '../support/cli.ts'
import type { Logged } from './checker.ts'
import { randomOf } from './level.ts'

export const INITIATORS = ['claude', 'ann', 'ben', 'cem']
export const QUALITY = ['qa', 'qb']
export const REVIEWERS = ['tu_a', 'tu_b']
const EVERYONE = ['lead', ...INITIATORS, ...QUALITY, ...REVIEWERS]

/** Longer than any command may wait for its turn. */
const STOPPED_AFTER_MS = 180_000
/** Somebody else was faster, or it took too long: the same request again. */
const ATTEMPTS = 3

interface Known {
  readonly doc_id: string
  readonly doc_type: string
  readonly status: string
  readonly responsible_user: string | null
  readonly checked_out_by: string | null
  readonly pending_assignees: readonly string[]
}

/** A command and who gives it; `edit` where a copy is to be worked on first. */
interface Wish {
  readonly line: string
  readonly user: string
  readonly reads?: true
  readonly edit?: string
}

/** One of them: numbers of its own, the same in every run with the same seed, and its own log. */
export class Racer {
  readonly #project: Project
  readonly #name: string
  readonly #log: string
  readonly #random: () => number
  #named = 0
  #next: Wish | null = null

  constructor(project: Project, folder: string, name: string) {
    this.#project = project
    this.#name = name
    this.#log = join(folder, `${name}.jsonl`)
    this.#random = randomOf('race', name)
    writeFileSync(this.#log, '')
  }

  async run(commands: number): Promise<void> {
    for (let n = 0; n < commands; n++) {
      const wish = this.#next ?? this.#wish()
      this.#next = null
      if (wish.edit) this.#edit(wish.user, wish.edit)
      await this.#give(wish)
    }
  }

  /** As many times as it takes, with the same request; what follows from an answer is for the next turn. */
  async #give(wish: Wish): Promise<void> {
    const request = wish.reads ? null : `${this.#name}-${++this.#named}`
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const call = await this.#call(wish, request)
      appendFileSync(this.#log, `${JSON.stringify(call)}\n`)
      if (call.code !== 5 || call.answer?.error?.code === 'STALE_COPY') return
    }
  }

  #call({ line, user }: Wish, request: string | null): Promise<Logged> {
    const named = request === null ? [] : ['--request-id', request]
    const args = [BIN, ...words(line), '-u', user, '--json', ...named]
    const start = Date.now()
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd: this.#project.root,
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      let out = ''
      child.stdout.on('data', (chunk) => (out += chunk))
      const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_AFTER_MS)
      child.on('error', reject)
      child.on('close', (code) => {
        clearTimeout(late)
        resolve({ request, user, line, start, end: Date.now(), code, answer: parsed(out) })
      })
    })
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)] as T
  }

  #wish(): Wish {
    const chance = this.#random()
    const known = this.#known()
    if (chance < 0.12 || known.length === 0) return this.#creation(known)
    if (chance < 0.16) return this.#governing()
    const d = this.#pick(known)
    if (chance < 0.24) return this.#anything(d)
    return this.#likely(d) ?? this.#anything(d)
  }

  #creation(known: readonly Known[]): Wish {
    const user = this.#pick(INITIATORS)
    const parents = known.filter((d) => d.doc_type === 'CR' && d.status === 'IN_EXECUTION')
    const parent = this.#random() < 0.3 ? parents[0] : undefined
    if (parent) {
      const type = this.#pick(['VR', 'VAR --kind 2'])
      return { line: `create ${type} --parent ${parent.doc_id} --title Child`, user }
    }
    return { line: `create ${this.#pick(['CR', 'SOP', 'INV'])} --title ${this.#name}`, user }
  }

  #governing(): Wish {
    const name = `x${this.#name.replaceAll(/\W/g, '')}n${this.#named}`
    const line = this.#pick([
      `user add ${name} --group reviewer`,
      `user disable ${this.#pick(REVIEWERS)}`,
      `user enable ${this.#pick(REVIEWERS)}`,
      `namespace add ${name.toUpperCase()}`,
      `policy set changeControl recommended`,
    ])
    return { line, user: 'lead' }
  }

  /** By anyone, whether it may be or not. */
  #anything({ doc_id: id }: Known): Wish {
    const line = this.#pick([
      `checkout ${id}`,
      `checkin ${id}`,
      `checkin ${id} --discard`,
      `route ${id}`,
      `route ${id} --review`,
      `review ${id} --recommend --comment Read.`,
      `approve ${id}`,
      `withdraw ${id} --reason Not.`,
      `release ${id}`,
      `close ${id}`,
      `escalate ${id} --reason Unclear.`,
      `resolve ${id} --decision So.`,
      `assign ${id} ${this.#pick(REVIEWERS)}`,
      `cancel ${id} --confirm --reason No.`,
    ])
    return { line, user: this.#pick(EVERYONE) }
  }

  /** What the state asks for, by one who may. */
  #likely(d: Known): Wish | null {
    const id = d.doc_id
    const user = d.checked_out_by ?? d.responsible_user ?? this.#pick(INITIATORS)
    if (d.checked_out_by)
      return this.#random() < 0.15
        ? { line: `checkin ${id} --discard`, user }
        : { line: `checkin ${id}`, user, ...(d.doc_type === 'VR' ? {} : { edit: id }) }
    if (d.pending_assignees.length > 0) return this.#verdict(d)
    const lines = AT_REST[d.status]
    if (lines === undefined) return null
    return { line: `${this.#pick(lines).replace('ID', id)}`, user }
  }

  /** Shown first, judged in the next turn. */
  #verdict({ doc_id: id, status, pending_assignees, responsible_user }: Known): Wish {
    if (this.#random() < 0.08 && responsible_user) return { line: `withdraw ${id}`, user: responsible_user }
    const user = this.#pick(pending_assignees)
    const agree = this.#random() < 0.85
    const approval = status.endsWith('APPROVAL')
    const yes = approval ? `approve ${id}` : `review ${id} --recommend --comment Read.`
    const no = approval ? `reject ${id} --comment No.` : `review ${id} --request-updates --comment No.`
    this.#next = { line: agree ? yes : no, user }
    return { line: 'inbox', user, reads: true }
  }

  /** Works on a copy as its author would; somebody else may have taken it in meanwhile. */
  #edit(user: string, id: string): void {
    const file = this.#project.path(this.#project.copy(user, id))
    if (!existsSync(file)) return
    try {
      const text = readFileSync(file, 'utf8')
      const filled = text
        .replaceAll(/\{\{[^{}\n]*\}\}/g, 'as agreed')
        .replaceAll('[Pass/Fail]', 'Pass')
        .replaceAll(/\[[A-Z][A-Z_]*\]/g, 'done')
      writeFileSync(file, `${filled}by ${this.#name}, ${this.#named}\n`)
    } catch {
      // It went between two looks: then the check-in will say so.
    }
  }

  /** The metadata on disk, as it is now; a file that is being replaced is passed over. */
  #known(): Known[] {
    const root = this.#project.path('QMS/.meta')
    return readdirSync(root, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
      if (!name.endsWith('.json') || name.includes('qms-tmp') || name.includes('TEMPLATE')) return []
      const known = parsed(readIfThere(join(root, name))) as Known | null
      return known ? [known] : []
    })
  }
}

/** Where nobody has it in hand, and nobody is asked. */
const AT_REST: Readonly<Record<string, readonly string[]>> = {
  DRAFT: ['route ID --review', 'route ID --review --assign tu_a tu_b', 'checkout ID'],
  PRE_REVIEWED: ['route ID --approval', 'route ID --approval', 'route ID --review'],
  REVIEWED: ['route ID --approval', 'route ID --approval', 'checkout ID'],
  POST_REVIEWED: ['route ID --approval', 'revert ID --reason Wrong.'],
  PRE_APPROVED: ['release ID'],
  IN_EXECUTION: ['checkout ID', 'route ID --review', 'route ID --review --abandon --reason Not.'],
  POST_APPROVED: ['close ID'],
  EFFECTIVE: ['checkout ID', 'checkout ID', 'route ID --review --retire --reason Old.'],
}

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const parsed = (text: string): Logged['answer'] => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
