/** A call of this program inside an agent tool bears its own token: good once, for whoever makes it there. */
import type { HookInput } from '../../../agents/tool-call.ts'
import { type Decision, type HookPorts, PASS } from './ports.ts'
import { type Standing, standingOf } from './standing.ts'

/** Milliseconds: no shell of an agent tool waits longer for one command. */
const LIMIT = 600_000

export const withToken = async (p: HookPorts, input: HookInput, command: string): Promise<Decision> => {
  const { ownCall } = await import('../../../agents/shell/own-call.ts')
  if (ownCall(command) === null) return PASS
  const s = await standingOf(p, input)
  const holder = holderOf(input, s)
  if (holder === null) return PASS
  const { token } = await p.grants.issue({
    kind: 'call',
    ...holder,
    bound: [input.session, input.inside?.id ?? 'main', input.use].map((part) => part ?? '?').join('/'),
    expires: new Date(Date.parse(s.now) + LIMIT).toISOString(),
  })
  const because = 'a call of qms, which asks by its own rules who may do what'
  return {
    do: 'replace',
    input: { ...input.input, command: `export QMS_TOKEN=${token}; ${command}` },
    because,
  }
}

/** An agent acts by its dispatch, the main thread by its session; others have nothing to act with. */
const holderOf = ({ inside }: HookInput, { session, actor, dispatch }: Standing) => {
  if (dispatch)
    return {
      actor: dispatch.agent,
      session: dispatch.session,
      dispatch: dispatch.id,
      document: dispatch.document,
      task: dispatch.task,
    }
  if (inside !== null || session === null || actor === null) return null
  return { actor, session: session.id, dispatch: null, document: null, task: null }
}
