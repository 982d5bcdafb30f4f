import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withTable } from '../../../scripts/markdown.js';
import { presetResults } from '../../../scripts/preset-tables.js';
import { repositoryPath } from '../../support/cli.js';

it('docs/reference/presets.md has what the presets do with MobileNetV1; `npm run tables:presets` writes it', async () => {
  const page = readFileSync(repositoryPath('docs/reference/presets.md'), 'utf8');
  for (const [name, table] of await presetResults()) expect(withTable(page, name, table)).toBe(page);
});
