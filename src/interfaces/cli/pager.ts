/** Output that is longer than the screen, through the reader's own pager. Which one is never asked of a repository. */
import { spawnSync } from 'node:child_process'
import { mayPage } from './display.ts'
import { pagerPreference } from './preferences.ts'

const needsPager = (text: string): boolean => {
  const { rows = 24, columns = 80 } = process.stdout
  const onScreen = text
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0)
  return onScreen > rows
}

const ignore = (): void => undefined

/** Shows the text in a pager. False where none is wanted, needed or to be had: print it then. */
export const paged = (text: string): boolean => {
  if (!mayPage()) return false
  const pager = pagerPreference(process.env).value
  if (pager.trim() === '' || pager.trim() === 'cat' || !needsPager(text)) return false
  process.on('SIGINT', ignore) // Ctrl-C belongs to the pager: it must not be left alone with the terminal
  try {
    const env = { LESS: 'FIRX', LV: '-c', ...process.env }
    const { status, error } = spawnSync(pager, {
      input: text,
      env,
      shell: true,
      stdio: ['pipe', 'inherit', 'ignore'],
    })
    // A shell that finds no such program says 126 or 127; a reader who leaves early closes the pipe, which is no error.
    return (
      (error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE') &&
      status !== 126 &&
      status !== 127
    )
  } finally {
    process.off('SIGINT', ignore)
  }
}
