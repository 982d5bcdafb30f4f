import type { ArgumentsCamelCase, Argv, CommandModule } from 'yargs';
import { UserError } from '../core/errors.js';
import { declaredOptions } from './declared-options.js';
import type { Io } from './io.js';

/** What a builder of options makes of a command line. */
export type ArgumentsOf<Builder extends (yargs: Argv) => Argv<unknown>> =
  ReturnType<Builder> extends Argv<infer Arguments> ? Arguments : never;

/** What a command takes, and the action that is loaded only when it runs. */
export interface CommandDefinition<Arguments> {
  readonly builder: (yargs: Argv) => Argv<Arguments>;
  readonly action: () => Promise<(io: Io, args: ArgumentsCamelCase<Arguments>) => Promise<void>>;
}

/** A command as help lists it. */
interface Named {
  /** Its name with its positionals. */
  readonly command: string;
  readonly describe: string;
}

export interface NamedCommand<Arguments> extends Named {
  readonly load: () => Promise<CommandDefinition<Arguments>>;
}

/** Ties a command to an `Io`. Start-up stays cheap: options are imported when a command is named, its code when it runs. */
export function bindCommand<Arguments>(
  io: Io,
  { command, describe, load }: NamedCommand<Arguments>,
): CommandModule<object, Arguments> {
  return {
    command,
    describe,
    builder: async (yargs) => withStrictValues((await load()).builder(yargs)),
    handler: async (args) => {
      const run = await (await load()).action();
      await run(io, args);
    },
  };
}

/** A command that only has commands under it, loaded when it is named. */
export interface NamedGroup extends Named {
  readonly load: () => Promise<(io: Io) => CommandModule[]>;
}

export interface CommandGroup extends CommandModule {
  /** Names of the commands under it; none before it has been named. */
  readonly members: () => readonly string[];
}

export function bindGroup(io: Io, { command, describe, load }: NamedGroup): CommandGroup {
  let members: CommandModule[] = [];
  return {
    command,
    describe,
    builder: async (yargs: Argv) => {
      members = (await load())(io);
      return yargs.command(members);
    },
    handler: () => {},
    members: () => members.map((member) => nameOf([member.command!].flat()[0]!)),
  };
}

/** The first word of a command with its positionals. */
export function nameOf(command: string): string {
  return command.split(' ')[0]!;
}

/** A command of a group. Its options are there at once, because yargs cannot wait for those of a group's default command. */
export interface GroupMember<Arguments> {
  /** Its name with its positionals; `$0` makes it what the group does when none is named. */
  readonly command: string | readonly string[];
  readonly describe: string;
  readonly definition: CommandDefinition<Arguments>;
}

export function bindMember<Arguments>(
  io: Io,
  { command, describe, definition }: GroupMember<Arguments>,
): CommandModule<object, Arguments> {
  return {
    command,
    describe,
    builder: (yargs) => withStrictValues(definition.builder(yargs)),
    handler: async (args) => {
      const run = await definition.action();
      await run(io, args);
    },
  };
}

/** What yargs lets pass: an option without its value, one said twice where only the last would count, an empty value. */
function withStrictValues<Arguments>(yargs: Argv<Arguments>): Argv<Arguments> {
  const { names, lists, switches } = declaredOptions(yargs);
  return yargs.requiresArg(names.filter((name) => !switches.has(name))).check((args) => {
    for (const name of names) {
      const value = (args as Readonly<Record<string, unknown>>)[name];
      if (Array.isArray(value) && !lists.has(name)) {
        throw new UserError({ place: `--${name}`, found: `${value.length} of them`, expected: 'one' });
      }
      if ([value].flat().includes('')) {
        throw new UserError({ place: `--${name}`, found: 'an empty text', expected: 'a value' });
      }
    }
    return true;
  });
}
