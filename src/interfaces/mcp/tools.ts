/** The commands as tools of the Model Context Protocol: which are served, under which names, with which promises. */
import type { JSONObject, Tool } from '@modelcontextprotocol/server'
import { type CommandCard, cardsOf } from '../cli/cards.ts'
import { type Described, nameOf } from '../cli/help-pages.ts'
import { type Parameter, parametersOf } from './parameters.ts'

/**
 * What is not served: by these a project is administered, a machine set up, or the Lead decides. A word stands for all
 * commands that begin with it. Everything else is served, whatever comes to it.
 */
const UNSERVED: readonly string[] = [
  'init',
  'user',
  'namespace add',
  'policy set',
  'config',
  'hooks',
  'hook',
  'mcp',
  'completion',
  'session allow-fresh',
  'resolve',
  'fix',
]

const isServed = (name: string): boolean =>
  !UNSERVED.some((word) => name === word || name.startsWith(`${word} `))

/** `ei run` becomes `qms_ei_run`. */
const toolName = (command: string): string => `qms_${command.replaceAll(/[ -]/g, '_')}`

/** Served commands by the name of their tool, in the order of their names. */
export const servedOf = <C extends Described>(commands: readonly C[]): ReadonlyMap<string, C> =>
  new Map(
    commands
      .filter((command) => !command.hidden && isServed(nameOf(command)))
      .map((command) => [toolName(nameOf(command)), command] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

export const toolsOf = (commands: readonly Described[]): Tool[] => {
  const cards = new Map(cardsOf(commands).map((card) => [card.name, card]))
  return [...servedOf(commands)].flatMap(([name, command]) => {
    const card = cards.get(nameOf(command))
    return card ? [toolOf(name, command, card)] : []
  })
}

const toolOf = (name: string, command: Described, card: CommandCard): Tool => {
  const parameters = parametersOf(command)
  return {
    name,
    title: `qms ${card.name}`,
    description: descriptionOf(command, card),
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(parameters.map((p) => [p.name, schemaOf(p)])),
      required: parameters.filter((p) => p.required).map((p) => p.name),
      additionalProperties: false,
    },
    annotations: annotationsOf(card, parameters),
  }
}

const descriptionOf = (command: Described, { summary, undo }: CommandCard): string =>
  [
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    command.description,
    undo === null ? null : `To take it back: ${undo}.`,
  ]
    .filter(Boolean)
    .join('\n')

const schemaOf = (p: Parameter): JSONObject => {
  if (p.kind === 'switch') return { type: 'boolean', description: p.description }
  const value = { type: p.isNumber ? 'integer' : 'string', ...(p.options ? { enum: [...p.options] } : {}) }
  return p.many
    ? { type: 'array', items: value, description: p.description }
    : { ...value, description: p.description }
}

/** By these a command that records nothing still makes or mends a file. */
const MAKING: ReadonlySet<string> = new Set(['out', 'fix', 'dry-run'])
/** They make something by being called at all: an export, a checkpoint. */
const ALWAYS_MAKING: ReadonlySet<string> = new Set(['audit export', 'checkpoint'])
/** What is run there may do anything. */
const OPEN: ReadonlySet<string> = new Set(['ei run', 'agent spawn'])

/** Hints for whoever asks a person first. What cannot be taken back counts as destructive, though nothing is deleted. */
const annotationsOf = (card: CommandCard, parameters: readonly Parameter[]): Tool['annotations'] => {
  const makes = ALWAYS_MAKING.has(card.name) || parameters.some((p) => MAKING.has(p.name))
  const readOnly = card.effects !== 'writes' && !makes
  return {
    readOnlyHint: readOnly,
    destructiveHint: /^not at all/.test(card.undo ?? ''),
    idempotentHint: readOnly,
    openWorldHint: OPEN.has(card.name),
  }
}
