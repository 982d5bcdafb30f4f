import { describe, expect, it } from 'vitest';
import { INT32, INT8, maxOf, minOf } from '../../src/arith/int-format.js';
import { fastKernels } from '../../src/kernels/fast/index.js';
import { tensorOf } from '../arbitraries/quant.js';
import { describeAgreement } from '../support/kernel-agreement.js';
import { runNode } from '../support/run-node.js';

describeAgreement('fast kernels', ({ node, operands, format }) =>
  runNode(fastKernels, node, operands, format),
);

describe('the longest sums are exact', () => {
  // 4096 products of -128 · -128 are 2^26, the first sum that no longer fits its half of a double; 131071 fill an int32.
  it.each([4095, 4096, 8191, 131_071])('Σ of %d products of -128 and -128', (depth) => {
    const lowest = { seed: 0, spread: 'lowest' } as const;
    const node = {
      op: 'fullyConnected',
      inputZeroPoint: 0,
      weightZeroPoint: 0,
      requantizer: { kind: 'shift', rounding: 'floor', shifts: [0] },
      outputZeroPoint: 0,
      clamp: { min: minOf(INT32), max: maxOf(INT32) },
    } as const;
    const operands = [
      { tensor: tensorOf(lowest, INT8, [1, depth]), format: INT8, constant: false },
      { tensor: tensorOf(lowest, INT8, [9, depth]), format: INT8, constant: true },
      { tensor: tensorOf({ seed: 0, spread: 'small' }, INT8, [9]), format: INT8, constant: true },
    ];
    const bias = Array.from(operands[2]!.tensor.data);
    const sums = Array.from(runNode(fastKernels, node, operands, INT32).data);
    expect(sums).toEqual(bias.map((b) => 2 ** 14 * depth + b));
  });
});
