/** The repository that git started a hook for: bare or not, and in a push that is not accepted yet, its quarantine too. */
import { refuse } from '../errors.ts'
import { ordinaryRepository } from './discovery.ts'
import { closedEnvironment, quarantineOf } from './git-environment.ts'
import { gitFault, guarded } from './git-faults.ts'
import { Git } from './plumbing.ts'
import { Repository } from './repository.ts'
import { readSettings } from './settings.ts'

export interface HookCall {
  /** Where git started the hook: the top of the work tree, or a bare repository. */
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The hook judges what is being received: objects in quarantine are to be seen. */
  readonly receiving: boolean
}

/**
 * Of `GIT_DIR`, which git sets where it is not plain from the folder; else of the folder. Its control branch is null
 * where the project has none. @throws NO_REPOSITORY, GIT, IO, GIT_MISSING, BAD_VALUE
 */
export async function openHookRepository(call: HookCall): Promise<Repository> {
  const repository = ordinary(call) ?? (await asked(call))
  repository.branch = await repository.findBranch()
  return repository
}

const ordinary = ({ cwd, env, receiving }: HookCall): Repository | null => {
  const found = env.GIT_DIR || receiving ? null : ordinaryRepository(cwd)
  return (
    found &&
    new Repository({ root: found.root, gitDir: found.gitDir, commonDir: found.gitDir }, found.settings)
  )
}

async function asked({ cwd, env, receiving }: HookCall): Promise<Repository> {
  const closed = closedEnvironment(env)
  const git = new Git(cwd, env.GIT_DIR || null, closed)
  const questions = ['rev-parse', '--path-format=absolute', '--absolute-git-dir', '--git-common-dir']
  const [answer, settings] = await guarded('read', cwd, () =>
    Promise.all([git.run(questions), readSettings(git)]),
  )
  if (/not a git repository/.test(answer.stderr)) throw refuse('NO_REPOSITORY', { cwd })
  const [gitDir, commonDir] = answer.stdout.toString('utf8').split('\n')
  if (answer.code !== 0 || !gitDir || !commonDir) throw gitFault('git rev-parse', answer)
  const environment = receiving ? { ...closed, ...quarantineOf(commonDir, cwd, env) } : closed
  return new Repository({ root: cwd, gitDir, commonDir }, settings, undefined, environment)
}
