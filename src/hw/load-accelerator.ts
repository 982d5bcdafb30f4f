import { UserError } from '../core/errors.js';
import { describeIssues, type Issue } from '../core/parsed.js';
import type { Accelerator } from './accelerator.js';
import { presetNames, readConfigNamed } from './config/config-files.js';
import { acceleratorFrom } from './parse-accelerator.js';

/** Names of the machines that come with the package, sorted. */
export function acceleratorPresets(): string[] {
  return presetNames('machines');
}

/**
 * A machine by the name of a preset or the path of a YAML or JSON file.
 *
 * @throws UserError one message with every problem of the configuration
 */
export async function loadAccelerator(nameOrPath: string): Promise<Accelerator> {
  const source = await readConfigNamed('machines', nameOrPath, '.');
  if (!source.ok) throw configError(nameOrPath, source.issues);
  const machine = await acceleratorFrom(source.value);
  if (!machine.ok) throw configError(nameOrPath, machine.issues);
  return machine.value;
}

/** Every problem of a configuration as one message. */
export function configError(nameOrPath: string, issues: readonly Issue[]): UserError {
  const [first, ...others] = issues;
  if (first !== undefined && others.length === 0) {
    const { path, got, expected } = first;
    return new UserError({ ...(path === '' ? {} : { place: path }), found: got, expected });
  }
  const list = describeIssues(issues).replaceAll(/^/gm, '  ');
  return new UserError({ file: nameOrPath, found: `${issues.length} problems:\n${list}` });
}
