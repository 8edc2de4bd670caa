import { describe, expect, it } from 'vitest'
import { documentTrails } from '../../src/app/known-trails.ts'

const trail = (length: number) => ({ bytes: new Uint8Array(length), events: [] })

describe('trails that were read', () => {
  it('are kept, the last of each path, a few at most and none that is large', () => {
    const [first, second] = [trail(1), trail(2)]
    documentTrails.keep('a', first)
    documentTrails.keep('a', second)
    expect(documentTrails.of('a')).toBe(second)
    for (let n = 0; n < 31; n++) documentTrails.keep(`b${n}`, trail(1))
    expect(documentTrails.of('a')).toBe(second)
    documentTrails.keep('c', trail(1))
    expect(documentTrails.of('a')).toBeUndefined()
    documentTrails.keep('c', trail(1_000_001))
    expect(documentTrails.of('c')).toBeUndefined()
  })
})
