/** Every check, in the order in which it is made and shown. */
import type { Check } from './check.ts'
import { agents } from './checks/agents.ts'
import { attributes } from './checks/attributes.ts'
import { clock } from './checks/clock.ts'
import { codeCache } from './checks/code-cache.ts'
import { configuration } from './checks/configuration.ts'
import { controlBranch } from './checks/control-branch.ts'
import { diskSpace } from './checks/disk-space.ts'
import { duties } from './checks/duties.ts'
import { fileSystem } from './checks/file-system.ts'
import { git } from './checks/git.ts'
import { gitSettings } from './checks/git-settings.ts'
import { history } from './checks/history.ts'
import { hooks } from './checks/hooks.ts'
import { indexFlags } from './checks/index-flags.ts'
import { leftovers } from './checks/leftovers.ts'
import { localFiles } from './checks/local-files.ts'
import { locks } from './checks/locks.ts'
import { node } from './checks/node.ts'
import { records } from './checks/records.ts'
import { repository } from './checks/repository.ts'
import { roles } from './checks/roles.ts'
import { shipped } from './checks/shipped.ts'
import { storeFiles } from './checks/store-files.ts'
import { strangers } from './checks/strangers.ts'
import { toolHooks } from './checks/tool-hooks.ts'
import { unfinished } from './checks/unfinished.ts'
import { views } from './checks/views.ts'
import { workspace } from './checks/workspace.ts'

export const CHECKS: readonly Check[] = [
  git,
  node,
  codeCache,
  repository,
  gitSettings,
  history,
  attributes,
  indexFlags,
  fileSystem,
  diskSpace,
  localFiles,
  unfinished,
  locks,
  leftovers,
  hooks,
  controlBranch,
  configuration,
  records,
  views,
  storeFiles,
  strangers,
  clock,
  shipped,
  roles,
  duties,
  agents,
  workspace,
  toolHooks,
]
