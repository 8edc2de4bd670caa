export interface Part {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

export const writeInto: (
  file: string,
  result: {
    readonly node: string
    readonly git: string
    readonly cores: number
    readonly load?: number
    readonly at: string
    readonly parts: Readonly<Record<string, Part>>
  },
) => void
