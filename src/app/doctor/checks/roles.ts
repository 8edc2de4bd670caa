import { enabledIn } from '../../../documents/registry.ts'
import { type Check, count, note, warning } from '../check.ts'

export const roles: Check = {
  name: 'roles',
  group: 'people',
  about: 'somebody administers, somebody judges, and a human answers',
  examine: async (patient) => {
    const { registry } = (await patient.records()).system
    const administrators = enabledIn(registry, 'administrator')
    const findings = []
    if (enabledIn(registry, 'quality').length === 0)
      findings.push(
        warning('quality', {
          found: 'nobody of quality is enabled: no document can be reviewed',
          expected: 'one member of quality or more',
          next: [
            ['qms', 'user', 'add', 'NAME', '--group', 'quality', '-u', administrators[0]?.name ?? 'LEAD'],
          ],
        }),
      )
    if (!administrators.some((a) => a.kind === 'human'))
      findings.push(
        warning('administrator', {
          found: 'no administrator is a human: nobody can resolve what is escalated',
          expected: 'one human administrator or more',
          next: [
            [
              'qms',
              'user',
              'add',
              'NAME',
              '--group',
              'administrator',
              '--kind',
              'human',
              '-u',
              administrators[0]?.name ?? 'LEAD',
            ],
          ],
        }),
      )
    if (administrators.length === 1)
      findings.push(
        note(administrators[0]!.name, 'the only administrator: nobody else can add users or enable them'),
      )
    return { summary: count(administrators.length, 'administrator'), findings }
  },
}
