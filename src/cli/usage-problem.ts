import { UserError, type UserErrorDetails } from '../core/errors.js';
import { didYouMean } from '../core/did-you-mean.js';

/** What a person typed, and what they could have typed. */
export interface Usage {
  readonly args: readonly string[];
  readonly commands: readonly string[];
  /** Commands under the command, where it is a group. */
  readonly members: readonly string[];
  /** Options of the command, or of none. */
  readonly options: readonly string[];
}

/** What yargs refuses, in our words: what was found, what to type instead, where to look it up. */
export function usageProblem(message: string, usage: Usage): UserError {
  const [command] = usage.args;
  const known = command !== undefined && usage.commands.includes(command);
  const help = `see 'bitmac ${known ? `${command} ` : ''}--help'`;
  const details = inOurWords(message, usage);
  const suggestion = details.suggestion === undefined ? help : `${details.suggestion} ${help}`;
  return new UserError({ place: 'command line', ...details, suggestion });
}

function inOurWords(message: string, usage: Usage): UserErrorDetails {
  const [, unknown] = /^Unknown arguments?: ([^,]*)/.exec(message) ?? [];
  if (unknown !== undefined) return unknownWord(unknown, usage);
  const [, missing] = /^Missing required arguments?: (.*)/.exec(message) ?? [];
  if (missing !== undefined) return { found: `no ${missing.replaceAll(/[\w-]+/g, '--$&')}` };
  const [, valueless] = /^Not enough arguments following: (.*)/.exec(message) ?? [];
  if (valueless !== undefined) return { found: `--${valueless} without a value` };
  if (message.startsWith('Not enough non-option arguments')) {
    if (usage.members.length > 0) return { found: 'too few names', expected: 'one for each <…>' };
    return { found: 'no file', expected: 'one before the options' };
  }
  const choices = [...message.matchAll(/Argument: (.*), Given: (.*), Choices: (.*)/g)];
  const [first] = choices;
  if (first === undefined) return { found: message };
  const [, name, given, offered] = first;
  return { found: `--${name} ${given}`, expected: `one of ${offered}` };
}

/** yargs takes the dashes off; an option is told from a stray word by looking at what was typed. */
function unknownWord(word: string, { args, commands, members, options }: Usage): UserErrorDetails {
  const typed = args.find((arg) => /^-+/.test(arg) && arg.replace(/^-+/, '').split('=')[0] === word);
  const [command, member] = args;
  if (typed !== undefined) {
    const meant = didYouMean(
      word,
      options.filter((name) => name.length > 1),
    );
    return {
      found: `unknown option '${typed}'`,
      ...(meant === null ? {} : { suggestion: `did you mean '--${meant}'?` }),
    };
  }
  if (command === undefined) return { found: `one word too many, '${word}'` };
  if (!commands.includes(command)) return unknownCommand(command, commands);
  if (member === word && members.length > 0) return unknownCommand(member, members, `${command} `);
  return { found: `one word too many, '${word}'` };
}

function unknownCommand(word: string, known: readonly string[], group = ''): UserErrorDetails {
  const meant = didYouMean(word, known);
  return {
    found: `unknown command '${group}${word}'`,
    expected: `one of ${known.join(', ')}`,
    ...(meant === null ? {} : { suggestion: `did you mean '${group}${meant}'?` }),
  };
}
