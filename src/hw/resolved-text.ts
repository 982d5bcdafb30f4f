import { dirname, isAbsolute, join } from 'node:path';
import { Document, isMap, isScalar, type Pair, parseDocument, visit, YAMLMap } from 'yaml';
import type { Accelerator } from './accelerator.js';
import { acceleratorFieldPaths } from './accelerator-fields.js';
import { acceleratorSchema } from './accelerator-schema.js';
import { presetNames } from './config/config-files.js';
import { knownFields } from './config/config-schema.js';
import type { ConfigSource } from './config/config-source.js';
import type { ConfigLayers } from './config/read-config.js';
import { replacedMemories, type WrittenAccelerator } from './parse-accelerator.js';

const NAMING = ['name', 'description', 'source'] as const;

/**
 * One YAML text for a machine and all it extends: the nearest file's fields, with the comments beside them, in the order of
 * the schema. A field that another file changed says which, a field that no file mentions says that it is a default.
 */
export function resolvedText(
  { config, layers }: WrittenAccelerator,
  machine: Pick<Accelerator, (typeof NAMING)[number]>,
): string {
  const document = new Document(new YAMLMap());
  const root = document.contents as YAMLMap;
  for (const layer of layers.toReversed()) {
    for (const name of [...NAMING, ...replacedMemories(layer)]) root.delete(name);
    overlay(root, mappingOf(layer), layer === layers.at(-1) ? null : layer.file);
  }
  root.delete('extends');
  const naming = { name: machine.name, description: machine.description, source: machine.source };
  for (const [name, value] of Object.entries(naming)) {
    if (!root.has(name) && value !== '') root.set(name, value);
  }
  for (const path of acceleratorFieldPaths()) fillIn(document, path.split('.'), config);
  standAlone(document, layers);
  inSchemaOrder(root, []);
  for (const { key } of root.items) if (isScalar(key)) key.spaceBefore = !isNaming(key.value);
  return headerOf(layers[0].text) + document.toString({ lineWidth: 110 });
}

/** The mapping of a file without its head, in block style, its scalars without quotes that YAML can do without. */
function mappingOf({ text }: ConfigSource): YAMLMap {
  const { contents } = parseDocument(text.slice(headerOf(text).length));
  visit(contents, {
    Map: (_key, map) => {
      if (map.flow === true) spreadComment(map);
      map.flow = false;
    },
    Scalar: (_key, scalar) => {
      if (scalar.type?.startsWith('QUOTE') === true) scalar.type = 'PLAIN';
    },
  });
  return isMap(contents) ? contents : new YAMLMap();
}

/** What is said behind `{ … }` is said of every field in it. */
function spreadComment(map: YAMLMap): void {
  for (const { value } of map.items) if (isScalar(value)) value.comment ??= map.comment ?? null;
  map.comment = null;
}

/** `upper` on `lower`, by the rule of machine files; `file` where it is said of fields that have no comment. */
function overlay(lower: YAMLMap, upper: YAMLMap, file: string | null): void {
  for (const pair of upper.items) {
    const name = isScalar(pair.key) ? pair.key.value : pair.key;
    const below: unknown = lower.get(name, true);
    if (isMap(below) && isMap(pair.value) && !pair.value.has('value')) {
      overlay(below, pair.value, file);
      continue;
    }
    if (file !== null && !isNaming(name)) nameFile(pair.value, file);
    lower.delete(name);
    lower.items.push(pair);
  }
}

function nameFile(node: unknown, file: string): void {
  if (isScalar(node)) node.comment ??= ` ${file}`;
  else if (isMap(node) && !node.has('value')) for (const { value } of node.items) nameFile(value, file);
}

/** A field that no file mentions, where it has a default that is a plain value. */
function fillIn(document: Document, path: readonly string[], config: unknown): void {
  if (document.hasIn(path)) return;
  const value = path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key],
    config,
  );
  if (!['string', 'number', 'boolean'].includes(typeof value)) return;
  const node = document.createNode(value);
  node.comment = ' default';
  const [section] = path;
  if (path.length > 1 && !document.has(section)) document.add(document.createPair(section, {}));
  document.setIn(path, node);
}

/** A technology that is named by a path is named by one that leads there from here. */
function standAlone(document: Document, layers: ConfigLayers): void {
  const path = ['energy', 'technology'];
  const named = String(document.getIn(path));
  const layer = layers.find(({ offsetOf }) => offsetOf(path) !== null);
  if (layer === undefined || presetNames('technology').includes(named) || isAbsolute(named)) return;
  document.setIn(path, join(dirname(layer.file), named));
}

function inSchemaOrder(map: YAMLMap, path: readonly string[]): void {
  const order = knownFields(acceleratorSchema, path);
  const place = ({ key }: Pair<unknown, unknown>): number =>
    order.indexOf(String(isScalar(key) ? key.value : key));
  map.items.sort((a, b) => place(a) - place(b));
  for (const { key, value } of map.items) {
    if (isMap(value) && isScalar(key)) inSchemaOrder(value, [...path, String(key.value)]);
  }
}

/** The comment at the head of a file. */
function headerOf(text: string): string {
  return /^(?:#.*\n)*/.exec(text)![0];
}

function isNaming(name: unknown): boolean {
  return NAMING.some((known) => known === name);
}
