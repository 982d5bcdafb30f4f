import { z } from 'zod';
import { acceleratorSchema, BUFFERS } from './accelerator-schema.js';

/** An object schema, as far as it is changed here. */
interface ObjectSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
}

/**
 * The JSON Schema (draft 2020-12) of a machine file, for editors: every field required that has no default, with three
 * buffers or with a scratchpad, or none where the file extends another. Units and the checks between fields are beyond it.
 */
export function acceleratorJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(acceleratorSchema, { io: 'input' });
  const whole = rest as unknown as ObjectSchema;
  return {
    $schema,
    title: 'bitmac machine',
    anyOf: [
      withMemories(whole, BUFFERS, ['scratchpad']),
      withMemories(whole, ['scratchpad'], BUFFERS),
      { ...withoutRequired(whole), required: ['extends'] },
    ],
  };
}

/** The schema of machines with memories of one form. */
function withMemories(whole: ObjectSchema, these: readonly string[], others: readonly string[]): object {
  const properties = Object.entries(whole.properties).filter(([name]) => !others.includes(name));
  return {
    ...whole,
    properties: Object.fromEntries(properties),
    required: [...whole.required, ...these],
  };
}

/** The same schema with every field of every section optional. */
function withoutRequired(schema: object): object {
  const entries = Object.entries(schema)
    .filter(([key]) => key !== 'required')
    .map(([key, value]) => [key, key === 'properties' ? mapValues(value as object) : value]);
  return Object.fromEntries(entries) as object;
}

function mapValues(properties: object): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, withoutRequired(schema as object)]),
  );
}
