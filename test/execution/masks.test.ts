/** No secret is kept, wherever it stands in the output and wherever the output is cut or torn into pieces. */

import { describe, expect, it } from 'vitest'
import { patternProblem } from '../../src/documents/mask-pattern.ts'
import { DEFAULT_POLICY } from '../../src/documents/policy.ts'
import { losslessBytes, losslessText } from '../../src/execution/lossless.ts'
import { MASKED, masked, maskedSpans, maskedWords, secretsIn } from '../../src/execution/masks.ts'
import { keptOf, MARGIN, seenFor } from '../../src/execution/output.ts'
import { decidePolicySet } from '../../src/lifecycle/govern.ts'
import { Collector } from '../../src/project/collector.ts'
import fc from '../support/property.ts'

const LEAD = { name: 'lead', group: 'administrator', kind: 'human', enabled: true, since: '' } as const
const NONE = { secrets: [], patterns: [] }
const mask = (text: string, masks: Parameters<typeof maskedSpans>[1] = NONE): string =>
  masked(text, maskedSpans(text, masks)).text

/** What an output leaves behind, however it came. @param pieces lengths of what arrives at a time */
const keptFrom = (
  bytes: Uint8Array,
  limit: number,
  masks = NONE as Parameters<typeof keptOf>[2],
  pieces = [7],
) => {
  const collector = new Collector(seenFor(limit))
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = pieces[n % pieces.length] ?? 1
    collector.add(bytes.subarray(at, at + size))
    at += size
  }
  return keptOf(collector.seen(), limit, masks)
}

const said = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const DIGITS = '0123456789abcdefghijABCDEFGHIJ0123456789'

describe('what looks like a secret', () => {
  it.each([
    ['AWS', `id AKIA${'ABCDEFGHIJKLMNOP'} end`, 'AKIAABCDEFGHIJKLMNOP'],
    ['GitHub', `x ghp_${DIGITS} y`, DIGITS],
    ['GitHub, fine-grained', `github_pat_${DIGITS}_x`, DIGITS],
    ['GitLab', `glpat-${DIGITS}`, DIGITS],
    ['npm', `//r.test/:_authToken=npm_${DIGITS.slice(0, 36)}`, DIGITS.slice(0, 36)],
    ['a token of this program', `agent qms_0123456789abcdef_${'0f'.repeat(32)} end`, '0f'.repeat(32)],
    ['npm, of any form', '//r.test/:_authToken=plain-words', 'plain-words'],
    ['Slack', `xoxb-${DIGITS}`, DIGITS],
    ['Slack hook', `https://hooks.slack.com/services/T0/B0/${DIGITS}`, DIGITS],
    ['password=', 'login password=hunter2! ok', 'hunter2!'],
    ['a key of JSON', '{"dbPassword": "hun ter2", "port": 1}', 'hun ter2'],
    ['a key of YAML', 'client_secret: hunter2', 'hunter2'],
    ['an environment', 'AWS_SECRET_ACCESS_KEY=abc/def+ghi', 'abc/def+ghi'],
    ['bearer', 'Authorization: Bearer abcdef.ghijkl', 'abcdef.ghijkl'],
    ['bearer in words', 'sent with bearer abcdef.ghijkl', 'abcdef.ghijkl'],
    ['basic', 'authorization: Basic dTpw', 'dTpw'],
    ['URL', 'git clone https://me:p@ss@git.test/x.git', 'p@ss'],
    ['URL with a token alone', 'https://tok12345@git.test/x', 'tok12345'],
    ['JWT', `eyJhbGciOiJI.eyJzdWIiOiIx.${DIGITS}`, DIGITS],
    ['private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nok', 'MIIE'],
    ['private key without end', 'x\n-----BEGIN PRIVATE KEY-----\nMIIE\nabc\n', 'abc'],
    ['private key of PGP', '-----BEGIN PGP PRIVATE KEY BLOCK-----\nMIIE\n', 'MIIE'],
  ])('is masked: %s', (_, text, secret) => {
    expect(text).toContain(secret)
    expect(mask(text)).not.toContain(secret)
    expect(mask(text)).toContain(MASKED)
  })

  it.each([
    '12 tests passed, 0 failed',
    'Unexpected token: }',
    'https://git.test:8080/a@b',
    'the password is asked for',
    'SHA-256 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----',
    'commit 9e40cba2b74de04261f1119830525e1516beb2a3',
  ])('and nothing else is: %s', (text) => expect(mask(text)).toBe(text))

  it('leaves what is around it', () => {
    expect(mask('a password=x b\nnext')).toBe(`a password=${MASKED} b\nnext`)
    expect(mask('https://u:p@git.test/x')).toBe(`https://${MASKED}@git.test/x`)
  })
})

describe('secrets of the environment', () => {
  it('are known by their names, and masked where they are long enough', () => {
    const environment = {
      API_TOKEN: 'abcdefgh',
      DB_PASSWORD: 'short',
      HOME: '/home/lead',
      SSH_KEY: 'line-one-x\nline-two-y',
    }
    expect(secretsIn(environment)).toEqual(['abcdefgh', 'line-one-x\nline-two-y', 'line-one-x', 'line-two-y'])
    expect(mask('it says abcdefghabcdefgh', { secrets: ['abcdefgh'], patterns: [] })).toBe(
      `it says ${MASKED}`,
    )
  })
})

describe('the words of a command', () => {
  it('are masked as output is, and so is what follows a flag for a secret', () => {
    const words = [
      'curl',
      '-H',
      'Authorization: Bearer abcdefgh',
      '--password',
      'x y',
      '--token',
      'z',
      'https://u:p@h/',
    ]
    expect(maskedWords(words, NONE)).toEqual({
      words: [
        'curl',
        '-H',
        `Authorization: ${MASKED}`,
        '--password',
        MASKED,
        '--token',
        MASKED,
        `https://${MASKED}@h/`,
      ],
      places: 4,
    })
  })
})

const anyBytes = fc.uint8Array({ maxLength: 200 })
const noise = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }).map(bytesOf),
  anyBytes,
  fc.integer({ min: 0, max: 6000 }).map((n) => bytesOf('line of output\n'.repeat(n))),
  fc.integer({ min: 0, max: 60_000 }).map((n) => bytesOf('x'.repeat(n))),
)
const pieces = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 })
const limit = fc.integer({ min: 1024, max: 9000 })

describe('a secret, wherever it stands', () => {
  const secrets = fc.constantFrom(
    's3cr3t-välue',
    `ghp_${DIGITS}`,
    `AKIA${'ABCDEFGHIJKLMNOP'}`,
    'MYAPP-0123456789',
  )
  it('survives neither pieces nor the cut', () => {
    fc.assert(
      fc.property(noise, secrets, noise, limit, pieces, (before, secret, after, most, sizes) => {
        const bytes = Buffer.concat([before, bytesOf(` ${secret} `), after])
        const masks = { secrets: ['s3cr3t-välue'], patterns: ['MYAPP-[0-9]+'] }
        const kept = said(keptFrom(bytes, most, masks, sizes).bytes)
        expect(kept).not.toContain(said(bytesOf(secret)))
        expect(kept).not.toContain(said(bytesOf(secret)).slice(0, 12))
        expect(kept).not.toContain(said(bytesOf(secret)).slice(-11))
      }),
      { numRuns: 400 },
    )
  })

  it('does not survive at any place around either edge of a cut', () => {
    const secret = `ghp_${DIGITS}`
    const total = 4 * MARGIN
    for (const edge of [512, seenFor(1024), total - 512, total - seenFor(1024)])
      for (let at = edge - secret.length - 1; at <= edge + 1; at++) {
        const bytes = bytesOf(`${'.'.repeat(at)}${secret}${'.'.repeat(total - at - secret.length)}`)
        const kept = said(keptFrom(bytes, 1024, NONE, [1000]).bytes)
        expect({ at, leak: /ghp_|0123456|ABCDEF/.test(kept) }).toEqual({ at, leak: false })
      }
  })

  it('does not survive as a private key through which the cut goes', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'MIIEabcd\n'.repeat(9000)}-----END PRIVATE KEY-----\nafter\n`
    const kept = said(keptFrom(bytesOf(`before\n${key}`), 2048).bytes)
    expect(kept).not.toContain('MIIE')
    expect(kept).toMatch(/^before\n\[masked\]/)
    expect(kept).toMatch(/\[masked\]\nafter\n$/)
  })
})

describe('output that holds no secret', () => {
  it('is kept byte for byte, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        expect(Buffer.from(losslessBytes(losslessText(bytes)))).toEqual(Buffer.from(bytes))
      }),
      { numRuns: 500 },
    )
    const binary = Uint8Array.from({ length: 1000 }, (_, i) => i % 256)
    expect(Buffer.from(keptFrom(binary, 2000).bytes)).toEqual(Buffer.from(binary))
  })

  it('is cut in the middle, and says how many bytes are missing', () => {
    const { bytes, cut, masked: places } = keptFrom(bytesOf('0123456789'.repeat(10_000)), 2000)
    expect({ cut, places }).toEqual({ cut: true, places: 0 })
    expect(said(bytes)).toBe(
      `${'0123456789'.repeat(100)}\n[98000 bytes cut out here]\n${'0123456789'.repeat(100)}`,
    )
  })

  it('of a limit more or less is whole or cut', () => {
    for (const more of [-1, 0]) expect(keptFrom(bytesOf('x'.repeat(2000 + more)), 2000).cut).toBe(false)
    const cut = keptFrom(bytesOf('x'.repeat(2001)), 2000)
    expect(said(cut.bytes)).toBe(`${'x'.repeat(1000)}\n[1 bytes cut out here]\n${'x'.repeat(1000)}`)
  })

  it('is never cut within a character', () => {
    const kept = keptFrom(bytesOf('é€😀'.repeat(20_000)), 2000)
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(kept.bytes)).not.toThrow()
  })
})

describe('the patterns of a project', () => {
  it.each(['MYAPP-[0-9a-f]{32}', 'pin\\s*=\\s*\\d+', '(?:ab|cd)x', 'a(?:bc)?d', '(?<id>K)\\w{3,9}'])(
    'may be %s',
    (p) => expect(patternProblem(p)).toBeNull(),
  )

  it.each([
    ['(a+)+', /repeated group/],
    ['(a|aa)*b', /repeated group/],
    ['(?:x{1,9}){2,5}', /repeated group/],
    ['a*b*c*d*e', /without a bound/],
    [`${'(?:a|a)'.repeat(12)}b`, /choices/],
    ['a?'.repeat(12) + 'a'.repeat(12), /choices/],
    ['(.)\\1', /reference back/],
    ['(?=a)b', /look/],
    ['(?<!a)b', /look/],
    ['a*', /where nothing is/],
    ['', /0 characters/],
    ['é', /ASCII/],
    ['(', /./],
    ['x'.repeat(201), /201 characters/],
  ])('may not be %s', (pattern, problem) => expect(patternProblem(pattern)).toMatch(problem))

  it('are set by an administrator, and one that could take for ever is named', () => {
    const c = {
      actor: LEAD,
      now: '2026-01-02T03:04:05.678Z',
      registry: new Map([['lead', LEAD]]),
      recorded: 0,
    }
    const set = (value: string) => decidePolicySet('masks', value, DEFAULT_POLICY, c)
    expect(set('["A-[0-9]+"]')).toMatchObject({ value: ['A-[0-9]+'], previous: [] })
    expect(() => set('["ok","(a+)+"]')).toThrow(
      expect.objectContaining({
        facts: expect.objectContaining({ found: expect.stringMatching(/^\(a\+\)\+: /) }),
      }),
    )
    for (const wrong of ['x', '{}', '[1]', JSON.stringify(Array(51).fill('a'))])
      expect(() => set(wrong)).toThrow(expect.objectContaining({ code: 'BAD_VALUE' }))
  })

  it('find what stands anywhere in a long line', () => {
    const masks = { secrets: [], patterns: ['PIN[0-9]{200}'] }
    const pin = `PIN${'7'.repeat(200)}`
    for (const at of [0, 100, 255, 256, 400, 511, 512, 3000])
      expect(mask(`${'.'.repeat(at)}${pin}${'.'.repeat(900)}`, masks)).not.toContain('77777')
  })

  it('that take too long leave nothing behind', () => {
    const kept = keptFrom(bytesOf('hello\n'), 2000, { secrets: [], patterns: ['x'], isLate: () => true })
    expect(said(kept.bytes)).toBe('[6 bytes were not kept: the masks of the policy took too long]\n')
  })
})
