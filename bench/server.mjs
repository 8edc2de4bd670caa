// One server for agent tools: what a call costs once it is warm, and how many transitions go through it in a second,
// against bare node of the same round.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { BARE, median, node } from './harness.mjs'
import { ANY_DOCUMENT, ownStore } from './places.mjs'
import { program } from './program.mjs'

export const title = 'One server for agent tools'

export const columns = ['documents', 'command', 'runs', 'tenths', 'ratio', 'rate']

/** Calls of each kind in a round. */
const LOOKS = 10
const MOVES = 4

export const measure = async ({ documents, rounds, scratch }) => {
  const rows = []
  for (const count of documents) {
    const where = await ownStore(scratch, { documents: count })
    const server = await started(where)
    try {
      const found = await measured(server, where, rounds)
      rows.push(...found.map((row) => ({ documents: count, ...row })))
    } finally {
      server.end()
    }
  }
  return rows
}

const measured = async (server, where, rounds) => {
  const id = (await server.call('qms_create', { type: 'CR', title: 'Moved' })).document.doc_id
  await server.call('qms_status', { id: ANY_DOCUMENT })
  const samples = { 'tool status ID': [], 'tool status': [], 'a transition by tool': [] }
  const bare = []
  for (let n = 0; n < rounds; n++) {
    const floor = node(BARE, where).ms
    bare.push(floor)
    const look = { id: ANY_DOCUMENT }
    samples['tool status ID'].push(...(await timed(server, floor, LOOKS, () => ['qms_status', look])))
    samples['tool status'].push(...(await timed(server, floor, LOOKS, () => ['qms_status', {}])))
    samples['a transition by tool'].push(...(await timed(server, floor, MOVES, (at) => move(id, at))))
  }
  const none = {
    command: 'node -e 0',
    runs: rounds,
    tenths: median(bare),
    ratio: 1,
    rate: 1000 / median(bare),
  }
  return [none, ...Object.entries(samples).map(([command, all]) => summed(command, all))]
}

/** Given up and taken again: one event and one commit each. */
const move = (id, at) => (at % 2 === 0 ? ['qms_checkin', { id, discard: true }] : ['qms_checkout', { id }])

const timed = async (server, floor, times, callOf) => {
  const all = []
  for (let at = 0; at < times; at++) {
    const began = process.hrtime.bigint()
    await server.call(...callOf(at))
    const ms = Number(process.hrtime.bigint() - began) / 1e6
    all.push({ ms, ratio: ms / floor })
  }
  return all
}

/** `rate`: of all calls one after another, the slow ones included. */
const summed = (command, all) => ({
  command,
  runs: all.length,
  tenths: median(all.map(({ ms }) => ms)),
  ratio: median(all.map(({ ratio }) => ratio)),
  rate: (1000 * all.length) / all.reduce((sum, { ms }) => sum + ms, 0),
})

/** Without a client of the protocol, whose own time would be measured, too. */
const started = async ({ cwd, env }) => {
  const child = spawn(process.execPath, [program, 'mcp', '-u', 'claude'], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = new Map()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, ...message } = JSON.parse(line)
    waiting.get(id)?.(message)
    waiting.delete(id)
  })
  let requests = 0
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      const id = requests++
      child.once('close', reject)
      waiting.set(id, (message) => {
        child.removeListener('close', reject)
        resolve(message)
      })
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  const clientInfo = { name: 'bench', version: '1.0.0' }
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  return {
    /** @throws Error for a refusal: its figure means nothing */
    call: async (name, given) => {
      const { result } = await ask('tools/call', { name, arguments: given })
      if (!result?.structuredContent?.ok) throw new Error(`${name}: ${JSON.stringify(result).slice(0, 2000)}`)
      return result.structuredContent.result
    },
    end: () => child.stdin.end(),
  }
}
