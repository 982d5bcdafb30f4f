import type { AffineGrid } from '../../src/arith/affine.js';
import { aimetQuantize } from '../../src/arith/float-quantizers/aimet.js';
import { fbgemmQuantize, fbgemmQuantizeAvx2 } from '../../src/arith/float-quantizers/fbgemm.js';
import {
  qonnxQuantize,
  QONNX_ROUNDINGS,
  type QonnxRounding,
} from '../../src/arith/float-quantizers/qonnx.js';
import { xnnpackQuantizeLrintf } from '../../src/arith/float-quantizers/xnnpack.js';
import { INT8 } from '../../src/arith/int-format.js';
import { quantizeLinear } from '../../src/arith/onnxruntime/quantize-linear.js';
import { quantizeFloat32 } from '../../src/arith/tflite/quantize.js';

/** A stack's way from a real number to an int8 code on the grid of scale 1. */
export interface RealQuantizer {
  readonly name: string;
  readonly code: (x: number, zeroPoint: number) => number;
}

const onGrid =
  (quantize: (x: number, grid: AffineGrid) => number) =>
  (x: number, zeroPoint: number): number =>
    quantize(x, { scale: 1, zeroPoint, format: INT8 });

const qonnx = (rounding: QonnxRounding): RealQuantizer => ({
  name: `QONNX Quant ${rounding}`,
  code: (x, zeroPoint) =>
    qonnxQuantize(x, { scale: 1, zeroPoint, format: { bits: 8, signed: true, narrow: false }, rounding }),
});

/** AIMET's codes begin at 0, where its offset is the lowest: 128 less is the int8 code of the zero point. */
function aimet(x: number, zeroPoint: number): number {
  const offset = -128 - zeroPoint;
  return aimetQuantize(x, { min: offset, max: offset + 255, delta: 1, offset }) - 128;
}

export const REAL_QUANTIZERS: readonly RealQuantizer[] = [
  { name: 'ONNX QuantizeLinear', code: onGrid(quantizeLinear) },
  { name: 'TensorFlow Lite QUANTIZE', code: onGrid(quantizeFloat32) },
  { name: 'FBGEMM Quantize', code: onGrid(fbgemmQuantize) },
  { name: 'FBGEMM QuantizeAvx2', code: onGrid(fbgemmQuantizeAvx2) },
  { name: 'XNNPACK f32-qs8-vcvt', code: onGrid(xnnpackQuantizeLrintf) },
  { name: 'AIMET quantizeToFxp', code: aimet },
  ...QONNX_ROUNDINGS.map(qonnx),
];
