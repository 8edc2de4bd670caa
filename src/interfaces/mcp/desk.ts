/** Where tools become commands: each is run in this process, for one user, with its answer taken. */
import type { Command, Config } from '@oclif/core'
import type { KeptProject } from '../../compose-server.ts'
import { type Failure, failure, type Success } from '../cli/answer.ts'
import type { Host, QmsCommand } from '../cli/base.ts'
import { nameOf } from '../cli/help-pages.ts'
import { traced } from '../cli/trace.ts'
import { present } from '../present.ts'
import type { TaskPrompt } from './prompts.ts'
import { Queue } from './queue.ts'
import { servedOf } from './tools.ts'
import { wordsFor } from './words.ts'

export class Desk {
  readonly queue = new Queue()
  /** Who acts in every call; absent for nobody. */
  readonly user: string | undefined
  readonly #config: Config
  readonly #host: Host
  readonly #commands: ReadonlyMap<string, Command.Loadable>

  constructor(config: Config, project: KeptProject, user: string | undefined) {
    this.user = user
    this.#config = config
    this.#host = { open: (folder) => project.open(folder) }
    this.#commands = servedOf(config.commands)
  }

  serves(tool: string): boolean {
    return this.#commands.has(tool)
  }

  /**
   * The answer of `--json`, also where it is a refusal.
   * @param given by the names of the command's arguments and flags
   * @param signal whoever asked has given it up: what has not begun is not done
   */
  run(
    tool: string,
    given: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
  ): Promise<Success | Failure> {
    return this.queue.run(() => {
      signal?.throwIfAborted()
      return this.#run(tool, given)
    })
  }

  /** What whoever is served here would be told, were they called to this document now. @throws as `canonicalPrompt` */
  prompt(task: TaskPrompt, id: string): Promise<string> {
    return this.queue.run(async () => {
      const [{ canonicalPrompt }, { identified }, { templateOf }] = await Promise.all([
        import('../../app/agents/canonical-prompt.ts'),
        import('../../app/agents/identity.ts'),
        import('../../compose-agents.ts'),
      ])
      const { qms, grants } = await this.#host.open(process.cwd())
      const token = process.env.QMS_TOKEN || undefined
      const ask = await identified(qms, grants, { user: this.user }, { token, action: task, words: [id] })
      return canonicalPrompt(qms, ask, templateOf, id, task)
    })
  }

  async #run(tool: string, given: Readonly<Record<string, unknown>>): Promise<Success | Failure> {
    const command = this.#commands.get(tool)
    if (!command) throw new Error(`no tool ${tool}`)
    try {
      const words = wordsFor(command, given, this.user)
      const Class = (await command.load()) as unknown as new (
        words: readonly string[],
        config: Config,
      ) => QmsCommand
      return await new Class(words, this.#config).answered(this.#host)
    } catch (error) {
      const name = nameOf(command)
      return failure(name, traced(present(error as Error, this.user), error as Error, name))
    }
  }
}
