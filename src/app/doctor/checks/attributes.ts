import { ATTRIBUTES_FILE, ATTRIBUTES_LINE } from '../../../store/layout.ts'
import type { Attribute, GitSetting } from '../../../store/probe.ts'
import { type Check, count, type Finding, problem, warning } from '../check.ts'

/** Attributes by which git changes bytes on their way into the work tree, out of it, or into an archive. */
const CHANGING = ['filter', 'ident', 'eol', 'working-tree-encoding', 'export-subst'] as const

const isSet = ({ value }: Attribute): boolean => value !== 'unspecified' && value !== 'unset'

const converts = (settings: readonly GitSetting[]): boolean =>
  /^(?:true|input)$/i.test(settings.findLast(({ key }) => key === 'core.autocrlf')?.value ?? '')

/** One finding for each kind of fault: they come by the thousand. */
const grouped = (all: readonly Attribute[], make: (first: Attribute, n: number) => Finding): Finding[] => {
  const kinds = new Map<string, Attribute[]>()
  for (const a of all) kinds.set(`${a.name} ${a.value}`, [...(kinds.get(`${a.name} ${a.value}`) ?? []), a])
  return [...kinds.values()].map((same) => make(same[0]!, same.length))
}

const why = (path: string) => [['git', 'check-attr', '--all', '--', path]]
const others = (n: number): string => (n > 1 ? ` (and ${count(n - 1, 'other file')})` : '')

const lineEnds = (all: readonly Attribute[], settings: readonly GitSetting[]): Finding[] =>
  grouped(
    all.filter(({ name, value }) => name === 'text' && value !== 'unset'),
    ({ path, value }, n) => {
      const harm = value !== 'unspecified' || converts(settings)
      const found = `attribute text is ${value}${others(n)}: git ${harm ? 'converts' : 'may convert'} line ends, and digests no longer fit`
      const words = {
        found,
        expected: `the line "${ATTRIBUTES_LINE}" in ${ATTRIBUTES_FILE}, and none that undoes it`,
        next: why(path),
      }
      return harm ? problem(path, words) : warning(path, words)
    },
  )

export const attributes: Check = {
  name: 'attributes',
  group: 'repository',
  about: 'git changes no byte of the store on its way to the work tree',
  examine: async ({ repository }) => {
    const all = await repository.attributes(['text', ...CHANGING])
    const changing = grouped(
      all.filter((a) => a.name !== 'text' && isSet(a)),
      ({ path, name, value }, n) =>
        problem(path, {
          found: `attribute ${name} is ${value}${others(n)}: git changes the bytes of the store`,
          expected: `no attribute ${name} below QMS/`,
          next: why(path),
        }),
    )
    const findings = [...lineEnds(all, await repository.settings()), ...changing]
    return { summary: all.length > 0 ? 'bytes stay as they are' : 'the store is in no work tree', findings }
  },
}
