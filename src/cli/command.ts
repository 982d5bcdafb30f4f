import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import type { Io } from './io.js';

/** What a builder of options makes of a command line. */
export type ArgumentsOf<Builder extends (yargs: Argv) => Argv<unknown>> =
  ReturnType<Builder> extends Argv<infer Arguments> ? Arguments : never;

/** A command as data: its options, and the action that is loaded only when it runs. */
export interface CommandDefinition<Arguments> {
  readonly command: string;
  readonly describe: string;
  readonly builder: (yargs: Argv) => Argv<Arguments>;
  readonly action: () => Promise<(io: Io, args: ArgumentsCamelCase<Arguments>) => Promise<void>>;
}

/** Ties a definition to an `Io`. Start-up stays cheap: a command's own code is imported by its handler. */
export function bindCommand<Arguments>(
  io: Io,
  { command, describe, builder, action }: CommandDefinition<Arguments>,
): CommandModule<object, Arguments> {
  return {
    command,
    describe,
    builder: (yargs) => builder(yargs),
    handler: async (args) => {
      const run = await action();
      await run(io, args);
    },
  };
}
