// Preloaded into a measured program: when it ends, it says on file 3 how much memory it held and when it began to work.
const { readFileSync, writeSync } = require('node:fs')
const { performance } = require('node:perf_hooks')
const { syncBuiltinESMExports } = require('node:module')
const children = require('node:child_process')

const { spawn } = children
let first = null
let count = 0
children.spawn = (file, ...rest) => {
  if (/\bgit(?:\.exe)?$/.test(file)) {
    first ??= performance.now()
    count += 1
  }
  return spawn(file, ...rest)
}
syncBuiltinESMExports()

/** Of this program alone: what getrusage says would include the process that started it. */
const peakMegabytes = () => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  } catch {
    return process.resourceUsage().maxRSS / 1024
  }
}

process.on('exit', () => {
  const ready = performance.nodeTiming.bootstrapComplete
  const said = {
    megabytes: peakMegabytes(),
    children: count,
    ready,
    working: first,
    ended: performance.now(),
  }
  writeSync(3, JSON.stringify(said))
})
