import { expect, it } from 'vitest';
import { INT8, UINT8 } from '../../../src/arith/int-format.js';
import { asymmetricGrid } from '../../../src/ptq/grid.js';

/** White paper reference, 6.4: the grid of a range, zero widened into it. */
it.each([
  { range: [-1, 3], format: UINT8, scale: 4 / 255, zeroPoint: 64, representable: [-1.0039, 2.9961] },
  { range: [-1, 3], format: INT8, scale: 4 / 255, zeroPoint: -64, representable: [-1.0039, 2.9961] },
  { range: [0.5, 6], format: UINT8, scale: 6 / 255, zeroPoint: 0, representable: [0, 6] },
  { range: [-2, -0.5], format: UINT8, scale: 2 / 255, zeroPoint: 255, representable: [-2, 0] },
])(
  'the range $range has zero point $zeroPoint and spans $representable',
  ({ range: [min, max], format, scale, zeroPoint, representable }) => {
    const grid = asymmetricGrid({ min: min!, max: max! }, format, 'free');
    const lowest = format.signed ? -128 : 0;
    const ends = [lowest, lowest + 255].map((code) => grid.scale * (code - grid.zeroPoint));
    expect(grid.zeroPoint).toBe(zeroPoint);
    expect(grid.scale).toBeCloseTo(scale, 7);
    expect(ends[0]).toBeCloseTo(representable[0]!, 4);
    expect(ends[1]).toBeCloseTo(representable[1]!, 4);
  },
);
