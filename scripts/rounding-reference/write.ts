/** Writes `docs/reference/rounding.md`: `npm run docs:rounding`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { roundingPage } from './page.js';

writeFileSync(fileURLToPath(new URL('../../docs/reference/rounding.md', import.meta.url)), roundingPage());
