/** Which reported tests a marker stands for: by file and name. */
import type { Marker } from './markers.ts'
import type { Outcome, ReportedTest, TestReport } from './reported.ts'

/** What the runs say of one marked test: the worst of its cases; null where none of them was run. */
export interface Ran {
  readonly outcome: Outcome | null
  readonly tests: ReadonlySet<ReportedTest>
}

/** Answers for many markers: tests are looked up by the last part of their file, or by the last part of their names. */
export class Runs {
  readonly #byFile = new Map<string, ReportedTest[]>()
  readonly #without: ReportedTest[] = []
  /** Tests of reports that may run the names of groups and tests together. */
  readonly #joined: ReadonlySet<ReportedTest>

  constructor(reports: readonly TestReport[]) {
    this.#joined = new Set(reports.flatMap(({ format, tests }) => (format === 'junit' ? tests : [])))
    for (const test of reports.flatMap((report) => report.tests)) {
      const name = test.file === null ? null : nameOf(test.file)
      const same = name === null ? this.#without : this.#byFile.get(name)
      if (same) same.push(test)
      else this.#byFile.set(name ?? '', [test])
    }
  }

  of(marker: Pick<Marker, 'file' | 'test'>): Ran {
    const sameFile = (this.#byFile.get(nameOf(marker.file)) ?? []).filter((t) => isFile(t.file, marker.file))
    const named = this.#named(sameFile, marker.test)
    return worst(named.length > 0 ? named : this.#withoutFile(marker))
  }

  /** Those that bear the name; else, where names may be run together, those whose name begins or ends with it. */
  #named(tests: readonly ReportedTest[], name: string | null): readonly ReportedTest[] {
    const exact = tests.filter((test) => isNamed(test, name))
    if (name === null || exact.some((test) => test.titles.length > 0)) return exact
    return [...exact, ...tests.filter((test) => this.#joined.has(test) && holdsName(test, name))]
  }

  /** Reports that name no files: by class, where that fits the path; else by the name alone. */
  #withoutFile({ file, test }: Pick<Marker, 'file' | 'test'>): readonly ReportedTest[] {
    const sameClass = this.#without.filter((t) => isClassOf(t.classname, file))
    const ofClass = this.#named(sameClass, test)
    if (ofClass.length > 0 || test === null) return ofClass
    return this.#named(this.#without, test)
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Reports name files from the root of the project, of the disk, or of a part of the project. */
const isFile = (reported: string | null, path: string): boolean =>
  reported !== null &&
  (reported === path || reported.endsWith(`/${path}`) || path.endsWith(`/${reported.replace(/^\.?\//, '')}`))

/** `tests.test_order` or `tests.test_order.TestTotals` of `tests/test_order.py`; `com.x.OrderTest` of its source file. */
const isClassOf = (classname: string | null, path: string): boolean => {
  if (!classname) return false
  const dotted = path.replace(/\.\w+$/, '').replaceAll('/', '.')
  const parts = classname.replaceAll(/[$/]/g, '.').split('.')
  return parts.some((_, i) => {
    const part = parts.slice(0, i + 1).join('.')
    return (
      dotted === part ||
      (i > 0 && dotted.endsWith(`.${part}`)) ||
      (parts.length === 1 && dotted.endsWith(`.${part}`))
    )
  })
}

/** What runners put in for each row of a table: `%s`, `$name`, `${...}`. */
const PLACES = /%[sdifjopO#%$]|\$\{[^}]*\}|\$[A-Za-z_][\w.]*/

/** Whether a test, or a group that it stands in, bears this name; a file that failed as a whole stands for all of it. */
const isNamed = (test: ReportedTest, name: string | null): boolean => {
  if (name === null || test.titles.length === 0) return true
  const pieces = name.split(PLACES)
  return test.titles.some((title) => fits(title, pieces)) || (pieces.length === 1 && isLastClass(test, name))
}

/** `orders refuses a second owner` holds the name of its group and its own; where one begins, nothing tells. */
const holdsName = ({ name: whole }: ReportedTest, name: string): boolean =>
  !PLACES.test(name) && (whole.endsWith(` ${name}`) || whole.startsWith(`${name} `))

const isLastClass = ({ classname }: ReportedTest, name: string): boolean =>
  classname !== null && (classname === name || classname.endsWith(`.${name}`))

/** The pieces in order, from the first character to the last. */
const fits = (title: string, pieces: readonly string[]): boolean => {
  if (pieces.length === 1) return title === pieces[0]
  const [first = '', last = ''] = [pieces[0], pieces.at(-1)]
  if (!title.startsWith(first)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = title.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return title.length - last.length >= at && title.endsWith(last)
}

const worst = (tests: readonly ReportedTest[]): Ran => {
  const has = (outcome: Outcome) => tests.some((test) => test.outcome === outcome)
  const outcome = has('fail') ? 'fail' : has('pass') ? 'pass' : has('skip') ? 'skip' : null
  return { outcome, tests: new Set(tests) }
}
