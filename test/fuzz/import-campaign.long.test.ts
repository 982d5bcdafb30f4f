import { expect, it } from 'vitest';
import { runCampaign } from '../../scripts/fuzz-import/campaign.js';
import { isFailure } from '../../scripts/fuzz-import/judge.js';
import { defaultSeeds } from '../../scripts/fuzz-import/seeds.js';
import { summaries } from '../../scripts/fuzz-import/table.js';
import { LIMITS } from '../../scripts/fuzz-import/worker-process.js';

it('a thousand damaged models give graphs and clear errors, within 2 s and 1 GiB each', async () => {
  const { seeds } = defaultSeeds();
  const numbers = Array.from({ length: 1000 }, (_, number) => number);
  const results = await runCampaign({ seeds, campaign: 2, numbers, limits: LIMITS });
  const failures = results.filter(({ verdict }) => isFailure(verdict));
  expect(failures).toEqual([]);
  const { verdicts } = summaries(seeds, results).at(-1)!;
  expect(Math.min(verdicts.graph ?? 0, verdicts['user error'] ?? 0)).toBeGreaterThan(20);
});
