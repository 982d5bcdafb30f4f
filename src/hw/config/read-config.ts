import type { z } from 'zod';
import { type Issue, type Parsed, parsed, refused } from '../../core/parsed.js';
import { knownFields } from './config-schema.js';
import type { ConfigSource, FieldPath } from './config-source.js';
import { didYouMean } from '../../core/did-you-mean.js';

/** A problem with one field, before its position is looked up. */
export interface FieldIssue {
  readonly field: FieldPath;
  readonly expected: string;
  readonly got: string;
}

/** A configuration and those it extends, nearest first. */
export type ConfigLayers = readonly [ConfigSource, ...ConfigSource[]];

/** Fields of the layers by a schema, the nearest layer winning field by field; or every problem at once. */
export async function readConfig<S extends z.ZodType>(
  schema: S,
  layers: ConfigLayers,
): Promise<Parsed<z.output<S>>> {
  const merged = mergedValue(layers);
  const result = await schema.safeParseAsync(merged);
  if (result.success) return parsed(result.data);
  const issues = result.error.issues.flatMap((issue) => fieldIssues(issue, merged, schema));
  return refused(positioned(issues, layers));
}

/** Issues with their `file:line:column: field`, in the order of files and lines; those of missing fields last. */
export function positioned(issues: readonly FieldIssue[], layers: ConfigLayers): Issue[] {
  return issues
    .map((issue) => ({ issue, mention: mentionOf(issue.field, layers) }))
    .sort((a, b) => a.mention.layer - b.mention.layer || a.mention.offset - b.mention.offset)
    .map(({ issue: { field, expected, got }, mention: { layer, offset } }) => {
      const { file, positionAt } = layers[layer] ?? layers[0];
      const place = [Number.isFinite(offset) ? positionAt(offset) : file, field.map(String).join('.')];
      return { path: place.filter((part) => part !== '').join(': '), expected, got };
    });
}

/** The nearest layer that mentions a field or, where none does, something the field is part of. */
function mentionOf(field: FieldPath, layers: ConfigLayers): { layer: number; offset: number } {
  for (let length = field.length; length > 0; length -= 1) {
    for (const [layer, { offsetOf }] of layers.entries()) {
      const offset = offsetOf(field.slice(0, length));
      if (offset !== null) return { layer, offset };
    }
  }
  return { layer: layers.length, offset: Infinity };
}

function fieldIssues(issue: z.core.$ZodIssue, merged: unknown, schema: z.ZodType): FieldIssue[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(schema, issue.path);
    return issue.keys.map((key) => unknownField(key, issue.path, known));
  }
  const got: unknown = issue.code === 'custom' ? issue.params?.['got'] : undefined;
  const found = typeof got === 'string' ? got : shown(valueAt(merged, issue.path));
  return [{ field: issue.path, expected: issue.message, got: found }];
}

function unknownField(key: string, path: FieldPath, known: readonly string[]): FieldIssue {
  const meant = didYouMean(key, known);
  const expected = meant === null ? `one of ${known.join(', ')}` : `a known field (did you mean '${meant}'?)`;
  return { field: [...path, key], expected, got: 'an unknown field' };
}

function mergedValue(layers: readonly ConfigSource[]): unknown {
  return layers.map((layer) => layer.value).reduceRight((lower, upper) => overlay(lower, upper));
}

/** `upper` on `lower`: mappings field by field, anything else as a whole; a `value` keeps to the `source` beside it. */
function overlay(lower: unknown, upper: unknown): unknown {
  if (!isMapping(lower) || !isMapping(upper) || Object.hasOwn(upper, 'value')) return upper;
  const entries = Object.entries(upper).map(([key, value]) => [
    key,
    Object.hasOwn(lower, key) ? overlay(lower[key], value) : value,
  ]);
  return Object.fromEntries([...Object.entries(lower), ...(entries as [string, unknown][])]);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const json = JSON.stringify(value);
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}
