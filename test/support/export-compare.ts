import { codeToReal } from '../../src/arith/affine.js';
import { InvariantError, UserError } from '../../src/core/errors.js';
import { IntegerRunner, type IntegerOutputs } from '../../src/engine/run.js';
import { writeOnnxQdq } from '../../src/exporters/onnx-qdq/write.js';
import type { IntGraph } from '../../src/ir/graph.js';
import { toOutside } from '../../src/kernels/ports.js';
import { referenceKernels } from '../../src/kernels/reference/index.js';
import { tensorFrom, type FloatTensor, type Tensor } from '../../src/tensor/tensor.js';
import { differencesFrom, type CodeDifferences } from './export-differences.js';
import { outwards } from './gridded-node.js';
import { OrtModel, type Optimization } from './onnx-runtime.js';

export interface Comparison {
  readonly differences: CodeDifferences;
  /** Our codes of every output. */
  readonly codes: readonly number[];
}

/**
 * A graph under the reference kernels and, exported, in ONNX Runtime. `fed` are codes in inside axes. null where the graph has
 * no QDQ form or a sum leaves int32.
 */
export async function compareInOrt(
  graph: IntGraph,
  fed: readonly Tensor[],
  optimization: Optimization,
): Promise<Comparison | null> {
  const inputs = fed.map((operand, i) => toOutside(outwards(graph.inputs[i]!), operand));
  const exported = attempt(() => ({
    ours: new IntegerRunner(graph, referenceKernels).run(inputs),
    bytes: writeOnnxQdq(graph),
  }));
  if (exported === null) return null;
  const { ours, bytes } = exported;
  const model = await OrtModel.load(bytes, optimization);
  const reals = await model.run(inputs.map((codes, i) => dequantized(graph, i, codes)));
  await model.release();
  return { differences: differencesFrom(graph, ours, reals), codes: codesOf(ours) };
}

const codesOf = ({ codes }: IntegerOutputs): number[] => codes.flatMap(({ data }) => Array.from(data));

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const isOverflow = error instanceof InvariantError && error.message.includes('leaves int32');
    if (error instanceof UserError || isOverflow) return null;
    throw error;
  }
}

/** The real numbers that an input's codes stand for. */
function dequantized(graph: IntGraph, input: number, { shape, data }: Tensor): FloatTensor {
  const { type } = graph.values.get(graph.inputs[input]!.value)!;
  const { scales, zeroPoint } = (type as Extract<typeof type, { kind: 'int' }>).quantization!;
  const scale = Math.fround(scales[0]!);
  const reals = Float32Array.from(data, (code) => codeToReal(code, scale, zeroPoint));
  return tensorFrom('float32', shape, reals);
}
