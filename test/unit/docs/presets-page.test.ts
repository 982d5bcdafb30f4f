import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withTable } from '../../../scripts/markdown.js';
import { presetTables } from '../../../scripts/preset-tables.js';
import { acceleratorPresets } from '../../../src/hw/load-accelerator.js';
import { repositoryPath } from '../../support/cli.js';

const page = readFileSync(repositoryPath('docs/reference/presets.md'), 'utf8');

/** What stands below a preset's heading. */
function sectionOf(name: string): string {
  const [, below] = page.split(`\n## ${name}\n`);
  return below?.split('\n## ')[0] ?? '';
}

describe('docs/reference/presets.md', () => {
  it('has the figures of the presets; `npm run tables:presets` writes them', async () => {
    for (const [name, table] of await presetTables()) {
      expect(withTable(page, name, table)).toBe(page);
    }
  });

  it.each(acceleratorPresets())('says of %s what is modelled, what is not, and whence', (name) => {
    const section = sectionOf(name);
    for (const part of ['Modelled', 'Not modelled', 'Sources']) {
      expect(section).toMatch(new RegExp(`^\\*\\*${part}\\.\\*\\* \\S`, 'm'));
    }
  });

  it('has no section for a preset that is not there', () => {
    const headings = [...page.matchAll(/^## (\S+)$/gm)].map(([, heading]) => heading!);
    expect(headings.filter((heading) => heading !== 'Figures').sort()).toEqual(acceleratorPresets());
  });
});
