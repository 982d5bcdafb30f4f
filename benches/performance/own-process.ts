import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a file of this folder prints as JSON in a process of its own, for which V8 has compiled nothing yet; what it notes on stderr passes. */
export async function inOwnProcess<T>(file: string, args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const running = promisify(execFile)(process.execPath, [...process.execArgv, path, ...args]);
  running.child.stderr!.pipe(process.stderr);
  const { stdout } = await running;
  return JSON.parse(stdout) as T;
}
