/** What may be committed by whom, besides what the rules of documents say: agents that were called, and names that prove nothing. */
import { refuse } from '../errors.ts'
import type { Ask } from './qms.ts'

/** What of a plan is asked here. */
interface Planned {
  readonly system?: readonly {
    readonly record: string
    readonly events: readonly { readonly event: string }[]
  }[]
  readonly moves: readonly unknown[]
  readonly actor: string
}

/** Whoever was called for one document records nothing about who there is and who is called. @throws NOT_ALLOWED */
export const refuseSystemEvents = ({ caller, verb }: Ask, { system = [], actor }: Planned): void => {
  const governed = system.find(({ record }) => record !== 'incidents')
  if (!governed || !caller?.dispatch) return
  throw refuse('NOT_ALLOWED', {
    user: actor,
    action: verb ?? governed.record,
    needs: 'a person, or the orchestrator of a session: not an agent that was called in it',
    who: [],
  })
}
