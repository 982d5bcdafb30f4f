import { dirname, parse as parsePath } from 'node:path';
import { type Issue, type Parsed, parsed, refused } from '../core/parsed.js';
import type { Accelerator } from './accelerator.js';
import { acceleratorProblems } from './accelerator-checks.js';
import { type AcceleratorConfig, acceleratorSchema } from './accelerator-schema.js';
import { readConfigNamed } from './config/config-files.js';
import { type ConfigSource, readConfigText } from './config/config-source.js';
import {
  type ConfigLayers,
  type FieldIssue,
  isMapping,
  positioned,
  readConfig,
} from './config/read-config.js';
import { resolveAccelerator } from './resolve-accelerator.js';
import { technologySchema, type TechnologyTable } from './technology-schema.js';

export { acceleratorJsonSchema } from './accelerator-json-schema.js';

/** `extends` of `extends` of …: more is a cycle or a mistake. */
const DEEPEST_EXTENDS = 8;

/**
 * A machine from YAML or JSON text. Reports every problem at once: first those of single fields, and where there are none,
 * those between fields.
 *
 * @param options.file how problems name the text; paths in it are relative to this file's folder
 */
export async function parseAccelerator(
  text: string,
  options: { readonly file: string },
): Promise<Parsed<Accelerator>> {
  const source = readConfigText(text, options.file);
  return source.ok ? acceleratorFrom(source.value) : source;
}

/** A machine from a configuration that has been read. */
export async function acceleratorFrom(source: ConfigSource): Promise<Parsed<Accelerator>> {
  const layers = await layersFrom(source, DEEPEST_EXTENDS);
  if (!layers.ok) return layers;
  const config = await readConfig(acceleratorSchema, layers.value);
  if (!config.ok) return config;
  const table = await technologyTable(config.value, layers.value);
  if (!table.ok) return table;

  const issues: FieldIssue[] = [];
  const [own, parent] = layers.value;
  const naming = {
    name: parsePath(own.file).name,
    source: parent === undefined ? own.file : `${parent.file}, changed in ${own.file}`,
  };
  const machine = resolveAccelerator(config.value, table.value, naming, issues);
  issues.push(...acceleratorProblems(machine));
  if (issues.length === 0) return parsed(machine);
  return refused(positioned(issues, layers.value));
}

/** A configuration and those it extends. What a machine is called is its own and not passed on. */
async function layersFrom(source: ConfigSource, depth: number): Promise<Parsed<ConfigLayers>> {
  if (!isMapping(source.value) || !Object.hasOwn(source.value, 'extends')) return parsed([source]);
  const named = source.value['extends'];
  const problem = (got: string, expected: string): Parsed<ConfigLayers> =>
    refused(positioned([{ field: ['extends'], got, expected }], [source]));
  if (typeof named !== 'string') {
    return problem(JSON.stringify(named), 'the name of a preset or the path of a file');
  }
  if (depth === 0) return problem(`'${named}' after ${DEEPEST_EXTENDS} others`, 'no cycle');

  const extended = await readConfigNamed('machines', named, dirname(source.file));
  if (!extended.ok) {
    return refused(extended.issues.flatMap((issue) => referredFrom(issue, ['extends'], [source])));
  }
  const parents = await layersFrom(extended.value, depth - 1);
  if (!parents.ok) return parents;
  return parsed([source, ...parents.value.map(withoutNaming)]);
}

function withoutNaming(source: ConfigSource): ConfigSource {
  if (!isMapping(source.value)) return source;
  const { name: _name, description: _description, source: _source, ...value } = source.value;
  return { ...source, value };
}

async function technologyTable(
  { energy }: AcceleratorConfig,
  layers: ConfigLayers,
): Promise<Parsed<TechnologyTable>> {
  const field = ['energy', 'technology'];
  const layer = layers.find(({ offsetOf }) => offsetOf(field) !== null) ?? layers[0];
  const source = await readConfigNamed('technology', energy.technology, dirname(layer.file));
  if (!source.ok) return refused(source.issues.flatMap((issue) => referredFrom(issue, field, layers)));
  return readConfig(technologySchema, [source.value]);
}

/** A problem with a file named in another: one without a place of its own is where the file is named. */
function referredFrom(issue: Issue, field: readonly string[], layers: ConfigLayers): Issue[] {
  const { path, got, expected } = issue;
  return path === '' ? positioned([{ field, got, expected }], layers) : [issue];
}
