import { UserError } from '../../core/errors.js';
import type { FloatConv2d } from '../../ir/ops/conv2d.js';
import type { FloatConvTranspose2d } from '../../ir/ops/conv-transpose2d.js';
import type { FloatFullyConnected, FloatMatMul } from '../../ir/ops/matrix.js';
import { clampOfGrid } from '../grid.js';
import type { ConversionContext } from './context.js';
import { quantizeLinear, type QuantizedLinear } from './weights.js';

type Linear = FloatConv2d | FloatConvTranspose2d | FloatFullyConnected;

function linear(context: ConversionContext, node: Linear): QuantizedLinear {
  const [x, weightId, biasId] = node.inputs;
  const weight = context.constant(weightId);
  const bias = context.constant(biasId);
  if (weight === undefined || (biasId !== undefined && bias === undefined)) {
    throw new UserError({
      place: `node '${node.name}' (${node.op})`,
      found: 'weights or a bias that are computed at run time',
      expected: 'constants',
      suggestion: 'only MatMul may have two activations as operands',
    });
  }
  return quantizeLinear(
    context,
    node.name,
    weightId!,
    weight,
    bias,
    context.grid(x!),
    context.grid(node.output),
    node.activation,
  );
}

/** Convolutions and fully connected layers; a convolution with one group per input channel becomes depthwise. */
export function convertLinear(context: ConversionContext, node: Linear): void {
  const { weight, bias, arithmetic } = linear(context, node);
  const { activation: _fused, ...geometry } = node;
  const inputs = [node.inputs[0]!, weight, bias];
  const grid = context.grid(node.output);
  if (geometry.op === 'conv2d') {
    const inputChannels = context.graph.values.get(inputs[0]!)!.shape[3]!;
    const depthwise = geometry.groups === inputChannels && inputChannels > 1;
    context.emit({ ...geometry, ...arithmetic, inputs, op: depthwise ? 'depthwiseConv2d' : 'conv2d' }, grid);
  } else {
    context.emit({ ...geometry, ...arithmetic, inputs }, grid);
  }
}

export function convertMatMul(context: ConversionContext, node: FloatMatMul): void {
  const [a, b] = node.inputs.map((id) => context.operand(id));
  const grid = context.grid(node.output);
  const summed = context.graph.values.get(node.inputs[0]!)!.shape.at(-1)!;
  const bound = summed * context.activationExtent ** 2;
  context.requireInt32(node.name, bound);
  context.emit(
    {
      ...node,
      inputs: [a!.id, b!.id],
      inputZeroPoints: [a!.grid.zeroPoint, b!.grid.zeroPoint],
      requantizer: context.requantizer(node.name, [(a!.grid.scale * b!.grid.scale) / grid.scale], [bound]),
      outputZeroPoint: grid.zeroPoint,
      clamp: clampOfGrid(grid, null),
    },
    grid,
  );
}
