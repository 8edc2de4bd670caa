/** Drawings of what is on record: the states of one document, and documents with their children. */
import { lifeOf, type StateDiagram, stateDiagram } from '../diagram/states.ts'
import type { Ask, Qms } from './qms.ts'
import { type Standing, standingOf } from './read.ts'
import { type Loaded, openRecords } from './records.ts'
import type { Node } from './survey.ts'

export type { StateDiagram, StateEdge, StateNode } from '../diagram/states.ts'

/** How a drawing is written. */
export type PictureFormat = 'mermaid' | 'svg'

export interface Drawn extends Standing {
  readonly diagram: StateDiagram & { readonly mermaid: string }
  /** Of the kind that was asked for. */
  readonly picture: string | null
}

/** Where one document stands, with its states, those it passed, and where it may go. @throws NO_DOCUMENT */
export const statusDrawn = async (
  qms: Qms,
  ask: Ask,
  id: string,
  format: PictureFormat | null,
): Promise<Drawn> => {
  const records = await openRecords(qms)
  const loaded = await records.load(id)
  const standing = await standingOf(qms, ask, records, loaded)
  const diagram = diagramOf(loaded)
  const mermaid = (await import('../diagram/mermaid.ts')).stateMermaid(diagram)
  const svg = format === 'svg' ? await statesPicture(loaded) : null
  return { ...standing, diagram: { ...diagram, mermaid }, picture: format === 'mermaid' ? mermaid : svg }
}

const diagramOf = ({ d, events }: Loaded): StateDiagram => stateDiagram(d.id.type.machine, lifeOf(d, events))

/** As SVG. */
export const statesPicture = async (loaded: Loaded): Promise<string> => {
  const { id } = loaded.d.id
  const { stateSvg } = await import('../diagram/state-svg.ts')
  return stateSvg(diagramOf(loaded), `states-${id}`, `The states of ${id}`)
}

/** @param id of the document that is on top of all, where one was named */
export const treePicture = async (
  roots: readonly Node[],
  format: PictureFormat,
  id?: string | undefined,
): Promise<string> => {
  if (format === 'mermaid') return (await import('../diagram/mermaid.ts')).familyMermaid(roots)
  const { familySvg } = await import('../diagram/family-svg.ts')
  return familySvg(roots, `family-${id ?? 'all'}`, id ? `${id} and what belongs to it` : 'Documents')
}
