/** Evidence as a person names it, `KIND:VALUE`, before anybody has looked whether it is there. */
import { EVIDENCE_KINDS, type Evidence } from '../documents/evidence.ts'
import { refuse } from '../errors.ts'

export interface Claim {
  readonly kind: Exclude<Evidence['kind'], 'run'>
  readonly value: string
}

export const CLAIMS: Readonly<Record<Claim['kind'], string>> = {
  commit: 'commit:REV',
  doc: 'doc:ID',
  file: 'file:PATH',
  url: 'url:URL',
  text: 'text:WORDS',
}
const EXPECTED = Object.values(CLAIMS).join(', ')

/** @throws BAD_VALUE */
export const claimOf = (given: string): Claim => {
  const [, kind = '', value = ''] = /^([a-z]+):(.*)$/s.exec(given) ?? []
  const wrong = (found: string, expected: string) =>
    refuse('BAD_VALUE', { name: '--evidence', found: found.slice(0, 200), expected })
  if (kind === 'run') throw wrong(given, 'for a run: qms ei run ID EI-1 -- COMMAND, which runs it itself')
  if (!isClaimed(kind)) throw wrong(given, EXPECTED)
  if (value.trim() === '') throw wrong(given, CLAIMS[kind])
  return { kind, value }
}

const isClaimed = (kind: string): kind is Claim['kind'] =>
  kind !== 'run' && (EVIDENCE_KINDS as readonly string[]).includes(kind)

const LONGEST_URL = 2048

/** An address that people can follow, without a name or password in it. @throws BAD_VALUE */
export const checkedUrl = (value: string): string => {
  const url = URL.canParse(value) ? new URL(value) : null
  const plain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (plain && value.length <= LONGEST_URL && !/[\s\p{Cc}]/u.test(value)) return value
  const found = url && (url.username || url.password) ? `${url.protocol}//...@${url.host}` : value
  throw refuse('BAD_VALUE', {
    name: '--evidence url',
    found: found.slice(0, 200),
    expected: `an address with http or https, without a name or password, of ${LONGEST_URL} characters at the most`,
  })
}
