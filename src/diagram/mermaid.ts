/** Diagrams as mermaid text, which GitHub and others draw. Words from outside stand in labels alone, escaped. */
import { kindOf, type Member } from './family.ts'
import type { StateDiagram, StateEdge } from './states.ts'
import { label } from './words.ts'

/** Of both colours each, so that they can be read whatever is behind them. */
const STATE_CLASSES = {
  passed: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  now: 'fill:#0969da,stroke:#0a3069,color:#ffffff,stroke-width:3px',
}

export const stateMermaid = ({ start, now, nodes, edges }: StateDiagram): string =>
  [
    'stateDiagram-v2',
    `  [*] --> ${start}: create`,
    ...edges.map(stateLine),
    ...nodes.filter((node) => node.final).map(({ status }) => `  ${status} --> [*]`),
    ...(now === null ? [] : [`  ${now}: ${now} (now)`]),
    ...Object.entries(STATE_CLASSES).flatMap(([standing, style]) => {
      const some = nodes.filter((node) => node.standing === standing).map(({ status }) => status)
      return some.length > 0
        ? [`  classDef ${standing} ${style}`, `  class ${some.join(',')} ${standing}`]
        : []
    }),
  ].join('\n')

const stateLine = ({ from, to, actions }: StateEdge): string =>
  `  ${from} --> ${to}${actions.length > 0 ? `: ${actions.join(', ')}` : ''}`

const FAMILY_CLASSES = {
  open: 'fill:#ddf4ff,stroke:#0969da,color:#1f2328',
  force: 'fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  done: 'fill:#eaeef2,stroke:#57606a,color:#1f2328',
}

/** Documents and their children as a flowchart. Boxes are numbered: what an id or a title says is nowhere a name. */
export const familyMermaid = (roots: readonly Member[]): string => {
  const boxes: string[] = []
  const arrows: string[] = []
  const add = (member: Member): void => {
    const name = `d${boxes.length + 1}`
    const words = [member.id, `${member.version} ${member.status}`, member.title].map(label).join('<br/>')
    boxes.push(`  ${name}["${words}"]:::${kindOf(member)}`)
    for (const child of member.children) {
      arrows.push(`  ${name} --> d${boxes.length + 1}`)
      add(child)
    }
  }
  for (const root of roots) add(root)
  const classes = Object.entries(FAMILY_CLASSES).map(([kind, style]) => `  classDef ${kind} ${style}`)
  return ['flowchart LR', ...boxes, ...arrows, ...(boxes.length > 0 ? classes : [])].join('\n')
}
