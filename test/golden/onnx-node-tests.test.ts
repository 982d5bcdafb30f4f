import { expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.js';
import type { PlainArray } from '../../src/formats/elements.js';
import { writeOnnxModel } from '../../src/formats/onnx-writer.js';
import { importOnnx } from '../../src/importers/onnx/import.js';
import { supportedOperators } from '../../src/importers/onnx/ops/registry.js';
import { onnxNodeTests, type OnnxNodeTest } from '../support/onnx-node-tests.js';
import { tensorRunner } from '../support/run-float.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { describeShared } from '../support/shared.js';

/** ONNX's own tolerance is rtol 1e-3 and atol 1e-7; near zero float32 sums in another order need a little more. */
const relativeTolerance = 1e-3;
const absoluteTolerance = 1e-6;

/** Operators whose further inputs are parameters, which must be constant. */
const parameterized = [
  'BatchNormalization',
  'Clip',
  'Conv',
  'ConvTranspose',
  'Dropout',
  'LayerNormalization',
  'PRelu',
  'Pad',
  'Resize',
  'Upsample',
];

/** Inputs of operators on codes that are values of run time; scales, other zero points, weights and biases are constant. */
const codeInputs: Readonly<Record<string, readonly number[]>> = {
  ConvInteger: [0, 2],
  DequantizeLinear: [0],
  MatMulInteger: [0, 1, 2, 3],
  MaxPool: [0],
  QLinearConv: [0],
  QLinearMatMul: [0, 3],
  QuantizeLinear: [0],
};

/**
 * Integers are constants but for the codes that some operators work on; of some operators, or for the sake of it, all inputs
 * but the first one are constants too.
 */
type ConstantInputs = 'parameters' | 'all but the first';

/** What came of a test: null where it passed, why it was not run, or what was wrong. */
interface Outcome {
  readonly test: OnnxNodeTest;
  readonly notRun: string | null;
  readonly wrong: string | null;
}

const tests = onnxNodeTests();

describeShared("ONNX's own tests of the operators", () => {
  const outcomes = tests.map((test) => outcomeOf(test, 'parameters'));

  it('every test that runs gives the stored outputs', () => {
    expect(wrongOnes(outcomes)).toEqual([
      // The stored value takes the output's width for 0.6 · 4 = 2.4, not for its 2 elements; ONNX Runtime gives 4 as well.
      'test_resize_downsample_scales_linear_align_corners: element 1 is 4, expected 3.142857074737549',
    ]);
  });

  it('what does not run is refused for a reason that is known', () => {
    const reasons = new Map<string, number>();
    for (const { notRun } of outcomes) {
      if (notRun !== null) reasons.set(notRun, (reasons.get(notRun) ?? 0) + 1);
    }
    expect(Object.fromEntries([...reasons].toSorted(([a], [b]) => a.localeCompare(b, 'en'))))
      .toMatchInlineSnapshot(`
        {
          "Max of values computed at run time": 2,
          "Min of values computed at run time": 4,
          "an input without elements": 6,
          "an operand of Expand computed at run time ('data')": 1,
          "antialias or exclude_outside": 1,
          "coordinate_transformation_mode 'tf_crop_and_resize'": 1,
          "mode 'cubic'": 8,
          "mode 'wrap'": 1,
          "operator ArgMax": 10,
          "operator Elu": 3,
          "operator GatherElements": 1,
          "operator InstanceNormalization": 2,
          "operator LRN": 1,
          "operator LpNormalization": 1,
          "operator Mean": 2,
          "operator Mish": 1,
          "operator RMSNormalization": 11,
          "operator ReduceMax": 5,
          "operator ReduceSum": 6,
          "operator ReduceSumSquare": 5,
          "operator Selu": 2,
          "operator Shrink": 1,
          "operator Sign": 1,
          "operator Softplus": 2,
          "operator Swish": 1,
          "operator Tile": 2,
          "opset 6, where the operator had another attribute": 10,
          "slopes of shape 3": 2,
          "three spatial axes": 15,
        }
      `);
  });

  it('more than two tests out of three run', () => {
    expect(tests.length).toBe(385);
    expect(outcomes.filter(({ notRun }) => notRun === null).length).toBeGreaterThanOrEqual(275);
  });

  it('every operator accepted is covered, but for those that have no test here', () => {
    const run = outcomes.filter(({ notRun, wrong }) => notRun === null && wrong === null);
    const covered = new Set(run.flatMap(({ test }) => test.operators));
    const missing = supportedOperators.runTime.filter((name) => !covered.has(name));
    expect(missing).toMatchInlineSnapshot(`
      [
        "Identity",
        "Size",
        "com.microsoft.DequantizeLinear",
        "com.microsoft.Gelu",
        "com.microsoft.QGemm",
        "com.microsoft.QLinearAdd",
        "com.microsoft.QLinearAveragePool",
        "com.microsoft.QLinearConcat",
        "com.microsoft.QLinearGlobalAveragePool",
        "com.microsoft.QLinearLeakyRelu",
        "com.microsoft.QLinearMul",
        "com.microsoft.QLinearSigmoid",
        "com.microsoft.QLinearSoftmax",
        "com.microsoft.QuantizeLinear",
      ]
    `);
  });

  it('they also pass with their right operands known at import', () => {
    const known = tests
      .filter(({ model }) => model.graph.inputs.length > 1)
      .map((test) => outcomeOf(test, 'all but the first'));
    expect(known.filter(({ notRun }) => notRun === null).length).toBeGreaterThanOrEqual(100);
    expect(wrongOnes(known)).toHaveLength(1); // align_corners, as above
  });
});

function wrongOnes(outcomes: readonly Outcome[]): string[] {
  return outcomes.flatMap(({ test, wrong }) => (wrong === null ? [] : [`${test.name}: ${wrong}`]));
}

function outcomeOf(test: OnnxNodeTest, constants: ConstantInputs): Outcome {
  const codes = codeInputs[test.operators[0]!];
  const isParameterized =
    constants === 'all but the first' || test.operators.some((name) => parameterized.includes(name));
  try {
    const inputs = [...test.inputs()];
    const isConstant = (type: string, index: number): boolean => {
      if (isParameterized && index > 0) return true;
      return codes === undefined ? type !== 'float32' : !codes.includes(index);
    };
    const constantInputs = new Map(inputs.filter(([, { type }], index) => isConstant(type, index)));
    const runTime = inputs.filter(([name]) => !constantInputs.has(name));
    const graph = importOnnx(writeOnnxModel(test.model), { file: test.name, constantInputs });
    const results = tensorRunner(graph)(runTime.map(([, { data }]) => data as ArrayLike<number>));
    const expected = test.outputs();
    const misses = results.map((result, index) => firstMiss(result, expected[index]!));
    return { test, notRun: null, wrong: misses.find((miss) => miss !== null) ?? null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { test, notRun: reasonOf(error), wrong: null };
  }
}

/** Reasons without the details of one test. */
function reasonOf({ details: { found } }: UserError): string {
  if (found.startsWith('attribute ')) return 'opset 6, where the operator had another attribute';
  if (/^shape (.*x)?0(x.*)?$/.test(found)) return 'an input without elements';
  if (/^a tensor of shape (\d+x){4}\d+$/.test(found)) return 'three spatial axes';
  return found;
}

/** Codes must be equal; real numbers nearly so. */
function firstMiss(got: Tensor, { type, data }: PlainArray): string | null {
  if (got.data.length !== data.length) return `${got.data.length} elements, expected ${data.length}`;
  if (got.type !== 'float32' && got.type !== type) return `codes of type ${got.type}, expected ${type}`;
  const isRight = got.type === 'float32' ? isNear : Object.is;
  const miss = got.data.findIndex((value, index) => !isRight(value, Number(data[index])));
  return miss < 0 ? null : `element ${miss} is ${got.data[miss]}, expected ${data[miss]}`;
}

function isNear(value: number, wanted: number): boolean {
  if (!Number.isFinite(wanted)) return Object.is(value, wanted);
  return Math.abs(value - wanted) <= absoluteTolerance + relativeTolerance * Math.abs(wanted);
}
