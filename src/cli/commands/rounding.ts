import type { CommandModule } from 'yargs';
import { bindMember } from '../command.js';
import type { Io } from '../io.js';
import { roundingListCommand } from './rounding-list.js';
import { roundingShowCommand } from './rounding-show.js';

/** The commands under `bitmac rounding`; the first is what it does when none is named. */
export function roundingCommands(io: Io): CommandModule[] {
  return [
    bindMember(io, {
      command: ['list', '$0'],
      describe: 'Every requantizer: its stack, its parameters, how it rounds ties',
      definition: roundingListCommand,
    }),
    bindMember(io, {
      command: 'show <rule>',
      describe: 'One requantizer in full: formula, source, parameters, contract, equalities',
      definition: roundingShowCommand,
    }),
  ] as CommandModule[];
}
