/** One tag of a form: `@name: value | key: value`. Which keys each may have. */

export interface Tag {
  readonly name: string
  readonly value: string
  readonly own: Readonly<Record<string, string>>
}

interface Rule {
  /** What the word behind the name is; null where there is none. */
  readonly value: 'id' | 'name' | null
  readonly needs: readonly string[]
  readonly may: readonly string[]
  readonly shape: string
}

const RULES: Readonly<Record<string, Rule>> = {
  template: {
    value: 'name',
    needs: ['version', 'start'],
    may: [],
    shape: '@template: NAME | version: N | start: PROMPT',
  },
  prompt: {
    value: 'id',
    needs: ['next'],
    may: ['commit', 'default', 'choices'],
    shape: '@prompt: ID | next: ID',
  },
  gate: {
    value: 'id',
    needs: ['type', 'yes', 'no'],
    may: [],
    shape: '@gate: ID | type: yesno | yes: ID | no: ID',
  },
  loop: { value: 'id', needs: [], may: [], shape: '@loop: NAME' },
  'end-loop': { value: 'id', needs: [], may: [], shape: '@end-loop: NAME' },
  'end-prompt': { value: null, needs: [], may: [], shape: '@end-prompt' },
  end: { value: null, needs: [], may: [], shape: '@end' },
}

const ID = /^[a-z][a-z0-9_]{0,59}$/
/** `end` is where the last answer leads, and `constructor` is what every record has already. */
const isId = (word: string): boolean => ID.test(word) && word !== 'end' && !(word in {})

/** What each key may hold. */
const VALUES: Readonly<Record<string, { fits: (word: string) => boolean; expected: string }>> = {
  next: { fits: (w) => ID.test(w), expected: 'the id of a prompt, or end' },
  yes: { fits: (w) => ID.test(w), expected: 'the id of a prompt, or end' },
  no: { fits: (w) => ID.test(w), expected: 'the id of a prompt, or end' },
  start: { fits: isId, expected: 'the id of a prompt' },
  type: { fits: (w) => w === 'yesno', expected: 'yesno' },
  commit: { fits: (w) => w === 'true' || w === 'false', expected: 'true or false' },
  choices: { fits: (w) => w.split(',').every((c) => c.trim() !== ''), expected: 'words between commas' },
}

type Wrong = { readonly problem: string; readonly expected: string }

/** @param text what stands in the comment, from the `@` on */
export const readTag = (text: string): Tag | Wrong => {
  const [first = '', ...rest] = text.split('|').map((part) => part.trim())
  const { name, value } = pairOf(first.slice(1))
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined
  if (!rule)
    return {
      problem: `there is no tag @${name.slice(0, 40)}`,
      expected: Object.keys(RULES)
        .map((n) => `@${n}`)
        .join(', '),
    }
  const own: Record<string, string> = {}
  for (const part of rest) {
    const pair = pairOf(part)
    const wrong = wrongKey(rule, pair, own)
    if (wrong) return { problem: `@${name}: ${wrong.problem}`, expected: wrong.expected }
    own[pair.name] = pair.value
  }
  return wrongTag(rule, name, value, own) ?? { name, value, own }
}

const pairOf = (text: string): { name: string; value: string } => {
  const at = text.indexOf(':')
  return at < 0
    ? { name: text.trim(), value: '' }
    : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }
}

const wrongKey = (
  rule: Rule,
  { name, value }: { name: string; value: string },
  own: Readonly<Record<string, string>>,
): Wrong | null => {
  if (![...rule.needs, ...rule.may].includes(name))
    return { problem: `it has no key "${name.slice(0, 40)}"`, expected: rule.shape }
  if (Object.hasOwn(own, name)) return { problem: `the key ${name} stands twice`, expected: rule.shape }
  if (value === '') return { problem: `the key ${name} has no value`, expected: rule.shape }
  const must = VALUES[name]
  return must && !must.fits(value)
    ? { problem: `${name}: ${value.slice(0, 40)}`, expected: must.expected }
    : null
}

const wrongTag = (
  rule: Rule,
  name: string,
  value: string,
  own: Readonly<Record<string, string>>,
): Wrong | null => {
  if (rule.value === null && value !== '') return { problem: `@${name} takes no word`, expected: rule.shape }
  const fits = rule.value === 'id' ? isId(value) : /^[A-Za-z][A-Za-z0-9_-]{0,59}$/.test(value)
  if (rule.value !== null && !fits)
    return {
      problem: `@${name}: "${value.slice(0, 40)}" is no name`,
      expected: `${rule.shape}, a name being small letters, digits and _, and neither end nor constructor`,
    }
  const missing = rule.needs.find((key) => !Object.hasOwn(own, key))
  return missing ? { problem: `@${name} has no ${missing}`, expected: rule.shape } : null
}
