import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acceleratorSchema } from '../../../src/hw/accelerator-schema.js';
import { knownFields } from '../../../src/hw/config/config-schema.js';
import { presetNames } from '../../../src/hw/config/config-files.js';
import { parseAccelerator } from '../../../src/hw/parse-accelerator.js';

const page = readFileSync(new URL('../../../docs/reference/machine.md', import.meta.url), 'utf8');

describe('the page about machines', () => {
  it('shows files that load', async () => {
    const files = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
    expect(files.length).toBeGreaterThan(0);
    const results = await Promise.all(files.map((text) => parseAccelerator(text, { file: 'machine.md' })));
    expect(results.filter((result) => !result.ok)).toEqual([]);
  });

  it('names every field', () => {
    const sections = knownFields(acceleratorSchema, []);
    const paths = [[], ...sections.map((section) => [section]), ['energy', 'overrides']];
    const fields = paths.flatMap((path) => knownFields(acceleratorSchema, path));
    expect(fields.filter((field) => !new RegExp(`[\`.]${field}[\`.]`).test(page))).toEqual([]);
  });

  it('names every preset and technology', () => {
    const names = [...presetNames('machines'), ...presetNames('technology')];
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
