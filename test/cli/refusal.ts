import { expect } from 'vitest';
import { cli, repositoryPath } from '../support/cli.js';

/** A command line that must be refused: exit code 2, one message without a stack trace, nothing printed or written. */
export async function refusal(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>> = {},
): Promise<string> {
  const { exitCode, stdout, stderr, written } = await cli(args, new Map(Object.entries(files)));
  expect({ exitCode, stdout, written: [...written.keys()] }).toEqual({
    exitCode: 2,
    stdout: '',
    written: [],
  });
  expect(stderr).not.toMatch(/\n\s+at /);
  return stderr.replaceAll(repositoryPath(''), '');
}
