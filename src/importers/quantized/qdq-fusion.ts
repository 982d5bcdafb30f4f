import { formatName } from '../../arith/int-format.js';
import type { FloatNode } from '../../ir/operators.js';
import type { ValueId } from '../../ir/graph.js';
import { soleReader } from '../../ir/use.js';
import type { Conversion } from './conversion.js';
import type { Unit } from './unit.js';

/**
 * What ONNX Runtime makes of an operator between codes: an operator on these codes (of a QOperator model always), the same on uint8
 * codes instead of int8 ones, or nothing: dequantize, a float32 operator, quantize.
 */
export type Fusion = 'operator' | 'unsigned' | 'none';

const INT8_AS_UINT8 = 'int8 as uint8';

/** What QLinear operators work on. */
const OPERATOR_TYPES: ReadonlySet<string> = new Set(['int8', 'uint8', INT8_AS_UINT8]);

/**
 * Its optimizer on x86-64 first turns int8 activations of a QDQ graph into uint8 ones (`QDQS8ToU8Transformer`, 1.30.0), but not those
 * with several readers; then it fuses operators whose operands and result have one type of 8 bits
 * (`BinaryNodeGroupSelector`, `UnaryNodeGroupSelector`, qdq_selectors.cc at microsoft/onnxruntime@02b0534c4a6f). The others stay in float32. Seen in
 * the optimized graphs that it writes of int8 QDQ models with residual connections.
 */
export function fusionOf(conversion: Conversion, node: FloatNode, unit: Unit): Fusion {
  if (!unit.isSpelledOut) return 'operator';
  const types = new Set(
    [...node.inputs.flatMap((id) => quantizedBehind(conversion, id) ?? []), unit.codes].map((id) =>
      typeOf(conversion, id),
    ),
  );
  const [type, ...others] = types;
  if (others.length > 0 || !OPERATOR_TYPES.has(type!)) return 'none';
  return type === INT8_AS_UINT8 ? 'unsigned' : 'operator';
}

/** The codes of run time behind a dequantized operand; null for constants and real numbers. */
function quantizedBehind(conversion: Conversion, id: ValueId): ValueId | null {
  const maker = conversion.uses.makers.get(id);
  const codes = maker?.op === 'dequantizeLinear' ? maker.inputs[0]! : null;
  return codes === null || conversion.source.constants.has(codes) ? null : codes;
}

function typeOf(conversion: Conversion, id: ValueId): string {
  const type = conversion.sourceType(id);
  if (type.kind !== 'int') return type.kind;
  const name = formatName(type.format);
  if (name !== 'int8') return name;
  const isQuantized = conversion.uses.makers.get(id)?.op === 'quantizeLinear';
  return isQuantized && isDequantizedOnce(conversion, id) ? INT8_AS_UINT8 : name;
}

/**
 * Whether codes end in one dequantization once every reader has one of its own, which the optimizer sees to first. Codes that
 * leave the graph, or that something moves, keep their type.
 */
function isDequantizedOnce(conversion: Conversion, id: ValueId): boolean {
  const reader = soleReader(conversion.uses, id);
  return reader?.op === 'dequantizeLinear' && conversion.readerCount(reader.output) === 1;
}
