/** The report as one HTML file that needs nothing else. */
import { escaped, htmlTable, page } from '../package/html.ts'
import type { Report } from './numbers.ts'
import { plotHtml } from './plot.ts'
import { introduction, type Section, sectionsOf } from './sections.ts'

export const reportHtml = (report: Report): string =>
  page('Report on document control', [
    '<h1>Report on document control</h1>',
    ...introduction(report)
      .filter((words) => words !== '')
      .map((words) => `<p>${escaped(words)}</p>`),
    ...sectionsOf(report).map(section),
  ])

const section = (s: Section, i: number): string =>
  s.kind === 'table'
    ? htmlTable(s.title, s.head, s.rows)
    : `<section>\n${plotHtml(s.plot, `plot-${i}`)}\n</section>`
