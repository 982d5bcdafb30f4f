import { IntegerRunner } from '../../src/engine/run.js';
import type { IntGraph, ValueId } from '../../src/ir/graph.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { importQuantized, rowsOf, type QuantizedModel, type RecordedSet } from './recorded-runs.js';
import { readSharedArray } from './models.js';

/** Values of a softmax on the host that a runtime answered otherwise, by what differs before it. */
export interface SoftmaxDifferences {
  /** Beyond a millionth of the row's largest, in rows whose recorded probabilities come from other codes. */
  readonly byCodes: number;
  /** Beyond that, in rows of the same codes: nothing explains these. */
  readonly unexplained: number;
  /** Within that, in rows of the same codes: other float32 numbers. */
  readonly lastBits: number;
}

/** Probabilities below this have lost the bits that tell codes apart. */
const LEAST_PROBABILITY = 1e-30;

/**
 * Tells the differing values of a model that ends in a softmax of dequantized codes apart. Probabilities give their codes away but for
 * a shift of all: `ln(p / q) = scale · (a − b)`. null of models that do not end so.
 */
export function softmaxDifferences(
  model: QuantizedModel,
  set: RecordedSet,
  semantics: string,
): SoftmaxDifferences | null {
  const graph = importQuantized(model, semantics);
  const codes = codesBeforeSoftmax(graph);
  if (codes === null) return null;
  const { type } = graph.values.get(codes)!;
  const scale = type.kind === 'int' ? type.quantization!.scales[0]! : 1;
  const runner = new IntegerRunner(graph);
  const reader = rowsOf(model, set, graph);
  const recorded = readSharedArray(`models/${set.outputs[semantics]!}`).data;
  let [byCodes, unexplained, lastBits] = [0, 0, 0];
  for (let row = 0; row < reader.rowCount; row += 1) {
    let before: Tensor | null = null;
    const run = runner.run([reader.row(row)], (id, value) => {
      if (id === codes) before = value;
    });
    const own = run.codes[0]!.data;
    const theirs = Array.from(own, (_, i) => Number(recorded[row * own.length + i]));
    const tolerance = 1e-6 * Math.max(...theirs);
    const differences = theirs.map((x, i) => Math.abs(x - own[i]!));
    const beyond = differences.filter((difference) => difference > tolerance).length;
    if (isOfCodes(theirs, (before as Tensor | null)!.data, scale)) {
      unexplained += beyond;
      lastBits += differences.filter((difference) => difference > 0).length - beyond;
    } else byCodes += beyond;
  }
  return { byCodes, unexplained, lastBits };
}

/** Whether probabilities are those of these codes. */
function isOfCodes(probabilities: readonly number[], codes: ArrayLike<number>, scale: number): boolean {
  const best = probabilities.indexOf(Math.max(...probabilities));
  return probabilities.every((p, i) => {
    if (p < LEAST_PROBABILITY) return true;
    const distance = Math.log(p / probabilities[best]!) / scale;
    return Math.abs(distance - (codes[i]! - codes[best]!)) < 0.25;
  });
}

/** The value whose dequantized codes the softmax before the first output takes; reshapes may follow. */
function codesBeforeSoftmax(graph: IntGraph): ValueId | null {
  const makerOf = (id: ValueId) => graph.nodes.find(({ output }) => output === id);
  let maker = makerOf(graph.outputs[0]!.value);
  while (maker?.op === 'float' && maker.operator.op === 'reshape') maker = makerOf(maker.inputs[0]!);
  if (maker?.op !== 'float' || maker.operator.op !== 'softmax') return null;
  let before = makerOf(maker.inputs[0]!);
  while (before?.op === 'float' && before.operator.op === 'reshape') before = makerOf(before.inputs[0]!);
  return before?.op === 'float' && before.operator.op === 'dequantizeLinear' ? before.inputs[0]! : null;
}
