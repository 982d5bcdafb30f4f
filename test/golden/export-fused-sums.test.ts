import { expect, it } from 'vitest';
import { INT8, UINT8 } from '../../src/arith/int-format.js';
import type { AffineGrid } from '../../src/arith/affine.js';
import { qLinearAddWasm } from '../../src/arith/onnxruntime/q-linear-add.js';
import { dequantizeLinear } from '../../src/arith/onnxruntime/quantize-linear.js';
import { writeOnnxQdq } from '../../src/exporters/onnx-qdq/write.js';
import { GraphBuilder } from '../../src/ir/builder.js';
import type { IntGraph, Port, ValueType } from '../../src/ir/graph.js';
import type { IntNode } from '../../src/ir/operators.js';
import { tensorFrom } from '../../src/tensor/tensor.js';
import { OrtModel } from '../support/onnx-runtime.js';

/** The grids of MobileNetV2/expanded_conv_8/add in mobilenet_v2_1.0_224_ptq_int8. */
const A: AffineGrid = { scale: 0.18986915051937103, zeroPoint: -6, format: INT8 };
const B: AffineGrid = { scale: 0.1699049174785614, zeroPoint: -31, format: INT8 };
const Y: AffineGrid = { scale: 0.18754954636096954, zeroPoint: -14, format: INT8 };
const SHAPE = [1, 256, 256, 1];

/** What ONNX Runtime's optimizer makes of int8 codes before it fuses (`QDQS8ToU8Transformer`). */
const asUint8 = (grid: AffineGrid): AffineGrid => ({
  ...grid,
  zeroPoint: grid.zeroPoint + 128,
  format: UINT8,
});

const typeOf = ({ scale, zeroPoint, format }: AffineGrid): ValueType => ({
  kind: 'int',
  format,
  quantization: { scales: [scale], zeroPoint, axis: null },
});

const port = (value: string): Port => ({ name: `${value} port`, value, permutation: null });

function sum(): IntGraph {
  const builder = new GraphBuilder<IntNode>();
  const inputs = [builder.addInput('a', SHAPE, typeOf(A)), builder.addInput('b', SHAPE, typeOf(B))];
  const y = builder.addNode(
    {
      op: 'stackBinary',
      rule: 'onnxruntime-add',
      inputGrids: [A, B],
      outputGrid: Y,
      clamp: { min: -128, max: 127 },
      name: 'sum',
      inputs,
      output: 'y',
    },
    typeOf(Y),
  );
  return builder.finish<IntGraph>('integer', 'sum', inputs.map(port), [port(y)], {});
}

it('a fused sum of int8 is that of uint8: the size of the zero point decides near-ties', async () => {
  const pairs = Array.from({ length: 2 ** 16 }, (_, i) => [(i >> 8) - 128, (i & 255) - 128] as const);
  const reals = [A, B].map((grid, which) =>
    tensorFrom(
      'float32',
      SHAPE,
      pairs.map((pair) => dequantizeLinear(pair[which]!, grid)),
    ),
  );
  const model = await OrtModel.load(writeOnnxQdq(sum()), 'all');
  const [theirs] = await model.run(reals);
  await model.release();
  const codes = Array.from(theirs!.data, (real) => Math.round(real / Y.scale) + Y.zeroPoint);
  const differing = (rule: (a: number, b: number) => number): number =>
    pairs.filter(([a, b], i) => rule(a, b) !== codes[i]).length;
  const inUint8 = [asUint8(A), asUint8(B)] as const;
  expect(differing((a, b) => qLinearAddWasm([a + 128, b + 128], inUint8, asUint8(Y)) - 128)).toBe(0);
  expect(differing((a, b) => qLinearAddWasm([a, b], [A, B], Y))).toBe(3);
});
