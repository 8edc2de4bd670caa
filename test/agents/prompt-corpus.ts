/** Prompts as orchestrators write them, from the two files beside this one. */
import { readFileSync } from 'node:fs'

export interface Example {
  /** Classes that have to be found; none for a prompt that is within the rules. */
  readonly classes: readonly string[]
  readonly text: string
}

const BEGIN = /^===(.*)\n/gm

const written = (text: string): string =>
  text.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))

export const examples = (name: 'good' | 'bad'): Example[] => {
  const file = readFileSync(new URL(`prompts/${name}.txt`, import.meta.url), 'utf8')
  const begins = [...file.matchAll(BEGIN)]
  return begins.map((begin, i) => ({
    classes: (begin[1] ?? '').split(' ').filter((word) => word !== ''),
    text: written(file.slice(begin.index + begin[0].length, begins[i + 1]?.index).replace(/\n$/, '')),
  }))
}
