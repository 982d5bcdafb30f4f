import yargs, { type Argv, type CommandModule } from 'yargs';
import { InvariantError, UserError } from '../core/errors.js';
import { bindCommand } from './command.js';
import { compareCommand } from './commands/compare.js';
import { demoCommand } from './commands/demo.js';
import { evaluateCommand } from './commands/evaluate.js';
import { inspectCommand } from './commands/inspect.js';
import { quantizeCommand } from './commands/quantize.js';
import { runCommand } from './commands/run.js';
import { simulateCommand } from './commands/simulate.js';
import { declaredOptions } from './declared-options.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { usageProblem } from './usage-problem.js';
import { VERSION } from './version.js';

const HELP_COLUMNS = 100;

/** Runs one command line and returns the exit code. Nothing here ends the process. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const commands = [
    bindCommand(io, demoCommand),
    bindCommand(io, inspectCommand),
    bindCommand(io, quantizeCommand),
    bindCommand(io, runCommand),
    bindCommand(io, evaluateCommand),
    bindCommand(io, simulateCommand),
    bindCommand(io, compareCommand),
  ];
  const commandNames = commands.map(({ command }) => String(command).split(' ')[0]!);
  let refused = false;
  const parser: Argv = yargs()
    .scriptName('bitmac')
    .usage('$0 <command>\n\nBit-accurate, cycle-level simulation of integer neural-network accelerators.')
    .command(commands as CommandModule[])
    .demandCommand(1, 'no command')
    .strict()
    .version(VERSION)
    .help()
    .wrap(HELP_COLUMNS)
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      refused = true;
      if (error?.name !== undefined && error.name !== 'YError') throw error;
      throw usageProblem(message, { args, commands: commandNames, options: declaredOptions(parser).names });
    });
  try {
    await parser.parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '' && !refused) io.out(output);
    });
    return EXIT.done;
  } catch (error) {
    io.progress('');
    return report(error, io);
  }
}

function report(error: unknown, io: Io): number {
  if (error instanceof UserError) {
    io.note(`bitmac: ${error.message}`);
    return error.exitCode;
  }
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind =
    error instanceof InvariantError ? 'a promise of its own code does not hold' : 'an unexpected error';
  io.note(`bitmac: this is a bug in bitmac (${kind}). Please report it with the command line.\n${what}`);
  return EXIT.bug;
}
