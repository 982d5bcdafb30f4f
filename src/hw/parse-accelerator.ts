import { dirname, parse as parsePath } from 'node:path';
import { type Issue, type Parsed, parsed, refused } from '../core/parsed.js';
import type { Accelerator } from './accelerator.js';
import { acceleratorProblems } from './accelerator-checks.js';
import { type AcceleratorConfig, acceleratorSchema, BUFFERS, type MemoryName } from './accelerator-schema.js';
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
  const layers = await configLayers(source);
  if (!layers.ok) return layers;
  const written = await readLayers(layers.value);
  return written.ok ? acceleratorOf(written.value) : written;
}

/** What the files of a machine say, each field right by itself. */
export interface WrittenAccelerator {
  readonly config: AcceleratorConfig;
  readonly table: TechnologyTable;
  readonly layers: ConfigLayers;
}

/** Technology tables that have been read, by name and folder. */
export type TechnologyTables = Map<string, Promise<Parsed<TechnologyTable>>>;

/** Fields by the schema, and the technology they name. `tables` saves reading one again for every machine of a series. */
export async function readLayers(
  layers: ConfigLayers,
  tables: TechnologyTables = new Map(),
): Promise<Parsed<WrittenAccelerator>> {
  const config = await readConfig(acceleratorSchema, layers);
  if (!config.ok) return config;
  const table = await technologyTable(config.value, layers, tables);
  return table.ok ? parsed({ config: config.value, table: table.value, layers }) : table;
}

/** The machine, or every problem between its fields. */
export function acceleratorOf({ config, table, layers }: WrittenAccelerator): Parsed<Accelerator> {
  const issues: FieldIssue[] = [];
  const [own, parent] = layers;
  const naming = {
    name: parsePath(own.file).name,
    source: parent === undefined ? own.file : `${parent.file}, changed in ${own.file}`,
  };
  const machine = resolveAccelerator(config, table, naming, issues);
  issues.push(...acceleratorProblems(machine));
  if (issues.length === 0) return parsed(machine);
  return refused(positioned(issues, layers));
}

/** A configuration and those it extends, nearest first. */
export function configLayers(source: ConfigSource): Promise<Parsed<ConfigLayers>> {
  return layersFrom(source, DEEPEST_EXTENDS);
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
  return parsed([source, ...parents.value.map((parent) => passedOn(parent, source))]);
}

/** What a machine passes on to one that extends it: not what it is called, and no memories of a form that this one replaces. */
export function passedOn(source: ConfigSource, heir: ConfigSource): ConfigSource {
  if (!isMapping(source.value)) return source;
  const { name: _name, description: _description, source: _source, ...value } = source.value;
  const replaced: readonly string[] = replacedMemories(heir);
  const kept = Object.entries(value).filter(([field]) => !replaced.includes(field));
  return { ...source, value: Object.fromEntries(kept) };
}

/** A scratchpad takes the place of the buffers of what a file extends, and any buffer that of a scratchpad. */
export function replacedMemories({ value }: ConfigSource): readonly MemoryName[] {
  const has = (name: MemoryName): boolean => isMapping(value) && Object.hasOwn(value, name);
  const buffers = BUFFERS.filter(has);
  return [...(has('scratchpad') ? BUFFERS : []), ...(buffers.length > 0 ? (['scratchpad'] as const) : [])];
}

async function technologyTable(
  { energy }: AcceleratorConfig,
  layers: ConfigLayers,
  tables: TechnologyTables,
): Promise<Parsed<TechnologyTable>> {
  const field = ['energy', 'technology'];
  const layer = layers.find(({ offsetOf }) => offsetOf(field) !== null) ?? layers[0];
  const folder = dirname(layer.file);
  const key = JSON.stringify([energy.technology, folder]);
  const table = tables.get(key) ?? readTable(energy.technology, folder);
  tables.set(key, table);
  const read = await table;
  return read.ok ? read : refused(read.issues.flatMap((issue) => referredFrom(issue, field, layers)));
}

async function readTable(technology: string, folder: string): Promise<Parsed<TechnologyTable>> {
  const source = await readConfigNamed('technology', technology, folder);
  return source.ok ? readConfig(technologySchema, [source.value]) : source;
}

/** A problem with a file named in another: one without a place of its own is where the file is named. */
function referredFrom(issue: Issue, field: readonly string[], layers: ConfigLayers): Issue[] {
  const { path, got, expected } = issue;
  return path === '' ? positioned([{ field, got, expected }], layers) : [issue];
}
