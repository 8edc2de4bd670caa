/** The program as the one plugin that oclif knows, made from a catalogue: no folder is searched, nothing is loaded early. */
import type { Command, Interfaces } from '@oclif/core'
import type { Catalogue } from './catalogue.ts'

export const pluginOf = (root: string, { pjson, commands, load }: Catalogue): Interfaces.Plugin => {
  const find = async (id: string): Promise<Command.Class> => {
    const command = (await load(`commands/${id.replaceAll(':', '/')}`)).default as Command.Class
    command.id = id
    command.plugin = plugin
    return command
  }
  const plugin: Interfaces.Plugin = {
    _base: '',
    alias: pjson.name,
    commandIDs: Object.keys(commands),
    commands: Object.entries(commands).map(
      ([id, cached]) => ({ ...cached, id, load: () => find(id) }) as Command.Loadable,
    ),
    commandsDir: undefined,
    findCommand: find,
    hasManifest: true,
    hooks: {},
    isRoot: true,
    load: async () => undefined,
    moduleType: 'module',
    name: pjson.name,
    options: { root },
    pjson,
    root,
    topics: Object.entries(pjson.oclif.topics ?? {}).map(([name, topic]) => ({ ...topic, name })),
    type: 'core',
    valid: true,
    version: pjson.version,
  }
  return plugin
}
