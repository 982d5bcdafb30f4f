import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { acceleratorJsonSchema } from '../../../src/hw/accelerator-json-schema.js';
import { acceleratorPresets } from '../../../src/hw/load-accelerator.js';

describe('the JSON Schema of a machine file', () => {
  const schema = z.fromJSONSchema(acceleratorJsonSchema() as z.core.JSONSchema.BaseSchema);
  const accepts = (value: unknown): boolean => schema.safeParse(value).success;

  it.each(acceleratorPresets())('accepts the preset %s', (name) => {
    const text = readFileSync(new URL(`../../../configs/machines/${name}.yaml`, import.meta.url), 'utf8');
    expect(accepts(parse(text))).toBe(true);
  });

  it('accepts a file that extends another and changes a single field', () => {
    expect(accepts({ extends: 'whitepaper-16x16', array: { rows: 8 } })).toBe(true);
  });

  it('accepts a scratchpad in place of the buffers, and refuses it beside one', () => {
    const preset = new URL('../../../configs/machines/tpu-v1.yaml', import.meta.url);
    const { activationBuffer, weightBuffer, outputBuffer, ...others } = parse(
      readFileSync(preset, 'utf8'),
    ) as Record<string, unknown>;
    expect(accepts({ ...others, scratchpad: activationBuffer })).toBe(true);
    expect(accepts({ ...others, scratchpad: activationBuffer, weightBuffer })).toBe(false);
    expect(accepts({ ...others, weightBuffer, outputBuffer })).toBe(false);
  });

  it('refuses missing, unknown and mistyped fields', () => {
    expect(accepts({ clock: '1 GHz' })).toBe(false);
    expect(accepts({ extends: 'whitepaper-16x16', clok: '1 GHz' })).toBe(false);
    expect(accepts({ extends: 'whitepaper-16x16', array: { rows: '8' } })).toBe(false);
  });
});
