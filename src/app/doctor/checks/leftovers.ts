import { type Check, count, warning } from '../check.ts'

const FOUND = {
  journal: 'a change that was begun and not ended: its process is gone',
  ticket: 'a place in the queue of a process that is gone',
  'temporary file': 'a file that a process wrote and did not put in place',
  index: 'an index that a process wrote and did not put in place',
} as const

export const leftovers: Check = {
  name: 'leftovers',
  group: 'repository',
  about: 'nothing is left of processes of qms that were killed',
  examine: async (patient) => {
    const { repository } = patient
    const gone = (await repository.leftovers(await patient.workspace())).filter((l) => l.gone)
    const findings = gone.map(({ path, kind }) =>
      warning(path, {
        found: FOUND[kind],
        expected: 'nothing; the next change would clear it, too',
        fixable: true,
      }),
    )
    const does = `finishes or undoes what was left, and removes ${count(gone.length, 'file')}`
    return { summary: 'none', findings, mend: { does, run: () => repository.sweep(gone) } }
  },
}
