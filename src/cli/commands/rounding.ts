import type { CommandModule } from 'yargs';
import { bindMember } from '../command.js';
import type { Io } from '../io.js';
import { roundingCheckCommand } from './rounding-check.js';
import { roundingCompareCommand } from './rounding-compare.js';
import { roundingListCommand } from './rounding-list.js';
import { roundingPropertiesCommand } from './rounding-properties.js';
import { roundingShowCommand } from './rounding-show.js';
import { roundingTableCommand } from './rounding-table.js';

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
    bindMember(io, {
      command: 'compare <a> <b>',
      describe: 'How often two requantizers disagree, the worst case and the smallest one',
      definition: roundingCompareCommand,
    }),
    bindMember(io, {
      command: 'properties <rule>',
      describe: 'Which properties hold, with a counter-example of each that does not',
      definition: roundingPropertiesCommand,
    }),
    bindMember(io, {
      command: 'table <rules..>',
      describe: 'Codes of consecutive accumulators, beside the exact value',
      definition: roundingTableCommand,
    }),
    bindMember(io, {
      command: 'check <rule>',
      describe: 'Whether a program or a hardware simulation of yours returns the codes of a rule',
      definition: roundingCheckCommand,
    }),
  ] as CommandModule[];
}
