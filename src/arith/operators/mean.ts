import type { AffineGrid } from '../affine.js';
import { prepareXnnpackMean, xnnpackReduced } from '../xnnpack/reduce.js';
import type { MeanRuleName } from './names.js';

/** The code of a mean from the sum of its raw codes. */
export type SumCode = (sum: number) => number;

const rules: Readonly<
  Record<MeanRuleName, (count: number, input: AffineGrid, output: AffineGrid) => SumCode>
> = {
  'xnnpack-mean': (count, input, output) => {
    const reduction = prepareXnnpackMean(input, output, count);
    return (sum) => xnnpackReduced(sum, reduction);
  },
};

/** What a rule makes of the sum of `count` codes. Scales are float32 values. */
export function meanRule(name: MeanRuleName, count: number, input: AffineGrid, output: AffineGrid): SumCode {
  return rules[name](count, input, output);
}
