/** Lines out of a stream of bytes: none longer than it may be, none with a secret in it. */
import { StringDecoder } from 'node:string_decoder'

/** Characters of a line; the answers of agent tools hold whole files in one. */
const LONGEST = 4_000_000

export const MASKED = '[masked]'

export class Lines {
  readonly #tell: (line: string) => void
  readonly #secrets: readonly string[]
  readonly #longest: number
  readonly #decoder = new StringDecoder('utf8')
  #line = ''
  #cut = false

  /** @param secrets values that are taken out */
  constructor(tell: (line: string) => void, secrets: readonly string[], longest = LONGEST) {
    this.#tell = tell
    this.#secrets = secrets.filter((secret) => secret !== '')
    this.#longest = longest
  }

  add(chunk: Uint8Array): void {
    const [first = '', ...rest] = this.#decoder.write(Buffer.from(chunk)).split('\n')
    this.#grow(first)
    for (const piece of rest) {
      this.#give()
      this.#grow(piece)
    }
  }

  /** What came behind the last end of a line. */
  end(): void {
    this.#grow(this.#decoder.end())
    if (this.#line !== '') this.#give()
  }

  #grow(piece: string): void {
    const room = this.#longest - this.#line.length
    if (piece.length > room) this.#cut = true
    this.#line += piece.slice(0, Math.max(0, room))
  }

  #give(): void {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#tell(this.#cut ? this.#shortened(line) : this.#masked(line))
    this.#line = ''
    this.#cut = false
  }

  /** The beginning of a secret at the place of the cut goes with it. */
  #shortened(line: string): string {
    const most = Math.max(0, ...this.#secrets.map((secret) => secret.length))
    const masked = this.#masked(line)
    return masked.slice(0, Math.max(0, masked.length - most))
  }

  #masked(line: string): string {
    return this.#secrets.reduce((text, secret) => text.replaceAll(secret, MASKED), line)
  }
}
