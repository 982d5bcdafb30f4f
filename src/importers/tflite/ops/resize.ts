import { floatBilinearTaps } from '../../../arith/tflite/resize-float.js';
import { nearestPositions, type ResizeAxis } from '../../../arith/tflite/resize.js';
import type { AxisTaps } from '../../../ir/ops/resize.js';
import { shapeText } from '../../../tensor/shape.js';
import type { OperatorImport } from '../operator-import.js';

type Resize = 'RESIZE_BILINEAR' | 'RESIZE_NEAREST_NEIGHBOR';
type AxisToTaps = (axis: ResizeAxis) => AxisTaps;

function resized(
  node: OperatorImport,
  options: Extract<OperatorImport['source'], { name: Resize }>['options'],
  mode: 'bilinear' | 'nearest',
  taps: AxisToTaps,
): void {
  const x = node.value(0);
  const shape = node.shape(x);
  const size = node.integers(1, 'the size');
  const [rows, columns] = size;
  if (
    shape.length !== 4 ||
    size.length !== 2 ||
    rows === undefined ||
    columns === undefined ||
    rows < 1 ||
    columns < 1
  ) {
    throw node.refuse({
      found: `a resize of ${shapeText(shape)} to ${size.join('x')}`,
      expected: 'an image, and a size of two extents of at least 1',
    });
  }
  const { alignCorners, halfPixelCenters } = options;
  const axis = (input: number, output: number): ResizeAxis => ({
    input,
    output,
    alignCorners,
    halfPixelCenters,
  });
  node.result(
    {
      op: 'resize',
      rows: taps(axis(shape[1]!, rows)),
      columns: taps(axis(shape[2]!, columns)),
      rule: { stack: 'tflite', mode, alignCorners, halfPixelCenters },
    },
    [node.real(0)],
  );
}

/** RESIZE_BILINEAR. In front of the first pixel both taps are that pixel, whatever the weight. */
export const resizeBilinear = (node: OperatorImport): void =>
  resized(node, optionsOf(node), 'bilinear', (axis) => {
    const taps = floatBilinearTaps(axis);
    return {
      lower: taps.map(({ lower }) => lower),
      upper: taps.map(({ upper }) => upper),
      upperWeight: taps.map(({ fraction }) => Math.max(fraction, 0)),
    };
  });

/** RESIZE_NEAREST_NEIGHBOR copies. */
export const resizeNearest = (node: OperatorImport): void =>
  resized(node, optionsOf(node), 'nearest', (axis) => {
    const positions = nearestPositions(axis);
    return { lower: positions, upper: positions, upperWeight: positions.map(() => 0) };
  });

function optionsOf(node: OperatorImport): Extract<OperatorImport['source'], { name: Resize }>['options'] {
  return (node.source as Extract<OperatorImport['source'], { name: Resize }>).options;
}
