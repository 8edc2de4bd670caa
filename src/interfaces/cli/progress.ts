/** How far a long run is, on standard error, where somebody watches. It is wiped away before anything else is said. */
import { isQuiet } from './display.ts'

const WAIT_MS = 400
const EVERY_MS = 100
const WIDTH = 24

export class Progress {
  readonly #watched: boolean
  #shownAt = Date.now() + WAIT_MS - EVERY_MS
  #shown = false

  constructor(wanted: boolean) {
    this.#watched = wanted && process.stderr.isTTY === true && !isQuiet() && process.env.TERM !== 'dumb'
  }

  /** @param of null where the end is not known */
  readonly tell = (stage: string, done: number, of: number | null): void => {
    if (!this.#watched || Date.now() - this.#shownAt < EVERY_MS) return
    this.#shownAt = Date.now()
    this.#shown = true
    const bar = of === null ? '' : `[${'#'.repeat(Math.round((done / of) * WIDTH)).padEnd(WIDTH, '.')}] `
    process.stderr.write(`\r\u001b[K${stage} ${bar}${done}${of === null ? '' : ` of ${of}`}`)
  }

  end(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K')
    this.#shown = false
  }
}
