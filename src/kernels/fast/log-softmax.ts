import { fixedPointLn } from '../../arith/integer-math.js';
import type { IntLogSoftmax } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { asInt32 } from '../reference/output-code.js';
import { codesOf, emptyResult } from './operands.js';
import { OutputStage } from './output-stage.js';
import { largestOf } from './rows.js';

/** `dᵢ − ln Σ exp`, as `reference/log-softmax.ts` states it. The logarithm is the normative one: once a row, in bigints. */
export const logSoftmax: BindKernel<IntLogSoftmax> = (node, [x], result) => {
  const stage = new OutputStage(node, result);
  const length = x!.shape.at(-1)!;
  return (operands) => {
    const [values, differences, exponentials] = operands.map(codesOf);
    const made = emptyResult(result);
    const sums = new Float64Array(length);
    for (let row = 0; row < values!.length; row += length) {
      const maximum = largestOf(values!, row, length);
      let sum = 0;
      for (let i = 0; i < length; i += 1) sum += exponentials![maximum - values![row + i]!]!;
      const logarithm = Number(fixedPointLn(BigInt(asInt32(sum, node)), node.fractionBits));
      for (let i = 0; i < length; i += 1) sums[i] = differences![maximum - values![row + i]!]! - logarithm;
      stage.row(sums, 0, length, made.data, row);
    }
    return made;
  };
};
