import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { figureMarkdown, matrixModels, presetComparison } from '../../../scripts/model-machine-matrix.js';
import { repositoryPath } from '../../support/cli.js';
import { describeShared } from '../../support/shared.js';

/** Models of which all presets take seconds. */
const SMALL = /hello_world|micro_speech|mnist-8|ad01|dscnn_small|resnet_2b/;

/** The rows of a table of the page, by their first cell. */
function rowsOf(text: string, table: string): ReadonlyMap<string, string> {
  const content = text.split(`<!-- table ${table} -->\n`)[1]!.split('<!-- end -->')[0]!;
  return new Map(content.split('\n').map((line) => [line.split('|')[1]?.trim() ?? '-', line]));
}

describeShared('docs/reference/model-machine-matrix.md', () => {
  it('has what the presets do with small models; `npm run tables:matrix` writes it', async () => {
    const page = readFileSync(repositoryPath('docs/reference/model-machine-matrix.md'), 'utf8');
    const models = matrixModels().filter((file) => SMALL.test(file));
    expect(models.length).toBeGreaterThan(8);
    for (const [table, content] of figureMarkdown(await presetComparison(models, () => {}))) {
      const rows = rowsOf(page, table);
      const [, , ...lines] = content.split('\n');
      const held = lines.slice(0, -1); // the mean is of all models
      expect(held).toHaveLength(models.length);
      expect(held).toEqual(held.map((line) => rows.get(line.split('|')[1]!.trim())));
    }
  });
});
