import { QmsError } from '../../../errors.ts'
import { type Check, ofFault } from '../check.ts'

export const repository: Check = {
  name: 'repository',
  group: 'repository',
  about: 'there is a git repository that can be used: whole, of this user, its configuration readable',
  examine: async (patient) => {
    try {
      const { root, settings } = patient.repository
      await settings()
      return { summary: root, findings: [] }
    } catch (error) {
      if (!(error instanceof QmsError)) throw error
      return { summary: '', findings: [ofFault('problem', error)] }
    }
  },
}
