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
  const [rows, columns] = node.integers(1, 'the size');
  if (shape.length !== 4 || rows === undefined || columns === undefined || rows < 1 || columns < 1) {
    throw node.refuse({
      found: `a resize of ${shapeText(shape)} to ${rows}x${columns}`,
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

/** RESIZE_BILINEAR of real numbers (`ComputeInterpolationValues`, reference/resize_bilinear.h): positions are float32. */
export const resizeBilinear = (node: OperatorImport): void =>
  resized(node, optionsOf(node), 'bilinear', ({ input, output, alignCorners, halfPixelCenters }) => {
    const scale = Math.fround(alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output);
    const positions = Array.from({ length: output }, (_, i) =>
      halfPixelCenters ? Math.fround(Math.fround((i + 0.5) * scale) - 0.5) : Math.fround(i * scale),
    );
    const lower = positions.map((position) => Math.max(Math.floor(position), 0));
    return {
      lower,
      upper: positions.map((position) => Math.min(Math.ceil(position), input - 1)),
      // In front of the first pixel both taps are that pixel, whatever the weight.
      upperWeight: positions.map((position, i) => Math.max(Math.fround(position - lower[i]!), 0)),
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
