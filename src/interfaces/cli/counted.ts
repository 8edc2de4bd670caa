/** So many of a thing, in words: `1 test`, `2 tests`, `2 dispatches`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`
