/** Runs every rule that is not off over one text, on the infrastructure of remark's linter. */
import type { Root } from 'mdast'
import { type Plugin, type Processor, unified } from 'unified'
import { lintRule } from 'unified-lint-rule'
import { VFile } from 'vfile'
import { type Edit, type Point, placesOf } from './places.ts'
import type { Check, Found, Level, Rule, Severity } from './rule.ts'
import { RULES } from './rules.ts'
import type { Subject } from './subject.ts'

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  /** From 1; columns in UTF-16 code units. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly found: string
  readonly expected: string
  /** Both in one sentence. */
  readonly message: string
  readonly fix: Edit | null
}

/** What the project made of rules, by name; the others are as they come. */
export type Levels = Readonly<Record<string, Level>>

type Message = VFile['messages'][number]

const subjectIn = (file: VFile): Subject => file.data.subject as Subject

/** The edit that mends what a message tells. */
const fixes = new WeakMap<Message, Edit>()

/** Findings of one text, by place. A rule that does not ask for this text, or is off, finds nothing. */
export const lint = async (
  subject: Subject,
  levels: Levels = {},
  rules: readonly Rule[] = RULES,
): Promise<Finding[]> => {
  const asked = rules.filter(
    (rule) =>
      levels[rule.name] !== 'off' &&
      (rule.unread === true) === (subject.problem !== null) &&
      rule.asks.of(subject),
  )
  const processor = await processorOf(asked)
  const file = new VFile({ path: subject.path, value: subject.text, data: { subject } })
  processor.runSync(subject.tree, file)
  const byName = new Map(asked.map((rule) => [rule.name, rule]))
  return file.messages
    .flatMap((message) => {
      const rule = byName.get(message.ruleId ?? '')
      return rule ? findingOf(message, rule, levels, file) : []
    })
    .sort(byPlace)
}

const byPlace = (a: Finding, b: Finding): number =>
  a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)

const findingOf = (message: Message, rule: Rule, levels: Levels, file: VFile): Finding => {
  const subject = subjectIn(file)
  const told =
    'borrowed' in rule
      ? rule.borrowed.told(message.reason)
      : { found: message.actual ?? '', expected: message.expected?.[0] ?? '' }
  const { start, end } = placeOf(message)
  return {
    rule: rule.name,
    severity: severityOf(rule, subject, levels),
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    ...told,
    message: `${told.found}; expected ${told.expected}`,
    fix: fixes.get(message) ?? null,
  }
}

type Place = Pick<Point, 'line' | 'column'>

const placeOf = ({ place }: Message): { start: Place; end: Place } => {
  if (!place) return { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
  return 'start' in place ? place : { start: place, end: place }
}

const severityOf = (rule: Rule, subject: Subject, levels: Levels): Severity => {
  const chosen = levels[rule.name]
  if (chosen && chosen !== 'off') return chosen
  return rule.softer?.when(subject) ? 'warning' : rule.severity
}

const processors = new Map<string, Processor>()

/** The rules as plugins, put together once for each selection of them. */
const processorOf = async (rules: readonly Rule[]): Promise<Processor> => {
  const key = rules.map((rule) => rule.name).join()
  const kept = processors.get(key)
  if (kept) return kept
  const processor = unified()
  for (const rule of rules) processor.use((await pluginOf(rule)) as Plugin)
  processors.set(key, processor)
  return processor
}

const pluginOf = (rule: Rule): Promise<Plugin<[], Root>> | Plugin<[], Root> =>
  'borrowed' in rule
    ? rule.borrowed.plugin()
    : lintRule<Root>(`qms:${rule.name}`, (_, file) => reportAll(rule.check, file))

const reportAll = (check: Check, file: VFile): void => {
  const subject = subjectIn(file)
  const places = placesOf(subject.text)
  for (const found of check(subject)) report(found, places(found.at), file)
}

const report = ({ found, expected, fix }: Found, place: { start: Point; end: Point }, file: VFile): void => {
  const message = file.message(`${found}; expected ${expected}`, { place })
  message.actual = found
  message.expected = [expected]
  if (fix) fixes.set(message, fix)
}
