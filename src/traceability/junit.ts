/**
 * JUnit XML. Entities that a text declares are never expanded, and a text that declares any is not read: it could grow
 * without end, or fetch files. Only `&lt; &gt; &amp; &quot; &apos;` and numbered characters are understood.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { idsIn } from './ids.ts'
import { commitOf, type Read, type ReportedTest } from './reported.ts'

/** An element as the parser gives it: its name with what is in it, and `:@` with its attributes. */
type Node = Readonly<Record<string, unknown>>

/** Suites in suites, of which real reports have two or three. */
const DEEPEST = 50

/** A report, or why the text is none. */
export const junitReport = (text: string): Read => {
  if (declares(text)) return 'it declares a document type or entities, which are not read'
  let nodes: unknown
  try {
    const valid = XMLValidator.validate(text)
    if (valid !== true) return `it is not well-formed XML: ${valid.err.msg}, line ${valid.err.line}`
    nodes = parser().parse(text)
  } catch (error) {
    return `it cannot be read as XML: ${(error as Error).message.slice(0, 200)}`
  }
  const roots = nodesOf(nodes).filter((node) => 'testsuites' in node || 'testsuite' in node)
  if (roots.length === 0) return 'it is XML of another kind: there is no testsuites and no testsuite'
  const found: Found = { tests: [], commit: null }
  for (const root of roots) walk(root, null, found)
  return { format: 'junit', ...found }
}

const parser = () =>
  new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    processEntities: false,
    htmlEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    maxNestedTags: DEEPEST,
    stopNodes: ['*.system-out', '*.system-err'],
  })

/** Whether a text declares anything outside of comments and literal sections, whose words are only words. */
const declares = (text: string): boolean =>
  /<!(?:DOCTYPE|ENTITY)/i.test(without(without(text, '<!--', '-->'), '<![CDATA[', ']]>'))

const without = (text: string, open: string, close: string): string => {
  const kept: string[] = []
  let at = 0
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    kept.push(text.slice(at, start))
    const end = text.indexOf(close, start + open.length)
    at = end < 0 ? text.length : end + close.length
  }
  return kept.join('') + text.slice(at)
}

interface Found {
  readonly tests: ReportedTest[]
  commit: string | null
}

const nodesOf = (value: unknown): readonly Node[] =>
  Array.isArray(value) ? value.filter((node) => typeof node === 'object' && node !== null) : []

const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@') ?? ''

/** Depth is bounded by the parser. */
const walk = (node: Node, file: string | null, found: Found): void => {
  const name = nameOf(node)
  const inside = nodesOf(node[name])
  if (name === 'testcase') found.tests.push(testOf(node, inside, file))
  if (name === 'properties')
    for (const { name: key, value } of properties([node])) found.commit ??= commitOf(key, value)
  if (name !== 'testsuites' && name !== 'testsuite') return
  const own = attribute(node, 'file') ?? pathLike(attribute(node, 'name')) ?? file
  for (const child of inside) walk(child, own, found)
}

/** The name of a suite, where it is that of a file, as vitest writes it. */
const pathLike = (name: string | null): string | null =>
  name !== null && /^[^\s:*?"<>|]+\.[A-Za-z]{1,6}$/.test(name) && /[/\\]|\.(?:[cm]?[jt]sx?|py)$/.test(name)
    ? name
    : null

const attribute = (node: Node, name: string): string | null => {
  const all = node[':@']
  if (typeof all !== 'object' || all === null || !Object.hasOwn(all, name)) return null
  const value = (all as Record<string, unknown>)[name]
  return typeof value === 'string' ? decoded(value) : null
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

const testOf = (node: Node, inside: readonly Node[], suite: string | null): ReportedTest => {
  const name = attribute(node, 'name') ?? ''
  const classname = attribute(node, 'classname')
  const file = (attribute(node, 'file') ?? suite)?.replaceAll('\\', '/') ?? null
  const said = properties(inside).map(({ name: key, value }) => `${key} ${value}`)
  return {
    name,
    titles: name.split(' > ').map((title) => title.replace(/(?<=\w)\[.*\]$/s, '')),
    file,
    classname,
    outcome: outcomeOf(node, inside.map(nameOf)),
    requirements: idsIn([name, classname ?? '', ...said].join(' ')),
  }
}

/** What runners say of a test that was switched off, in one of two attributes. */
const NOT_RUN = /^(?:notrun|skipped|disabled|ignored|suppressed)$/i

const outcomeOf = (node: Node, inside: readonly string[]): ReportedTest['outcome'] => {
  if (inside.includes('failure') || inside.includes('error')) return 'fail'
  const notRun = ['status', 'result'].some((key) => NOT_RUN.test(attribute(node, key) ?? ''))
  return inside.includes('skipped') || notRun ? 'skip' : 'pass'
}

const properties = (nodes: readonly Node[]): { name: string; value: string }[] =>
  nodes
    .filter((node) => 'properties' in node)
    .flatMap((node) => nodesOf(node.properties))
    .filter((node) => 'property' in node)
    .map((node) => ({
      name: attribute(node, 'name') ?? '',
      value: attribute(node, 'value') ?? textIn(node),
    }))

const textIn = (node: Node): string =>
  nodesOf(node.property)
    .map((child) => child['#text'])
    .filter((words) => typeof words === 'string')
    .map(decoded)
    .join('')
