/** Agent tools as the server meets them: the official client over standard input and output, or lines as they come. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type CallToolResult, Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterEach, expect } from 'vitest'
import { type Answer, BIN } from './cli.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const environment = (more: NodeJS.ProcessEnv = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({ ...process.env, ...more }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  )

interface Start {
  /** Who acts; nobody where absent. */
  readonly user?: string
  /** Further words of the command line. */
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Revision of the protocol; else what the client begins with. */
  readonly pin?: string
}

export class Connected {
  readonly client: Client
  readonly #transport: StdioClientTransport
  #complaints = ''

  constructor(client: Client, transport: StdioClientTransport) {
    this.client = client
    this.#transport = transport
    transport.stderr?.on('data', (chunk) => {
      this.#complaints += chunk
    })
  }

  /** What was said on standard error. */
  get complaints(): string {
    return this.#complaints
  }

  get pid(): number {
    return this.#transport.pid ?? 0
  }

  /** The answer of a tool, which stands in its result twice. */
  async ask(verb: string, given: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Answer> {
    const name = `qms_${verb.replaceAll(/[ -]/g, '_')}`
    const result = (await this.client.callTool(
      { name, arguments: given },
      signal ? { signal } : {},
    )) as CallToolResult
    const answer = result.structuredContent as Answer
    expect(result.content).toEqual([{ type: 'text', text: expect.any(String) }])
    expect(JSON.parse(textOf(result))).toEqual(answer)
    expect(result.isError).toBe(!answer.ok)
    return answer
  }

  /** Succeeds; what the command answers. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into, not typed
  async ok(verb: string, given: Record<string, unknown> = {}): Promise<any> {
    const answer = await this.ask(verb, given)
    expect({ verb, given, error: answer.error }).toEqual({ verb, given, error: undefined })
    return answer.result
  }

  /** Refused with this code; the refusal. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async refused(code: string, verb: string, given: Record<string, unknown> = {}): Promise<any> {
    const answer = await this.ask(verb, given)
    expect({ verb, given, code: answer.error?.code }).toEqual({ verb, given, code })
    return answer.error
  }

  close(): Promise<void> {
    return this.client.close()
  }
}

export const textOf = (result: CallToolResult): string => (result.content[0] as { text: string }).text

/** A server of its own for one agent. It ends with the test. */
export const connected = async (cwd: string, { user, env, pin }: Start = {}): Promise<Connected> => {
  const options = pin === undefined ? {} : { versionNegotiation: { mode: { pin } } }
  const client = new Client({ name: 'test', version: '1.0.0' }, options)
  const args = [BIN, 'mcp', ...(user === undefined ? [] : ['-u', user])]
  const transport = new StdioClientTransport({
    command: process.execPath,
    args,
    cwd,
    env: environment(env),
    stderr: 'pipe',
  })
  const one = new Connected(client, transport)
  open.push(one)
  await client.connect(transport)
  return one
}

/** A server that is talked to line by line, without a client that would mind its manners. */
export class Line {
  readonly child: ChildProcessWithoutNullStreams
  #out = ''
  #err = ''
  #heard: (() => void)[] = []

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child
    child.stdout.on('data', (chunk) => {
      this.#out += chunk
      for (const wake of this.#heard.splice(0)) wake()
    })
    child.stderr.on('data', (chunk) => {
      this.#err += chunk
    })
    child.stdin.on('error', () => undefined)
  }

  get complaints(): string {
    return this.#err
  }

  /** Every line of standard output: each is one message, or the test fails here. */
  get messages(): { id?: number; result?: Record<string, unknown>; error?: { code: number } }[] {
    const lines = this.#out.split('\n').filter((line) => line !== '')
    return lines.map((line) => {
      const message = JSON.parse(line)
      expect(message.jsonrpc).toBe('2.0')
      return message
    })
  }

  send(...messages: readonly (object | string)[]): this {
    for (const message of messages)
      this.child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
    return this
  }

  /** The answer to the request with this id. */
  async answer(id: number) {
    for (;;) {
      const found = this.#out.includes(`"id":${id}`) && this.messages.find((message) => message.id === id)
      if (found) return found
      await new Promise<void>((wake) => this.#heard.push(wake))
    }
  }

  /** Exit code, or the signal that it ended by. */
  async end(): Promise<number | NodeJS.Signals> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close')
    return this.child.exitCode ?? this.child.signalCode ?? -1
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.end()
  }
}

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'lines', version: '1.0.0' },
  },
}

export const tool = (id: number, name: string, given: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: given },
})

/** @param node options of node itself, such as `--require FILE` */
export const lineTo = (
  cwd: string,
  { user, env, args: more = [] }: Omit<Start, 'pin'> = {},
  node: readonly string[] = [],
): Line => {
  const args = [...node, BIN, 'mcp', ...(user === undefined ? [] : ['-u', user]), ...more]
  const one = new Line(spawn(process.execPath, args, { cwd, env: environment(env), stdio: 'pipe' }))
  open.push(one)
  return one
}
