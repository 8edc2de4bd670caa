/** What there is to run, and how a command is loaded. The bundle puts a copy in this place that reads no file. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Interfaces } from '@oclif/core'

/** `package.json` and the commands as oclif's manifest describes them: enough to list and to choose, without loading any. */
export interface Catalogue {
  readonly pjson: Interfaces.PJSON
  readonly commands: Readonly<Record<string, object>>
  /** The module of a command or of the help class, by its path below this folder, without extension. */
  load(path: string): Promise<{ readonly default: unknown }>
}

/** @param root folder of the package. @throws where the program has not been built */
export const readCatalogue = async (root: string): Promise<Catalogue> => {
  const [pjson, manifest] = await Promise.all([
    readJson(join(root, 'package.json')),
    readJson(join(root, 'oclif.manifest.json')),
  ])
  return {
    pjson: pjson as Interfaces.PJSON,
    commands: (manifest as { commands: Record<string, object> }).commands,
    load: (path) => import(`./${path}.js`),
  }
}

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'))
