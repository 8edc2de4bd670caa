/** All that can be looked at, each part by itself: what cannot be opened is thrown by those who ask for it, and by no one else. */
import type { Metadata } from '../../documents/placement.ts'
import { QmsError } from '../../errors.ts'
import { CONFIG_FILE } from '../../store/layout.ts'
import type { MachineProbe, RepositoryProbe } from '../../store/probe.ts'
import type { Snapshot } from '../../store/store.ts'
import { type Configuration, DEFAULTS, parseConfiguration } from '../configuration.ts'
import { listing } from '../listing.ts'
import type { Qms, Shipped } from '../qms.ts'
import { Records } from '../records.ts'

/** Hooks of agent tools: what their settings hold, and what they answer. */
export interface ToolHooks {
  /** Text of a file of settings, from the top of the work tree; null where there is none. @throws LINK_IN_STORE, IO */
  settings(path: string): Promise<string | null>
  /** Runs a command of this program as a tool runs it. @throws NOT_STARTED */
  fire(
    command: string,
    input: string,
  ): Promise<{ readonly exit: number | null; readonly out: string; readonly err: string }>
}

interface Parts {
  readonly machine: MachineProbe
  /** The refusal that kept it from being opened. */
  readonly repository: RepositoryProbe | QmsError
  readonly qms: Qms | QmsError
  readonly toolHooks: ToolHooks | QmsError
  readonly shipped: Shipped
  /** Where a shipped file is on this machine. */
  readonly pathOfShipped: (folder: 'documents' | 'sops', name: string) => string
}

export interface Settings {
  readonly raw: Readonly<Record<string, unknown>>
  readonly settings: Configuration
}

export class Patient {
  readonly machine: MachineProbe
  readonly shipped: Shipped
  readonly pathOfShipped: Parts['pathOfShipped']
  readonly #parts: Parts
  readonly #kept = new Map<string, Promise<unknown>>()

  constructor(parts: Parts) {
    this.machine = parts.machine
    this.shipped = parts.shipped
    this.pathOfShipped = parts.pathOfShipped
    this.#parts = parts
  }

  /** @throws NO_REPOSITORY, GIT, GIT_MISSING, LINK_IN_STORE, BAD_VALUE, IO */
  get repository(): RepositoryProbe {
    return given(this.#parts.repository)
  }

  /** @throws as `repository` */
  get toolHooks(): ToolHooks {
    return given(this.#parts.toolHooks)
  }

  /** @throws as `repository`; NOT_INITIALISED */
  get qms(): Qms {
    return given(this.#parts.qms)
  }

  /** Short name of the control branch. @throws as `qms` */
  get branch(): string {
    return this.qms && (this.repository.branch ?? '')
  }

  snapshot(): Promise<Snapshot> {
    return this.#once('snapshot', () => this.qms.store.snapshot())
  }

  /** @throws DAMAGED, NOT_INITIALISED */
  records(): Promise<Records> {
    return this.#once('records', async () => Records.open(await this.snapshot(), this.qms.digest))
  }

  /** Metadata of every document. @throws DAMAGED */
  documents(): Promise<Metadata[]> {
    return this.#once('documents', async () => listing(this.qms, await this.records()))
  }

  /** @throws DAMAGED */
  configuration(): Promise<Settings> {
    return this.#once('configuration', async () =>
      parseConfiguration(await (await this.snapshot()).read(CONFIG_FILE)),
    )
  }

  /** The folder of copies with `<user>`; the built-in one where the configuration cannot be read. */
  async workspace(): Promise<string> {
    const { workspace } = await this.configuration().then(
      ({ settings }) => settings,
      () => DEFAULTS,
    )
    const folder = workspace.replace(/\/+$/, '')
    return folder.includes('<user>') ? folder : `${folder}/<user>`
  }

  #once<T>(name: string, make: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(name) ?? Promise.resolve().then(make)
    this.#kept.set(name, kept)
    return kept as Promise<T>
  }
}

const given = <T>(part: T | QmsError): T => {
  if (part instanceof QmsError) throw part
  return part
}
