import { expect, it } from 'vitest';
import { floatBilinearCode, floatBilinearTaps } from '../../../../src/arith/tflite/resize-float.js';

const centers = (input: number, output: number) =>
  floatBilinearTaps({ input, output, alignCorners: false, halfPixelCenters: true });

it('uint8 gives what the reference kernel of TensorFlow Lite 2.21.0 gives', () => {
  const image = [
    [7, 100, 3],
    [250, 9, 77],
    [31, 1, 200],
  ];
  const resized = centers(3, 2).map((row) =>
    centers(3, 7).map((column) =>
      floatBilinearCode(
        [
          image[row.lower]![column.lower]!,
          image[row.lower]![column.upper]!,
          image[row.upper]![column.lower]!,
          image[row.upper]![column.upper]!,
        ],
        row.fraction,
        column.fraction,
      ),
    ),
  );
  expect(resized).toEqual([
    [68, 69, 73, 77, 53, 29, 22],
    [86, 74, 38, 3, 74, 146, 169], // XNNPACK’s 11-bit weights give 145 next to the end
  ]);
});

it('aligned corners meet at both ends; a position on a pixel needs one tap', () => {
  expect(floatBilinearTaps({ input: 2, output: 3, alignCorners: true, halfPixelCenters: false })).toEqual([
    { lower: 0, upper: 0, fraction: 0 },
    { lower: 0, upper: 1, fraction: 0.5 },
    { lower: 1, upper: 1, fraction: 0 },
  ]);
});
