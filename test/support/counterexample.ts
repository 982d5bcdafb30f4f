import fc from 'fast-check';

/**
 * What refutes a property, with the seed to replay it; empty where `runs` samples found nothing. Properties of one shape
 * draw the same samples from the same seed: `stream` tells them apart.
 */
export function counterexample<T>(property: fc.IProperty<T>, runs = 2000, stream = 0): string {
  const { seed } = fc.readConfigureGlobal();
  const outcome = fc.check(property, {
    numRuns: runs,
    ...(seed === undefined ? {} : { seed: seed + stream }),
  });
  return outcome.failed ? (fc.defaultReportMessage(outcome) ?? 'failed') : '';
}
