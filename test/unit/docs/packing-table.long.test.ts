import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withTable } from '../../../scripts/markdown.js';
import { packingTables } from '../../../scripts/packing-table.js';
import { repositoryPath } from '../../support/cli.js';

it('docs/reference/lowering.md has what packing saves MobileNetV2; `npm run tables:packing` writes it', async () => {
  const page = readFileSync(repositoryPath('docs/reference/lowering.md'), 'utf8');
  for (const [name, table] of await packingTables()) expect(withTable(page, name, table)).toBe(page);
});
