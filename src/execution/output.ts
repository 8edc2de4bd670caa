/** Output of a command as it is kept: the first and the last half of a limit, masked before it is cut. */
import { indexAtByte, losslessBytes, losslessText } from './lossless.ts'
import { type Masks, masked, maskedSpans, TooLate } from './masks.ts'

/** Bytes that are looked at beyond each edge of a cut, so that a secret that lies across it is seen whole. */
export const MARGIN = 16_384

/** What was seen of an output: all of it in `head`, or its beginning and its end. */
export interface Seen {
  readonly head: Uint8Array
  readonly tail: Uint8Array | null
  /** Of the whole output. */
  readonly bytes: number
}

export interface Kept {
  readonly bytes: Uint8Array
  readonly cut: boolean
  readonly masked: number
}

/** Bytes of each end that must be seen, for an output of which `limit` bytes are kept. */
export const seenFor = (limit: number): number => Math.floor(limit / 2) + MARGIN

export const keptOf = (seen: Seen, limit: number, masks: Masks): Kept => {
  try {
    return cutAndMasked(seen, Math.floor(limit / 2), limit, masks)
  } catch (error) {
    if (!(error instanceof TooLate)) throw error
    const words = `[${seen.bytes} bytes were not kept: the masks of the policy took too long]\n`
    return { bytes: losslessBytes(words), cut: true, masked: 1 }
  }
}

const cutAndMasked = ({ head, tail, bytes }: Seen, half: number, limit: number, masks: Masks): Kept => {
  const first = losslessText(head)
  const spans = maskedSpans(first, masks)
  if (tail === null && bytes <= limit) {
    const { text, places } = masked(first, spans)
    return { bytes: losslessBytes(text), cut: false, masked: places }
  }
  const last = tail === null ? first : losslessText(tail)
  const lastSpans = tail === null ? spans : maskedSpans(last, masks, true)
  const begin = masked(first, spans, 0, indexAtByte(first, half))
  const end = masked(last, lastSpans, indexAtByte(last, (tail ?? head).length - half))
  const note = `\n[${bytes - 2 * half} bytes cut out here]\n`
  return {
    bytes: losslessBytes(`${begin.text}${note}${end.text}`),
    cut: true,
    masked: begin.places + end.places,
  }
}
