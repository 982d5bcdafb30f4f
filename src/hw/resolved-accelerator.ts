import type { Accelerator } from './accelerator.js';
import { readConfigNamed } from './config/config-files.js';
import { configError } from './load-accelerator.js';
import { acceleratorOf, configLayers, readLayers } from './parse-accelerator.js';
import { resolvedText } from './resolved-text.js';

/** A machine and the one file that says the same as its own and all it extends. */
export interface ResolvedAccelerator {
  readonly machine: Accelerator;
  /** YAML, comments kept. */
  readonly text: string;
}

/**
 * @param nameOrPath a preset or the path of a YAML or JSON file
 * @throws UserError one message with every problem of the configuration
 */
export async function resolvedAccelerator(nameOrPath: string): Promise<ResolvedAccelerator> {
  const source = await readConfigNamed('machines', nameOrPath, '.');
  if (!source.ok) throw configError(nameOrPath, source.issues);
  const layers = await configLayers(source.value);
  if (!layers.ok) throw configError(nameOrPath, layers.issues);
  const written = await readLayers(layers.value);
  if (!written.ok) throw configError(nameOrPath, written.issues);
  const machine = acceleratorOf(written.value);
  if (!machine.ok) throw configError(nameOrPath, machine.issues);
  return { machine: machine.value, text: resolvedText(written.value, machine.value) };
}
