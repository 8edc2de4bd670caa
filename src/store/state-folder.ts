/** Where programs of this user keep what they remember between runs. */
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * The program's own folder among them; null where there is no such place. `XDG_STATE_HOME` counts where it is absolute,
 * as the XDG base directory specification has it.
 */
export const stateFolder = (
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: () => string = homedir,
): string | null => {
  const { XDG_STATE_HOME: xdg, LOCALAPPDATA: local } = env
  if (xdg && isAbsolute(xdg)) return join(xdg, 'qms')
  if (platform === 'win32' && local && isAbsolute(local)) return join(local, 'qms', 'state')
  const at = homeOrNull(home)
  if (at === null) return null
  if (platform === 'win32') return join(at, 'AppData', 'Local', 'qms', 'state')
  if (platform === 'darwin') return join(at, 'Library', 'Application Support', 'qms', 'state')
  return join(at, '.local', 'state', 'qms')
}

const homeOrNull = (home: () => string): string | null => {
  try {
    const at = home()
    return isAbsolute(at) ? at : null
  } catch {
    return null // a user without an entry among the system's users
  }
}
