import { GROUPS } from '../../../documents/event.ts'
import { readFrontmatter } from '../../../documents/frontmatter.ts'
import { isUserName } from '../../../documents/id.ts'
import { enabledIn } from '../../../documents/registry.ts'
import { decode, withoutMark } from '../../../documents/text.ts'
import { AGENTS_FOLDER } from '../../../store/layout.ts'
import { type Check, count, type Finding, warning } from '../check.ts'

/** The group that an agent file names; null where it names none, or cannot be read: then it is no user of qms. */
const groupIn = (bytes: Uint8Array): string | null => {
  try {
    const { fields } = readFrontmatter(withoutMark(decode(bytes) ?? ''))
    return GROUPS.find((g) => g === fields.get('group') || g === fields.get('role')) ?? null
  } catch {
    return null
  }
}

const fileOf = (name: string): string => `${AGENTS_FOLDER}/${name}.md`
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -'.md'.length)

const unregistered = (path: string, group: string, lead: string): Finding => {
  const name = nameOf(path)
  return warning(path, {
    found: `an agent of group ${group}, and no user ${name} is registered`,
    expected: 'a user for every agent that is to act',
    next: isUserName(name)
      ? [['qms', 'user', 'add', name, '--group', group, '--kind', 'agent', '-u', lead]]
      : [],
  })
}

/** Those who are asked to judge are started from their file; whoever starts them needs none. */
const JUDGING = new Set(['quality', 'reviewer'])

export const agents: Check = {
  name: 'agents',
  group: 'people',
  about: 'agents that judge have a definition file, and files of agents have a user',
  examine: async (patient) => {
    const { registry } = (await patient.records()).system
    const files = await patient.repository.agents()
    const lead = enabledIn(registry, 'administrator')[0]?.name ?? 'LEAD'
    const known = new Set([...files.keys()].map(nameOf))
    const judging = [...registry.values()].filter(
      (a) => a.enabled && a.kind === 'agent' && JUDGING.has(a.group) && !known.has(a.name),
    )
    // Another branch may be checked out: then the files are those of the control branch.
    const committed = await (await patient.snapshot()).readAll(judging.map((a) => fileOf(a.name)))
    const without = judging.filter((_, i) => committed[i] === null)
    const findings = [
      ...without.map((a) =>
        warning(a.name, {
          found: `an agent of group ${a.group} without ${fileOf(a.name)}: nothing says how it is to work`,
          expected: 'a definition file for every agent that judges',
        }),
      ),
      ...[...files].flatMap(([path, bytes]) => {
        const group = registry.has(nameOf(path)) ? null : groupIn(bytes)
        return group === null ? [] : [unregistered(path, group, lead)]
      }),
    ]
    return { summary: count(files.size, 'definition file'), findings }
  },
}
