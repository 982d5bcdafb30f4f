import { expect, it } from 'vitest';
import { INT8 } from '../../../../src/arith/int-format.js';
import { byteTable, float32Elu } from '../../../../src/arith/tflite/byte-table.js';
import { xnnpackTable } from '../../../../src/arith/xnnpack/unary-table.js';

const some = (table: readonly number[]) => [-128, 4, 5, 6, 7, 8, 9].map((code) => table[code + 128]);

it('ELU adds the zero point before it rounds, TFLite’s own table after', () => {
  const input = { scale: 0.5, zeroPoint: 4, format: INT8 };
  const output = { scale: 1, zeroPoint: -100, format: INT8 };
  // As run by TensorFlow Lite 2.21.0 with and without the delegate.
  expect(some(xnnpackTable(float32Elu, input, output))).toEqual([-101, -100, -100, -99, -99, -98, -98]);
  expect(some(byteTable(float32Elu, input, output))).toEqual([-101, -100, -99, -99, -98, -98, -97]);
});
