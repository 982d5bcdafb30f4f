import fc from 'fast-check';

/**
 * Properties draw the same cases in every run, so that a red test means a change of ours. `BITMAC_TEST_SEED` takes another
 * seed, or `random` to look for cases nobody has seen; a failure prints the seed that replays it.
 */
const chosen = process.env['BITMAC_TEST_SEED'] ?? '20210615';
if (chosen !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(chosen) });
