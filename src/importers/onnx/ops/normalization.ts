import { broadcastShapes, elementCount, sameShape, shapeText } from '../../../tensor/shape.js';
import { expand, reshape, transpose } from '../movement.js';
import type { NodeImport } from '../node-import.js';
import type { Operand } from '../operand.js';
import type { ImportOperator } from './operator.js';
import { normalizedAxis } from './parameters.js';

/** BatchNormalization-7, -9, -14, -15 at inference: x [N, C, D…] and scale, B, mean, var [C]. */
export const batchNormalization: ImportOperator = (node) => {
  const { attributes } = node;
  attributes.ignore('momentum');
  const epsilon = attributes.float('epsilon', 1e-5);
  if (attributes.flag('training_mode', false) || [1, 2, 3, 4].some((index) => node.isOutputRead(index))) {
    throw node.refuse({
      found: 'training mode',
      expected: 'inference',
      suggestion: 'export the model in evaluation mode',
    });
  }
  const x = node.input(0);
  // Before opset 9, spatial = 0 asked for statistics per position: the same thing where there are no positions.
  if (!attributes.flag('spatial', true) && x.shape.length > 2) {
    throw node.refuse({ found: 'spatial 0', expected: 'statistics per channel (spatial 1)' });
  }
  if (x.shape.length < 2) {
    throw node.refuse({ found: `an input of shape ${shapeText(x.shape)}`, expected: 'batch and channels' });
  }
  const parameters = ['a scale', 'a bias', 'a mean', 'a variance'].map((role, index) =>
    node.constant(index + 1, role),
  );
  return [
    withAxisLast(node, x, 1, (last) =>
      node.emit({ op: 'batchNormalization', epsilon }, [last, ...parameters]),
    ),
  ];
};

/**
 * LayerNormalization-17 over the axes from `axis` on, without the outputs Mean and InvStdDev. Several axes are normalized
 * as one, flattened.
 */
export const layerNormalization: ImportOperator = (node) => {
  node.attributes.ignore('stash_type');
  const x = node.input(0);
  const axis = normalizedAxis(node, node.attributes.int('axis', -1), x.shape.length);
  const epsilon = node.attributes.float('epsilon', 1e-5);
  const features = elementCount(x.shape.slice(axis));
  const parameters = [node.constant(1, 'a scale'), node.optionalConstant(2, 'a bias')]
    .filter((parameter) => parameter !== null)
    .map((parameter) => {
      const normalized = x.shape.slice(axis);
      if (sameShape(broadcastShapes(parameter.shape, normalized) ?? [], normalized)) {
        return reshape(node, expand(node, parameter, normalized), [features]);
      }
      throw node.refuse({
        found: `a scale or bias of shape ${shapeText(parameter.shape)}`,
        expected: `a shape that broadcasts to ${shapeText(normalized)}`,
      });
    });
  const flat = reshape(node, x, [...x.shape.slice(0, axis), features], { suffix: 'flat' });
  const y = node.emit({ op: 'layerNormalization', epsilon }, [flat, ...parameters]);
  return [reshape(node, y, x.shape, { suffix: 'unflat' })];
};

/**
 * Softmax and LogSoftmax: -13 along `axis`; before, over all axes from `axis` on, flattened. Where only one of those has
 * more than one element, that is the same thing.
 */
export function softmax(op: 'softmax' | 'logSoftmax'): ImportOperator {
  return (node) => {
    const x = node.input(0);
    const rank = x.shape.length;
    const axis = normalizedAxis(node, node.attributes.int('axis', node.opset < 13 ? 1 : -1), rank);
    const long = x.shape.flatMap((extent, i) => (i >= axis && extent !== 1 ? [i] : []));
    if (node.opset >= 13 || long.length <= 1) {
      const along = node.opset >= 13 ? axis : (long[0] ?? axis);
      return [withAxisLast(node, x, along, (last) => node.emit({ op }, [last]))];
    }
    const split = [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))];
    const y = node.emit({ op }, [reshape(node, x, split, { suffix: 'flat' })]);
    return [reshape(node, y, x.shape, { suffix: 'unflat' })];
  };
}

/** Applies an operator that works on the last axis to another one. */
function withAxisLast(
  node: NodeImport,
  x: Operand,
  axis: number,
  apply: (last: Operand) => Operand,
): Operand {
  const others = x.shape.map((_, index) => index).filter((index) => index !== axis);
  const toLast = [...others, axis];
  const back = x.shape.map((_, index) => toLast.indexOf(index));
  const y = apply(transpose(node, x, toLast, { suffix: 'last' }));
  return transpose(node, y, back, { suffix: 'back' });
}
