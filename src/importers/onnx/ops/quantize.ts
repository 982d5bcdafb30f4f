import { UINT8, type IntFormat } from '../../../arith/int-format.js';
import { onnxTypeName } from '../../../formats/onnx.js';
import { codeFormat } from '../codes.js';
import type { NodeImport } from '../node-import.js';
import type { ConstantOperand } from '../operand.js';
import { statedGrid } from './grids.js';
import type { ImportOperator } from './operator.js';
import { checkZeroPointType, dequantizeOperand, formatOf, quantizeOperand } from './quantized-operands.js';

/**
 * QuantizeLinear-10 (one scale), -13 (axis), -19 (saturate, of 8-bit floats), -21 (output_dtype, block_size), -23 (precision);
 * com.microsoft's is the same. The codes have the type of the zero point, else output_dtype, else uint8.
 */
export const quantizeLinear: ImportOperator = (node) => {
  node.attributes.ignore('saturate');
  const x = node.input(0);
  const scale = node.constant(1, 'a scale');
  const zeroPoint = node.optionalConstant(2, 'a zero point');
  const format = outputFormat(node, zeroPoint);
  const grid = statedGrid(node, scale, zeroPoint, x.shape, quantizedAxis(node));
  return [quantizeOperand(node, x, format, grid)];
};

/** DequantizeLinear-10 (one scale), -13 (axis), -19, -21 (block_size), -23 (output_dtype); com.microsoft's is the same. */
export const dequantizeLinear: ImportOperator = (node) => {
  const x = node.input(0);
  const scale = node.constant(1, 'a scale');
  const zeroPoint = node.optionalConstant(2, 'a zero point');
  checkZeroPointType(node, zeroPoint, formatOf(x));
  node.attributes.ignore('output_dtype'); // which kind of float: all are float32 here
  const grid = statedGrid(node, scale, zeroPoint, x.shape, quantizedAxis(node));
  return [dequantizeOperand(node, x, grid)];
};

/** The axis that may have scales; refuses scales per block of it. */
function quantizedAxis(node: NodeImport): number {
  const block = node.attributes.int('block_size', 0);
  if (block === 0) return node.attributes.int('axis', 1);
  throw node.refuse({ found: `block_size ${block}`, expected: 'one scale, or one per index of an axis' });
}

function outputFormat(node: NodeImport, zeroPoint: ConstantOperand | null): IntFormat {
  const stated = onnxTypeName(node.attributes.int('output_dtype', 0));
  const precision = onnxTypeName(node.attributes.int('precision', 0));
  if (precision !== 'undefined' && precision !== 'float32') {
    throw node.refuse({ found: `precision ${precision}`, expected: 'division in float32' });
  }
  const type = zeroPoint?.array.type ?? (stated === 'undefined' ? null : stated);
  const format = type === null ? UINT8 : codeFormat(type);
  if (format !== null && format.bits <= 16) return format;
  throw node.refuse({ found: `codes of type ${type}`, expected: 'int8, uint8, int16 or uint16' });
}
