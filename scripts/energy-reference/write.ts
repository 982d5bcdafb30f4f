/** Writes the tables of `docs/reference/energy.md`: `npm run docs:energy`. */
import { writeFileSync } from 'node:fs';
import { ENERGY_PAGE, energyPage } from './page.js';

writeFileSync(ENERGY_PAGE, await energyPage());
