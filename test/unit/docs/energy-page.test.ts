import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ENERGY_PAGE, energyPage } from '../../../scripts/energy-reference/page.js';

it('docs/reference/energy.md has the tables that the files make; `npm run docs:energy` writes them', async () => {
  expect(readFileSync(ENERGY_PAGE, 'utf8')).toBe(await energyPage());
});
