/** Small objects that were read or written, by their ids: an id never names other bytes. */
export interface GitObject {
  readonly oid: string
  readonly type: string
  readonly bytes: Buffer
}

/** Bytes: of one object, and of all together. */
const LARGEST = 65_536
const MOST = 4 * 1024 * 1024

export class ObjectMemory {
  readonly #objects = new Map<string, GitObject>()
  #bytes = 0

  get(oid: string): GitObject | undefined {
    return this.#objects.get(oid)
  }

  /** Begins anew when it is full: what is needed again comes again. */
  keep(object: GitObject): void {
    const { length } = object.bytes
    if (length > LARGEST || this.#objects.has(object.oid)) return
    if (this.#bytes + length > MOST) this.clear()
    this.#objects.set(object.oid, object)
    this.#bytes += length
  }

  clear(): void {
    this.#objects.clear()
    this.#bytes = 0
  }
}
