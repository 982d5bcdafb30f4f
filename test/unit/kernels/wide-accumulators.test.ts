import { describe, expect, it } from 'vitest';
import { INT16, INT32, INT8 } from '../../../src/arith/int-format.js';
import type { Requantizer } from '../../../src/arith/requantizer.js';
import { integerGraphProblems } from '../../../src/ir/verify-integer.js';
import { fastKernels } from '../../../src/kernels/fast/index.js';
import { OutputStage } from '../../../src/kernels/fast/output-stage.js';
import { referenceKernels } from '../../../src/kernels/reference/index.js';
import { outputCode } from '../../../src/kernels/reference/output-code.js';
import { checkMachineLimits } from '../../../src/lower/machine-limits.js';
import { machineFixture } from '../../support/machine-fixture.js';
import { activation, constant, graphOfNode, runNode } from '../../support/run-node.js';

/** int16 layers of TensorFlow Lite sum in int64, of which the rule `tflite-int64` takes 48 bits. */

const features = 600;
const parameters = { multiplier: 1_518_500_250, leftShift: -17 };
const withRule = (rule: 'tflite-int64' | 'tflite-double') =>
  ({
    op: 'fullyConnected',
    inputZeroPoint: 0,
    weightZeroPoint: 0,
    requantizer: { kind: 'stack', rule, channels: [parameters] } satisfies Requantizer,
    outputZeroPoint: 0,
    clamp: { min: -32768, max: 32767 },
  }) as const;

const xs = [
  Array.from({ length: features }, () => 32767),
  Array.from({ length: features }, () => -32768),
  Array.from({ length: features }, (_, i) => (i % 7) * 4000 - 1234),
];
const weights = Array.from({ length: features }, (_, i) => 127 - (i % 3));
const bias = 1_999_999_999;
const operands = [
  activation(INT16, [3, features], xs.flat()),
  constant(INT8, [1, features], weights),
  constant(INT32, [1], [bias]),
];

/** By the definition in the notation of the rule, exact. */
const expected = xs.map((x) => {
  const acc = x.reduce((sum, code, i) => sum + BigInt(code * weights[i]!), BigInt(bias));
  const reduced = (BigInt(parameters.multiplier) + 2n ** 15n) >> 16n;
  const shift = BigInt(15 - parameters.leftShift);
  return { acc, code: Number((acc * reduced + 2n ** (shift - 1n)) >> shift) };
});

const problemsOf = (rule: 'tflite-int64' | 'tflite-double'): readonly string[] =>
  integerGraphProblems(graphOfNode(withRule(rule), operands, INT16).graph);

describe('sums of int16 activations', () => {
  it('beyond int32 have exact codes in both kernel sets', () => {
    expect(expected.filter(({ acc }) => acc > 2n ** 31n - 1n)).toHaveLength(2);
    const codes = expected.map(({ code }) => code);
    expect(new Set(codes).size).toBe(3);
    for (const kernels of [referenceKernels, fastKernels]) {
      expect([...runNode(kernels, withRule('tflite-int64'), operands, INT16).data]).toEqual(codes);
    }
  });

  it('beyond int32 are multiplied by a double of FULLY_CONNECTED in both kernel sets', () => {
    const scale = 2 ** -18;
    const requantizer = { kind: 'stack', rule: 'tflite-float64-int64', channels: [{ scale }] } as const;
    // A power of two: the product is exact, and so is its half.
    const codes = expected.map(
      ({ acc }) => Math.floor(Math.abs(Number(acc)) * scale + 0.5) * (acc < 0n ? -1 : 1),
    );
    expect(new Set(codes).size).toBe(3);
    for (const kernels of [referenceKernels, fastKernels]) {
      const node = { ...withRule('tflite-int64'), requantizer };
      expect([...runNode(kernels, node, operands, INT16).data]).toEqual(codes);
    }
  });

  it('are accepted up to the accumulators of the rule', () => {
    expect(problemsOf('tflite-int64')).toEqual([]);
    const bound = weights.reduce((sum, weight) => sum + weight * 32768, bias);
    expect(problemsOf('tflite-double')).toEqual([
      `node 'node' (fullyConnected): sums of up to ${bound} leave int32`,
    ]);
  });

  it('are refused where they could leave 48 bits', () => {
    const many = 2 ** 17 + 5;
    const wide = [
      activation(INT16, [1, many], new Int16Array(many)),
      constant(INT16, [1, many], new Int16Array(many).fill(32767)),
      constant(INT32, [1], [0]),
    ];
    const problems = integerGraphProblems(graphOfNode(withRule('tflite-int64'), wide, INT16).graph);
    expect(problems).toEqual([
      `node 'node' (fullyConnected): sums of up to ${many * 32767 * 32768} leave int48`,
    ]);
  });

  it.each([2 ** 47, -(2 ** 47) - 1])('%d never becomes a code', (sum) => {
    const node = { ...withRule('tflite-int64'), name: 'fc' };
    const type = { kind: 'int', format: INT16, quantization: null } as const;
    const stage = new OutputStage(node, { shape: [1], type });
    const message = "node 'fc' (fullyConnected): a sum leaves int48";
    expect(() => outputCode(sum, node, 0)).toThrow(message);
    expect(() => stage.row(Float64Array.of(sum), 0, 1, new Int16Array(1), 0)).toThrow(message);
  });

  it('are refused by machines whose accumulators are narrower, though these wrap', () => {
    const { graph } = graphOfNode(withRule('tflite-int64'), operands, INT16);
    const at = (bits: number): void => {
      const accelerator = machineFixture();
      const { array, accumulators } = accelerator;
      checkMachineLimits(graph.nodes[0]!, graph, {
        ...accelerator,
        array: { ...array, activationBits: 16 },
        accumulators: { ...accumulators, bits, overflow: 'wrap' },
      });
    };
    expect(() => at(34)).not.toThrow();
    expect(() => at(32)).toThrow(
      "layer 'node' (fullyConnected): found sums that may need 34 bits, expected at most the 32 bits",
    );
  });
});
