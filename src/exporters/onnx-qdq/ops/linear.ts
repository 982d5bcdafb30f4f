import { INT32, fits } from '../../../arith/int-format.js';
import type { PlainArray } from '../../../formats/elements.js';
import type { IntConv2d, IntDepthwiseConv2d } from '../../../ir/ops/conv2d.js';
import type { IntConvTranspose2d } from '../../../ir/ops/conv-transpose2d.js';
import type { IntFullyConnected } from '../../../ir/ops/matrix.js';
import type { OnnxAssembly } from '../assembly.js';
import { factorsOf, requireFactors, requireStage } from '../factor.js';
import { codeType, inexpressible, requireZeroPoint } from '../grid.js';
import { codeArray, dequantizedConstant, type QdqValues } from '../values.js';

export type Linear = IntConv2d | IntDepthwiseConv2d | IntConvTranspose2d | IntFullyConnected;

/** The scales of a linear node's weights: one, or one an output channel. */
function weightScales(values: QdqValues, node: Linear): readonly number[] {
  const { id, shape, type } = values.value(node.inputs[1]!);
  const quantization = type.kind === 'int' ? type.quantization : null;
  if (quantization === null) throw inexpressible(node, `weights '${id}' without scales`);
  const { scales, axis } = quantization;
  if (scales.length !== 1 && (axis !== 0 || scales.length !== shape[0])) {
    throw inexpressible(
      node,
      `weights with ${scales.length} scales along axis ${axis}`,
      'one, or one an output channel',
    );
  }
  const floats = scales.map(Math.fround);
  return floats.every((scale) => scale === floats[0]) ? [floats[0]!] : floats;
}

/** Holds the node against its grids and returns the scales of its weights. */
export function checkedScales(values: QdqValues, node: Linear): readonly number[] {
  const input = values.grid(node.inputs[0]!);
  const output = values.grid(node.output);
  const scales = weightScales(values, node);
  requireZeroPoint(node, node.inputZeroPoint, input);
  requireStage(node, output);
  requireFactors(
    node,
    factorsOf(node.requantizer),
    scales.map((scale) => (scale * input.scale) / output.scale),
  );
  return scales;
}

/** The weights' codes, their axes in the order `layout`. */
export function weightArray(values: QdqValues, node: Linear, layout: readonly number[]): PlainArray {
  const { id, type } = values.value(node.inputs[1]!);
  if (type.kind === 'int') codeType(id, type.format); // at most 16 bits
  return values.constantArray(id, layout);
}

/**
 * The bias as a float tensor, or null where it is 0 everywhere: int32 codes of scale `inputScale · weightScale`. The graph's
 * constant holds `bias − inputZeroPoint · Σ (weight − weightZeroPoint)`; the term is taken out again, in integers.
 *
 * @param leading axes of extent 1 before the channels.
 */
export function emitBias(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: Linear,
  scales: readonly number[],
  leading: readonly number[] = [],
): string | null {
  const weight = values.graph.constants.get(node.inputs[1]!)!;
  const folded = values.graph.constants.get(node.inputs[2]!)!;
  const terms = weight.data.length / folded.data.length;
  const codes = Array.from(folded.data, (code, k) => {
    let sum = 0;
    for (let i = k * terms; i < (k + 1) * terms; i += 1) sum += weight.data[i]! - node.weightZeroPoint;
    const bias = code + node.inputZeroPoint * sum;
    if (!fits(bias, INT32))
      throw inexpressible(node, `a bias of ${bias} in channel ${k}`, 'one that fits int32');
    return bias + 0;
  });
  if (codes.every((code) => code === 0)) return null;
  const inputScale = values.grid(node.inputs[0]!).scale;
  const array = codeArray('int32', [...leading, codes.length], codes);
  const products = scales.map((scale) => Math.fround(inputScale * scale));
  return dequantizedConstant(assembly, node.inputs[2]!, array, products, 0, leading.length);
}

/** The operand if it is there. */
export const present = (name: string | null): string[] => (name === null ? [] : [name]);
