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
  tenths: ['ms', tenths],
  cpu: ['CPU ms', whole],
  ratio: ['x node', hundredths],
  fsck: ['x git fsck', hundredths],
  parse: ['x bare parse', hundredths],
  besideApprove: ['x approve and parse', hundredths],
  besideWithdraw: ['x withdraw and parse', hundredths],
  besideTransitions: ['x two transitions and the program', hundredths],
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

const markdownTable = ({ columns, rows }) => {
  const line = (cells) => `| ${cells.join(' | ')} |`
  const heads = columns.map((key) => COLUMNS[key][0])
  const rules = columns.map((key) => (TEXT.has(key) ? '---' : '---:'))
  return [line(heads), line(rules), ...cellsOf(columns, rows).map(line)].join('\n')
}

/** `load`: processes that wanted a core when it began. Where it is more than the cores, only ratios mean something. */
export const machineLine = ({ node, git, cores, load, at }) =>
  `Node ${node}, git ${git}, ${cores} processor cores${load ? `, load ${tenths(load)}` : ''}, ${at.slice(0, 10)}.`

const BEGIN = '<!-- figures: written by npm run bench -- --write -->'
const END = '<!-- /figures -->'

/**
 * Writes the figures into a document, between its marks, each part with the machine and day of its own. Parts that were
 * not measured this time stay as they are. @throws Error where it has no marks
 */
export const writeInto = (file, result) => {
  const text = readFileSync(file, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${file} has no place for figures`)
  const parts = partsIn(text.slice(from + BEGIN.length, to))
  for (const part of Object.values(result.parts)) parts.set(part.title, sectionOf(part, machineLine(result)))
  const figures = [BEGIN, ...parts.values(), END].join('\n\n')
  writeFileSync(file, text.slice(0, from) + figures + text.slice(to + END.length))
}

const sectionOf = (part, machine) => [`### ${part.title}`, machine, markdownTable(part)].join('\n\n')

/** Sections by title. One without a line of its own is of the machine that is named above all of them. */
const partsIn = (figures) => {
  const [above = '', ...sections] = figures.split(/^### /m)
  const own = (body) => (body.startsWith('|') ? `${above.trim()}\n\n${body}` : body)
  return new Map(
    sections.map((section) => {
      const [title = '', ...rest] = section.trim().split('\n')
      return [title, `### ${title}\n\n${own(rest.join('\n').trim())}`]
    }),
  )
}
