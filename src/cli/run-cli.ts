import yargs, { type Argv } from 'yargs';
import { InvariantError, UserError } from '../core/errors.js';
import { nameOf } from './command.js';
import { commandsOf } from './command-list.js';
import { declaredOptions } from './declared-options.js';
import { AnswerIsNo, EXIT } from './exit-codes.js';
import type { Io } from './io.js';
import { VERSION } from './version.js';

const HELP_COLUMNS = 100;

/** What yargs says of a command line it does not take. */
class UsageRefusal extends Error {}

/** `YError` is what yargs throws where it does not ask `fail` first. */
function isUsageRefusal(error: unknown): error is Error {
  return error instanceof UsageRefusal || (error instanceof Error && error.name === 'YError');
}

/** Runs one command line and returns the exit code. Nothing here ends the process. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const commands = commandsOf(io);
  const commandNames = commands.map(({ command }) => nameOf(String(command)));
  let refused = false;
  let knownOptions: readonly string[] = [];
  const parser: Argv = yargs()
    .scriptName('bitmac')
    .detectLocale(false)
    .usage('$0 <command>\n\nBit-accurate, cycle-level simulation of integer neural-network accelerators.')
    .command(commands)
    .demandCommand(1, 'no command')
    .strict()
    .version(VERSION)
    .help()
    .wrap(HELP_COLUMNS)
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      refused = true;
      knownOptions = declaredOptions(parser).names;
      throw error ?? new UsageRefusal(message);
    });
  try {
    await parser.parseAsync([...args], {}, (_error, _argv, output) => {
      if (output !== '' && !refused) io.out(output);
    });
    return EXIT.done;
  } catch (error) {
    io.progress('');
    if (error instanceof AnswerIsNo) return EXIT.no;
    if (!isUsageRefusal(error)) return report(error, io);
    const { usageProblem } = await import('./usage-problem.js');
    const named = commands.find(({ command }) => command === args[0]);
    const members = named !== undefined && 'members' in named ? named.members() : [];
    return report(
      usageProblem(error.message, { args, commands: commandNames, members, options: knownOptions }),
      io,
    );
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
