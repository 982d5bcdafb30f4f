import type { AffineGrid } from '../../arith/affine.js';
import type { FloatNode } from '../../ir/operators.js';
import type { RealRange } from '../../ir/ops/real-range.js';
import type { QuantizeLinear } from '../../ir/ops/quantization.js';
import type { ValueId } from '../../ir/graph.js';
import { soleReader } from '../../ir/use.js';
import { gridOf, type Conversion, type IntType } from './conversion.js';

/** An operator whose result is quantized and read by nobody else: what becomes one integer operator. */
export interface Unit {
  /** The value of the source that holds the result's codes. */
  readonly codes: ValueId;
  readonly type: IntType;
  readonly grid: AffineGrid;
  /** The activation in the operator, or between it and the quantization. */
  readonly range: RealRange | null;
  /** Whether the source spells out dequantize, operate, quantize. */
  readonly isSpelledOut: boolean;
  /** What the integer operator replaces beside the operator. */
  readonly nodes: readonly FloatNode[];
}

/** The unit that a node begins; null where its result is used as a real number. */
export function unitOf(conversion: Conversion, node: FloatNode): Unit | null {
  const nodes: FloatNode[] = [];
  const fused = 'activation' in node ? node.activation : null;
  let range = fused;
  let reader = soleReader(conversion.uses, node.output);
  if (node.op !== 'unary' && fused === null && reader?.op === 'unary' && reader.function.kind === 'clip') {
    range = reader.function;
    nodes.push(reader);
    reader = soleReader(conversion.uses, reader.output);
  }
  if (reader?.op !== 'quantizeLinear') return null;
  nodes.push(reader);
  return quantized(conversion, reader, range, nodes);
}

function quantized(
  conversion: Conversion,
  { output, isSpelledOut }: QuantizeLinear,
  range: RealRange | null,
  nodes: readonly FloatNode[],
): Unit | null {
  const type = conversion.sourceType(output);
  const grid = gridOf(type);
  return type.kind !== 'int' || grid === null
    ? null
    : { codes: output, type, grid, range, isSpelledOut: isSpelledOut === true, nodes };
}
