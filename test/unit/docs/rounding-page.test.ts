import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { roundingPage } from '../../../scripts/rounding-reference/page.js';
import { repositoryPath } from '../../support/cli.js';

it('docs/reference/rounding.md is what the registry prints; `npm run docs:rounding` writes it', () => {
  expect(readFileSync(repositoryPath('docs/reference/rounding.md'), 'utf8')).toBe(roundingPage());
});
