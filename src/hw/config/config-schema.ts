import { z } from 'zod';
import { expectedQuantity, parseQuantity, type Quantity, type QuantityKind } from './quantity.js';

/**
 * The pieces configuration schemas are made of. The message of every zod issue is what would have been accepted; what was
 * found is added where the issue is reported.
 */

/** A quantity with its unit, as text. */
export function quantity(kind: QuantityKind): z.ZodType<Quantity, string> {
  const expected = expectedQuantity(kind);
  return z
    .string({ error: expected })
    .meta({ description: expected })
    .transform(async (text, context) => {
      const result = await parseQuantity(text, kind);
      if ('amount' in result) return result;
      // `continue` makes a union report this issue where the value is text, instead of all it would accept.
      context.addIssue({ code: 'custom', message: expected, params: { got: result.got }, continue: true });
      return z.NEVER;
    });
}

export function integer(low: number, high: number): z.ZodInt {
  const error = `a whole number from ${low} to ${high}`;
  return z.int({ error }).min(low, { error }).max(high, { error });
}

/** A share of a whole. */
export function fraction(): z.ZodNumber {
  const error = 'a number from 0 to 1';
  return z.number({ error }).min(0, { error }).max(1, { error });
}

export function flag(): z.ZodBoolean {
  return z.boolean({ error: 'true or false' });
}

export function text(): z.ZodString {
  return z.string({ error: 'a text' });
}

/** A text that says something. */
export function nonEmptyText(): z.ZodString {
  return z.string({ error: 'a text' }).min(1, { error: 'a text that is not empty' });
}

export function choice<const T extends readonly string[]>(values: T): z.ZodEnum<{ [V in T[number]]: V }> {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

/** A mapping with these fields and no others. */
export function section<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  return z.strictObject(shape, { error: `a mapping with ${Object.keys(shape).join(', ')}` });
}

/** One or several of them. */
export function list<S extends z.ZodType>(element: S): z.ZodArray<S> {
  const error = 'a list of at least one entry';
  return z.array(element, { error }).min(1, { error });
}

/** The fields a section knows at a path, for suggestions; none where the path leads elsewhere. */
export function knownFields(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let inner: unknown = schema;
  for (const key of [undefined, ...path]) {
    if (key !== undefined) inner = child(inner, key);
    while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function child(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<PropertyKey, unknown>)[key];
  return schema instanceof z.ZodArray ? schema.element : null;
}
