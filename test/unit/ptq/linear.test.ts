import { describe, expect, it } from 'vitest';
import { INT8 } from '../../../src/arith/int-format.js';
import { roundHalfEven } from '../../../src/arith/float-rounding.js';
import { IntegerRunner } from '../../../src/engine/run.js';
import { GraphBuilder } from '../../../src/ir/builder.js';
import type { IntGraph } from '../../../src/ir/graph.js';
import type { IntNode } from '../../../src/ir/operators.js';
import type { IntFullyConnected } from '../../../src/ir/ops/matrix.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { ConversionContext } from '../../../src/ptq/convert/context.js';
import { convertNode } from '../../../src/ptq/convert/convert.js';
import { typeOfGrid, type Grid } from '../../../src/ptq/grid.js';
import { DEFAULT_RECIPE, type Recipe } from '../../../src/ptq/recipe.js';
import { tensorFrom } from '../../../src/tensor/tensor.js';
import { FloatNet } from '../../support/float-net.js';

interface Layer {
  readonly weight: readonly (readonly number[])[];
  readonly bias?: readonly number[];
  readonly input: Grid;
  readonly output: Grid;
  readonly recipe?: Partial<Recipe>;
}

/** One fully connected layer with ReLU on given grids, converted as `quantize` converts it. */
function converted({ weight, bias, input, output, recipe }: Layer): IntGraph {
  const net = new FloatNet();
  const [outputs, inputs] = [weight.length, weight[0]!.length];
  const operands = [
    net.input([1, inputs], 'x'),
    net.constant([outputs, inputs], weight.flat()),
    ...(bias === undefined ? [] : [net.constant([outputs], bias)]),
  ];
  const y = net.node({ op: 'fullyConnected', activation: { min: 0, max: Infinity } }, operands, 'y');
  const float = net.finish([y]);
  const builder = new GraphBuilder<IntNode>();
  const gridOf = (id: string): Grid => (id === 'x' ? input : output);
  const context = new ConversionContext(
    float,
    { ...DEFAULT_RECIPE, ...recipe },
    builder,
    gridOf,
    () => undefined,
  );
  builder.addInput('x', [1, inputs], typeOfGrid(input));
  for (const node of float.nodes) convertNode(context, node);
  return builder.finish('integer', 'test', float.inputs, float.outputs, {});
}

const nodeOf = (graph: IntGraph): IntFullyConnected => graph.nodes[0] as IntFullyConnected;

function constantsOf(graph: IntGraph): { weight: number[]; bias: number[]; scales: readonly number[] } {
  const [, weight, bias] = graph.nodes[0]!.inputs as [string, string, string];
  const { type } = graph.values.get(weight)!;
  return {
    weight: Array.from(graph.constants.get(weight)!.data),
    bias: Array.from(graph.constants.get(bias)!.data),
    scales: type.kind === 'int' ? type.quantization!.scales : [],
  };
}

/**
 * Section 6.2 of our notes on the white paper. Its weight scale 0.01 becomes a float32 number; the input scale makes up for
 * that, so that the sum of 177.5 output steps stays the tie it is in the paper.
 */
const PAPER_INPUT_SCALE = (0.02 * 0.01) / Math.fround(0.01);
const PAPER: Layer = {
  weight: [
    [0.3, -0.61, 1.27],
    [0.05, -0.02, 0.013],
  ],
  bias: [0.25, -0.04],
  input: { scale: PAPER_INPUT_SCALE, zeroPoint: -28, format: INT8 },
  output: { scale: 0.02, zeroPoint: -100, format: INT8 },
};
const PAPER_X = tensorFrom('float32', [1, 3], [0.5, -1, 2]);

describe('the dense layer of the white paper', () => {
  it('has its weights, its bias with the zero point folded in, and its clamp', () => {
    const graph = converted(PAPER);
    const { weight, bias, scales } = constantsOf(graph);
    expect(weight).toEqual([30, -61, 127, 127, -51, 33]);
    expect(bias).toEqual([3938, -2028]);
    expect(scales).toEqual([Math.fround(1.27 / 127), Math.fround(Math.fround(0.05) / 127)]);
    expect(nodeOf(graph)).toMatchObject({
      inputZeroPoint: -28,
      weightZeroPoint: 0,
      outputZeroPoint: -100,
      clamp: { min: -100, max: 127 },
    });
  });

  it.each(['single', 'double'] as const)('gives codes 78 and -98 with %s rounding', (requantizer) => {
    const runner = new IntegerRunner(converted({ ...PAPER, recipe: { requantizer } }), referenceKernels);
    const { codes, reals } = runner.run([PAPER_X]);
    expect(Array.from(codes[0]!.data)).toEqual([78, -98]);
    expect(Array.from(reals[0]!.data, (y) => Math.round(y * 100) / 100)).toEqual([3.56, 0.04]);
  });

  it('has the paper’s multipliers, the second one but for the rounding of its scale to float32', () => {
    const { requantizer } = nodeOf(converted({ ...PAPER, recipe: { requantizer: 'double' } }));
    expect(requantizer).toMatchObject({ kind: 'doubleRounding', leftShifts: [-6, -11] });
    const { multipliers } = requantizer as Extract<typeof requantizer, { kind: 'doubleRounding' }>;
    expect(multipliers[0]).toBe(1374389535);
    expect(Math.abs(multipliers[1]! / 1731514374 - 1)).toBeLessThan(2 ** -23);
  });

  it('shares one scale, bias unit and requantizer per tensor', () => {
    const graph = converted({ ...PAPER, recipe: { weightGranularity: 'perTensor' } });
    const { weight, bias, scales } = constantsOf(graph);
    expect(scales).toEqual([Math.fround(0.01)]);
    expect(weight).toEqual([30, -61, 127, 5, -2, 1]);
    expect(bias).toEqual([1250 + 28 * 96, -200 + 28 * 4]);
    expect(nodeOf(graph).requantizer).toMatchObject({ multipliers: { length: 1 } });
  });

  it('has only powers of two in the shift recipe, which is exact', () => {
    const input = { ...PAPER.input, scale: 2 ** -6 };
    const output = { ...PAPER.output, scale: 2 ** -5 };
    const graph = converted({ ...PAPER, input, output, recipe: { requantizer: 'shift' } });
    expect(constantsOf(graph).scales).toEqual([2 ** -6, 2 ** -11]);
    expect(nodeOf(graph).requantizer).toEqual({ kind: 'shift', rounding: 'halfUp', shifts: [7, 12] });
  });
});

const grid = (scale: number): Grid => ({ scale, zeroPoint: 0, format: INT8 });

describe('a bias', () => {
  it.each(['single', 'double', 'shift'] as const)(
    'of a channel whose weights are all zero comes out alone (%s)',
    (requantizer) => {
      const graph = converted({
        weight: [
          [0, 0],
          [1, -1],
        ],
        bias: [0.75, 0],
        input: grid(2 ** -7),
        output: grid(2 ** -7),
        recipe: { requantizer },
      });
      const { codes } = new IntegerRunner(graph, referenceKernels).run([
        tensorFrom('float32', [1, 2], [0.5, 0.25]),
      ]);
      expect(Array.from(codes[0]!.data)).toEqual([96, 32]);
    },
  );

  it.each([1e-4, 1e-9, 1e-20, 0])('beside weights of %d keeps its value within 2^-28 of itself', (size) => {
    const inputScale = Math.fround(0.01);
    const graph = converted({
      weight: [[size, -size]],
      bias: [1.5],
      input: grid(inputScale),
      output: grid(0.05),
    });
    const { bias, scales } = constantsOf(graph);
    expect(Math.abs(bias[0]!)).toBeLessThanOrEqual(2 ** 29 * (1 + 2 ** -20));
    expect(Math.abs(bias[0]! * scales[0]! * inputScale - 1.5)).toBeLessThan(
      1.5 * 2 ** -28 + scales[0]! * inputScale,
    );
  });

  it.each(['single', 'double', 'shift'] as const)('may be left out (%s)', (requantizer) => {
    const graph = converted({
      weight: [[1, 0.5]],
      input: grid(2 ** -7),
      output: grid(2 ** -6),
      recipe: { requantizer },
    });
    expect(constantsOf(graph).bias).toEqual([0]);
  });

  it('is rounded to nearest', () => {
    const graph = converted({ weight: [[127]], bias: [10.6], input: grid(1), output: grid(1) });
    expect(constantsOf(graph).bias).toEqual([roundHalfEven(10.6)]);
  });
});

const unit: Grid = { scale: 1, zeroPoint: -128, format: INT8 };

describe('weights', () => {
  it.each([2, 3, 4, 8])('of %i bits use the narrow grid', (weightBits) => {
    const graph = converted({ weight: [[1, -1, 0.2]], input: unit, output: unit, recipe: { weightBits } });
    const largest = 2 ** (weightBits - 1) - 1;
    const { weight } = constantsOf(graph);
    expect(weight).toEqual([largest, -largest, roundHalfEven(0.2 * largest)]);
  });

  it('with outliers are clipped to the narrow grid where that has less squared error', () => {
    const row = [...Array.from({ length: 60 }, (_, i) => Math.sin(i)), 6, -6];
    const recipe = { weightRange: 'mse', weightBits: 4 } as const;
    const { scales, weight } = constantsOf(converted({ weight: [row], input: unit, output: unit, recipe }));
    expect(scales[0]!).toBeLessThan(6 / 7);
    expect(weight.slice(-2)).toEqual([7, -7]);
  });

  it('whose products could leave int32 are refused', () => {
    const zeros = { scale: 2 ** -7, zeroPoint: -128, format: INT8 };
    const layer = (inputs: number): Layer => ({
      weight: [Array.from({ length: inputs }, () => 1)],
      input: zeros,
      output: zeros,
    });
    // 127 · 128 of each product, and as much again for the zero point in the bias.
    const most = Math.floor((2 ** 31 - 1) / (2 * 127 * 128));
    expect(constantsOf(converted(layer(most))).bias[0]).toBe(most * 127 * 128);
    expect(() => converted(layer(most + 1))).toThrow(
      "node 'y': found sums of up to 2147515136, expected accumulators that fit int32",
    );
  });

  it('so large beside the output’s range that no multiplier expresses their factor are refused', () => {
    expect(() =>
      converted({ weight: [[127]], bias: [1], input: unit, output: { ...unit, scale: 2 ** -31 } }),
    ).toThrow(
      /found a requantization factor of 21474836\d\d.*, expected below 2\^30; its output range is vanishingly small/,
    );
  });

  it('whose sums gemmlowp’s left shift could wrap are refused', () => {
    const layer: Layer = { weight: [[127]], bias: [1], input: unit, output: { ...unit, scale: 2 ** -20 } };
    expect(() => converted({ ...layer, recipe: { requantizer: 'double' } })).toThrow('after a left shift');
    expect(nodeOf(converted(layer)).requantizer.kind).toBe('multiplyShift');
  });

  it('that leave what the rule of a stack holds for are refused, with its contract', () => {
    const layer: Layer = { weight: [[127]], bias: [1], input: unit, output: { ...unit, scale: 2 ** -20 } };
    expect(() => converted({ ...layer, recipe: { requantizer: 'tflite-double' } })).toThrow(
      /node 'y': found sums of up to \d+, expected what tflite-double holds for \(acc << max\(s, 0\) stays in int32; .*\); choose another requantizer/,
    );
    expect(() => converted({ ...layer, recipe: { requantizer: 'qnnpack-fp32' } })).toThrow(
      /found a requantization factor of \d.*, expected one that qnnpack-fp32 has/,
    );
    expect(nodeOf(converted({ ...layer, recipe: { requantizer: 'onnxruntime' } })).requantizer).toMatchObject(
      {
        kind: 'stack',
        rule: 'onnxruntime',
      },
    );
  });
});
