/** What only an orchestrator or a person asks of this program, whoever else's group would allow it. Source: SOP-007 section 4. */

const ORCHESTRATING: readonly string[] = [
  'agent spawn',
  'session start',
  'session end',
  'session allow-fresh',
  'user add',
  'user disable',
  'user enable',
  'namespace add',
  'policy set',
  'config trust',
]

/** Whether a call is one of those. What writes into a system record by any other verb is refused when it would commit. */
export const isOrchestrators = (action: string, words: readonly string[]): boolean =>
  action === 'route' ? words.includes('--spawn') : ORCHESTRATING.includes(action)
