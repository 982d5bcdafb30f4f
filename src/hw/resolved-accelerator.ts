import { type Parsed, parsed } from '../core/parsed.js';
import type { Accelerator } from './accelerator.js';
import { readConfigNamed } from './config/config-files.js';
import type { ConfigSource } from './config/config-source.js';
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
  const resolved = source.ok ? await resolveSource(source.value) : source;
  if (!resolved.ok) throw configError(nameOrPath, resolved.issues);
  return resolved.value;
}

/** The same of a configuration that has been read. */
export async function resolveSource(source: ConfigSource): Promise<Parsed<ResolvedAccelerator>> {
  const layers = await configLayers(source);
  if (!layers.ok) return layers;
  const written = await readLayers(layers.value);
  if (!written.ok) return written;
  const machine = acceleratorOf(written.value);
  if (!machine.ok) return machine;
  return parsed({ machine: machine.value, text: resolvedText(written.value, machine.value) });
}
