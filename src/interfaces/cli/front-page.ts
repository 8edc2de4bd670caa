/** `qms` alone: where you are, what to do next, where to read on. Short enough for one screen. */
import { listUsers } from '../../app/govern.ts'
import { overview } from '../../app/survey.ts'
import { openQms } from '../../compose.ts'
import { QmsError } from '../../errors.ts'
import { bold, dim } from './screen.ts'

export const frontPage = async (cwd: string, version: string): Promise<string[]> => [
  `${bold('qms')} ${version}  document control in git, for teams of people and agents`,
  '',
  ...(await situation(cwd)),
  '',
  bold('Examples'),
  '  qms create CR --title "Add rate limits" -u claude',
  '  qms route CR-001 --review -u claude',
  '',
  bold('More'),
  '  qms help start        a first procedure in force, in eight commands',
  '  qms help              every command, by task',
  '  qms help route        one command, with examples',
  '  qms next CR-001       what may be done with a document now, and by whom',
]

const situation = async (cwd: string): Promise<string[]> => {
  try {
    return await inProject(cwd)
  } catch (error) {
    if (!(error instanceof QmsError)) throw error
    if (error.code === 'NO_REPOSITORY') return ['No git repository here. To begin:', '  qms init --git']
    if (error.code === 'NOT_INITIALISED') return beginning(error as QmsError<'NOT_INITIALISED'>)
    throw error
  }
}

const beginning = ({ facts }: QmsError<'NOT_INITIALISED'>): string[] =>
  facts.adoptable
    ? ['Another program keeps the documents of this repository. To take them over:', '  qms init --adopt']
    : ['No document store in this repository yet. To begin:', '  qms init']

const inProject = async (cwd: string): Promise<string[]> => {
  const opened = await openQms(cwd)
  try {
    const seen = await overview(opened.qms, opened.branch)
    const users = (await listUsers(opened.qms)).filter((u) => u.enabled).map((u) => u.name)
    const total = Object.values(seen.counts).reduce((a, b) => a + b, 0)
    const waiting = Object.entries(seen.tasks).map(([name, n]) => `${name} ${n}`)
    return [
      `Store on branch ${seen.branch}: ${total} documents, ${seen.open.length} open${seen.escalations ? `, ${seen.escalations} escalated` : ''}.`,
      waiting.length > 0
        ? `Waiting for an answer: ${waiting.join(', ')}.`
        : 'Nobody is being asked for a verdict.',
      `Users: ${users.join(', ')} ${dim('(say who acts with -u NAME or QMS_USER)')}`,
      '  qms status            the whole store on one screen',
      '  qms inbox -u NAME     what is asked of you',
    ]
  } finally {
    await opened.close()
  }
}
