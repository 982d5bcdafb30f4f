import { z } from 'zod';
import { acceleratorSchema } from './accelerator-schema.js';

/**
 * The JSON Schema (draft 2020-12) of a machine file, for editors: every field required that has no default, or none where
 * the file extends another. Units and the checks between fields are beyond it.
 */
export function acceleratorJsonSchema(): object {
  const { $schema, ...whole } = z.toJSONSchema(acceleratorSchema, { io: 'input' });
  return {
    $schema,
    title: 'bitmac machine',
    anyOf: [whole, { ...withoutRequired(whole), required: ['extends'] }],
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
