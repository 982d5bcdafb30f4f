import { formatName } from '../../../arith/int-format.js';
import { onnxTypeName } from '../../../formats/onnx.js';
import { isFloatType } from '../../arrays.js';
import { castArray } from '../fold/cast.js';
import type { ImportOperator } from './operator.js';
import { scalarOf } from './parameters.js';
import { realNumbers } from './quantized-operands.js';

export const identity: ImportOperator = (node) => [node.input(0)];

/** Dropout-7, -10 (always inference), -12, -13 (training_mode as an input), without the mask. */
export const dropout: ImportOperator = (node) => {
  node.attributes.ignore('ratio', 'seed');
  const training = node.opset < 12 ? null : node.optionalConstant(2, 'training_mode');
  if (training !== null && scalarOf(training) !== 0) {
    throw node.refuse({
      found: 'training mode',
      expected: 'inference',
      suggestion: 'export the model in evaluation mode',
    });
  }
  return [node.input(0)];
};

/**
 * Cast-6 … -19: constants are cast. Real numbers of run time are float32 here whatever the file calls them, so between
 * floating-point types there is nothing to do; integers become the real numbers they are. To integers is refused.
 */
export const cast: ImportOperator = (node) => {
  node.attributes.ignore('saturate');
  const x = node.input(0);
  const name = onnxTypeName(node.attributes.int('to', 0)) ?? 'undefined';
  const type = name === 'float16' || name === 'bfloat16' ? 'float32' : name;
  switch (type) {
    case 'float32':
    case 'float64':
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
    case 'bool':
      if (x.kind === 'constant') {
        return [node.fold(x.name, x.shape, () => castArray(node, x.array, type))];
      }
      if (isFloatType(type)) return [realNumbers(node, x)];
      if (x.format !== null && formatName(x.format) === type) return [x];
      throw node.refuse({ found: `a cast to ${name} at run time`, expected: 'a floating-point type' });
    default:
      throw node.refuse({ found: `a cast to ${name}`, expected: 'a floating-point or integer type' });
  }
};
