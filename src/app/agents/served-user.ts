/** Whom a server acts for, settled once when it is started. */
import type { Ask, Caller, Qms } from '../qms.ts'
import { openRecords } from '../records.ts'

export interface Served {
  /** Absent where nobody acts: what is served then is reading. */
  readonly user: string | undefined
  /** What the process was given, where anything was: it decides who acts. */
  readonly caller: Caller | undefined
}

/** @throws NO_USER where nobody of that name is registered */
export const servedUser = async (qms: Qms, { user, caller }: Ask): Promise<Served> => {
  const acting = caller?.actor ?? user
  ;(await openRecords(qms)).reader(acting)
  return { user: acting, caller }
}
