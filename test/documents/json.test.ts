import { describe, expect, it } from 'vitest'
import { uniqueKeysProblem } from '../../src/documents/json.ts'
import fc from '../support/property.ts'

describe('keys that stand twice in JSON (H5)', () => {
  it.each([
    ['{"status":"DRAFT","status":"EFFECTIVE"}', 'status'],
    ['{"a":{"b":1,"b":2}}', 'b'],
    ['{"a":[{"b":1},{"c":1,"c":2}]}', 'c'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"a":{"x":1},"b":[1,{}],"a":2}', 'a'],
    ['{"a" : 1, "a"\n\t: 2}', 'a'],
    [`{"a"${' '.repeat(50)}:1,"a"${'\n'.repeat(50)}:2}`, 'a'],
    ['{"":1,"":2}', ''],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a\\"":1,"a\\"":2}', 'a"'],
  ])('%s', (json, key) => expect(uniqueKeysProblem(json)).toBe(key))

  it.each([
    '{}',
    '[]',
    '"a"',
    '1',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"a","b":"a"}',
    '{"a":["a","a"]}',
    '{"a":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"\\\\","b":"\\\\"}',
    '{"a":1,"A":2}',
    '{"a":"x\\":","b":1}',
  ])('%s has none', (json) => expect(uniqueKeysProblem(json)).toBeNull())

  it('finds none in anything that JSON.stringify wrote', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        expect(uniqueKeysProblem(JSON.stringify(value, null, indent))).toBeNull()
      }),
    ))

  it('finds the key in any object to which one of its keys was added again', () => {
    const object = fc
      .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
      .filter((o) => Object.keys(o).length > 0)
    fc.assert(
      fc.property(object, fc.nat(), (value, at) => {
        const keys = Object.keys(value)
        const key = keys[at % keys.length] ?? ''
        const json = `${JSON.stringify(value).slice(0, -1)},${JSON.stringify(key)}:0}`
        expect(uniqueKeysProblem(json)).toBe(key)
      }),
    )
  })

  it('does not mind depth', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(uniqueKeysProblem(deep)).toBeNull()
  })
})
