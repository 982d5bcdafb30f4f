import yargs from 'yargs';
import { InvariantError, UserError } from '../core/errors.js';
import { bindCommand } from './command.js';
import { compareCommand } from './commands/compare.js';
import { demoCommand } from './commands/demo.js';
import { evaluateCommand } from './commands/evaluate.js';
import { inspectCommand } from './commands/inspect.js';
import { quantizeCommand } from './commands/quantize.js';
import { runCommand } from './commands/run.js';
import { simulateCommand } from './commands/simulate.js';
import { EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { VERSION } from './version.js';

/** Runs one command line and returns the exit code. Nothing here ends the process. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let usageProblem: string | null = null;
  const parser = yargs()
    .scriptName('bitmac')
    .usage('$0 <command>\n\nBit-accurate, cycle-level simulation of integer neural-network accelerators.')
    .command(bindCommand(io, demoCommand))
    .command(bindCommand(io, inspectCommand))
    .command(bindCommand(io, quantizeCommand))
    .command(bindCommand(io, runCommand))
    .command(bindCommand(io, evaluateCommand))
    .command(bindCommand(io, simulateCommand))
    .command(bindCommand(io, compareCommand))
    .demandCommand(1, 'no command')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': false, 'camel-case-expansion': true })
    .version(VERSION)
    .help()
    .wrap(100)
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error !== null) throw error;
      usageProblem = message;
      throw new UserError({
        place: 'command line',
        found: message.charAt(0).toLowerCase() + message.slice(1),
        suggestion: "see 'bitmac --help'",
      });
    });
  try {
    await parser.parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '' && usageProblem === null) io.out(output);
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
