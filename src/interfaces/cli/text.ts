/** Text on a screen of so many columns: how wide it is, where it is broken, where it is cut. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const STYLE = /\u001b\[[0-9;]*m/g

/** Columns that a terminal gives to the text: none to styles and marks, two to East Asian signs and pictures. */
export const widthOf = (text: string): number => {
  const bare = text.replace(STYLE, '')
  if (/^[\x20-\x7e]*$/.test(bare)) return bare.length
  return [...bare].reduce((sum, c) => sum + (/\p{M}/u.test(c) ? 0 : WIDE.test(c) ? 2 : 1), 0)
}

export const padTo = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** As much as fits, with `~` for what does not. */
export const cutTo = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const c of text) {
    if (widthOf(kept + c) > width - 1) break
    kept += c
  }
  return `${kept}~`
}

/** Broken at spaces, every line but the first indented; a word that is wider than the screen stays whole. */
export const wrap = (text: string, width: number, indent = 0): string[] => {
  const lines: string[] = []
  const start = /^ */.exec(text)?.[0] ?? ''
  let line = ''
  for (const word of text.trimStart().split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    const before = lines.length === 0 ? start.length : indent
    if (line !== '' && before + widthOf(longer) > width) {
      lines.push(line.trimEnd())
      line = word
    } else line = longer
  }
  return [...lines, line].map((l, i) => (i === 0 ? start : ' '.repeat(indent)) + l)
}
