/** Command lines as the tools take them: what they do not know, they refuse. */

/**
 * @param known option -> whether a value follows
 * @returns the options with their values (true where none follows), and the other words; or `unknown`
 */
export const parse = (argv, known) => {
  const options = {}
  const words = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]
    if (!word.startsWith('-') || word === '-') words.push(word)
    else if (known[word] === undefined) return { unknown: word, options, words }
    else options[word] = known[word] ? argv[++i] : true
  }
  return { options, words }
}

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
