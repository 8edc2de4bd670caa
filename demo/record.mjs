// What can be learned from the text of a record, and what an author fills in: finding by pattern, editing by exact
// replacement, every other byte left alone.

const eolOf = (text) => (text.includes('\r\n') ? '\r\n' : '\n')
const unique = (items) => [...new Set(items)]

/** Lines outside fenced code, each with its number. */
const proseLines = (text) => {
  let fenced = false
  return text.split(/\r?\n/).map((line, index) => {
    const fence = /^\s*(?:```|~~~)/.test(line)
    if (fence) fenced = !fenced
    return { line: fenced || fence ? '' : line, index }
  })
}

/** The lines under the first heading that matches, up to the next heading of its level or above. */
const section = (text, heading) => {
  const lines = proseLines(text)
  const start = lines.findIndex(({ line }) => /^#{1,6} /.test(line) && heading.test(line))
  if (start < 0) return null
  const level = /^#+/.exec(lines[start].line)[0].length
  const after = lines.slice(start + 1)
  const end = after.findIndex(({ line }) => new RegExp(`^#{1,${level}} `).test(line))
  return { start: start + 1, lines: end < 0 ? after : after.slice(0, end) }
}

const cellsOf = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())

const rowsOf = (text) => proseLines(text).filter(({ line }) => /^\s*\|/.test(line))

/** Rows of execution tables: those that begin with the number of an item. */
export const itemsOf = (text) =>
  rowsOf(text)
    .map(({ line, index }) => ({ row: line, index, cells: cellsOf(line) }))
    .filter(({ cells }) => /^EI-\d+$/i.test(cells[0]))

export const headingId = (text) => /^# +([A-Z]+-\d{3,})\b/m.exec(text)?.[1] ?? null
export const withHeadingId = (text, id) => text.replace(/^(# +)[A-Z]+-\d{3,}\b/m, `$1${id}`)

/** The title, from the frontmatter where there is one, else from the heading. */
export const titleOf = (text) => {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] ?? ''
  const own = /^title:\s*(.+?)\s*$/m.exec(front)?.[1]
  const heading = /^# +(?:[A-Z]+-\d+: *)?(.+?)\s*$/m.exec(text)?.[1]
  return { own: own !== undefined, title: (own ?? heading ?? 'A change').replace(/^(['"])(.*)\1$/, '$2') }
}

/** Ids of the procedures that the record says it creates, lowest first. */
export const proceduresCreated = (text) => {
  const named = rowsOf(text).flatMap(({ line }) => {
    const cells = cellsOf(line)
    const inTable = /^`?SOP-\d{3}`?$/.test(cells[0]) && /^creat/i.test(cells[1] ?? '') ? [cells[0]] : []
    const task = /^EI-\d+$/i.test(cells[0]) ? (cells[1] ?? '') : ''
    return [...inTable, ...(/^creat\w* +(?:new +)?(SOP-\d{3})\b/i.exec(task)?.slice(1) ?? [])]
  })
  return unique(named.map((id) => id.replaceAll('`', '').toUpperCase())).sort()
}

/** Procedures that the text relies on and its References do not name; those that it creates are not there yet. */
export const missingReferences = (text) => {
  const references = section(text, /references/i)
  if (!references) return []
  const listed = references.lines.map(({ line }) => line).join('\n')
  const created = proceduresCreated(text)
  return unique(text.match(/\bSOP-\d{3}\b/g) ?? [])
    .filter((id) => !listed.includes(id) && !created.includes(id))
    .sort()
}

/** Files that the References name, as code: `notes/plan.md`. */
export const filesReferenced = (text) =>
  unique(
    (section(text, /references/i)?.lines ?? []).flatMap(({ line }) =>
      [...line.matchAll(/`([^`\s]+\/[^`\s]+\.[a-z]{1,5})`(?! \(not)/g)].map((m) => m[1]),
    ),
  )

/** File names in section 2.3 and in the table of section 7.1. */
export const filesAffected = (text) => {
  const names = (heading) =>
    unique(
      (section(text, heading)?.lines ?? []).flatMap(
        ({ line }) => /^\s*[-|] *`([^`]+)`/.exec(line)?.[1] ?? [],
      ),
    ).sort()
  return { scope: names(/2\.3|files affected/i), impact: names(/7\.1/) }
}

/** Adds lines below the last entry of the References. */
export const withReferences = (text, lines) => {
  const eol = eolOf(text)
  const all = text.split(eol)
  const { start, lines: own } = section(text, /references/i)
  const last = own.reduce((found, { line }, i) => (/^\s*[-*] /.test(line) ? i : found), -1)
  all.splice(start + last + 1, 0, ...(last < 0 ? ['', ...lines] : lines))
  return all.join(eol)
}

export const withReferenceRemark = (text, file, remark) =>
  text.replace(`\`${file}\``, `\`${file}\` ${remark}`)

export const withTitle = (text, title) => `---\ntitle: '${title.replaceAll("'", "''")}'\n---\n\n${text}`

const BLANK = /(?<!`)\{\{[^{}\n]*\}\}(?!`)/g
/** Blanks of the form that nobody filled, code left aside. */
export const blanksLeft = (text) => unique(proseLines(text).flatMap(({ line }) => line.match(BLANK) ?? []))
export const withoutBlanks = (text, words) => edited(text, 0, (line) => line.replace(BLANK, words))

const hole = (name) => new RegExp(`(?<!\`)\\[${name}\\](?!\`)`, 'g')
const HOLES = ['SUMMARY', 'Pass/Fail', 'PERFORMER', 'DATE', 'COMMENT', 'EXECUTION_SUMMARY']

/** Placeholders of execution that still stand below the heading of the execution. */
export const holesLeft = (text) => {
  const from = executionStart(text)
  const lines = proseLines(text).filter(({ index }) => index >= from)
  return HOLES.filter((name) => lines.some(({ line }) => line.search(hole(name)) >= 0))
}

const executionStart = (text) =>
  Math.max(
    0,
    proseLines(text).findIndex(({ line }) => /^#{1,6} .*\bexecution\b/i.test(line)),
  )

/** Changes single lines from number `from` on, those of fenced code left aside. */
const edited = (text, from, change) => {
  const eol = eolOf(text)
  const outside = new Set(
    proseLines(text)
      .filter(({ line, index }) => index >= from && line !== '')
      .map(({ index }) => index),
  )
  return text
    .split(eol)
    .map((line, index) => (outside.has(index) ? change(line) : line))
    .join(eol)
}

/** Lines that differ, for the screen: removed and added. */
export const changedLines = (before, after) => {
  const [was, is] = [before.split(/\r?\n/), after.split(/\r?\n/)]
  const gone = was.filter((line) => !is.includes(line))
  const come = is.filter((line) => !was.includes(line))
  return [...gone.map((line) => `- ${line}`), ...come.map((line) => `+ ${line}`)]
}
