import { expect, it } from 'vitest';
import { runCampaign } from '../../scripts/fuzz-import/campaign.js';
import { faultyFiles } from '../support/faulty-reader.js';

const subject = new URL('../support/faulty-reader.ts', import.meta.url).href;

it('a campaign notices every way in which reading can go wrong', { timeout: 120_000 }, async () => {
  const results = await runCampaign({
    seeds: faultyFiles.map((name) => ({ name, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) })),
    campaign: 1,
    numbers: faultyFiles.map((_, number) => number),
    limits: { milliseconds: 1200, hangMilliseconds: 6000, bytes: 100 * 2 ** 20 },
    subject,
    workers: 2,
  });
  const verdicts = results.map(({ verdict, detail }, index) => [
    faultyFiles[index],
    verdict,
    detail.split(' | ')[0]!.slice(0, 100).trim(),
  ]);
  expect(verdicts).toEqual([
    ['throws.bin', 'crash', 'TypeError: x is undefined'],
    ['loops.bin', 'too slow', 'no answer within 6000 ms'],
    ['works.bin', 'too slow', expect.stringMatching(/^\d+ ms$/)],
    ['fills.bin', 'too big', expect.stringMatching(/^\d+ bytes$/)],
    ['grows.bin', 'too big', 'memory ran out'],
    ['exits.bin', 'crash', 'exit code 7:'],
    ['climbs.bin', 'outside file', '../secrets/secret.bin'],
    ['hides.bin', 'outside file', '/etc/hosts'],
    ['mumbles.bin', 'unclear error', 'does not begin with the name of the file: found something wrong'],
    ['breaks.bin', 'unclear error', expect.stringMatching(/^has line breaks or control characters: /)],
    ['rambles.bin', 'unclear error', expect.stringMatching(/^has 9\d\d characters: /)],
    ['refuses.bin', 'user error', expect.stringMatching(/refuses.bin: byte/)],
    ['lies.bin', 'malformed graph', "output 'y': 'y' is never defined"],
  ]);
});
