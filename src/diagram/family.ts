/** Documents with their children, placed from left to right. A tree needs no more than one row for each leaf. */
import { FINAL, type Status } from '../documents/types.ts'

export interface Member {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly version: string
  readonly children: readonly Member[]
}

/** `open`: it is being worked on. `force`: its text holds. `done`: it is closed, retired or cancelled. */
export const kindOf = ({ status }: Pick<Member, 'status'>): 'open' | 'force' | 'done' => {
  if (status === 'EFFECTIVE') return 'force'
  return FINAL.has(status as Status) ? 'done' : 'open'
}

export interface Seat {
  readonly member: Member
  /** Generations above it. */
  readonly column: number
  /** In the middle of its children's; whole numbers for those that have none. */
  readonly row: number
  /** Index of its parent's seat, or null. */
  readonly parent: number | null
}

/** Where each member sits, parents before their children. */
export const seats = (roots: readonly Member[]): { readonly all: readonly Seat[]; readonly rows: number } => {
  const all: Seat[] = []
  let rows = 0
  const seat = (member: Member, column: number, parent: number | null): number => {
    const at = all.length
    all.push({ member, column, row: 0, parent })
    const below = member.children.map((child) => seat(child, column + 1, at))
    const row = below.length > 0 ? ((below[0] ?? 0) + (below.at(-1) ?? 0)) / 2 : rows++
    all[at] = { member, column, row, parent }
    return row
  }
  for (const root of roots) seat(root, 0, null)
  return { all, rows }
}
