/** Whom a server acts for, settled once when it is started. */
import { refuse } from '../../errors.ts'
import type { Ask, Qms } from '../qms.ts'
import { openRecords } from '../records.ts'

/**
 * Its name; undefined where nobody acts: what is served then is reading.
 * @throws NO_USER where nobody of that name is registered; BAD_TOKEN for one that is gone with its first use
 */
export const servedUser = async (qms: Qms, { user, caller }: Ask): Promise<string | undefined> => {
  if (caller?.kind === 'call')
    throw refuse('BAD_TOKEN', { problem: 'it is good for one call, and a server is called many times' })
  ;(await openRecords(qms)).reader(user)
  return user
}
