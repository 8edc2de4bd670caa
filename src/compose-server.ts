/** Puts together what a server needs, apart from `compose.ts`: a project that stays open between commands. */
import { type Opened, openedIn } from './compose.ts'
import { openRepository, type Repository, revisit } from './store/repository.ts'
import { standingOf } from './store/standing.ts'

interface Held {
  readonly cwd: string
  readonly repository: Repository
  /** What it was opened from. */
  readonly standing: string
}

/** Whether what went wrong may be the fault of what was kept open, such as a reader whose repository is gone. */
const isOfTheRepository = (error: unknown): boolean => {
  const { code } = error as { code?: string }
  return code === 'GIT' || code === 'IO' || code === 'DAMAGED' || code === 'NOT_INITIALISED'
}

/**
 * One project, kept open from command to command of this process. Only the repository is kept, with the git child that
 * reads it and what it has read by ids: settings, records and notices are those of the moment, as in a process of its own. Where the repository is
 * no longer the one that would be opened, it is opened anew.
 */
export class KeptProject {
  #held: Held | null = null

  /** As `openQms`; closing what it gives leaves the repository open. @throws as `openQms` */
  async open(cwd: string): Promise<Opened> {
    try {
      return await this.#open(cwd)
    } catch (error) {
      if (this.#held !== null && isOfTheRepository(error)) this.close()
      throw error
    }
  }

  async #open(cwd: string): Promise<Opened> {
    const repository = await this.#repository(cwd)
    return { ...(await openedIn(repository)), close: async () => undefined }
  }

  async #repository(cwd: string): Promise<Repository> {
    const held = this.#held
    if (held?.cwd === cwd && held.standing === standingOf(cwd, held.repository)) {
      await revisit(held.repository)
      return held.repository
    }
    this.close()
    const repository = await openRepository(cwd)
    this.#held = { cwd, repository, standing: standingOf(cwd, repository) }
    return repository
  }

  /** Ends the git child that reads. The next command opens the project again. */
  close(): void {
    this.#held?.repository.close()
    this.#held = null
  }
}
