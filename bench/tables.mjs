// Figures as tables: on the screen, and in a document between two marks.
import { readFileSync, writeFileSync } from 'node:fs'

const whole = (value) => String(Math.round(value))
const tenths = (value) => value.toFixed(1)
const hundredths = (value) => value.toFixed(2)
const count = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',')
const plain = (value) => String(value)

/** Heading and form of each column. */
const COLUMNS = {
  documents: ['documents', count],
  commits: ['commits', count],
  store: ['store', (value) => value.replace(/\d+/g, count)],
  command: ['command', plain],
  life: ['life', plain],
  transitions: ['transitions', plain],
  runs: ['runs', plain],
  ms: ['ms', whole],
  cpu: ['CPU ms', whole],
  ratio: ['x node', hundredths],
  fsck: ['x git fsck', hundredths],
  over: ['over 2.5 x node, ms', whole],
  more: ['more, ms', whole],
  byHand: ['by hand, ms', whole],
  children: ['git children', plain],
  megabytes: ['peak MB', whole],
  rate: ['a second', tenths],
  nodeRate: ['node starts a second', tenths],
  share: ['share', hundredths],
  lost: ['lost', plain],
  median: ['median ms', whole],
  slowest: ['slowest ms', whole],
  nodeMs: ['node, ms', whole],
  loadMs: ['loading, ms', whole],
  workMs: ['work, ms', whole],
}

const TEXT = new Set(['store', 'command', 'life'])

const cellsOf = (columns, rows) =>
  rows.map((row) =>
    columns.map((key) => (row[key] === null || row[key] === undefined ? '-' : COLUMNS[key][1](row[key]))),
  )

export const screenTable = ({ title, columns, rows }) => {
  const heads = columns.map((key) => COLUMNS[key][0])
  const cells = cellsOf(columns, rows)
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i].length)))
  const line = (row) =>
    row
      .map((cell, i) => (TEXT.has(columns[i]) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
  return ['', title, line(heads), ...cells.map(line)].join('\n')
}

const markdownTable = ({ title, columns, rows }) => {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const heads = columns.map((key) => COLUMNS[key][0])
  const rules = columns.map((key) => (TEXT.has(key) ? '---' : '---:'))
  return [`### ${title}`, '', line(heads), line(rules), ...cellsOf(columns, rows).map(line)].join('\n')
}

export const machineLine = ({ node, git, cores, at }) =>
  `Node ${node}, git ${git}, ${cores} processor cores, ${at.slice(0, 10)}.`

const BEGIN = '<!-- figures: written by npm run bench -- --write -->'
const END = '<!-- /figures -->'

/** Writes the figures into a document, between its marks. @throws Error where it has none */
export const writeInto = (file, result) => {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${file} has no place for figures`)
  const tables = Object.values(result.parts).map(markdownTable)
  const figures = [BEGIN, machineLine(result), ...tables, END].join('\n\n')
  writeFileSync(file, text.slice(0, from) + figures + text.slice(to + END.length))
}
