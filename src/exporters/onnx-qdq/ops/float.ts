import { assertNever, UserError } from '../../../core/errors.js';
import { hosted, type FloatNode } from '../../../ir/operators.js';
import type { FloatBinary, FloatPRelu } from '../../../ir/ops/elementwise.js';
import type { HostFloat } from '../../../ir/ops/host-float.js';
import type { FloatBatchNormalization, FloatLayerNormalization } from '../../../ir/ops/normalization.js';
import type { DequantizeLinear } from '../../../ir/ops/quantization.js';
import { float, int, type OnnxAssembly } from '../assembly.js';
import { inexpressible } from '../grid.js';
import { insideOrder, NCHW, channelsSecond } from '../order.js';
import { activated } from '../clip.js';
import { dequantizedConstant, type QdqValues } from '../values.js';
import { broadcastOperand, commonOrder } from './elementwise.js';
import { emitFloatConv2d, emitFloatConvTranspose2d, emitFloatFullyConnected } from './float-linear.js';
import { emitUnary } from './float-unary.js';
import { emitMovement } from './movement.js';
import { averagePool, emitMaxPool } from './pooling.js';
import { meanOf, softmaxOf } from './reductions.js';
import { REAL_TAPS, resizeOf } from './resize.js';
import { emitArgMax } from './stack.js';

const BINARY_OPERATORS = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', pow: 'Pow' } as const;

/** A float32 operator of the graph as the same operator of the file, between float32 tensors. */
export function emitFloat(values: QdqValues, assembly: OnnxAssembly, host: HostFloat): void {
  const node: FloatNode = hosted(host);
  switch (node.op) {
    case 'quantizeLinear': {
      const order = values.orderOf(node.inputs[0]!);
      return values.quantize(node.output, values.real(node.inputs[0]!, order), order);
    }
    case 'dequantizeLinear':
      return emitDequantize(values, assembly, node);
    case 'conv2d':
      return emitFloatConv2d(values, assembly, node);
    case 'convTranspose2d':
      return emitFloatConvTranspose2d(values, assembly, node);
    case 'fullyConnected':
      return emitFloatFullyConnected(values, assembly, node);
    case 'matMul': {
      const operands = node.inputs.map((id) => values.real(id, insideOrder(values.shape(id).length)));
      const order = insideOrder(values.shape(node.output).length);
      return values.define(node.output, assembly.node('MatMul', node.name, operands), order);
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'pow':
    case 'prelu':
      return emitFloatBinary(values, assembly, node);
    case 'unary':
      return emitUnary(values, assembly, node);
    case 'batchNormalization':
      return emitBatchNormalization(values, assembly, node);
    case 'softmax':
    case 'logSoftmax': {
      const opType = node.op === 'softmax' ? 'Softmax' : 'LogSoftmax';
      const y = softmaxOf(values, assembly, opType, node, node.beta ?? 1);
      return values.define(node.output, y, values.orderOf(node.inputs[0]!));
    }
    case 'layerNormalization':
      return emitFloatLayerNormalization(values, assembly, node);
    case 'maxPool':
      return emitMaxPool(values, assembly, node);
    case 'averagePool':
      return values.define(node.output, averagePool(values, assembly, node), NCHW);
    case 'mean': {
      const { real, order } = meanOf(values, assembly, node);
      return values.define(node.output, real, order);
    }
    case 'resize':
      return values.define(node.output, resizeOf(values, assembly, node, REAL_TAPS), NCHW);
    case 'dynamicQuantize':
      throw new UserError({
        place: `node '${node.name}' (${node.op})`,
        found: 'codes on a grid that depends on the data',
        expected: 'grids that are known',
      });
    case 'argMax':
      return emitArgMax(values, assembly, node);
    case 'reshape':
    case 'transpose':
    case 'concat':
    case 'slice':
    case 'pad':
    case 'gather':
      return emitMovement(values, assembly, node);
    default:
      return assertNever(node);
  }
}

/** The real numbers of codes; constants may have a scale for each index of an axis. */
function emitDequantize(values: QdqValues, assembly: OnnxAssembly, node: DequantizeLinear): void {
  const x = node.inputs[0]!;
  if (!values.isConstant(x)) {
    const order = values.orderOf(x);
    return values.define(node.output, values.real(x, order), order);
  }
  const { shape, type } = values.value(x);
  const quantization = type.kind === 'int' ? type.quantization : null;
  if (quantization === null) throw inexpressible(node, `constant '${x}' without a grid`);
  const { scales, zeroPoint, axis } = quantization;
  if (type.kind === 'int' && type.format.bits > 16 && zeroPoint !== 0)
    throw inexpressible(node, `zero point ${zeroPoint} of int32 codes`, 'none');
  const order = insideOrder(shape.length);
  const array = values.constantArray(x, order);
  const real = dequantizedConstant(assembly, x, array, scales.map(Math.fround), zeroPoint, axis ?? 0);
  values.define(node.output, real, order);
}

function emitFloatBinary(values: QdqValues, assembly: OnnxAssembly, node: FloatBinary | FloatPRelu): void {
  const order = commonOrder(values, node.inputs, values.shape(node.output).length);
  const operands = node.inputs.map((id) => broadcastOperand(values, id, order));
  const opType = node.op === 'prelu' ? 'PRelu' : BINARY_OPERATORS[node.op];
  const y = assembly.node(opType, node.name, operands);
  const result = node.op === 'prelu' ? y : activated(assembly, node.name, y, node.activation);
  values.define(node.output, result, order);
}

/** ONNX normalizes axis 1, of tensors of any rank. */
function emitBatchNormalization(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: FloatBatchNormalization,
): void {
  const [x, ...parameters] = node.inputs as [string, ...string[]];
  const rank = values.shape(x).length;
  if (rank < 2) throw inexpressible(node, `a tensor of ${rank} axes`, 'a batch of them');
  const order = channelsSecond(insideOrder(rank));
  const inputs = [values.real(x, order), ...parameters.map((id) => values.real(id, [0]))];
  const y = assembly.node('BatchNormalization', node.name, inputs, { epsilon: float(node.epsilon) });
  values.define(node.output, y, order);
}

function emitFloatLayerNormalization(
  values: QdqValues,
  assembly: OnnxAssembly,
  node: FloatLayerNormalization,
): void {
  const [x, ...parameters] = node.inputs as [string, ...string[]];
  const order = insideOrder(values.shape(x).length);
  const inputs = [values.real(x, order), ...parameters.map((id) => values.real(id, [0]))];
  const attributes = { axis: int(-1), epsilon: float(node.epsilon) };
  values.define(node.output, assembly.node('LayerNormalization', node.name, inputs, attributes), order);
}
