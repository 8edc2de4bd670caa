/** What to say when something is reported: versions of everything that takes part. */

import { STORE_FORMAT } from '../../app/configuration.ts'
import { gitVersion } from '../../compose.ts'
import { SCHEMA_VERSION } from './answer.ts'

export interface Versions {
  readonly qms: string
  /** Of `qms.config.json`: the layout that new stores get. */
  readonly storeFormat: string
  /** Of the answers with `--json`. */
  readonly schemaVersion: number
  readonly node: string
  /** Null where git was not found. */
  readonly git: string | null
  readonly platform: string
}

export const versions = async (qms: string): Promise<Versions> => ({
  qms,
  storeFormat: STORE_FORMAT,
  schemaVersion: SCHEMA_VERSION,
  node: process.versions.node,
  git: await gitVersion(),
  platform: `${process.platform} ${process.arch}`,
})
