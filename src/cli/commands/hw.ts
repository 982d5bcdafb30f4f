import type { CommandModule } from 'yargs';
import { bindMember } from '../command.js';
import type { Io } from '../io.js';
import { hwListCommand } from './hw-list.js';
import { hwSchemaCommand } from './hw-schema.js';
import { hwShowCommand } from './hw-show.js';

/** The commands under `bitmac hw`; the first is what it does when none is named. */
export function hwCommands(io: Io): CommandModule[] {
  return [
    bindMember(io, {
      command: ['list', '$0'],
      describe: 'Every preset: array, MACs, clock, memory, what it is',
      definition: hwListCommand,
    }),
    bindMember(io, {
      command: 'show <machine>',
      describe: 'One machine as a single file, with the source of every figure',
      definition: hwShowCommand,
    }),
    bindMember(io, {
      command: 'schema',
      describe: 'The JSON Schema of machine files, for editors',
      definition: hwSchemaCommand,
    }),
  ] as CommandModule[];
}
