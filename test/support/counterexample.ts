import fc from 'fast-check';

/** What refutes a property, with the seed to replay it; empty where `runs` samples found nothing. */
export function counterexample<T>(property: fc.IProperty<T>, runs = 2000): string {
  const outcome = fc.check(property, { numRuns: runs });
  return outcome.failed ? (fc.defaultReportMessage(outcome) ?? 'failed') : '';
}
