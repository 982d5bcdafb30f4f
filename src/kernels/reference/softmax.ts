import { softmaxCodes, softmaxTerms } from '../../arith/tflite/softmax.js';
import type { IntSoftmax } from '../../ir/ops/normalization.js';
import type { BindKernel } from '../kernel.js';
import { asInt32 } from './output-code.js';
import { formatOf, mapRows } from './tabulate.js';

/** TFLite's int8 softmax of every row, default build, as `arith/tflite/softmax.ts` states it; the sum is an int32. */
export const softmax: BindKernel<IntSoftmax> = (node, _operands, result) => {
  const format = formatOf(result.type);
  return ([x]) =>
    mapRows(x!, result, (row) => {
      const terms = softmaxTerms(row, node, 'double');
      asInt32(Number(terms.sum), node);
      return softmaxCodes(terms, format);
    });
};
