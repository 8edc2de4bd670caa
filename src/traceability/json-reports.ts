/** Reports in JSON. What has not the form of a report is none; what a report holds besides is passed over. */
import * as z from 'zod/mini'
import { idsIn } from './ids.ts'
import { commitOf, type Outcome, type Read, type ReportedTest } from './reported.ts'

const text = z.string()

const jest = z.looseObject({
  testResults: z.array(
    z.looseObject({
      name: z.optional(text),
      status: z.optional(text),
      assertionResults: z.array(
        z.looseObject({
          title: text,
          status: text,
          ancestorTitles: z.optional(z.array(text)),
          fullName: z.optional(text),
        }),
      ),
    }),
  ),
})

/** Of vitest and jest, which share it; null where the value has another form. */
export const jestTests = (value: unknown): Read | null => {
  const read = jest.safeParse(value)
  if (!read.success) return null
  const tests = read.data.testResults.flatMap((suite) => {
    const file = suite.name ? slashed(suite.name) : null
    const tests = suite.assertionResults.map((test) => jestTest(file, test))
    // It could not be run, or something failed beside its tests, such as what cleans up after them.
    const beside = suite.status === 'failed' && tests.every((test) => test.outcome !== 'fail')
    return beside ? [...tests, fileThatFailed(file)] : tests
  })
  return { format: 'vitest', commit: null, tests }
}

type JestTest = z.infer<typeof jest>['testResults'][number]['assertionResults'][number]

const jestTest = (file: string | null, test: JestTest): ReportedTest => {
  const titles = [...(test.ancestorTitles ?? []), test.title]
  const name = test.fullName ?? titles.join(' ')
  const outcome = test.status === 'passed' ? 'pass' : test.status === 'failed' ? 'fail' : 'skip'
  return { name, titles, file, classname: null, outcome, requirements: idsIn(`${name} ${titles.join(' ')}`) }
}

/** Nothing in it is proven. */
const fileThatFailed = (file: string | null): ReportedTest => ({
  name: file ?? '',
  titles: [],
  file,
  classname: null,
  outcome: 'fail',
  requirements: [],
})

const slashed = (path: string): string => path.replaceAll('\\', '/')

const pytest = z.looseObject({
  environment: z.optional(z.unknown()),
  tests: z.array(
    z.looseObject({
      nodeid: text,
      outcome: text,
      user_properties: z.optional(z.array(z.unknown())),
    }),
  ),
  collectors: z.optional(z.array(z.looseObject({ nodeid: text, outcome: text }))),
})

/** Of pytest-json-report; null where the value has another form. */
export const pytestTests = (value: unknown): Read | null => {
  const read = pytest.safeParse(value)
  if (!read.success) return null
  const { tests, collectors = [], environment } = read.data
  const broken = collectors.filter((c) => c.outcome === 'failed' && c.nodeid !== '')
  return {
    format: 'pytest',
    commit: commitIn(environment),
    tests: [...tests.map(pytestTest), ...broken.map((c) => fileThatFailed(slashed(c.nodeid)))],
  }
}

/** A test that was expected to fail and did shows that something is not met. */
const PYTEST: Readonly<Record<string, Outcome>> = {
  passed: 'pass',
  xpassed: 'pass',
  failed: 'fail',
  error: 'fail',
  xfailed: 'fail',
}

const pytestTest = (test: z.infer<typeof pytest>['tests'][number]): ReportedTest => {
  const [file = '', ...titles] = test.nodeid.split('::')
  const said = `${test.nodeid} ${JSON.stringify(test.user_properties ?? [])}`
  return {
    name: test.nodeid,
    titles: titles.map((title) => title.replace(/\[.*$/s, '')),
    file: slashed(file) || null,
    classname: null,
    outcome: Object.hasOwn(PYTEST, test.outcome) ? (PYTEST[test.outcome] ?? 'skip') : 'skip',
    requirements: idsIn(said),
  }
}

const commitIn = (environment: unknown): string | null => {
  if (typeof environment !== 'object' || environment === null) return null
  const said = Object.entries(environment).map(([name, value]) => commitOf(name, value))
  return said.find((commit) => commit !== null) ?? null
}
