import type { CommandDefinition } from '../command.js';

export const hwSchemaCommand: CommandDefinition<unknown> = {
  builder: (yargs) => yargs.example('$0 hw schema > machine.schema.json', 'for an editor'),
  action: async () => (await import('../actions/hw-schema.js')).printMachineSchema,
};
