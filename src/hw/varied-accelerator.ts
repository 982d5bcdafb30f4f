import { describeIssues, type Issue, problemsIn } from '../core/parsed.js';
import type { Accelerator } from './accelerator.js';
import type { AcceleratorConfig } from './accelerator-schema.js';
import { readConfigNamed } from './config/config-files.js';
import type { ConfigSource } from './config/config-source.js';
import type { ConfigLayers } from './config/read-config.js';
import { configError } from './load-accelerator.js';
import {
  acceleratorOf,
  configLayers,
  passedOn,
  readLayers,
  type TechnologyTables,
} from './parse-accelerator.js';

/** A field with the value it gets, as a machine file would have it. */
export interface FieldChange {
  readonly field: readonly string[];
  readonly value: string | number | boolean;
}

/** A machine with some fields changed. Each field is right; together they may be a machine that cannot be. */
export interface VariedAccelerator {
  readonly config: AcceleratorConfig;
  readonly accelerator: Accelerator | null;
  /** Why there is none. */
  readonly problem: string | null;
}

/** A machine read once, from which others are made as files that extend it would. */
export class AcceleratorBase {
  readonly name: string;
  readonly #layers: ConfigLayers;
  readonly #tables: TechnologyTables = new Map();

  private constructor(name: string, layers: ConfigLayers) {
    this.name = name;
    this.#layers = layers;
  }

  /**
   * @param nameOrPath a preset or the path of a YAML or JSON file
   * @throws UserError one message with every problem of the configuration
   */
  static async load(nameOrPath: string): Promise<AcceleratorBase> {
    const source = await readConfigNamed('machines', nameOrPath, '.');
    if (!source.ok) throw configError(nameOrPath, source.issues);
    const layers = await configLayers(source.value);
    if (!layers.ok) throw configError(nameOrPath, layers.issues);
    return new AcceleratorBase(nameOrPath, layers.value);
  }

  /**
   * @param place who asked for the changes, for messages
   * @throws UserError where the schema refuses a value
   */
  async with(changes: readonly FieldChange[], place: string): Promise<VariedAccelerator> {
    const source = changeSource({ name: `${this.name}, varied` }, changes, place);
    const layers: ConfigLayers = [source, ...this.#layers.map((layer) => passedOn(layer, source))];
    const written = await readLayers(layers, this.#tables);
    if (!written.ok) throw problemsIn(null, written.issues);
    const { config } = written.value;
    const machine = acceleratorOf(written.value);
    if (machine.ok) return { config, accelerator: machine.value, problem: null };
    return { config, accelerator: null, problem: describeIssues(machine.issues.map(withoutFile)) };
  }
}

/** Changes as the file that would make them. */
function changeSource(
  value: Record<string, unknown>,
  changes: readonly FieldChange[],
  file: string,
): ConfigSource {
  for (const { field, value: changed } of changes) {
    let section = value;
    for (const name of field.slice(0, -1)) section = (section[name] ??= {}) as Record<string, unknown>;
    section[field.at(-1)!] = changed;
  }
  const mentions = (path: readonly PropertyKey[]): boolean =>
    changes.some(({ field }) => path.every((name, depth) => field[depth] === name));
  return {
    file,
    text: JSON.stringify(value),
    value,
    offsetOf: (path) => (mentions(path) ? 0 : null),
    positionAt: () => file,
  };
}

/** Which file a field stands in is no matter where it is a combination that is wrong. */
function withoutFile({ path, got, expected }: Issue): Issue {
  return { path: path.split(': ').at(-1)!, got, expected };
}
