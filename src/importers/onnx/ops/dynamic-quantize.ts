import { UINT8 } from '../../../arith/int-format.js';
import { PLAIN_INTEGERS } from '../codes.js';
import type { ImportOperator } from './operator.js';

/**
 * DynamicQuantizeLinear-11: uint8 codes of x, and the scale and zero point that it finds in x. Every run has a grid of its own, so
 * in the graph the codes are the integers that they are, and the grid is two values of run time.
 */
export const dynamicQuantizeLinear: ImportOperator = (node) => {
  const x = node.input(0);
  const inner = node.part({ inputs: [x] });
  const codes = inner.emit({ op: 'dynamicQuantize', result: 'codes' }, [x]);
  const zeroPoint = inner.emit({ op: 'dynamicQuantize', result: 'zeroPoint' }, [x], {
    nodeSuffix: 'zeroPoint',
    output: 2,
  });
  return [
    node.quantize(codes, UINT8, PLAIN_INTEGERS, { nodeSuffix: 'quantized' }),
    node.emit({ op: 'dynamicQuantize', result: 'scale' }, [x], { nodeSuffix: 'scale', output: 1 }),
    node.quantize(zeroPoint, UINT8, PLAIN_INTEGERS, { nodeSuffix: 'zeroPoint.quantized', output: 2 }),
  ];
};
