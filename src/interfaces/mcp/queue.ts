/** One after another: commands of one process share its folder, its exit code and its open project. */

export class Queue {
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /** Does the work when all that came before is done, however that ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++
    const mine = this.#last.then(work).finally(() => this.#waiting--)
    this.#last = mine.catch(() => undefined)
    return mine
  }

  get isIdle(): boolean {
    return this.#waiting === 0
  }

  /** When all that has come until now is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
