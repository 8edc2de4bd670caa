/** Any bytes as text and back: UTF-8 is read as it is, and every other byte becomes half of a pair that no text holds. */

const ALONE = 0xdc00
const ALONE_ENCODED = /[\udc80-\udcff]+/gu

export const losslessText = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return byHand(bytes)
  }
}

const byHand = (bytes: Uint8Array): string => {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceAt(bytes, at)
    if (length === 0) parts.push(String.fromCharCode(ALONE + (bytes[at++] ?? 0)))
    else {
      parts.push(String.fromCodePoint(codePointAt(bytes, at, length)))
      at += length
    }
  }
  return parts.join('')
}

const LEADS: readonly (readonly [from: number, to: number, length: number])[] = [
  [0x00, 0x7f, 1],
  [0xc2, 0xdf, 2],
  [0xe0, 0xef, 3],
  [0xf0, 0xf4, 4],
]

/** What the second byte must lie between, where it is not any continuation. Source: RFC 3629, section 4. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
}

/** Bytes of the character that begins there, or 0 for none. */
const sequenceAt = (bytes: Uint8Array, at: number): number => {
  const lead = bytes[at] ?? 0
  const length = LEADS.find(([from, to]) => lead >= from && lead <= to)?.[2] ?? 0
  for (let i = 1; i < length; i++) {
    const [from, to] = (i === 1 && SECOND[lead]) || [0x80, 0xbf]
    const byte = bytes[at + i] ?? 0
    if (byte < from || byte > to) return 0
  }
  return length
}

const codePointAt = (bytes: Uint8Array, at: number, length: number): number => {
  const lead = bytes[at] ?? 0
  let point = length === 1 ? lead : lead & (0x7f >> length)
  for (let i = 1; i < length; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f)
  return point
}

export const losslessBytes = (text: string): Uint8Array => {
  const encoder = new TextEncoder()
  const parts: Uint8Array[] = []
  let from = 0
  for (const match of text.matchAll(ALONE_ENCODED)) {
    parts.push(encoder.encode(text.slice(from, match.index)))
    parts.push(Uint8Array.from(match[0], (c) => c.charCodeAt(0) - ALONE))
    from = match.index + match[0].length
  }
  return joined([...parts, encoder.encode(text.slice(from))])
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** As it would stand in output that is not UTF-8 around it: each byte beyond ASCII by itself. */
export const byteWise = (text: string): string =>
  [...new TextEncoder().encode(text)].map((b) => String.fromCharCode(b < 0x80 ? b : ALONE + b)).join('')

/** The first place in the text before which there are at least so many bytes. */
export const indexAtByte = (text: string, bytes: number): number => {
  let counted = 0
  let at = 0
  while (at < text.length && counted < bytes) {
    const point = text.codePointAt(at) ?? 0
    counted += lengthOf(point)
    at += point > 0xffff ? 2 : 1
  }
  return at
}

const lengthOf = (point: number): number => {
  if (point < 0x80 || (point >= 0xdc80 && point <= 0xdcff)) return 1
  return point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
}
